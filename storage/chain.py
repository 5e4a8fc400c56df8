"""The audit trail as a hash chain: each row's hash covers the row and the hash of the row before.

Changing, removing or reordering a row breaks every hash that follows; a truncated or rebuilt chain is detected by a
head that was kept outside (`archive audit head`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = hashlib.sha256(b"petition-archive audit trail").hexdigest()
"""The hash before the first row."""

FIELDS = ("id", "at", "account_id", "action", "case_id", "letter_id", "page_number", "subject", "details")
"""The hashed fields of a row, in this order."""


def link(before: str, row: Mapping[str, Any]) -> str:
    """The hash of a row: SHA-256, hexadecimal, over the hash before it and the row's `FIELDS` as canonical JSON.

    `at` is an aware moment; it counts in UTC to the microsecond, which is what both databases keep.
    """
    at: datetime = row["at"]
    values = {name: row[name] for name in FIELDS} | {"at": at.astimezone(UTC).isoformat(timespec="microseconds")}
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{canonical}".encode()).hexdigest()
