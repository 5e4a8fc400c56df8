"""Pictures and downloads, under the same access rule as the pages that show them; nothing is cached on the way."""

from __future__ import annotations

from flask import Blueprint, request, send_file
from werkzeug.wrappers import Response

from archive_app.letters import queries as letter_queries
from archive_app.values import FileContent
from archive_app.views.common.context import archive, reader

blueprint = Blueprint("files", __name__)


@blueprint.get("/letters/<public_id>/pages/<int:number>/<kind>.jpg")
def image(public_id: str, number: int, kind: str) -> Response:
    """A page's picture: as A4 (`a4`), or as it came (`source`); `scan` selects an earlier scan of it."""
    scan = request.args.get("scan", type=int)
    return send(letter_queries.page_image(reader(), archive(), public_id, number, kind, scan), download=False)


@blueprint.get("/letters/<public_id>/originals/<int:position>")
def original(public_id: str, position: int) -> Response:
    """An original, bit for bit."""
    return send(letter_queries.original(reader(), archive(), public_id, position), download=True)


@blueprint.get("/letters/<public_id>/a4.pdf")
def access_copy(public_id: str) -> Response:
    """The A4 PDF with its text."""
    return send(letter_queries.access_copy(reader(), archive(), public_id), download=True)


def send(content: FileContent, *, download: bool) -> Response:
    """Send a file of the archive, with caching forbidden."""
    response = send_file(
        content.path,
        mimetype=content.media_type,
        as_attachment=download,
        download_name=content.name,
        conditional=False,
        etag=False,
    )
    # A foreign file that the browser opens here may execute nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
