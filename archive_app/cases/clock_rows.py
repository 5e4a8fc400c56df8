"""The clocks of a case as rows: actions start, change and stop them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.domain import clocks
from archive_app.domain.clocks import HANDLING, TRANSFER, Clock, ClockRule, Extension, Urgency
from archive_app.domain.codes import OUT_OF_SCOPE
from archive_app.domain.working_days import Calendar, ListedDay, ReckonedDay, YearTable
from archive_app.office_time import in_office
from storage.models import Case, CaseClock, ImportedDay, Registration


def calendar(session: Session) -> Calendar:
    """Load the office's working days with the imported years; not cached, so that an import takes effect at once."""
    years: dict[int, dict[date, ListedDay]] = {}
    listed = select(ImportedDay.year, ImportedDay.day, ImportedDay.working, ImportedDay.name)
    for year, day, working, name in session.execute(listed):
        years.setdefault(year, {})[day] = ListedDay(working, name)
    return Calendar({year: YearTable(year, days) for year, days in years.items()})


def start_transfer(session: Session, case: Case, row: Registration, now: datetime) -> None:
    """Start the transfer clock at registration: a case of another authority is transferred within 3 days (四.3)."""
    if row.content_class == OUT_OF_SCOPE:
        _start(session, case, "transfer", TRANSFER, now)


def start_handling(session: Session, case: Case, now: datetime) -> None:
    """Start the handling clock at the instruction: 15 days, 7 if urgent (四.2); a running clock is stopped."""
    stop(session, case, now)
    _start(session, case, "handling", HANDLING, now)


def stop(session: Session, case: Case, now: datetime) -> None:
    """Stop the running clock."""
    for row in running(session, case):
        row.stopped_at = now


def mark_urgent(session: Session, case: Case, now: datetime) -> None:
    """Make the running clock urgent: it is due earlier (四.2)."""
    for row in running(session, case):
        keep(row, clocks.make_urgent(clock_of(row), now, calendar(session)))


def extend(session: Session, case: Case, asked_at: datetime, days: int) -> date:
    """Extend the running clock after a request in time (九); returns the new due day.

    Raises:
        ExtensionTooLate, DaysOutOfRange: as `archive_app.domain.clocks.extend`.
    """
    (row,) = running(session, case)
    keep(row, clocks.extend(clock_of(row), asked_at, days, calendar(session)))
    return row.due


def running(session: Session, case: Case) -> Sequence[CaseClock]:
    """Return the running clocks of a case; at most one."""
    rows = select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None))
    return session.scalars(rows.order_by(CaseClock.id)).all()


def clock_of(row: CaseClock) -> Clock:
    """Build the clock from its row."""
    counting: Any = row.counting
    return Clock(
        rule=ClockRule(row.days, row.urgent_days, counting),
        started_at=in_office(row.started_at),
        started_urgent=row.started_urgent,
        changes=tuple(_deserialized(each) for each in row.changes),
        first_due=ReckonedDay(row.first_due, row.provisional),
        due=ReckonedDay(row.due, row.provisional),
    )


def _start(session: Session, case: Case, kind: str, rule: ClockRule, now: datetime) -> None:
    row = CaseClock(
        case_id=case.id,
        kind=kind,
        days=rule.days,
        urgent_days=rule.urgent_days,
        counting=rule.counting,
        started_at=now,
        started_urgent=case.urgent,
    )
    keep(row, clocks.start(now, rule, calendar(session), urgent=case.urgent))
    session.add(row)


def keep(row: CaseClock, clock: Clock) -> None:
    """Store the clock and its changes in the row."""
    row.changes = [_serialized(each) for each in clock.changes]
    row.first_due, row.due, row.provisional = clock.first_due.day, clock.due.day, clock.provisional


def _serialized(change: Urgency | Extension) -> dict[str, Any]:
    if isinstance(change, Urgency):
        return {"urgent_at": change.at.isoformat()}
    return {"asked_at": change.asked_at.isoformat(), "days": change.days}


def _deserialized(values: dict[str, Any]) -> Urgency | Extension:
    if "urgent_at" in values:
        return Urgency(in_office(datetime.fromisoformat(values["urgent_at"])))
    return Extension(in_office(datetime.fromisoformat(values["asked_at"])), values["days"])
