"""Text correction 校对: the recognised lines, each below its piece of the picture."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from archive_app.errors import EditConflict, NotFound
from archive_app.language.sentences import say
from archive_app.letters import correction
from archive_app.letters import queries as letter_queries
from archive_app.letters.results import LetterView, PageView
from archive_app.values import Notice
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.drafts import draft_key
from archive_app.views.common.error_status import status_of
from archive_app.views.common.overlay import places

blueprint = Blueprint("correction", __name__)


@blueprint.get("/letters/<public_id>/pages/<int:number>/correction")
def form(public_id: str, number: int) -> str:
    """The lines of a page, for correction."""
    found, page = _find(public_id, number)
    return _form(found, page)


@blueprint.post("/letters/<public_id>/pages/<int:number>/correction")
def save(public_id: str, number: int) -> Response | tuple[str, int]:
    """Keep the corrected lines as a new version, and go to the next page if requested."""
    lines = [line.strip() for line in request.form.getlist("line")]
    base = request.form.get("base_version", 0, type=int)
    right = set(request.form.getlist("confirmed", type=int))
    try:
        correction.correct(reader(), archive(), public_id, number, base_version=base, lines=lines, confirmed=right)
    except EditConflict as error:
        found, page = _find(public_id, number)
        conflict = say(Notice(error.code, error.values))
        return _form(found, page, mine=lines, confirmed=right, conflict=conflict), status_of(error)
    if request.form.get("then") == "next":
        found = letter_queries.letter(reader(), archive(), public_id)
        following = next((page.number for page in found.pages if page.number > number and page.lines), None)
        if following is not None:
            return go_to("correction.form", public_id=public_id, number=following, saved=number)
    return go_to("letters.letter", public_id=public_id, page=number, saved=number)


def _find(public_id: str, number: int) -> tuple[LetterView, PageView]:
    found = letter_queries.letter(reader(), archive(), public_id)
    page = next((page for page in found.pages if page.number == number), None)
    if page is None:
        raise NotFound
    return found, page


def _form(
    found: LetterView,
    page: PageView,
    *,
    mine: list[str] | None = None,
    confirmed: Collection[int] = (),
    conflict: str | None = None,
) -> str:
    return render_template(
        "letters/correction.html",
        letter=found,
        page=page,
        places=places(page),
        mine=mine,
        confirmed=confirmed,
        conflict=conflict,
        saved=request.args.get("saved", type=int),
        draft_key=draft_key(archive().settings.secret_key, reader().account_id, found.public_id, page.number),
    )
