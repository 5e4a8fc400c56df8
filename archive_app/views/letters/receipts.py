"""The receipt: what was taken in, its progress, and its letters."""

from __future__ import annotations

from flask import Blueprint, render_template

from archive_app.letters import queries as letter_queries
from archive_app.letters import receipts
from archive_app.letters.results import IntakeView, LetterView
from archive_app.views.common.context import archive, reader

SHOWN_AT_ONCE = 4
"""A receipt with more letters than this shows each letter's pages on a separate page."""

blueprint = Blueprint("intakes", __name__)


@blueprint.get("/intakes/<public_id>")
def receipt(public_id: str) -> str:
    """A receipt."""
    return _render("letters/receipt.html", public_id)


@blueprint.get("/intakes/<public_id>/progress")
def progress(public_id: str) -> str:
    """The part of a receipt that changes while pages are read."""
    return _render("letters/_progress.html", public_id)


def _render(template: str, public_id: str) -> str:
    found = receipts.intake(reader(), archive(), public_id)
    return render_template(template, intake=found, scans=_scans(found))


def _scans(found: IntakeView) -> tuple[LetterView, ...]:
    # Only at the end: the request of every second stays small, and is no audited read of content.
    if not found.done or len(found.letters) > SHOWN_AT_ONCE:
        return ()
    return tuple(letter_queries.letter(reader(), archive(), letter.public_id) for letter in found.letters)
