"""The invisible text of a page: each character exactly on its picture, in reading order.

Extractors guess a space from a gap between two glyphs, so the glyphs of a line leave none: each is stretched (Tz) from
the middle of the gap before it to the middle of the gap after it. Spaces are written only where they are significant:
between Chinese characters they are not, so they are dropped.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanning import glyphless
from scanning.values import A4_HEIGHT_PT, Line, Point

# In font sizes. Poppler takes a character that repeats within a tenth for the shadow of the first (bold is sometimes
# printed twice) and drops it, and detects no space in a gap of less than 0.15.
_NARROWEST = 0.15
_NARROWEST_SPACE = 0.25
_FONT_SIZE_IN_CELLS = 4.0
# Tolerance of a glyph's end relative to its cell's end, in font sizes, before it gets a stretch of its own. Larger for
# vertical lines, as pdfium detects a new line wherever the stretch changes in one.
_SLACK = {"horizontal": 0.06, "vertical": 0.25}
_SMALLEST_FONT = 0.5
_JOINERS = frozenset("\u200c\u200d")


class UnwritableText(ValueError):
    """A line has half a surrogate pair, which no encoding can represent: an error of the caller."""

    def __init__(self, text: str) -> None:
        super().__init__(f"text with half a surrogate pair cannot be written: {text!r}")


@dataclass(frozen=True, slots=True)
class Character:
    """A character as perceived by a reader: a base and its marks, and its position in the line's text."""

    text: str
    start: int
    end: int

    @property
    def wide(self) -> bool:
        """Whether it fills a square. Ambiguous ones (quotes, dashes, dots) do so in Chinese print."""
        return unicodedata.east_asian_width(self.text[0]) in "WFA"

    @property
    def hanzi(self) -> bool:
        """Whether a space beside it is insignificant: Chinese characters and their punctuation."""
        return unicodedata.east_asian_width(self.text[0]) in "WF"


@dataclass(frozen=True, slots=True)
class Cell:
    """The position of one character on its line: from `begin` to `end`, in points from the beginning of the line.

    `square` selects one of the two glyphs.
    """

    character: Character
    square: bool
    begin: float
    end: float


@dataclass(frozen=True, slots=True)
class Run:
    """A line's run over the page, in PDF points (y up): foot of its beginning, direction, length and height."""

    x: float
    y: float
    cosine: float
    sine: float
    length: float
    height: float


class Alphabet:
    """The characters of a document, each with the widths it is written in, and their codes.

    The same characters always get the same codes. In a vertical line every character fills a square.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        found = {(cell.character.text, cell.square) for line in lines for cell in [*cells(line), *_end_mark(line)]}
        self.narrow = sorted(text for text, square in found if not square)
        self.wide = sorted(text for text, square in found if square)
        keys = [*((text, False) for text in self.narrow), *((text, True) for text in self.wide)]
        self._codes = {key: code for code, key in enumerate(keys, start=1)}

    def __len__(self) -> int:
        return len(self._codes)

    def code(self, cell: Cell) -> str:
        """Return the code of the character in a cell as four hexadecimal digits."""
        return f"{self._codes[cell.character.text, cell.square]:04x}"


def _squared(character: Character, line: Line) -> bool:
    return character.wide or line.direction == "vertical"


def characters(text: str) -> list[Character]:
    """Split a line into the characters that the text layer shows.

    Combining marks, variation selectors and joiners stay with their base. Controls and invisible characters are
    dropped; white space becomes one space, and none at the ends or between two Chinese characters. Raises
    UnwritableText.
    """
    found: list[Character] = []
    for at, letter in enumerate(text):
        kind = unicodedata.category(letter)
        if kind == "Cs":
            raise UnwritableText(text)
        if letter.isspace():
            if found and found[-1].text != " ":
                found.append(Character(" ", at, at + 1))
        elif (kind in ("Mn", "Mc", "Me") or letter in _JOINERS) and found and found[-1].text != " ":
            last = found[-1]
            found[-1] = Character(last.text + letter, last.start, at + 1)
        elif kind not in ("Cc", "Cf") and not _is_noncharacter(letter):
            found.append(Character(letter, at, at + 1))
    around = zip([None, *found], found, [*found[1:], None], strict=False)
    return [one for before, one, after in around if _shown(before, one, after)]


def _is_noncharacter(letter: str) -> bool:
    """Whether a code point is a noncharacter: the last two of each plane, U+FDD0-FDEF.

    PDF/A-2u forbids U+FFFE (ISO 19005-2, 6.2.11.7.2). Code points unknown to this Python's Unicode are characters:
    hanzi are still being added.
    """
    return ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF


def _shown(before: Character | None, one: Character, after: Character | None) -> bool:
    if one.text != " ":
        return True
    return before is not None and after is not None and not (before.hanzi and after.hanzi)


def visible_text(text: str) -> str:
    """Return the text that copying from this line's layer gives."""
    return "".join(character.text for character in characters(text))


def run_of(line: Line) -> Run:
    """Find the run of a line through its polygon: the mean of the two long sides, as high as the two short ones."""
    first, second, third, fourth = ((x, A4_HEIGHT_PT - y) for x, y in line.polygon)
    # Turned so that corner 0 is the head of the beginning: a vertical line is a horizontal one turned clockwise.
    upright = (first, second, third, fourth)
    head, head_end, foot_end, foot = (second, third, fourth, first) if line.direction == "vertical" else upright
    begin, end = _middle(head, foot), _middle(head_end, foot_end)
    dx, dy = end[0] - begin[0], end[1] - begin[1]
    length = math.hypot(dx, dy)
    cosine, sine = (dx / length, dy / length) if length > 0 else (1.0, 0.0)
    height = abs((_across(head, foot, cosine, sine) + _across(head_end, foot_end, cosine, sine)) / 2)
    return Run(begin[0] + sine * height / 2, begin[1] - cosine * height / 2, cosine, sine, length, height)


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _across(head: Point, foot: Point, cosine: float, sine: float) -> float:
    return (head[1] - foot[1]) * cosine - (head[0] - foot[0]) * sine


def cells(line: Line) -> list[Cell]:
    """Find the position of each character of a line: by the engine's spans if they are plausible, else evenly."""
    shown = characters(line.text)
    squares = [_squared(one, line) for one in shown]
    run = run_of(line)
    edges = _span_edges(shown, line.spans) if line.spans is not None else None
    if edges is None:
        edges = _even_edges(squares)
    places = _with_open_spaces(shown, [edge * run.length for edge in edges], run.height * _NARROWEST_SPACE)
    return [
        Cell(one, square, begin, end)
        for one, square, (begin, end) in zip(shown, squares, itertools.pairwise(places), strict=True)
    ]


def _with_open_spaces(shown: Sequence[Character], edges: Sequence[float], least: float) -> list[float]:
    """Widen spaces until extractors detect them, at the cost of up to a third of the characters beside them."""
    opened = list(edges)
    for at, one in enumerate(shown):
        missing = least - (edges[at + 1] - edges[at])
        if one.text == " " and missing > 0:
            opened[at] -= min(missing / 2, (edges[at] - edges[at - 1]) / 3)
            opened[at + 1] += min(missing / 2, (edges[at + 2] - edges[at + 1]) / 3)
    return opened


def _even_edges(squares: Sequence[bool]) -> list[float]:
    """Spread characters over 0..1, a narrow one half as wide as a square one."""
    weights = [1.0 if square else 0.5 for square in squares]
    total = sum(weights) or 1.0
    edges = [0.0]
    for weight in weights:
        edges.append(edges[-1] + weight / total)
    return edges


def _span_edges(shown: Sequence[Character], spans: Sequence[tuple[float, float]]) -> list[float] | None:
    """Return the borders between characters, in the middle of each gap; None when the spans do not increase."""
    if not shown or shown[-1].end > len(spans):
        return None
    begins = [spans[one.start][0] for one in shown]
    ends = [spans[one.end - 1][1] for one in shown]
    edges = [begins[0], *((end + begin) / 2 for end, begin in zip(ends, begins[1:], strict=False)), ends[-1]]
    forward = all(math.isfinite(edge) and -0.5 <= edge <= 1.5 for edge in edges)
    forward = forward and edges[0] < edges[-1] and all(a <= b for a, b in itertools.pairwise(edges))
    return edges if forward else None


def content(lines: Iterable[Line], alphabet: Alphabet, font: str) -> bytes:
    """Return the lines as content of a page: invisible (Tr 3), in order; `font` names the glyphless font."""
    written = [text for line in lines if (text := _line(line, alphabet, font))]
    if not written:
        return b""
    return ("BT\n3 Tr\n" + "".join(written) + "ET\n").encode("ascii")


def _line(line: Line, alphabet: Alphabet, font: str) -> str:
    placed = cells(line)
    if not placed:
        return ""
    run = run_of(line)
    size = round(_font_size(placed, run), 2)
    foot = -glyphless.DESCENT / glyphless.EM * size
    start = placed[0].begin
    x = run.x + run.cosine * start - run.sine * foot
    y = run.y + run.sine * start + run.cosine * foot
    matrix = " ".join(_number(value, 5) for value in (run.cosine, run.sine, -run.sine, run.cosine))
    head = f"/{font} {_number(size, 2)} Tf {matrix} {_number(x, 2)} {_number(y, 2)} Tm\n"
    shown = _glyphs(placed, alphabet, size, _SLACK[line.direction])
    return head + shown + _glyphs(_end_mark(line), alphabet, size, 0.0)


def _end_mark(line: Line) -> list[Cell]:
    """Return the space, in a text object of its own, that ends a vertical line.

    pdfium takes neighbouring objects that begin at the same height for one line and sorts them from left to right, so
    that columns would come out in the wrong order; this one is at the foot of its column.
    """
    placed = cells(line) if line.direction == "vertical" else []
    return [Cell(Character(" ", 0, 0), True, placed[-1].end, placed[-1].end)] if placed else []


def _font_size(placed: Sequence[Cell], run: Run) -> float:
    """Make the font as high as the line, but not so high that its characters would nearly overlap."""
    cell = (placed[-1].end - placed[0].begin) / len(placed)
    wanted = run.height if run.height > 0 else cell
    return max(min(wanted, cell * _FONT_SIZE_IN_CELLS), _SMALLEST_FONT)


def _glyphs(placed: Sequence[Cell], alphabet: Alphabet, size: float, slack: float) -> str:
    """Show the glyphs, stretched to their cells: one stretch for as long as each ends within `slack` of its cell's end.

    The next stretch is computed from the actual end of the last glyph, so that rounding never adds up.
    """
    if not placed:
        return ""
    widths = [size * (glyphless.FULL if cell.square else glyphless.HALF) / glyphless.EM for cell in placed]
    pen = placed[0].begin
    usual = stretch = _stretch(placed[-1].end - pen, sum(widths), size)
    out: list[str] = []
    codes = ""
    for cell, width in zip(placed, widths, strict=True):
        candidates = (stretch, usual, _stretch(cell.end - pen, width, size))
        chosen = next(
            (one for one in candidates if abs(pen + width * one / 100 - cell.end) <= slack * size), candidates[-1]
        )
        if chosen != stretch and codes:
            out.append(f"{_number(stretch, 2)} Tz <{codes}> Tj\n")
            codes = ""
        stretch = chosen
        pen += width * stretch / 100
        codes += alphabet.code(cell)
    out.append(f"{_number(stretch, 2)} Tz <{codes}> Tj\n")
    return "".join(out)


def _stretch(wanted: float, width: float, size: float) -> float:
    """Return the per cent by which a width becomes the wanted one, but never a glyph too narrow."""
    return round(100 * max(wanted, size * _NARROWEST) / width, 2)


def _number(value: float, digits: int) -> str:
    """Format a number as PDF does: no exponent, no needless zeros."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
