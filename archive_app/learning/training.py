"""Content classes and purposes learned from the office's own cases; what is learned goes into the archive as one.

A model tells of the cases that taught it, so only those teach that nobody must be kept from, and never had to be: that
is decided here, inside the door, at the moment of learning. When it ceases to be so of one of them, the database
withdraws the models in the same transaction (`storage.training_examples`). They are learned anew with the same last
day and without that case, and are then, to the bit, those of an office to which it never came (docs/decisions/0025).
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
from storage.session import reading, unit_of_work

FIELDS: Mapping[str, tuple[str, ...]] = {"content_class": CONTENT_CLASSES, "purpose": PURPOSES}
"""The fields of the registration form that are learned, each with its codes."""

TEACH = ("closed", "filed", "bundled", "resolved_on_site", "guided", "transferred_out")
"""The states of cases that teach: they have ended, and their class was looked at until then."""

WAIT_DAYS = 30
"""So long after its end a case teaches. It is the time in which the petitioner may ask for a review (三十日内请求复查),
and what accuses somebody most often comes: a case is to teach only when that is unlikely."""

BATCH = 500
"""Letters whose texts are read at once."""

Progress = Callable[[str, int, int], None]
"""Told which field is being learned, and how many of how many parts are done."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A petition whose class and purpose a person has decided ("": not known)."""

    title: str
    text: str
    content_class: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of a field: different examples by code, and macro-F1 on letters not learned (None: not measured).

    Without a model (`kept` is False) there were not two codes with enough examples.
    """

    field: str
    examples: Mapping[str, int]
    kept: bool
    macro_f1: float | None


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """What was learned, from how many own cases and given examples, of cases that had ended by `last_day`."""

    last_day: date
    cases: int
    given: int
    fields: tuple[Learned, ...]


def last_day_before(now: datetime, days: int = WAIT_DAYS) -> date:
    """The last day on which a case that may teach has ended."""
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
    """Learn anew, and put the models in force: all at once, or the old ones stay.

    Args:
        archive: the records.
        last_day: cases that had ended by then teach.
        given: further examples, JSON lines in UTF-8; they are kept, to be learned from again.
        name: of the file that `given` comes from, for an error.
        measure: whether macro-F1 is measured, which takes six times as long.
        progress: told what is done.

    Raises:
        BadExamples: a line of `given` is none.
        TooFewExamples: nothing can be learned of any field.
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
    """Learn anew what was withdrawn: the same last day, the same examples given, without the cases that may not teach.

    Returns whether anything was withdrawn. When too little is left to learn from, there are no models any more.
    """
    with reading(archive.sessions, SYSTEM.key) as session:
        row = session.scalar(select(Training).where(Training.withdrawn))
    if row is None:
        return False
    try:
        train_models(archive, last_day=row.last_day, given=row.given, measure=False)
    except TooFewExamples:
        with unit_of_work(archive.sessions, SYSTEM.key) as session:
            _clear(session)
            session.commit()
    return True


def lessons_of(given: bytes, name: str = "") -> tuple[Lesson, ...]:
    """The examples in JSON lines. Raises BadExamples, with the number of the line."""
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


def _may_teach(last_day: date) -> ColumnElement[bool]:
    """Whether a case may teach. A number in order says that at its registration, too, all the office might know it."""
    step = aliased(CaseStep)
    ended = select(func.max(step.at)).where(
        step.case_id == Case.id, step.to_state.in_(TEACH), step.from_state.not_in(TEACH)
    )
    end = datetime.combine(last_day + timedelta(days=1), time(), ZONE).astimezone(UTC)
    return (
        kept_from_nobody()
        & (Registration.series == "general")
        & Registration.voided_at.is_(None)
        & Case.state.in_(TEACH)
        & (ended.correlate(Case).scalar_subquery() < end)
    )


def _teachers(last_day: date) -> Select[Case, Registration]:
    of_case = select(Case, Registration).join(Registration, Registration.case_id == Case.id)
    return of_case.where(_may_teach(last_day)).order_by(Case.id)


def _own_lessons(archive: Archive, last_day: date) -> dict[int, Lesson]:
    """What the cases that may teach say, by the id of the case: their letters, or what was said and taken down."""
    teachers = _teachers(last_day)
    with reading(archive.sessions, SYSTEM.key) as session:
        entries = {case.id: entry for case, entry in session.execute(teachers)}
        of_teachers = Letter.case_id.in_(teachers.with_only_columns(Case.id).order_by(None))
        letters = session.execute(select(Letter.id, Letter.case_id).where(of_teachers).order_by(Letter.id)).all()
        on_paper: dict[int, list[str]] = {}
        for start in range(0, len(letters), BATCH):
            texts = page_texts(session, [letter_id for letter_id, _ in letters[start : start + BATCH]])
            for letter_id, case_id in letters[start : start + BATCH]:
                on_paper.setdefault(case_id, []).append(letter_text(texts.get(letter_id, ())))
    return {
        case_id: Lesson(
            entry.main_problem,
            "\n".join(filter(None, on_paper.get(case_id, ()))) or spoken_text(entry.claims, entry.verbatim_statement),
            entry.content_class,
            entry.purpose,
        )
        for case_id, entry in entries.items()
    }


def _put_in_force(
    archive: Archive, last_day: date, given: bytes, own: Mapping[int, Lesson], models: Mapping[str, bytes]
) -> bool:
    """Exchange the models, unless a case that taught them may not teach any more: then nothing is changed."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        still = {case.id for case, _ in session.execute(_teachers(last_day))}
        if not own.keys() <= still:
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
