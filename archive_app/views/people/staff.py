"""Import of staff and units from a table: choose it, preview it, apply it."""

from __future__ import annotations

import io

from flask import Blueprint, Response, render_template
from flask_babel import get_locale, gettext

from archive_app.people import importing
from archive_app.people import queries as people_queries
from archive_app.tabular.tables import COLUMNS
from archive_app.views.common.context import archive, reader
from archive_app.views.common.form_submission import Answer
from archive_app.views.common.upload_preview import Upload, UploadPreview

blueprint = Blueprint("staff", __name__)

TEMPLATE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/people/import")
def form() -> str:
    """The form that takes a table."""
    return _form()


@blueprint.post("/people/import")
def preview() -> Answer:
    """What the table would add, change and end, and what is wrong with it."""
    return IMPORT.show()


@blueprint.post("/people/import/apply")
def apply() -> Answer:
    """Import what was previewed. Only the answering page shows the initial passwords."""
    return IMPORT.confirm()


@blueprint.get("/people/import/template")
def template() -> Response:
    """An Excel file to fill in. It contains no data of the archive."""
    people_queries.ensure_administers(reader(), archive())
    content = importing.template(gettext, str(get_locale())[:2])
    headers = {"Content-Disposition": 'attachment; filename="staff.xlsx"'}
    return Response(content, mimetype=TEMPLATE_TYPE, headers=headers)


def _form(**told: object) -> str:
    people_queries.ensure_administers(reader(), archive())
    return render_template("people/staff_import.html", **told)


def _preview(upload: Upload) -> Answer:
    found = importing.preview(reader(), archive(), io.BytesIO(upload.content), upload.name)
    language = str(get_locale()).startswith("en")
    headings = {code: labels[language] for code, labels in COLUMNS.items()}
    return render_template("people/staff_preview.html", found=found, upload=upload, headings=headings)


def _apply(upload: Upload) -> Answer:
    found = importing.apply(reader(), archive(), io.BytesIO(upload.content), upload.name, upload.fingerprint)
    return render_template("people/staff_imported.html", found=found, name=upload.name)


IMPORT = UploadPreview(form=_form, preview=_preview, apply=_apply)
