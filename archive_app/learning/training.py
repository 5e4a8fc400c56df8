"""Train the models of content classes and purposes on the office's own cases; all models are stored together.

A model reveals its training cases, so only cases that are not, and never were, hidden from anybody are used; this is
decided here by the access rule at the moment of training. When a training case becomes hidden, the database withdraws
the models in the same transaction (`storage.training_examples`). They are retrained with the same last day without that
case, and are then bit-identical to those of an office that never received it (docs/decisions/0025).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from hashlib import sha256

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session, aliased

from archive_app.access.rule import kept_from_nobody
from archive_app.access.system import SYSTEM
from archive_app.audit.record import record
from archive_app.domain.codes import CONTENT_CLASSES, PURPOSES
from archive_app.office_time import ZONE, office_day
from archive_app.runtime.archive import Archive
from archive_app.search.indexing import letter_text, page_texts, spoken_text
from archive_app.suggesting.classes import written
from archive_app.suggesting.errors import BadExamples, TooFewExamples
from archive_app.suggesting.training import LEAST_EXAMPLES, Example, cross_validated, train
from storage.models import Case, CaseStep, Letter, Registration, SuggestionModel, Training, TrainingExample

FIELDS: Mapping[str, tuple[str, ...]] = {"content_class": CONTENT_CLASSES, "purpose": PURPOSES}
"""The fields of the registration form that have a model, each with its codes."""

TRAINING_STATES = ("closed", "filed", "bundled", "resolved_on_site", "guided", "transferred_out")
"""The states of training cases: they have ended, and their class was checked until then."""

WAIT_DAYS = 30
"""The days after its end from which a case is used for training. In this time the petitioner may ask for a review
(三十日内请求复查), and accusations most often arrive: a case is used only when that has become unlikely."""

BATCH = 500
"""The number of letters whose texts are read together."""

Progress = Callable[[str, int, int], None]
"""Called with the field being trained, and how many of how many parts are done."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A petition with its class and purpose as decided by a person ("": unknown)."""

    title: str
    text: str
    content_class: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Learned:
    """The result for a field: distinct examples by code, and macro-F1 on held-out letters (None: not measured).

    `kept` is False if there is no model, since fewer than two codes had enough examples.
    """

    field: str
    examples: Mapping[str, int]
    kept: bool
    macro_f1: float | None


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """The result of a training, with the number of own cases that had ended by `last_day`, and of given examples."""

    last_day: date
    cases: int
    given: int
    fields: tuple[Learned, ...]


def last_day_before(now: datetime, days: int = WAIT_DAYS) -> date:
    """Return the last day on which a training case may have ended."""
    return office_day(now) - timedelta(days=days)


def train_models(
    archive: Archive,
    *,
    last_day: date,
    given: bytes = b"",
    name: str = "",
    measure: bool = True,
    progress: Progress = lambda _field, _done, _all: None,
) -> TrainingOutcome:
    """Train the models and put them in force: all together, or the old ones stay.

    Args:
        archive: the records.
        last_day: cases that had ended by then are used.
        given: further examples, JSON lines in UTF-8; they are stored for later retraining.
        name: the file name of `given`, for errors.
        measure: whether to measure macro-F1, which takes six times as long.
        progress: called with the progress.

    Raises:
        BadExamples: a line of `given` is not an example.
        TooFewExamples: there are too few examples for every field.
    """
    extra = lessons_of(given, name)
    while True:
        own = _own_lessons(archive, last_day)
        examples = {field: _examples([*own.values(), *extra], field) for field in FIELDS}
        models = {field: model for field in FIELDS if (model := _model(examples[field])) is not None}
        if not models:
            raise TooFewExamples(least=LEAST_EXAMPLES)
        figures = {field: _measured(field, examples[field], progress) for field in models} if measure else {}
        if _put_in_force(archive, last_day, given, own, models):
            break
    counts = {field: Counter(example.label for example in set(examples[field])) for field in FIELDS}
    learned = tuple(Learned(field, counts[field], field in models, figures.get(field)) for field in FIELDS)
    return TrainingOutcome(last_day, len(own), len(extra), learned)


def retrain(archive: Archive) -> bool:
    """Retrain withdrawn models with the same last day and given examples, without cases that are hidden now.

    Returns whether anything was withdrawn. If too few examples are left, the models are removed.
    """
    with archive.reading(SYSTEM) as session:
        row = session.scalar(select(Training).where(Training.withdrawn))
    if row is None:
        return False
    try:
        train_models(archive, last_day=row.last_day, given=row.given, measure=False)
    except TooFewExamples:
        with archive.changing(SYSTEM) as session:
            _clear(session)
            session.commit()
    return True


def lessons_of(given: bytes, name: str = "") -> tuple[Lesson, ...]:
    """Parse the examples from JSON lines. Raises BadExamples, with the number of the line."""
    found = []
    for number, line in enumerate(given.splitlines(), start=1):
        if line.strip():
            try:
                found.append(_lesson(json.loads(line.decode("utf-8"))))
            except (ValueError, AttributeError, TypeError) as error:
                raise BadExamples(line=number, name=name) from error
    return tuple(found)


def _lesson(plain: Mapping[str, object]) -> Lesson:
    fields = {name: plain.get(name, "") for name in ("title", "text", *FIELDS)}
    codes = {field: fields[field] for field in FIELDS if fields[field]}
    if not codes or any(code not in FIELDS[field] for field, code in codes.items()):
        raise ValueError("neither class nor purpose")
    if not all(isinstance(value, str) for value in fields.values()) or not (fields["title"] or fields["text"]):
        raise ValueError("no text")
    return Lesson(**{name: str(value) for name, value in fields.items()})


def _examples(lessons: Iterable[Lesson], field: str) -> list[Example]:
    return [Example(code, each.title, each.text) for each in lessons if (code := getattr(each, field))]


def _model(examples: list[Example]) -> bytes | None:
    try:
        return written(train(examples))
    except TooFewExamples:
        return None


def _measured(field: str, examples: list[Example], progress: Progress) -> float:
    return cross_validated(examples, partial(progress, field))


def _is_training_case(last_day: date) -> ColumnElement[bool]:
    """SQL: whether a case may be used. A general number shows that it was hidden from nobody at registration either."""
    step = aliased(CaseStep)
    ended = select(func.max(step.at)).where(
        step.case_id == Case.id, step.to_state.in_(TRAINING_STATES), step.from_state.not_in(TRAINING_STATES)
    )
    end = datetime.combine(last_day + timedelta(days=1), time(), ZONE).astimezone(UTC)
    return (
        kept_from_nobody()
        & (Registration.series == "general")
        & Registration.voided_at.is_(None)
        & Case.state.in_(TRAINING_STATES)
        & (ended.correlate(Case).scalar_subquery() < end)
    )


def _training_cases(last_day: date) -> Select[Case, Registration]:
    of_case = select(Case, Registration).join(Registration, Registration.case_id == Case.id)
    return of_case.where(_is_training_case(last_day)).order_by(Case.id)


def _own_lessons(archive: Archive, last_day: date) -> dict[int, Lesson]:
    """Return the lessons of the training cases by case id: the text of their letters, or the recorded statement."""
    cases = _training_cases(last_day)
    with archive.reading(SYSTEM) as session:
        entries = {case.id: entry for case, entry in session.execute(cases)}
        of_cases = Letter.case_id.in_(cases.with_only_columns(Case.id).order_by(None))
        letters = session.execute(select(Letter.id, Letter.case_id).where(of_cases).order_by(Letter.id)).all()
        by_case: dict[int, list[str]] = {}
        for start in range(0, len(letters), BATCH):
            texts = page_texts(session, [letter_id for letter_id, _ in letters[start : start + BATCH]])
            for letter_id, case_id in letters[start : start + BATCH]:
                by_case.setdefault(case_id, []).append(letter_text(texts.get(letter_id, ())))
    return {
        case_id: Lesson(
            entry.main_problem,
            "\n".join(filter(None, by_case.get(case_id, ()))) or spoken_text(entry.claims, entry.verbatim_statement),
            entry.content_class,
            entry.purpose,
        )
        for case_id, entry in entries.items()
    }


def _put_in_force(
    archive: Archive, last_day: date, given: bytes, own: Mapping[int, Lesson], models: Mapping[str, bytes]
) -> bool:
    """Replace the models, unless a training case has become hidden: then nothing is changed."""
    with archive.changing(SYSTEM) as session:
        usable = {case.id for case, _ in session.execute(_training_cases(last_day))}
        if not own.keys() <= usable:
            return False
        _clear(session)
        session.add(Training(at=datetime.now(UTC), last_day=last_day, given=given, withdrawn=False))
        for field, content in models.items():
            session.add(SuggestionModel(field=field, sha256=sha256(content).hexdigest(), content=content))
        session.add_all(TrainingExample(case_id=case_id) for case_id in own)
        record(session, SYSTEM, "classes_learned", last_day=last_day.isoformat())
        session.commit()
        return True


def _clear(session: Session) -> None:
    for table in (SuggestionModel, TrainingExample, Training):
        session.execute(delete(table))
