"""Writes leaves as a PDF that never was paper: real text in embedded fonts, with pdfium."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from archive_app.samples.leaf import Leaf, Row, Rule
from archive_app.typography.faces import FACES, font, path_of

# Made by ctypesgen when it is imported: a type checker sees nothing in it.
raw: Any = pypdfium2.raw


def write_born_digital(leaves: tuple[Leaf, ...], title: str, path: Path) -> None:
    """Writes the leaves to `path`; what is pressed onto paper (seals, thumbs) stays away, for there is no paper."""
    pdf = pdfium.PdfDocument.new()
    with _fonts(pdf, leaves) as fonts:
        for leaf in leaves:
            page = pdf.new_page(leaf.width, leaf.height)
            for rule in leaf.rules:
                _draw_rule(page, rule, leaf.height)
            for row in leaf.rows:
                _draw_row(pdf, page, row, leaf.height, fonts[row.face])
            page.gen_content()
            page.close()
        draft = io.BytesIO()
        pdf.save(draft)
    pdf.close()
    # pdfium draws the file's identifier and date by chance.
    with pikepdf.open(draft) as finished:
        for key in ("/Info", "/ID"):
            if key in finished.trailer:
                del finished.trailer[key]
        finished.docinfo["/Title"] = title
        finished.save(path, deterministic_id=True)


@contextmanager
def _fonts(pdf: pdfium.PdfDocument, leaves: tuple[Leaf, ...]) -> Iterator[dict[str, Any]]:
    """Each face that is used, with the characters that are used and no others, as a font of the document."""
    used: dict[str, set[str]] = {}
    for row in (row for leaf in leaves for row in leaf.rows):
        used.setdefault(row.face, set()).update(row.text)
    fonts = {}
    for face, characters in sorted(used.items()):
        data = _subset(face, "".join(sorted(characters)))
        buffer = (ctypes.c_uint8 * len(data)).from_buffer_copy(data)
        fonts[face] = raw.FPDFText_LoadFont(pdf.raw, buffer, len(data), raw.FPDF_FONT_TRUETYPE, True)
    try:
        yield fonts
    finally:
        for handle in fonts.values():
            raw.FPDFFont_Close(handle)


def _subset(face: str, characters: str) -> bytes:
    options = Options(layout_features=[], hinting=False, notdef_outline=True)
    # What font editors leave in their files; the subsetter would warn of each.
    options.drop_tables = [*options.drop_tables, "BDF", "FFTM"]
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    out = io.BytesIO()
    with TTFont(path_of(face), fontNumber=FACES[face].index, lazy=True, recalcTimestamp=False) as source:
        subsetter.subset(source)
        source.save(out)
    return out.getvalue()


def _draw_row(pdf: pdfium.PdfDocument, page: pdfium.PdfPage, row: Row, height: float, handle: Any) -> None:
    """Draws a row: its `y` is the top of the line, a PDF wants the base line, from below."""
    text = raw.FPDFPageObj_CreateTextObj(pdf.raw, handle, row.size)
    encoded = (row.text + "\0").encode("utf-16-le")
    raw.FPDFText_SetText(text, ctypes.cast(ctypes.create_string_buffer(encoded), raw.FPDF_WIDESTRING))
    raw.FPDFPageObj_SetFillColor(text, *row.ink, 255)
    ascent = font(row.face, 1000).getmetrics()[0] / 1000 * row.size
    raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, row.x, height - row.y - ascent)
    raw.FPDFPage_InsertObject(page.raw, text)


def _draw_rule(page: pdfium.PdfPage, rule: Rule, height: float) -> None:
    stroke = raw.FPDFPageObj_CreateNewPath(rule.x0, height - rule.y0)
    raw.FPDFPath_LineTo(stroke, rule.x1, height - rule.y1)
    raw.FPDFPageObj_SetStrokeColor(stroke, *rule.ink, 255)
    raw.FPDFPageObj_SetStrokeWidth(stroke, rule.width)
    raw.FPDFPath_SetDrawMode(stroke, raw.FPDF_FILLMODE_NONE, True)
    raw.FPDFPage_InsertObject(page.raw, stroke)
