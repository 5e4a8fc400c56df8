"""The words of a PDF page: characters with their boxes, grouped into lines."""

from __future__ import annotations

import ctypes
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw

from scanning.geometry import Corners, Matrix, apply
from scanning.pages import quad
from scanning.values import Direction, Line

# The raw C interface; its names come from a generated binding without types.
pdfium: Any = pypdfium2.raw

Box = tuple[float, float, float, float]

# All in heights of the line. A line continues while the next character is level with it and within a gap of its end;
# characters that are further apart belong to columns or cells of a table.
_LEVEL = 0.5
_GAP = 1.5
_STEP_BACK = 0.6
# From this gap on there is a space between two characters: hanzi have none, and hanzi beside Latin have some gap
# anyway.
_SPACE = 0.15
_SPACE_MIXED = 0.4
# Single characters one below the other within these limits make a column of vertical writing.
_COLUMN = 0.35
_COLUMN_GAP = 0.6
# Parts of an em below and above the baseline, where the font gives no usable box.
_DESCENT, _ASCENT = 0.14, 0.86
_FLAT = 0.6
# So many lines are compared with the picture: one of each font, of this many fonts, and at least so many.
_MOST_FONTS = 8
_LEAST_PROOFS = 4
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Character:
    """One character: its box as (left, top, right, bottom), y down; its orientation in quarter turns, clockwise.

    `order` is that of its text object among the objects of the page, None when it is invisible. `mapped` is False where
    the font does not give a Unicode character for its glyph. `font` tells fonts of the open page apart.
    """

    text: str
    box: Box
    quarter: int
    order: int | None
    mapped: bool
    font: int = 0

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the box."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


def characters(
    page: pypdfium2.PdfPage, order_of: Callable[[int], int | None], to_view: Matrix
) -> tuple[Character, ...]:
    """List the characters of an open page in the page's own order, without spaces.

    `order_of` gives for the address of a text object its order, None when it is invisible (see
    `pdf_contents.Contents`); `to_view` maps PDF units to the units of the boxes, and turns by quarters only.
    """
    textpage = page.get_textpage()
    try:
        return tuple(_read(textpage, order_of, to_view))
    finally:
        textpage.close()


def _read(
    textpage: pypdfium2.PdfTextPage, order_of: Callable[[int], int | None], to_view: Matrix
) -> Iterator[Character]:
    turned = round(float(np.degrees(np.arctan2(to_view[1, 0], to_view[0, 0]))) / 90)
    upper_half = ""
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        unmapped = pdfium.FPDFText_HasUnicodeMapError(textpage, index) == 1
        text = upper_half + (chr(code) if code <= sys.maxunicode else _REPLACEMENT)
        upper_half = ""
        if 0xD800 <= code < 0xDC00:
            # Rare hanzi come as two halves of UTF-16, one after the other, with the same box.
            upper_half = text
            continue
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if text.isspace() or pdfium.FPDFText_IsGenerated(textpage, index) == 1:
            continue
        if code < ord(" ") and not (unmapped and _has_ink(textpage, index)):
            # A control character. Fonts without a mapping have glyphs of such codes, which show.
            continue
        if len(text) > 1 or unicodedata.category(text) == "Cc":
            text = _REPLACEMENT
        handle = pdfium.FPDFText_GetTextObject(textpage, index)
        quarter = _quarter(pdfium.FPDFText_GetCharAngle(textpage, index))
        corners = apply(to_view, np.array(_box(textpage, index, quarter, text)).reshape(2, 2))
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        yield Character(
            text,
            (float(left), float(top), float(right), float(bottom)),
            (quarter + turned) % 4,
            order_of(ctypes.cast(handle, ctypes.c_void_p).value or 0) if handle else None,
            not unmapped and _is_text(text),
            _font(handle),
        )


def _quarter(angle: float) -> int:
    """The nearest quarter turn; 0 for the angle of a degenerate matrix, which is no number or beyond all bounds."""
    return round(angle / (np.pi / 2)) % 4 if abs(angle) <= 2 * np.pi else 0


def _font(text_object: Any) -> int:
    """A number for the font of a text object."""
    font = pdfium.FPDFTextObj_GetFont(text_object) if text_object else None
    return ctypes.cast(font, ctypes.c_void_p).value or 0 if font else 0


def _has_ink(textpage: pypdfium2.PdfTextPage, index: int) -> bool:
    left, bottom, right, top = textpage.get_charbox(index)
    return bool(right > left and top > bottom)


def _is_text(text: str) -> bool:
    return text != _REPLACEMENT and unicodedata.category(text) not in ("Co", "Cn", "Cs", "Cc")


def _box(textpage: pypdfium2.PdfTextPage, index: int, quarter: int, text: str) -> Box:
    """Return the box of a character in PDF units: left, bottom, right, top.

    As high as its line, not as its glyph: where pdfium falls back to the glyph, the box is made from the em.
    """
    left, bottom, right, top = textpage.get_charbox(index, loose=True)
    matrix = pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    known = pdfium.FPDFText_GetMatrix(textpage, index, matrix) and pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
    em = pdfium.FPDFText_GetFontSize(textpage, index) * float(np.hypot(matrix.c, matrix.d))
    shape = top - bottom < _FLAT * em or (left, bottom, right, top) == tuple(textpage.get_charbox(index))
    if quarter == 0 and known and em > 0 and shape:
        bottom, top = y.value - _DESCENT * em, y.value + _ASCENT * em
        if _is_wide(text):
            left, right = x.value, x.value + em
    return left, bottom, right, top


def _is_wide(text: str) -> bool:
    return unicodedata.east_asian_width(text) in "WF"


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line of a page's own words: the font of most of it, and whether all its characters are mapped."""

    line: Line
    font: int
    mapped: bool


@dataclass(slots=True)
class _Run:
    """Characters of one line. In its own frame, whose x runs along the text, a box is (start, top, end, bottom)."""

    quarter: int
    characters: list[tuple[str, Box]]
    sources: list[Character]

    def add(self, source: Character, box: Box) -> None:
        """Add a character with its box in the frame of the line."""
        self.characters.append((source.text, box))
        self.sources.append(source)

    @property
    def font(self) -> int:
        """The font of most of its characters."""
        return Counter(each.font for each in self.sources).most_common(1)[0][0]

    @property
    def frame(self) -> Box:
        boxes = [box for _, box in self.characters]
        return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)

    def continues(self, box: Box, quarter: int) -> bool:
        """Whether a character continues this line."""
        _, top, end, bottom = self.characters[-1][1]
        height = max(bottom - top, box[3] - box[1])
        level = abs((top + bottom) - (box[1] + box[3])) / 2
        return quarter == self.quarter and level <= _LEVEL * height and -_STEP_BACK <= (box[0] - end) / height <= _GAP

    def goes_down_to(self, other: _Run) -> bool:
        """Whether the other, a single character, is directly below this column of characters."""
        if self.quarter != other.quarter or len(other.characters) != 1:
            return False
        start, top, end, bottom = self.characters[-1][1]
        below = other.characters[0][1]
        size = max(bottom - top, below[3] - below[1])
        aligned = abs((start + end) - (below[0] + below[2])) / 2 <= _COLUMN * size
        return aligned and -_COLUMN_GAP * size <= below[1] - bottom <= _COLUMN_GAP * size


def lines(found: Iterable[Character], to_page: Matrix) -> tuple[OwnLine, ...]:
    """Group characters into lines, in the page's own order; `to_page` maps the units of their boxes to A4 points."""
    runs: list[_Run] = []
    for character in found:
        box = _turned(character.box, -character.quarter)
        if not runs or not runs[-1].continues(box, character.quarter):
            runs.append(_Run(character.quarter, [], []))
        runs[-1].add(character, box)
    return tuple(
        OwnLine(_line(run, direction, to_page), run.font, all(each.mapped for each in run.sources))
        for run, direction in _with_columns(runs)
    )


def proofs(own: Sequence[OwnLine]) -> tuple[int, ...]:
    """Choose lines to compare with the picture, by index: the longest of each font, then the longest of all."""
    ranked = sorted(range(len(own)), key=lambda index: -len(own[index].line.text))
    first: dict[int, int] = {}
    for index in ranked:
        first.setdefault(own[index].font, index)
    chosen = [*list(first.values())[:_MOST_FONTS], *(index for index in ranked if index not in first.values())]
    return tuple(chosen[: max(_LEAST_PROOFS, min(len(first), _MOST_FONTS))])


def _with_columns(runs: list[_Run]) -> Iterator[tuple[_Run, Direction]]:
    """Join single characters that follow each other downwards: that is vertical writing."""
    column: _Run | None = None
    for run in runs:
        if column and column.goes_down_to(run):
            column.characters += run.characters
            column.sources += run.sources
            continue
        if column:
            yield column, "vertical" if len(column.characters) > 1 else "horizontal"
        column = run if len(run.characters) == 1 else None
        if column is None:
            yield run, "horizontal"
    if column:
        yield column, "vertical" if len(column.characters) > 1 else "horizontal"


def _line(run: _Run, direction: Direction, to_page: Matrix) -> Line:
    start, top, end, bottom = run.frame
    first, last, axis = (top, bottom, 1) if direction == "vertical" else (start, end, 0)
    extent = max(last - first, 1e-6)
    text = ""
    spans: list[tuple[float, float]] = []
    previous: tuple[str, Box] | None = None
    for character, box in run.characters:
        low, high = (box[axis] - first) / extent, (box[axis + 2] - first) / extent
        if previous and direction == "horizontal" and _has_space(previous, (character, box), bottom - top):
            text += " "
            spans.append((spans[-1][1], max(spans[-1][1], low)))
        text += character
        spans.append((max(low, 0.0), min(high, 1.0)))
        previous = (character, box)
    corners = _back(np.array([[start, top], [end, top], [end, bottom], [start, bottom]]), run.quarter)
    rounded = tuple((round(a, 4), round(b, 4)) for a, b in spans)
    return Line(text, quad(apply(to_page, corners)), 1.0, direction, rounded)


def _has_space(one: tuple[str, Box], other: tuple[str, Box], height: float) -> bool:
    wide = _is_wide(one[0]) + _is_wide(other[0])
    if wide == 2:
        return False
    return other[1][0] - one[1][2] > (_SPACE_MIXED if wide else _SPACE) * height


def _turned(box: Box, quarter: int) -> Box:
    """Return a box in a frame that is turned by quarters, clockwise, about the origin."""
    corners = _back(np.array(box).reshape(2, 2), quarter)
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _back(corners: Corners, quarter: int) -> Corners:
    for _ in range(quarter % 4):
        corners = np.column_stack([-corners[:, 1], corners[:, 0]])
    return corners


def within(found: Iterable[Character], window: Box) -> tuple[Character, ...]:
    """Return the characters of one part of a page, with their boxes in it; `window` is the part, in page units."""
    left, top, right, bottom = window
    parts = []
    for character in found:
        x0, y0, x1, y1 = character.box
        part = replace(character, box=(x0 - left, y0 - top, x1 - left, y1 - top))
        if 0 <= part.centre[0] < right - left and 0 <= part.centre[1] < bottom - top:
            parts.append(part)
    return tuple(parts)
