"""Upload, preview, confirm: a table is shown as what it would do, then exactly that is done, or nothing.

Nothing is kept in between: the form that confirms (`templates/layout/_upload.html`) sends the table again, with the
fingerprint of what was shown, which the service compares with what it finds (`archive_app.tabular.previews`).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

from flask import request

from archive_app.tabular.errors import ImportChanged, ImportUnreadable
from archive_app.tabular.tables import MAX_BYTES
from archive_app.views.common.form_submission import Answer, submit_form, text


@dataclass(frozen=True, slots=True)
class Upload:
    """A table that came with a request; `fingerprint` is the one of its preview, empty when it comes first."""

    name: str
    content: bytes
    fingerprint: str = ""

    @property
    def encoded(self) -> str:
        """The content as a hidden field of the form that confirms."""
        return base64.b64encode(self.content).decode()


@dataclass(frozen=True, slots=True)
class UploadPreview:
    """The two requests that import a table.

    `form` is the page with the form that takes the file, shown again with what is wrong. `preview` shows what the
    table would do, `apply` does it.
    """

    form: Callable[..., str]
    preview: Callable[[Upload], Answer]
    apply: Callable[[Upload], Answer]

    def show(self) -> Answer:
        """Preview the file of the request."""
        return submit_form(lambda: self.preview(_received()), self.form, "file")

    def confirm(self) -> Answer:
        """Do what was previewed."""
        return submit_form(lambda: self.apply(_confirmed()), self.form, "file")


def _received() -> Upload:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise ImportUnreadable(field="file", name="…")
    # One byte more than is allowed: the service says that it is too large.
    return Upload(file.filename, file.stream.read(MAX_BYTES + 1))


def _confirmed() -> Upload:
    try:
        content = base64.b64decode(text("content"), validate=True)
    except binascii.Error:
        raise ImportChanged(field="file") from None
    return Upload(text("name"), content, text("fingerprint"))
