"""The special register 来信登记册, the work list 工作台, and the hints beside an empty registration form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from archive_app.access.grants import assigned_to
from archive_app.access.identity import HANDLES, INSTRUCTS, REGISTERS, WORKS_ON_CASES, Reader
from archive_app.access.lookups import case_of, require, restricted_cases, visible_cases
from archive_app.access.predicates import Principal
from archive_app.access.trust import Holds
from archive_app.cases import clock_rows
from archive_app.cases.case_view import clock_view_of
from archive_app.cases.results import (
    FieldHint,
    NamedInLetter,
    RegisterPage,
    RegisterRow,
    ToRegister,
    WorkItem,
    WorkList,
)
from archive_app.cases.state import extension_pending, instructed_by, signed_by, without_leader
from archive_app.domain.errors import RegisteredAlready
from archive_app.domain.workflow import OPEN, TRANSITIONS
from archive_app.learning.suggestions import likely_of
from archive_app.letters.read_log import opened
from archive_app.office_time import office_day
from archive_app.review.concerns import account_names
from archive_app.runtime.archive import Archive
from archive_app.search.indexing import current_texts
from archive_app.suggesting.fields import suggest_fields
from archive_app.suggesting.paper import paper_of
from index.text import fold
from storage.models import Assignment, Case, CaseClock, Concern, Letter, Registration, Unit

LinePosition = tuple[int, int]
"""A page's number and a line's on it, both from 1."""

PER_PAGE = 50
MOST_WORK = 200

SUGGESTED_FIELDS = {"petitioner": "petitioner", "telephone": "telephone", "address": "address"}
"""The form fields that a letter's text can suggest, by the name of the suggestion."""

NEXT_ACTIONS = {
    "office": ("propose", "hand_over", "take_back", "give_feedback", "close"),
    "office_without_leader": ("hand_on",),
    "instructor": ("instruct",),
    "instructor_asked": ("grant_extension",),
    "signer": ("sign_off",),
    "unit": ("acknowledge_receipt", "record_finding", "submit_result"),
}
"""The actions that move a case forward, by party: a case in a state that allows one waits for that party.

Two parties are conditional: `office_without_leader` if the signer is gone, `instructor_asked` if an extension is
requested.
"""


def register_page(reader: Reader, archive: Archive, year: int | None, page: int = 1) -> RegisterPage:
    """Return a page of the register of a year (None: the newest), newest number first. Raises NotFound.

    It lists the cases that the reader sees; of a restricted one only its existence.
    """
    with archive.reading(reader) as session:
        require(session, reader, WORKS_ON_CASES)
        years = tuple(
            session.scalars(_registered(reader, Registration.year).distinct().order_by(Registration.year.desc()))
        )
        chosen = year or next(iter(years), office_day(datetime.now(UTC)).year)
        wanted = _registered(reader, Case, Registration).where(Registration.year == chosen)
        total = session.scalar(_registered(reader, func.count()).where(Registration.year == chosen)) or 0
        newest = wanted.order_by(Registration.registered_at.desc(), Registration.id.desc())
        rows = session.execute(newest.offset((page - 1) * PER_PAGE).limit(PER_PAGE)).all()
        return RegisterPage(chosen, years, _rows(session, rows), total, page, -(-total // PER_PAGE))


def whole_register(reader: Reader, archive: Archive, year: int) -> tuple[RegisterRow, ...]:
    """Return the whole register of a year in order, for print and spreadsheet. Raises NotFound."""
    with archive.reading(reader) as session:
        require(session, reader, WORKS_ON_CASES)
        wanted = _registered(reader, Case, Registration).where(Registration.year == year)
        rows = session.execute(wanted.order_by(Registration.registered_at, Registration.id)).all()
        return _rows(session, rows)


def work(reader: Reader, archive: Archive) -> WorkList:
    """Return the visible cases that wait for an action of the reader, most urgent first."""
    with archive.reading(reader) as session:
        parties = _parties(session, reader)
        waits = (condition.label(party) for party, condition in parties.items())
        wanted = _registered(reader, Case, Registration, *waits).where(or_(false(), *parties.values()))
        found = session.execute(wanted.order_by(Registration.registered_at).limit(MOST_WORK)).all()
        rows = [(case, entry) for case, entry, *_ in found]
        runs = {row.case_id: row for row in _running(session, [case.id for case, _ in rows])}
        calendar = clock_rows.calendar(session)
        items = []
        for (case, _, *flags), row in zip(found, _rows(session, rows), strict=True):
            clock = runs.get(case.id)
            used = 0.0 if clock is None else clock_view_of(clock, calendar).used
            waiting = [party for party, flag in zip(parties, flags, strict=True) if flag]
            items.append(WorkItem(row, _next_actions(case, waiting), used))
        items.sort(key=lambda each: (-each.used, each.row.registered_at))
        late = sum(each.row.overdue for each in items)
        return WorkList(tuple(items), late, _to_register(session, reader) if "office" in parties else 0)


def ensure_registrar(reader: Reader, archive: Archive) -> None:
    """Raise NotFound unless the reader registers cases."""
    with archive.reading(reader) as session:
        require(session, reader, REGISTERS)


def to_register(reader: Reader, archive: Archive, letter: str) -> ToRegister:
    """Return a letter to be registered, with suggestions from its text.

    Raises:
        NotFound: the reader does not see the letter, or does not register.
        RegisteredAlready: the letter has a register number.
    """
    with archive.reading(reader) as session:
        require(session, reader, REGISTERS)
    with opened(reader, archive, letter, "opened") as (session, row):
        case = case_of(session, reader, row)
        if case.state != "received":
            number = session.scalar(select(Registration.register_no).where(Registration.case_id == case.id))
            raise RegisteredAlready(number=number)
        lines, positions = _lines(session, row)
        return ToRegister(
            letter_id=row.public_id,
            number=row.number,
            channel=row.channel,
            received_at=row.received_at,
            restricted=case.restricted,
            hints=_hints(row, lines, positions),
            likely=likely_of(session, row.title or row.heading, "\n".join(lines)),
            named=_named(session, case, lines, positions),
        )


def unregistered(reader: Reader, archive: Archive, limit: int = 50) -> tuple[tuple[str, str, str, datetime, bool], ...]:
    """Return the letters that wait for registration, oldest first: id, number, heading, receipt time, restricted.

    Raises:
        NotFound: the reader does not register.
    """
    with archive.reading(reader) as session:
        require(session, reader, REGISTERS)
        rows = session.scalars(_unregistered(reader).order_by(Letter.received_at, Letter.public_id).limit(limit)).all()
        hidden = restricted_cases(session, reader, rows)
        return tuple(
            (
                row.public_id,
                row.number,
                "" if row.case_id in hidden else row.title or row.heading,
                row.received_at,
                row.case_id in hidden,
            )
            for row in rows
        )


def _registered(reader: Reader, *columns: Any) -> Select[Any]:
    """Select the visible registered cases with their entries in the register."""
    seen = visible_cases(reader).with_only_columns(*columns)
    return seen.select_from(Case).join(Registration, Registration.case_id == Case.id)


def _unregistered(reader: Reader) -> Select[Any]:
    seen = visible_cases(reader).with_only_columns(Letter).select_from(Case).join(Letter, Letter.case_id == Case.id)
    return seen.where(Case.state == "received", Case.screened)


def _to_register(session: Session, reader: Reader) -> int:
    return session.scalar(_unregistered(reader).with_only_columns(func.count())) or 0


def _rows(session: Session, rows: Sequence[Any]) -> tuple[RegisterRow, ...]:
    ids = [case.id for case, _ in rows]
    calendar = clock_rows.calendar(session)
    runs = {row.case_id: clock_view_of(row, calendar) for row in _running(session, ids)}
    units = {
        case_id: name
        for case_id, name in session.execute(
            select(Assignment.case_id, Unit.name)
            .join(Unit, Unit.id == Assignment.unit_id)
            .where(Assignment.case_id.in_(ids), Assignment.ended_at.is_(None), Assignment.person_id.is_(None))
        )
    }
    names = account_names(session)
    return tuple(
        _row(case, entry, units.get(case.id, ""), names.get(entry.registered_by, ""), runs.get(case.id))
        for case, entry in rows
    )


def _row(case: Case, entry: Registration, unit: str, registrar: str, clock: Any) -> RegisterRow:
    hidden = case.restricted
    return RegisterRow(
        public_id=case.public_id,
        register_no=entry.register_no,
        received_at=entry.received_at,
        registered_at=entry.registered_at,
        channel=entry.channel,
        petitioner="" if hidden else entry.petitioner,
        address="" if hidden else entry.address,
        headcount=entry.headcount,
        main_problem="" if hidden else entry.main_problem,
        content_class="" if hidden else entry.content_class,
        state=case.state,
        unit="" if hidden else unit,
        registered_by="" if hidden else registrar,
        due=None if clock is None else clock.due,
        overdue=clock is not None and clock.overdue,
        urgent=case.urgent,
        restricted=hidden,
        void=entry.voided_at is not None,
        void_reason="" if hidden else entry.void_reason,
    )


def _running(session: Session, case_ids: Sequence[int]) -> Sequence[CaseClock]:
    rows = select(CaseClock).where(CaseClock.case_id.in_(case_ids), CaseClock.stopped_at.is_(None))
    return session.scalars(rows).all() if case_ids else ()


def _parties(session: Session, reader: Reader) -> dict[str, ColumnElement[bool]]:
    """Return the reader's parties, each with the condition for the cases that wait for it."""
    principal, assignment = Principal.of(reader), aliased(Assignment)
    found: dict[str, ColumnElement[bool]] = {}
    if session.scalar(select(Holds(principal, REGISTERS))):
        found["office"] = Case.state.in_(_states("office"))
        found["office_without_leader"] = and_(Case.state.in_(_states("office_without_leader")), without_leader())
    if session.scalar(select(Holds(principal, INSTRUCTS))):
        mine, asked = instructed_by(reader.person_id), _states("instructor_asked")
        found["instructor"] = and_(Case.state.in_(_states("instructor")), mine)
        found["instructor_asked"] = and_(Case.state.in_(asked), mine, extension_pending())
        found["signer"] = and_(Case.state.in_(_states("signer")), signed_by(reader.person_id))
    if session.scalar(select(Holds(principal, HANDLES))):
        own = exists().where(assigned_to(principal, assignment)).correlate_except(assignment)
        found["unit"] = and_(Case.state.in_(_states("unit")), own)
    return found


def _states(party: str) -> frozenset[str]:
    return frozenset(
        state for each in TRANSITIONS if each.code in NEXT_ACTIONS[party] for state in each.states if state in OPEN
    )


def _next_actions(case: Case, parties: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        each.code
        for party in parties
        for each in TRANSITIONS
        if each.code in NEXT_ACTIONS[party] and case.state in each.states
    )


def _lines(session: Session, row: Letter) -> tuple[list[str], list[LinePosition]]:
    """Return the lines of all pages of a letter, and the position of each."""
    lines, positions = [], []
    for page, _, text in current_texts(session, row.id):
        for number, line in enumerate([] if text is None else text.lines, start=1):
            lines.append(str(line["text"]))
            positions.append((page.number, number))
    return lines, positions


def _hints(row: Letter, lines: Sequence[str], positions: Sequence[LinePosition]) -> tuple[FieldHint, ...]:
    """Return the suggestions of the lines, each with its positions."""
    found = suggest_fields(lines, received=office_day(row.received_at))
    return tuple(
        FieldHint(SUGGESTED_FIELDS[each.field], each.value, tuple(positions[place.line] for place in each.places))
        for each in found
        if each.field in SUGGESTED_FIELDS
    )


def _named(
    session: Session, case: Case, lines: Sequence[str], positions: Sequence[LinePosition]
) -> tuple[NamedInLetter, ...]:
    """Return the current mentions of a visible case, each with the positions of its words."""
    mentions = select(Concern.words).where(
        Concern.case_id == case.id, Concern.kind == "mentioned", Concern.ended_at.is_(None)
    )
    paper = paper_of(lines)
    found = []
    for words in sorted(set(session.scalars(mentions))):
        name = fold(words).text
        start = paper.text.find(name) if name else -1
        on_lines = paper.places(start, start + len(name)) if start >= 0 else ()
        found.append(NamedInLetter(words, tuple(positions[place.line] for place in on_lines)))
    return tuple(found)
