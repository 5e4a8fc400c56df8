"""Convert errors to pages, or to problems of the API, with their HTTP status; no other module does so."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, TooManyRequests, Unauthorized

from archive_app import errors
from archive_app.language.formats import size
from archive_app.language.sentences import say
from archive_app.values import Notice
from archive_app.views.common import bearer
from archive_app.views.common.context import archive
from archive_app.views.common.error_status import status_of, too_often
from archive_app.views.common.problems import NotAsDescribed, Refused, ScopeMissing, problem

Answer = tuple[str, int] | Response

log = logging.getLogger(__name__)


def setup(app: Flask) -> None:
    """Register a page for every kind of error."""
    app.register_error_handler(errors.ArchiveError, _refused)
    app.register_error_handler(404, _nothing_here)
    # A number beyond the database's integers, so no page, scan or letter has it.
    app.register_error_handler(OverflowError, _nothing_here)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(TooManyRequests, _too_often)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _other)
    app.register_error_handler(Exception, _our_mistake)


def _answer(status: int, title: str, sentence: str, **more: Any) -> Answer:
    """A page, or a problem with `more` details (`archive_app.views.common.problems.problem`)."""
    if bearer.is_asked():
        return problem(status, title, sentence, **more)
    return render_template("layout/error.html", title=title, sentence=sentence), status


def _refused(error: errors.ArchiveError) -> Answer:
    if isinstance(error, errors.NotFound):
        return _nothing_here(error)
    sentence = say(Notice(error.code, error.values))
    field = str(error.values.get("field", ""))
    return _answer(status_of(error), gettext("This could not be done"), sentence, code=error.code, field=field)


def _nothing_here(_error: Exception) -> Answer:
    # One body for absent, hidden and unknown addresses: it contains nothing of the request.
    title = gettext("There is nothing at this address")
    return _answer(404, title, gettext("Look whether the address is complete, or search for the letter."))


def _too_large(_error: Exception) -> Answer:
    title = gettext("This is too much at once")
    if bearer.is_asked():
        return problem(
            413, title, gettext("A request may have %(limit)s.", limit=size(bearer.MOST_BYTES)), code="too_large"
        )
    limit = size(archive().settings.max_upload_bytes)
    sentence = gettext(
        "All files together may have %(limit)s. Scan at a lower resolution (300 dpi is enough), or bring the letter in "
        "several goes. Nothing of this upload was taken in.",
        limit=limit,
    )
    return _answer(413, title, sentence)


def _too_often(_error: Exception) -> Answer:
    return render_template("account/login.html", next="/", error=too_often(), ended=False, name=""), 429


def _form_too_old(_error: Exception) -> Answer:
    sentence = gettext(
        "Go back, load the page again, and send the form once more. What you typed on a correction page is kept."
    )
    return _answer(400, gettext("This form is too old"), sentence)


def _other(error: HTTPException) -> Answer:
    title = gettext("This could not be done")
    if bearer.is_asked():
        return _problem(error, title)
    return _answer(error.code or 500, title, gettext("Go back to the page before, and try from there."))


def _problem(error: HTTPException, title: str) -> Answer:
    """Problems that only requests to the API can have."""
    if isinstance(error, Unauthorized):
        headers = {"WWW-Authenticate": bearer.SCHEME.strip()}
        return problem(401, title, gettext("Show a token that has not ended."), code="token_missing", headers=headers)
    if isinstance(error, ScopeMissing):
        sentence = gettext("The token is not for this. It wants the scope %(scope)s.", scope=error.scope)
        return problem(403, title, sentence, code="scope_missing")
    if isinstance(error, Refused):
        return problem(422, title, say(error.notice), code=error.notice.code, field=error.field)
    allowed = {name: value for name, value in error.get_headers(request.environ) if name == "Allow"}
    places = error.places if isinstance(error, NotAsDescribed) else ()
    sentence = gettext("The request is not as the document of the API says.")
    return problem(error.code or 500, title, sentence, code="not_as_described", places=places, headers=allowed)


def _our_mistake(error: Exception) -> Answer:
    # Log the error's kind and position, never its text, which may quote a letter.
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    where = f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame is not None else "?"
    log.error("unexpected %s at %s", type(error).__name__, where)
    sentence = gettext(
        "It has been noted. Nothing that was acknowledged is lost. Try again; if it happens once more, tell the "
        "administrator."
    )
    return _answer(500, gettext("The archive made a mistake"), sentence)
