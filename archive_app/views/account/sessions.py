"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from archive_app.errors import SignInFailed
from archive_app.language.catalogues import LANGUAGES
from archive_app.language.sentences import say
from archive_app.people import sign_in as sign_in_service
from archive_app.values import Notice
from archive_app.views.common import bearer, known_devices
from archive_app.views.common.context import TOKEN, archive, go_back, local_address

LANGUAGE_COOKIE = "language"

blueprint = Blueprint("sessions", __name__)


@blueprint.get("/login")
def form() -> str | Response:
    """The sign-in form."""
    target = local_address(request.args.get("next", ""), url_for("home.home"))
    if g.reader is not None:
        return redirect(target, code=303)
    return render_template("account/login.html", next=target, error=None, ended=False, name="")


@blueprint.post("/login")
def sign_in() -> tuple[str, int] | Response:
    """Open a session, and go to the page that the reader requested first."""
    target = local_address(request.form.get("next", ""), url_for("home.home"))
    name = request.form.get("name", "").strip()
    try:
        _, token = sign_in_service.sign_in(archive(), name, request.form.get("password", ""))
    except SignInFailed as error:
        sentence = say(Notice(error.code, error.values))
        return render_template("account/login.html", next=target, error=sentence, ended=False, name=name), 403
    session.clear()
    session[TOKEN] = token
    response = redirect(target, code=303)
    known_devices.remember(response, name)
    return response


@blueprint.post("/logout")
def sign_out() -> Response:
    """End the session, here and in the archive."""
    sign_in_service.sign_out(archive(), session[TOKEN])
    session.clear()
    response = redirect(url_for("sessions.form"), code=303)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.post("/language/<code>")
def speak(code: str) -> Response:
    """Show everything in another language from now on."""
    if code not in LANGUAGES:
        abort(404)
    response = go_back("home.home")
    https = archive().settings.https
    response.set_cookie(LANGUAGE_COOKIE, code, max_age=365 * 86_400, httponly=True, samesite="Lax", secure=https)
    return response


def language_of_request() -> str:
    """The language that the reader chose, or that an API request asks for; Chinese by default."""
    if bearer.is_asked():
        chosen = request.accept_languages.best_match(LANGUAGES) or ""
    else:
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    default = archive().settings.language
    return chosen if chosen in LANGUAGES else default if default in LANGUAGES else "zh"
