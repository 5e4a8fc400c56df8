"""Days off of a year: the imported years, and the import of a table: choose it, preview it, apply it."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from archive_app.cases import holidays
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.form_submission import Answer
from archive_app.views.common.upload_preview import Upload, UploadPreview

blueprint = Blueprint("days_off", __name__)


@blueprint.get("/days-off")
def form() -> str:
    """The imported years, and the form that takes a table."""
    return _form(done=request.args.get("done", 0, type=int))


@blueprint.post("/days-off")
def preview() -> Answer:
    """The content of the table, and the time limits that it changes."""
    return IMPORT.show()


@blueprint.post("/days-off/apply")
def apply() -> Answer:
    """Import what was previewed."""
    return IMPORT.confirm()


def _form(**told: object) -> str:
    return render_template("cases/days_off.html", years=holidays.known_years(reader(), archive()), **told)


def _preview(upload: Upload) -> Answer:
    found = holidays.preview(reader(), archive(), upload.content, upload.name)
    moved = [each for each in found.changes if each.before != each.after]
    stays = len(found.changes) - len(moved)
    return render_template("cases/days_off_preview.html", found=found, moved=moved, stays=stays, upload=upload)


def _apply(upload: Upload) -> Answer:
    found = holidays.apply(reader(), archive(), upload.content, upload.name, upload.fingerprint)
    return go_to("days_off.form", done=found.year)


IMPORT = UploadPreview(form=_form, preview=_preview, apply=_apply)
