"""Refuse every request without a reader, except to the addresses listed here."""

from __future__ import annotations

from flask import Flask, g, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response

from archive_app.people import sign_in
from archive_app.views.common import bearer
from archive_app.views.common.context import TOKEN, archive

PUBLIC_ENDPOINTS = frozenset(
    {
        *("sessions.form", "sessions.sign_in", "sessions.speak", "assets.asset", "api.document"),
        *("passwords.form", "passwords.set_password"),
    }
)

FORMS = frozenset({"scan.receive", "correction.save"})
"""Forms that post to their own address, so that signing in can lead back to it."""


def setup(app: Flask) -> None:
    """Require a reader for each request, before any other handling, unknown addresses included."""
    app.before_request(_refuse_everyone_first)


def has_signed_in(app: Flask, cookies: str) -> bool:
    """Whether a Cookie header has a session that this site signed for somebody; it may have ended since."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    if serializer is None:
        return False
    try:
        return TOKEN in serializer.loads(parse_cookie(cookies).get(app.config["SESSION_COOKIE_NAME"], ""))
    except BadSignature:
        return False


def _refuse_everyone_first() -> Response | tuple[str, int] | None:
    if bearer.is_asked() and request.endpoint not in PUBLIC_ENDPOINTS:
        bearer.refuse_without_token()
        return None
    token = session.get(TOKEN)
    g.reader = sign_in.reader_of(archive(), token) if token and request.endpoint != "assets.asset" else None
    if g.reader is not None or request.endpoint in PUBLIC_ENDPOINTS:
        return None
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("sessions.form", next=request.full_path.rstrip("?")), code=303)
    # The body of the request is lost, and a redirect must not repeat it.
    target = request.path if request.endpoint in FORMS else url_for("home.home")
    return render_template("account/login.html", next=target, ended=True, error=None, name=""), 401
