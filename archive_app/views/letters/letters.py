"""The letter: its pages with their text, its particulars, its history, and the possible actions."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from archive_app.errors import InvalidField
from archive_app.language.sentences import say
from archive_app.letters import correction, intake
from archive_app.letters import queries as letter_queries
from archive_app.letters.results import LetterView, PageView
from archive_app.office_time import usual_day
from archive_app.values import Notice
from archive_app.views.common.context import archive, go_back, reader
from archive_app.views.common.overlay import hits_by_line, places
from archive_app.views.letters.differences import changes

blueprint = Blueprint("letters", __name__)


@blueprint.get("/letters/<public_id>")
def letter(public_id: str) -> str:
    """A page of a letter beside its text, with the hits of a search marked on both."""
    return _show(public_id)


def _show(public_id: str, error: str | None = None) -> str:
    query = request.args.get("q", "")
    similar = request.args.get("similar") == "1"
    found = letter_queries.letter(reader(), archive(), public_id, query=query, similar=similar)
    page = page_of(found, request.args.get("page", 0, type=int) or _first_hit(found))
    return render_template(
        "letters/letter.html",
        letter=found,
        page=page,
        places=places(page) if page else (),
        hits=hits_by_line(page) if page else {},
        query=query,
        similar=similar,
        error=error,
        saved=request.args.get("saved", type=int),
    )


def _first_hit(found: LetterView) -> int:
    return next((page.number for page in found.pages if page.marks), 1)


def page_of(found: LetterView, number: int) -> PageView | None:
    """The page of this number; the nearest one when there is none; None when nothing was processed yet."""
    return min(found.pages, key=lambda page: abs(page.number - number), default=None)


@blueprint.post("/letters/<public_id>/particulars")
def describe(public_id: str) -> Response | tuple[str, int]:
    """Set the letter's title, sender and date."""
    written = request.form.get("letter_date", "").strip()
    try:
        try:
            letter_date = usual_day(written) if written else None
        except ValueError:
            raise InvalidField(field=gettext("Date of the letter"), reason=written) from None
        correction.describe(
            reader(),
            archive(),
            public_id,
            title=request.form.get("title", "").strip(),
            sender=request.form.get("sender", "").strip(),
            letter_date=letter_date,
        )
    except InvalidField as error:
        return _show(public_id, error=say(Notice(error.code, error.values))), 400
    return go_back("letters.letter", public_id=public_id)


@blueprint.get("/letters/<public_id>/scan")
def scan(public_id: str) -> str:
    """The result of each page: the original beside the A4 page."""
    return render_template("letters/letter_scan.html", letter=letter_queries.letter(reader(), archive(), public_id))


@blueprint.post("/letters/<public_id>/pages/<int:number>/turn")
def turn(public_id: str, number: int) -> Response:
    """Turn a page clockwise and read it again."""
    degrees = request.form.get("turn", type=int)
    if degrees not in (90, 180, 270):
        abort(400)
    intake.turn_page(reader(), archive(), public_id, number, turn=degrees)
    return go_back("letters.scan", public_id=public_id)


@blueprint.post("/letters/<public_id>/pages/<int:number>/scan")
def replace(public_id: str, number: int) -> Response:
    """Add another scan of a page; the old one is kept."""
    file = request.files.get("file")
    if file is not None and file.filename:
        upload = intake.Upload(name=file.filename, stream=cast(BinaryIO, file.stream))
        intake.replace_page(reader(), archive(), public_id, number, upload)
    return go_back("letters.scan", public_id=public_id)


@blueprint.post("/letters/<public_id>/retry")
def retry(public_id: str) -> Response:
    """Process the failed pages again, or one of them."""
    intake.retry(reader(), archive(), public_id, request.form.get("number", type=int))
    return go_back("letters.scan", public_id=public_id)


@blueprint.get("/letters/<public_id>/history")
def history(public_id: str) -> str:
    """The events of the letter, newest first."""
    found = letter_queries.letter(reader(), archive(), public_id)
    return render_template(
        "letters/history.html", letter=found, entries=letter_queries.history(reader(), archive(), public_id)
    )


@blueprint.get("/letters/<public_id>/pages/<int:number>/versions")
def versions(public_id: str, number: int) -> str:
    """The versions of a page's text, each with what changed."""
    found = letter_queries.versions(reader(), archive(), public_id, number)
    of_letter = letter_queries.letter(reader(), archive(), public_id)
    older = (*found[1:], None)
    steps = [(new, changes(old.lines, new.lines) if old else ()) for new, old in zip(found, older, strict=True)]
    return render_template("letters/versions.html", letter=of_letter, number=number, steps=steps)
