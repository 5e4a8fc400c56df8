"""Days off of a year: the imported years, and the import of a table: choose it, preview it, apply it."""

from __future__ import annotations

import base64
import binascii

from flask import Blueprint, render_template, request

from archive_app.cases import holidays
from archive_app.cases.results import DaysOffPreview
from archive_app.tabular.errors import ImportChanged, ImportUnreadable
from archive_app.tabular.tables import MAX_BYTES
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.form_submission import Answer, submit_form, text

blueprint = Blueprint("days_off", __name__)


@blueprint.get("/days-off")
def form() -> str:
    """The imported years, and the form that takes a table."""
    return _form(done=request.args.get("done", 0, type=int))


@blueprint.post("/days-off")
def preview() -> Answer:
    """The content of the table, and the time limits that it changes."""

    def work() -> Answer:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise ImportUnreadable(field="file", name="…")
        content = file.stream.read(MAX_BYTES + 1)
        found = holidays.preview(reader(), archive(), content, file.filename)
        return _shown(found, file.filename, base64.b64encode(content).decode())

    return submit_form(work, _form, "file")


@blueprint.post("/days-off/apply")
def apply() -> Answer:
    """Import what was previewed."""

    def work() -> Answer:
        try:
            content = base64.b64decode(text("content"), validate=True)
        except binascii.Error:
            raise ImportChanged(field="file") from None
        found = holidays.apply(reader(), archive(), content, text("name"), text("fingerprint"))
        return go_to("days_off.form", done=found.year)

    return submit_form(work, _form, "file")


def _shown(found: DaysOffPreview, name: str, content: str) -> str:
    moved = [each for each in found.changes if each.before != each.after]
    stays = len(found.changes) - len(moved)
    return render_template(
        "cases/days_off_preview.html", found=found, moved=moved, stays=stays, name=name, content=content
    )


def _form(**told: object) -> str:
    return render_template("cases/days_off.html", years=holidays.known_years(reader(), archive()), **told)
