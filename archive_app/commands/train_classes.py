"""`archive train-classes`: train the models of content classes and purposes, and print their scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from archive_app.commands.terminal import progress_bar, say
from archive_app.language.case_labels import FORM_FIELDS
from archive_app.language.code_labels import TABLES
from archive_app.learning.training import FIELDS, Learned, TrainingOutcome, last_day_before, retrain, train_models
from archive_app.runtime.archive import Archive
from archive_app.suggesting.training import LEAST_EXAMPLES


def run(archive: Archive, examples: Path | None, *, days: int, tell: Callable[[str], object]) -> None:
    """Train with a progress bar, put the models in force, and print the result. Raises BadExamples, TooFewExamples."""
    with progress_bar() as bar:
        tasks = {field: bar.add_task(say(FORM_FIELDS[field]), total=None) for field in FIELDS}
        outcome = train_models(
            archive,
            last_day=last_day_before(datetime.now(UTC), days),
            given=b"" if examples is None else examples.read_bytes(),
            name="" if examples is None else examples.name,
            progress=lambda field, done, parts: bar.update(tasks[field], completed=done, total=parts),
        )
    for line in _lines(outcome):
        tell(line)


def run_again(archive: Archive) -> None:
    """Retrain withdrawn models, if any; called by the worker."""
    retrain(archive)


def _lines(outcome: TrainingOutcome) -> Iterator[str]:
    yield say(
        "Learned from %(cases)s closed cases that had ended by %(day)s, and from %(given)s given examples.",
        cases=f"{outcome.cases:,}",
        day=outcome.last_day.isoformat(),
        given=f"{outcome.given:,}",
    )
    for learned in outcome.fields:
        yield ""
        yield _heading(learned)
        for code, words in TABLES[learned.field].items():
            if count := learned.examples.get(code, 0):
                few = "" if count >= LEAST_EXAMPLES else f"  {say('too few')}"
                yield f"  {count:>7,}  {say(words)}{few}"


def _heading(learned: Learned) -> str:
    name = say(FORM_FIELDS[learned.field])
    if not learned.kept:
        return say(
            "%(field)s: nothing is suggested. It takes two with at least %(least)s different examples each.",
            field=name,
            least=LEAST_EXAMPLES,
        )
    return say(
        "%(field)s: macro-F1 %(figure)s on petitions that were not learned (five parts). Examples:",
        field=name,
        figure=f"{learned.macro_f1:.3f}",
    )
