"""A reader's notifications: the list, and the number of new ones."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func

from archive_app.access.identity import Reader
from archive_app.cases.notifications import own
from archive_app.office_time import office_day
from archive_app.runtime.archive import Archive
from archive_app.values import NotificationView
from storage.models import Case, Notification, Registration

MOST = 200


def new(reader: Reader, archive: Archive) -> int:
    """Count the unopened notifications of cases that the reader sees now."""
    with archive.reading(reader) as session:
        return session.scalar(own(reader, func.count()).where(Notification.opened_at.is_(None))) or 0


def notifications(reader: Reader, archive: Archive) -> tuple[NotificationView, ...]:
    """Return the notifications of cases that the reader sees now, newest first; at most `MOST`."""
    today = office_day(datetime.now(UTC))
    rows = (
        own(reader, Notification, Case.public_id, Registration.register_no)
        .join(Case, Case.id == Notification.case_id)
        .join(Registration, Registration.case_id == Case.id)
        .order_by(Notification.at.desc(), Notification.id.desc())
    )
    with archive.reading(reader) as session:
        return tuple(
            NotificationView(
                kind=row.kind,
                case_id=case_id,
                register_no=register_no,
                at=row.at,
                new=row.opened_at is None,
                today=office_day(row.at) == today,
            )
            for row, case_id, register_no in session.execute(rows.limit(MOST))
        )
