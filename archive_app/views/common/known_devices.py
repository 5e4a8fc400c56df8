"""Devices on which an account has signed in before, by a signed cookie.

Attempts from such a device are counted apart from everybody else's, so that wrong passwords typed elsewhere do not keep
the holder out at their own desk (device cookies, as OWASP describes them).
"""

from __future__ import annotations

import hashlib

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from archive_app.views.common.context import archive

COOKIE = "devices"
MOST = 5
"""Accounts remembered on one device: a shared counter has several."""

SECONDS = 365 * 86_400


def is_known(name: str) -> bool:
    """Whether the account of this name has signed in on the device of the current request."""
    return _digest(name) in _accounts()


def remember(response: Response, name: str) -> None:
    """Mark the device as one on which this account has signed in."""
    own = _digest(name)
    accounts = [own, *(each for each in _accounts() if each != own)][:MOST]
    value, https = _serializer().dumps(accounts), archive().settings.https
    response.set_cookie(COOKIE, str(value), max_age=SECONDS, httponly=True, samesite="Strict", secure=https)


def _accounts() -> list[str]:
    try:
        return list(map(str, _serializer().loads(request.cookies.get(COOKIE, ""))))
    except (BadSignature, TypeError):
        return []


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(archive().settings.secret_key, salt="known devices")


def _digest(name: str) -> str:
    return hashlib.sha256(name.strip().encode()).hexdigest()[:32]
