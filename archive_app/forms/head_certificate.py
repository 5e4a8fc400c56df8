"""The head of the audit trail on paper, with a code, to be signed and kept outside the system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import segno
from markupsafe import Markup

from archive_app.forms.parts import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCertificate(Form):
    """What stands on the page, in the reader's language; `organisation` is the archive's name.

    `parts` are labels, each with the lines below it; `code` is what the QR code says.
    """

    template: ClassVar[str] = "head_certificate.html"

    name: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    note: str
    signature: str
    code: str
    english: bool = False

    @property
    def heading(self) -> str:
        """The title of the page."""
        return self.name

    @property
    def language(self) -> str:
        """English where the reader has chosen it."""
        return "en" if self.english else "zh-CN"

    @property
    def picture_of_code(self) -> Markup:
        """The QR code as a drawing, with its white border."""
        code = segno.make(self.code, error="m", micro=False)
        # Numbers and a fixed frame: nothing of what the code says is in the markup.
        return Markup(code.svg_inline(border=4, omitsize=True))  # noqa: S704
