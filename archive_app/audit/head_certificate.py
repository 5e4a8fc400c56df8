"""The head of the audit trail on paper: one A4 page (PDF/A) with a code, to be signed and kept outside the system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import segno
from PIL import Image, ImageDraw

from archive_app.errors import NoFont
from archive_app.office_time import in_office
from archive_app.typography import faces
from archive_app.typography.wrap import wrap
from scanning import layer, pdfa
from scanning.values import A4_HEIGHT_PT, A4_WIDTH_PT, DocumentInfo, Line, PageLayer

DPI = 600
MARGIN = 71.0
WIDTH = A4_WIDTH_PT - 2 * MARGIN
CODE = 150.0
"""Edge of the code with its white border, in points (53 mm)."""

_SCALE = DPI / 72
_LEADING = 1.55


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the page, in the reader's language: `fields` are (label, lines), `code` is what the QR says."""

    title: str
    fields: Sequence[tuple[str, Sequence[str]]]
    note: str
    signature: str
    code: str


def print_sheet(sheet: Sheet, out: Path, *, language: str, created: datetime) -> None:
    """Write the page as PDF/A-2u with its text, whole or not at all.

    Raises:
        NoFont: the font is not installed.
        OSError: it cannot be written.
    """
    try:
        page = _Page()
        page.draw(sheet)
    except faces.FontMissing as error:
        face = faces.FACES["hei"]
        raise NoFont(file=face.file, package=face.package) from error
    about = DocumentInfo(sheet.title, in_office(created).isoformat(timespec="seconds"), language=language)
    with TemporaryDirectory() as folder:
        picture = layer.save(np.asarray(page.image.convert("L")), dpi=DPI, stem=Path(folder) / "sheet")
        pdfa.assemble([PageLayer(picture, tuple(page.lines))], out, about)


class _Page:
    """A white page and where the pen is, in points from the top."""

    def __init__(self) -> None:
        self.image = Image.new("1", (round(A4_WIDTH_PT * _SCALE), round(A4_HEIGHT_PT * _SCALE)), 1)
        self.pen = ImageDraw.Draw(self.image)
        self.lines: list[Line] = []
        self.y = MARGIN

    def draw(self, sheet: Sheet) -> None:
        """All of the sheet, from the top."""
        self.text(sheet.title, 20, width=WIDTH)
        self.y += 6
        self.rule(MARGIN, MARGIN + WIDTH)
        self.y += 18
        self.code(sheet.code)
        for label, values in sheet.fields:
            self.text(label, 9, width=WIDTH - CODE)
            for value in values:
                self.text(value, 13, width=WIDTH - CODE)
            self.y += 9
        self.y += 12
        self.text(sheet.note, 11, width=WIDTH)
        self.y += 60
        self.text(sheet.signature, 11, width=WIDTH)
        self.rule(MARGIN, MARGIN + WIDTH)

    def text(self, text: str, size: float, *, width: float) -> None:
        """Lines of text at the pen, broken to the width."""
        for line in wrap(text, width, lambda part: faces.advance("hei", part, size)):
            written = line.strip()
            at = (MARGIN * _SCALE, self.y * _SCALE)
            self.pen.text(at, written, font=faces.font("hei", round(size * _SCALE)), fill=0)
            right, bottom = MARGIN + faces.advance("hei", written, size), self.y + size * 1.2
            corners = ((MARGIN, self.y), (right, self.y), (right, bottom), (MARGIN, bottom))
            self.lines.append(Line(written, corners, 1.0))
            self.y += size * _LEADING

    def code(self, content: str) -> None:
        """The QR code, at the right, with its head where the pen is."""
        modules = np.array([list(row) for row in segno.make(content, error="m", micro=False).matrix_iter(border=4)])
        edge = round(CODE * _SCALE) // len(modules)
        squares = Image.fromarray((np.kron(modules == 0, np.ones((edge, edge))) * 255).astype(np.uint8))
        left = round((MARGIN + WIDTH) * _SCALE) - squares.width
        self.image.paste(squares.convert("1"), (left, round(self.y * _SCALE)))

    def rule(self, left: float, right: float) -> None:
        """A thin line across, at the pen."""
        self.pen.line([left * _SCALE, self.y * _SCALE, right * _SCALE, self.y * _SCALE], fill=0, width=4)
