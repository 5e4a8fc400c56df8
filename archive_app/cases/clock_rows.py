"""The clocks of a case as rows: started, changed and stopped by what is done with it."""

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
    """The office's working days, with the imported years: read each time, so that an import counts at once."""
    years: dict[int, dict[date, ListedDay]] = {}
    listed = select(ImportedDay.year, ImportedDay.day, ImportedDay.working, ImportedDay.name)
    for year, day, working, name in session.execute(listed):
        years.setdefault(year, {})[day] = ListedDay(working, name)
    return Calendar({year: YearTable(year, days) for year, days in years.items()})


def start_transfer(session: Session, case: Case, row: Registration, now: datetime) -> None:
    """From the registration on, what another authority is there for is transferred within three days (四.3)."""
    if row.content_class == OUT_OF_SCOPE:
        _start(session, case, "transfer", TRANSFER, now)


def start_handling(session: Session, case: Case, now: datetime) -> None:
    """From the instruction on, a case is handled within fifteen days, or seven (四.2); a new one ends the old."""
    stop(session, case, now)
    _start(session, case, "handling", HANDLING, now)


def stop(session: Session, case: Case, now: datetime) -> None:
    """No time runs any more."""
    for row in running(session, case):
        row.stopped_at = now


def mark_urgent(session: Session, case: Case, now: datetime) -> None:
    """The case has become urgent: what runs is due earlier (四.2)."""
    for row in running(session, case):
        keep(row, clocks.make_urgent(clock_of(row), now, calendar(session)))


def extend(session: Session, case: Case, asked_at: datetime, days: int) -> date:
    """More days for what runs, asked for in time (九); returns the new due day.

    Raises:
        ExtensionTooLate, DaysOutOfRange: as `archive_app.domain.clocks.extend`.
    """
    (row,) = running(session, case)
    keep(row, clocks.extend(clock_of(row), asked_at, days, calendar(session)))
    return row.due


def running(session: Session, case: Case) -> Sequence[CaseClock]:
    """The clocks of a case that run; at most one."""
    rows = select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None))
    return session.scalars(rows.order_by(CaseClock.id)).all()


def clock_of(row: CaseClock) -> Clock:
    """The clock that a row keeps."""
    counting: Any = row.counting
    return Clock(
        rule=ClockRule(row.days, row.urgent_days, counting),
        started_at=in_office(row.started_at),
        started_urgent=row.started_urgent,
        changes=tuple(_change_of(each) for each in row.changes),
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
    """Let the row keep this clock, with what has changed of it."""
    row.changes = [_kept(each) for each in clock.changes]
    row.first_due, row.due, row.provisional = clock.first_due.day, clock.due.day, clock.provisional


def _kept(change: Urgency | Extension) -> dict[str, Any]:
    if isinstance(change, Urgency):
        return {"urgent_at": change.at.isoformat()}
    return {"asked_at": change.asked_at.isoformat(), "days": change.days}


def _change_of(kept: dict[str, Any]) -> Urgency | Extension:
    if "urgent_at" in kept:
        return Urgency(in_office(datetime.fromisoformat(kept["urgent_at"])))
    return Extension(in_office(datetime.fromisoformat(kept["asked_at"])), kept["days"])
