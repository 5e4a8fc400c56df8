"""The audit trail: one row an act, in the transaction of the act. Never content, only what was done to what by whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from archive_app.access import Reader
from storage.models import AuditEvent, Letter


def record(
    session: Session, reader: Reader | None, action: str, letter: Letter, *, page: int | None = None, **details: Any
) -> None:
    """Write down an act on a letter; `reader` None is the system itself."""
    session.add(
        AuditEvent(
            at=datetime.now(UTC),
            account_id=None if reader is None else reader.account_id,
            action=action,
            case_id=letter.case_id,
            letter_id=letter.id,
            page_number=page,
            details=details,
        )
    )
