"""The redacted extract 摘转: which areas of a letter's pages to cover, and the making of it."""

from __future__ import annotations

import math

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from archive_app.errors import (
    ArchiveError,
    InvalidField,
    LetterChanged,
    NamesStillReadable,
    NothingCovered,
    NothingLeftOver,
)
from archive_app.language.sentences import say
from archive_app.letters.extracts import making, queries
from archive_app.letters.extracts.plan import Area, ExtractPlan, PagePlan
from archive_app.letters.extracts.results import ExtractDraft
from archive_app.values import Notice
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.error_status import status_of
from archive_app.views.common.overlay import places

blueprint = Blueprint("extracts", __name__)

MM = 72 / 25.4
EDGES = ("left", "top", "right", "bottom")
MOST_AREAS = 200
"""Per page: more rectangles than anybody draws."""


@blueprint.get("/letters/<public_id>/extract")
def form(public_id: str) -> str:
    """The pages of a letter, with proposed areas to cover."""
    return _page(queries.draft(reader(), archive(), public_id))


@blueprint.post("/letters/<public_id>/extract")
def make(public_id: str) -> Response | tuple[str, int]:
    """Make the extract, or show the preview again; an error is shown above the choices."""
    plan: ExtractPlan | None = None
    try:
        plan = _plan()
        if request.form.get("then") == "show":
            return _page(queries.draft(reader(), archive(), public_id, plan)), 200
        receipt = making.make(reader(), archive(), public_id, plan)
    except (InvalidField, LetterChanged, NothingCovered, NothingLeftOver, NamesStillReadable) as error:
        return _page(queries.draft(reader(), archive(), public_id, plan), error), status_of(error)
    return go_to("intakes.receipt", public_id=receipt)


def _plan() -> ExtractPlan:
    """The choices of the form. Raises InvalidField, LetterChanged."""
    left_out = request.form.getlist("out", type=int)
    lines = [_numbers(each, 2) for each in request.form.getlist("line")]
    pages = []
    for seen in request.form.getlist("seen"):
        number, scan, version = _numbers(seen, 3)
        if number not in left_out:
            covered = frozenset(line for page, line in lines if page == number)
            pages.append(PagePlan(number, scan, version, covered, _areas(number)))
    return ExtractPlan(tuple(pages), len(request.form.getlist("seen")), knowing=bool(request.form.get("knowing")))


def _numbers(written: str, count: int) -> tuple[int, ...]:
    """`count` numbers separated by colons. Raises LetterChanged for other formats, which no page sends."""
    try:
        found = tuple(map(int, written.split(":")))
    except ValueError:
        raise LetterChanged from None
    if len(found) != count:
        raise LetterChanged
    return found


def _areas(page: int) -> tuple[Area, ...]:
    """The rectangles of a page, in points; they are typed in millimetres, and empty rows are ignored."""
    rows = list(zip(*(request.form.getlist(f"{edge}-{page}") for edge in EDGES), strict=False))[:MOST_AREAS]
    return tuple(_area(page, row) for row in rows if any(each.strip() for each in row))


def _area(page: int, row: tuple[str, ...]) -> Area:
    try:
        left, top, right, bottom = (float(each) * MM for each in row)
    except ValueError:
        left = top = right = bottom = 0.0
    if not (left < right and top < bottom) or not all(map(math.isfinite, (left, top, right, bottom))):
        raise InvalidField(field=gettext("Rectangle on page %(number)s", number=page), reason="mm")
    return Area(left, top, right, bottom)


def _page(draft: ExtractDraft, error: ArchiveError | None = None) -> str:
    return render_template(
        "letters/extract.html",
        draft=draft,
        letter=draft.letter,
        places={each.page.number: places(each.page) for each in draft.pages},
        error=None if error is None else say(Notice(error.code, error.values)),
        knowing=bool(request.form.get("knowing")),
    )
