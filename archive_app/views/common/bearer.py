"""Authentication by token: `Authorization: Bearer pa_…`. A session opens no operation, and a token no page."""

from __future__ import annotations

from flask import g, request
from werkzeug.exceptions import Unauthorized

from archive_app.people import sign_in
from archive_app.views.common.context import archive

API = "/api"

SCHEME = "Bearer "


def is_asked() -> bool:
    """Whether the current request is one to the API."""
    return request.path == API or request.path.startswith(f"{API}/")


def refuse_without_token() -> None:
    """Identify the reader by the token. Raises Unauthorized."""
    g.reader = None
    shown = request.headers.get("Authorization", "")
    if shown.startswith(SCHEME):
        g.reader = sign_in.reader_of_api_token(archive(), shown.removeprefix(SCHEME).strip())
    if g.reader is None:
        raise Unauthorized
