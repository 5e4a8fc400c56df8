"""Requests that can be repeated: with the header `Idempotency-Key` the repetition returns the first one's result."""

from __future__ import annotations

import hashlib

from flask import request

from archive_app.cases.registration import IdempotencyKey
from archive_app.views.common.problems import NotAsDescribed

HEADER = "Idempotency-Key"
MOST = 100


def idempotency_key() -> IdempotencyKey | None:
    """The key of the current request with the digest of its content; None without a key. Raises NotAsDescribed."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 0 < len(key) <= MOST or not (key.isascii() and key.isprintable()):
        raise NotAsDescribed([(HEADER, f"1 to {MOST} printable ASCII characters are needed")])
    return IdempotencyKey(key, hashlib.sha256(request.get_data()).hexdigest())
