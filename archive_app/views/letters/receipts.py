"""The receipt: what was taken in, its progress, and the outcome of its letters."""

from __future__ import annotations

from flask import Blueprint, render_template

from archive_app.letters import receipts
from archive_app.views.common.context import archive, reader

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
    return render_template(template, intake=receipts.intake(reader(), archive(), public_id))
