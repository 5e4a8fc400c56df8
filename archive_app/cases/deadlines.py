"""The running time limits of the cases that the reader sees: as a calendar and as lists by unit and by person.

All counts, filters and lists derive from these rows alone, so that a unit whose cases are all hidden looks like a unit
without cases. The number of statements does not depend on the number of cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, false, func, literal, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from archive_app.access import candidates
from archive_app.access.identity import INSTRUCTS, REGISTERS, TAKES_PART, Reader
from archive_app.access.lookups import visible_cases
from archive_app.access.predicates import Principal
from archive_app.access.trust import Holds
from archive_app.cases import clock_rows
from archive_app.domain import clocks
from archive_app.domain.clocks import Clock, ClockRule
from archive_app.domain.deadlines import (
    LEADERS,
    OFFICE,
    RESTRICTED,
    Chosen,
    Deadline,
    Deadlines,
    Holder,
    deadlines_of,
    level_of,
    listed,
    working_days_between,
)
from archive_app.domain.workflow import BY_CODE
from archive_app.domain.working_days import Calendar, ReckonedDay
from archive_app.errors import NotFound
from archive_app.office_time import in_office, office_day
from archive_app.runtime.archive import Archive
from storage.models import (
    Account,
    AccountRole,
    Assignment,
    Case,
    CaseClock,
    CaseStep,
    Membership,
    Person,
    Post,
    Registration,
    Unit,
    UnitReach,
)

WITH_THE_UNIT = ("dispatched", "in_handling")
"""The states in which the handling unit, or the appointed handler, must act."""

COLUMNS = (
    *(Case.id, Case.public_id, Case.state, Case.restricted, Case.urgent),
    *(Registration.register_no, Registration.main_problem),
    *(CaseClock.kind, CaseClock.days, CaseClock.urgent_days, CaseClock.counting, CaseClock.started_at),
    *(CaseClock.due, CaseClock.provisional),
)
"""The columns selected for each case. Values, not records: there may be thousands."""


def deadlines(reader: Reader, archive: Archive, chosen: Chosen) -> Deadlines:
    """Return a month's calendar and the lists. Raises NotFound if the reader takes no part in cases."""
    now = datetime.now(UTC)
    with archive.reading(reader) as session:
        rows = _rows(session, reader, now)
        return deadlines_of(rows, chosen, office_day(now), clock_rows.calendar(session))


def whole_list(reader: Reader, archive: Archive, chosen: Chosen) -> tuple[Deadline, ...]:
    """Return all rows of the filter, most urgent first, for a spreadsheet. Raises NotFound."""
    with archive.reading(reader) as session:
        return tuple(listed(_rows(session, reader, datetime.now(UTC)), chosen))


@dataclass(slots=True)
class _Holders:
    """The holders of a case: its handling unit, appointed handlers, the unit's leaders and overseers, instructors."""

    unit: Holder | None = None
    appointed: tuple[Holder, ...] = ()
    leads: tuple[Holder, ...] = ()
    oversees: tuple[Holder, ...] = ()
    instructs: tuple[Holder, ...] = ()

    def persons(self, state: str) -> tuple[Holder, ...]:
        """Return who must act on a case in this state."""
        if state == "pending_instruction":
            return self.instructs or (LEADERS,)
        if state == "pending_signoff":
            return self.oversees or (LEADERS,)
        if state in WITH_THE_UNIT and self.unit is not None:
            return self.appointed or self.leads or (self.unit,)
        return (OFFICE,)


@dataclass(frozen=True, slots=True)
class _Context:
    """The moment of the query, the calendar, and the reader's roles that may supervise."""

    now: datetime
    calendar: Calendar
    registers: bool
    instructs: bool

    @property
    def today(self) -> date:
        """The office's day."""
        return office_day(self.now)


def _rows(session: Session, reader: Reader, now: datetime) -> list[Deadline]:
    """Return all running time limits of visible cases. Raises NotFound if the reader takes no part in cases."""
    principal = Principal.of(reader)
    holds = select(Holds(principal, TAKES_PART), Holds(principal, REGISTERS), Holds(principal, INSTRUCTS))
    takes_part, registers, instructs = session.execute(holds).one()
    if not takes_part:
        raise NotFound
    at = _Context(now, clock_rows.calendar(session), registers, instructs)
    holders = _holders(session, reader, now)
    days_left = cache(lambda due: working_days_between(at.today, due, at.calendar))
    wanted = _running(reader, *COLUMNS).join(Registration, Registration.case_id == Case.id)
    return [_deadline(row, holders.get(row.id, _Holders()), at, days_left(row.due)) for row in session.execute(wanted)]


def _deadline(row: Any, holders: _Holders, at: _Context, days_left: int) -> Deadline:
    """Convert a row of `COLUMNS` to its current state."""
    clock = _clock(row)
    used, overdue = clocks.used(clock, at.now, at.calendar), clocks.is_overdue(clock, at.now)
    may_act = at.registers or (at.instructs and not row.restricted)
    return Deadline(
        public_id=row.public_id,
        register_no=row.register_no,
        main_problem="" if row.restricted else row.main_problem,
        state=row.state,
        restricted=row.restricted,
        urgent=row.urgent,
        kind=row.kind,
        due=row.due,
        provisional=row.provisional,
        used=used,
        level=level_of(used, overdue),
        working_days_left=days_left,
        days_late=(at.today - row.due).days if overdue else 0,
        unit=RESTRICTED if row.restricted else holders.unit or OFFICE,
        persons=(RESTRICTED,) if row.restricted else holders.persons(row.state),
        may_supervise=may_act and overdue and row.state in BY_CODE["supervise"].states,
    )


def _clock(row: Any) -> Clock:
    """Build the clock of a row of `COLUMNS`, without its changes: the stored due day includes them."""
    due = ReckonedDay(row.due, row.provisional)
    rule = ClockRule(row.days, row.urgent_days, row.counting)
    return Clock(rule, in_office(row.started_at), row.urgent, (), due, due)


def _running(reader: Reader, *columns: Any) -> Select[Any]:
    """Select the visible cases with a running time limit."""
    runs = and_(CaseClock.case_id == Case.id, CaseClock.stopped_at.is_(None))
    return visible_cases(reader).with_only_columns(*columns).select_from(Case).join(CaseClock, runs)


def _holders(session: Session, reader: Reader, now: datetime) -> Mapping[int, _Holders]:
    """Return the holders by case; none for restricted cases.

    A person whom the case concerns is not shown as its holder: a reader might call them.
    """
    found: dict[int, _Holders] = {}
    for case_id, unit, unit_name, person, name, kind, kept_out in session.execute(_assigned(reader, now)):
        holders = found.setdefault(case_id, _Holders())
        holders.unit = Holder(unit, unit_name)
        if person is not None and not kept_out:
            setattr(holders, kind, (*getattr(holders, kind), Holder(person, name)))
    for case_id, person, name, kept_out in session.execute(_proposed(reader)):
        named = () if person is None or kept_out else (Holder(person, name),)
        found.setdefault(case_id, _Holders()).instructs = named
    return found


def _assigned(reader: Reader, now: datetime) -> Select[Any]:
    """Select by case its unit with each appointed handler, unit leader and overseer."""
    posts = _posts(now)
    kind = case((Assignment.person_id.is_not(None), "appointed"), else_=posts.c.kind)
    return (
        _running(reader, Case.id, Unit.public_id, Unit.name, Person.public_id, Person.name, kind, _is_kept_out())
        .join(Assignment, and_(Assignment.case_id == Case.id, Assignment.ended_at.is_(None)))
        .join(Unit, Unit.id == Assignment.unit_id)
        .outerjoin(posts, and_(posts.c.unit_id == Assignment.unit_id, Assignment.person_id.is_(None)))
        .outerjoin(Person, Person.id == func.coalesce(Assignment.person_id, posts.c.person_id))
        .where(Case.restricted.is_(False))
        .order_by(Case.id, Person.id)
    )


def _proposed(reader: Reader) -> Select[Any]:
    """Select the named instructor of each case that waits for its instruction; the latest comes last."""
    return (
        _running(reader, Case.id, Person.public_id, Person.name, _is_kept_out())
        .join(CaseStep, and_(CaseStep.case_id == Case.id, CaseStep.act == "propose"))
        .outerjoin(Person, Person.public_id == CaseStep.details["instructor"].as_string())
        .where(Case.restricted.is_(False), Case.state == "pending_instruction")
        .order_by(Case.id, CaseStep.number)
    )


def _is_kept_out() -> ColumnElement[bool]:
    """Whether the case concerns the joined person; evaluated only for cases that concern anybody."""
    return case((Case.veto_bits == 0, false()), else_=candidates.is_kept_out())


def _posts(now: datetime) -> Subquery:
    """Select who leads a unit, by post or by role, and who oversees it or a superior unit: person, unit, kind."""
    today = office_day(now)
    of_unit = Post.kind == "leads", _on(Post.since, Post.until, today)
    leads = select(Post.person_id, Post.unit_id, literal("leads").label("kind")).where(*of_unit)
    heads = (
        select(Membership.person_id, Membership.unit_id, literal("leads").label("kind"))
        .join(Account, Account.person_id == Membership.person_id)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(
            _on(Membership.since, Membership.until, today),
            Account.active,
            AccountRole.role == "unit_head",
            AccountRole.since <= now,
            or_(AccountRole.until.is_(None), AccountRole.until > now),
        )
    )
    oversees = (
        select(Post.person_id, UnitReach.member_unit_id, literal("oversees").label("kind"))
        .join(UnitReach, UnitReach.unit_id == Post.unit_id)
        .where(Post.kind == "oversees", _on(Post.since, Post.until, today))
    )
    return union(leads, heads, oversees).subquery("held")


def _on(since: InstrumentedAttribute[Any], until: InstrumentedAttribute[Any], day: date) -> ColumnElement[bool]:
    return and_(or_(since.is_(None), since <= day), or_(until.is_(None), until >= day))
