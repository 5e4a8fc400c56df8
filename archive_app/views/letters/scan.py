"""Scanning in: the form, its upload, and the sheets that separate the letters of a stack."""

from __future__ import annotations

import io
from typing import BinaryIO, cast

import segno
from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from archive_app.errors import FileTooLarge, NoRoom, NothingReceived, TooManyFiles
from archive_app.language.labels import GROUPINGS
from archive_app.language.sentences import say
from archive_app.letters import intake
from archive_app.letters.results import Grouping
from archive_app.values import Notice
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.error_status import status_of

MAX_SHEETS = 50

blueprint = Blueprint("scan", __name__)


@blueprint.get("/scan")
def form() -> str:
    """The form that takes scanned pages."""
    return _form()


@blueprint.post("/scan")
def receive() -> Response | tuple[str, int]:
    """Keep the uploaded files, and show the receipt."""
    uploads = [
        intake.Upload(name=file.filename, stream=cast(BinaryIO, file.stream))
        for file in request.files.getlist("files")
        if file.filename
    ]
    grouping = request.form.get("grouping", "")
    try:
        receipt = intake.receive(
            reader(),
            archive(),
            uploads,
            grouping=cast(Grouping, grouping if grouping in GROUPINGS else "one"),
            channel=request.form.get("channel", ""),
        )
    except (NothingReceived, TooManyFiles, FileTooLarge, NoRoom) as error:
        return _form(error=say(Notice(error.code, error.values))), status_of(error)
    return go_to("intakes.receipt", public_id=receipt)


@blueprint.get("/scan/separators")
def separators() -> str:
    """Separator sheets to print; `copies` says how many."""
    copies = min(max(request.args.get("copies", 4, type=int), 1), MAX_SHEETS)
    drawing = io.BytesIO()
    segno.make(intake.SEPARATOR_PAYLOAD, error="h", micro=False).save(
        drawing, kind="svg", xmldecl=False, omitsize=True, border=4, svgclass=None, lineclass=None
    )
    return render_template(
        "letters/separators.html", copies=copies, max_sheets=MAX_SHEETS, code=drawing.getvalue().decode()
    )


def _form(error: str | None = None) -> str:
    settings = archive().settings
    return render_template(
        "letters/scan.html",
        error=error,
        groupings=tuple(GROUPINGS),
        chosen_channel=request.form.get("channel", intake.CHANNELS[0]),
        chosen_grouping=request.form.get("grouping", "one"),
        max_bytes=settings.max_upload_bytes,
        max_files=settings.max_files,
    )
