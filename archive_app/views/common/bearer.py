"""Authentication by token: `Authorization: Bearer pa_…`. A session opens no operation, and a token no page."""

from __future__ import annotations

from flask import g, request
from werkzeug.exceptions import RequestEntityTooLarge, Unauthorized

from archive_app.people import sign_in
from archive_app.views.common.context import archive

API = "/api"

SCHEME = "Bearer "

MOST_BYTES = 2**20
"""The largest body of a request to the API: a registration form with all its texts, each character escaped."""


def is_asked() -> bool:
    """Whether the current request is one to the API."""
    return is_of_api(request.path)


def is_of_api(path: str) -> bool:
    """Whether this is an address of the API."""
    return path == API or path.startswith(f"{API}/")


def refuse_without_token() -> None:
    """Identify the reader by the token. Raises Unauthorized, RequestEntityTooLarge."""
    g.reader = None
    shown = request.headers.get("Authorization", "")
    if shown.startswith(SCHEME):
        g.reader = sign_in.reader_of_api_token(archive(), shown.removeprefix(SCHEME).strip())
    if g.reader is None:
        raise Unauthorized
    if (request.content_length or 0) > MOST_BYTES:
        raise RequestEntityTooLarge
