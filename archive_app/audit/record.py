"""Record the audit trail: one chained row per action, in its transaction. Never content, only who did what."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from archive_app.access.identity import Reader, System
from storage import chain
from storage.models import AuditEvent, AuditHead, Letter


def record(
    session: Session,
    who: Reader | System,
    action: str,
    letter: Letter | None = None,
    *,
    case_id: int | None = None,
    page: int | None = None,
    subject: str = "",
    **details: Any,
) -> None:
    """Record an action on a letter, a case, or a `subject` (its public id); `details` are plain JSON values.

    An action of another system on an account's behalf includes the name of its token (`token`).

    The session must be a writing one (`unit_of_work`): writers are serialized, so the chain has no gap and no fork.
    """
    head = session.get_one(AuditHead, 1)
    if isinstance(who, Reader) and who.token:
        details["token"] = who.token
    row = {
        "id": head.count + 1,
        "at": datetime.now(UTC),
        "account_id": who.account_id if isinstance(who, Reader) else None,
        "action": action,
        "case_id": case_id if letter is None else letter.case_id,
        "letter_id": None if letter is None else letter.id,
        "page_number": page,
        "subject": _storable(subject),
        "details": _storable(json.loads(json.dumps(details))),
    }
    head.count, head.hash = row["id"], chain.link(head.hash, row)
    session.add(AuditEvent(**row, hash=head.hash))


def _storable(value: Any) -> Any:
    """Return the value as all databases store it: PostgreSQL refuses NUL, and the hash covers the stored value."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, list):
        return [_storable(each) for each in value]
    return {_storable(name): _storable(each) for name, each in value.items()} if isinstance(value, dict) else value
