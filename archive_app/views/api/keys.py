"""Requests that can be sent again: the header `Idempotency-Key` makes the second one find what the first one made."""

from __future__ import annotations

import hashlib

from flask import request

from archive_app.cases.registration import Once
from archive_app.views.common.problems import NotAsDescribed

HEADER = "Idempotency-Key"
MOST = 100


def once() -> Once | None:
    """The key of the request at hand with the digest of what it asks for; None without one. Raises NotAsDescribed."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 0 < len(key) <= MOST or not (key.isascii() and key.isprintable()):
        raise NotAsDescribed([(HEADER, f"1 to {MOST} printable ASCII characters are needed")])
    return Once(key, hashlib.sha256(request.get_data()).hexdigest())
