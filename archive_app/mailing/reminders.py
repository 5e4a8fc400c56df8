"""Reminders: notify those responsible for a case as its time runs out, and delete notifications that a veto withdrew.

The worker's sweep writes them. The notifications of one case depend on no other case.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Integer, delete, literal, literal_column, or_, select
from sqlalchemy.orm import Session

from archive_app.access.predicates import Principal
from archive_app.access.system import SYSTEM
from archive_app.access.vetoes import vetoed
from archive_app.cases import clock_rows
from archive_app.cases.notifications import RESPONSIBLE, notify_recipients
from archive_app.domain import clocks
from archive_app.domain.working_days import Calendar
from archive_app.runtime.archive import Archive
from storage.models import Account, Allowance, Case, CaseClock, Notification

OVERDUE = 100
"""Percent of the time limit: the due day is over."""

KEPT = timedelta(days=365)
"""How long a notification is kept; the steps of its case record the same for good."""


def remind(archive: Archive) -> None:
    """Notify, once per clock and threshold, when 50, 75, 85, 99 or 100 percent of the time limit are used.

    When several thresholds are passed at once, only the last is notified. After an extension the thresholds apply to
    the longer limit.
    """
    now = datetime.now(UTC)
    with archive.reading(SYSTEM) as session:
        calendar = clock_rows.calendar(session)
        running = session.scalars(select(CaseClock).where(CaseClock.stopped_at.is_(None)).order_by(CaseClock.id))
        changed = [row.id for row in running if passed(row, now, calendar) != row.reminded]
    if changed:
        with archive.changing(SYSTEM) as session:
            for clock_id in changed:
                _remind(session, session.get_one(CaseClock, clock_id), now)
            session.commit()


def passed(row: CaseClock, now: datetime, calendar: Calendar) -> int:
    """The last threshold (in percent) that a clock has passed; 0 before the first."""
    clock = clock_rows.clock_of(row)
    if clocks.is_overdue(clock, now):
        return OVERDUE
    used = 100 * clocks.used(clock, now, calendar)
    return max((percent for percent in clocks.ALERT_PERCENTS if used >= percent), default=0)


def tidy(archive: Archive) -> None:
    """Delete notifications that a veto hides from their reader, and old ones.

    The access rule hides them anyway; but skipping rows takes time, which a reader could measure.
    """
    now = datetime.now(UTC)
    principal = Principal(
        account=literal_column("accounts.id", Integer),
        person=literal_column("accounts.person_id", Integer),
        now=literal(now, Allowance.at.type),
    )
    gone = (
        select(Notification.id)
        .join(Account, Account.id == Notification.account_id)
        .join(Case, Case.id == Notification.case_id)
        .where(or_(Notification.at < now - KEPT, vetoed(principal)))
    )
    with archive.reading(SYSTEM) as session:
        ids = session.scalars(gone).all()
    if ids:
        with archive.changing(SYSTEM) as session:
            session.execute(delete(Notification).where(Notification.id.in_(ids)))
            session.commit()


def _remind(session: Session, row: CaseClock, now: datetime) -> None:
    reached, case = passed(row, now, clock_rows.calendar(session)), session.get_one(Case, row.case_id)
    if reached > row.reminded and row.stopped_at is None and case.state in RESPONSIBLE:
        kind = "overdue" if reached == OVERDUE else f"used_{reached}"
        # The office supervises what is overdue as well (九.1).
        for recipients in dict.fromkeys((RESPONSIBLE[case.state], *(("office",) if reached == OVERDUE else ()))):
            notify_recipients(session, case, recipients, kind)
    row.reminded = reached
