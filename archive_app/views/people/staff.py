"""Import of staff and units from a table: choose it, preview it, apply it."""

from __future__ import annotations

import base64
import binascii
import io

from flask import Blueprint, Response, render_template, request
from flask_babel import get_locale, gettext

from archive_app.people import importing
from archive_app.people import queries as people_queries
from archive_app.people.results import ImportPreview
from archive_app.tabular.errors import ImportChanged, ImportUnreadable
from archive_app.tabular.tables import COLUMNS, MAX_BYTES
from archive_app.views.common.context import archive, reader
from archive_app.views.common.form_submission import Answer, submit_form, text

blueprint = Blueprint("staff", __name__)

TEMPLATE_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/people/import")
def form() -> str:
    """The form that takes a table."""
    return _form()


@blueprint.post("/people/import")
def preview() -> Answer:
    """What the table would add, change and end, and what is wrong with it."""

    def work() -> Answer:
        file = request.files.get("file")
        if file is None or not file.filename:
            raise ImportUnreadable(field="file", name="…")
        content = file.stream.read(MAX_BYTES + 1)
        found = importing.preview(reader(), archive(), io.BytesIO(content), file.filename)
        return _shown(found, file.filename, base64.b64encode(content).decode())

    return submit_form(work, _form, "file")


@blueprint.post("/people/import/apply")
def apply() -> Answer:
    """Import what was previewed. Only the answering page shows the initial passwords."""

    def work() -> Answer:
        try:
            content = base64.b64decode(text("content"), validate=True)
        except binascii.Error:
            raise ImportChanged(field="file") from None
        name = text("name")
        found = importing.apply(reader(), archive(), io.BytesIO(content), name, text("fingerprint"))
        return render_template("people/staff_imported.html", found=found, name=name)

    return submit_form(work, _form, "file")


@blueprint.get("/people/import/template")
def template() -> Response:
    """An Excel file to fill in. It contains no data of the archive."""
    people_queries.ensure_administers(reader(), archive())
    content = importing.template(gettext, str(get_locale())[:2])
    headers = {"Content-Disposition": 'attachment; filename="staff.xlsx"'}
    return Response(content, mimetype=TEMPLATE_TYPE, headers=headers)


def _shown(found: ImportPreview, name: str, content: str) -> str:
    language = str(get_locale()).startswith("en")
    headings = {code: labels[language] for code, labels in COLUMNS.items()}
    return render_template("people/staff_preview.html", found=found, name=name, content=content, headings=headings)


def _form(**told: object) -> str:
    people_queries.ensure_administers(reader(), archive())
    return render_template("people/staff_import.html", **told)
