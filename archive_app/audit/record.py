"""The audit trail: one row an act, in the act's own transaction, chained. Never content, only what was done by whom."""

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
    """Write down an act on a letter, on a case, or on a `subject` (its public id); `details` are plain JSON values.

    What another system did in an account's name has the name of its token with it (`token`).

    The session must be a writing one (`unit_of_work`): writers follow one another, so the chain has no gap and no fork.
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
        "subject": _kept(subject),
        "details": _kept(json.loads(json.dumps(details))),
    }
    head.count, head.hash = row["id"], chain.link(head.hash, row)
    session.add(AuditEvent(**row, hash=head.hash))


def _kept(value: Any) -> Any:
    """The value as every database keeps it: PostgreSQL has no NUL in text, and what is hashed must be what is kept."""
    if isinstance(value, str):
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, list):
        return [_kept(each) for each in value]
    return {_kept(name): _kept(each) for name, each in value.items()} if isinstance(value, dict) else value
