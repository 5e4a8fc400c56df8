"""The invisible text of a page: each character exactly on its picture, in reading order.

Extractors guess a space from a gap between two glyphs, so the glyphs of a line leave none: each is stretched (Tz) from
the middle of the gap before it to the middle of the gap after it. Spaces are written only where the line has one that
means something: between Chinese characters it means nothing, so it is left out.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanning import glyphless
from scanning.values import A4_HEIGHT_PT, Line, Point

# Between the two, a glyph is never narrower than this share of the font size: poppler takes a character that repeats
# within a tenth of its size for a shadow of the first (bold printed twice) and drops it.
_NARROWEST = 0.15
_FONT_SIZE_IN_CELLS = 4.0
_SMALLEST_FONT = 0.5
_JOINERS = frozenset("\u200c\u200d")


class UnwritableText(ValueError):
    """A line has half a surrogate pair: no text at all in any encoding, so the caller made a mistake."""

    def __init__(self, text: str) -> None:
        super().__init__(f"text with half a surrogate pair cannot be written: {text!r}")


@dataclass(frozen=True, slots=True)
class Character:
    """What a reader takes for one character: a base and its marks, and where in the line's text it comes from."""

    text: str
    start: int
    end: int

    @property
    def wide(self) -> bool:
        """Whether it fills a square. Ambiguous ones (quotes, dashes, dots) do so in Chinese print."""
        return unicodedata.east_asian_width(self.text[0]) in "WFA"

    @property
    def hanzi(self) -> bool:
        """Whether a space beside it means nothing: Chinese characters and their punctuation."""
        return unicodedata.east_asian_width(self.text[0]) in "WF"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one character lies on its line: from `begin` to `end`, in points from the beginning of the line."""

    character: Character
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
    """The characters of a document and the code of each, the same for the same set of characters."""

    def __init__(self, lines: Iterable[Line]) -> None:
        found = {character.text: character.wide for line in lines for character in characters(line.text)}
        self.narrow = sorted(text for text, wide in found.items() if not wide)
        self.wide = sorted(text for text, wide in found.items() if wide)
        self._codes = {text: code for code, text in enumerate([*self.narrow, *self.wide], start=1)}

    def __len__(self) -> int:
        return len(self._codes)

    def code(self, character: Character) -> str:
        """Give the code of a character as four hexadecimal digits."""
        return f"{self._codes[character.text]:04x}"


def characters(text: str) -> list[Character]:
    """Split a line into the characters that the text layer shows.

    Combining marks, variation selectors and joiners stay with their base. Controls and characters without a picture are
    left out; white space becomes one space, and none at the ends or between two Chinese characters. Raises
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
    around = zip([None, *found[:-1]], found, [*found[1:], None], strict=True)
    return [one for before, one, after in around if _shown(before, one, after)]


def _is_noncharacter(letter: str) -> bool:
    """Say whether a code point never stands for anything: the last two of each plane, U+FDD0-FDEF.

    PDF/A-2u forbids U+FFFE (ISO 19005-2, 6.2.11.7.2). Code points that this Python's Unicode does not know yet are
    characters: hanzi are still being added.
    """
    return ord(letter) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(letter) <= 0xFDEF


def _shown(before: Character | None, one: Character, after: Character | None) -> bool:
    if one.text != " ":
        return True
    return before is not None and after is not None and not (before.hanzi and after.hanzi)


def visible_text(text: str) -> str:
    """Give the text that the layer of this line copies out as."""
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
    """Find where each character of a line lies: by the engine's spans where they make sense, else spread evenly."""
    shown = characters(line.text)
    length = run_of(line).length
    edges = _span_edges(shown, line.spans) if line.spans is not None else None
    if edges is None:
        edges = _even_edges(shown, upright=line.direction == "vertical")
    return [Cell(one, edges[i] * length, edges[i + 1] * length) for i, one in enumerate(shown)]


def _even_edges(shown: Sequence[Character], *, upright: bool) -> list[float]:
    """Spread characters over 0..1, a narrow one half as wide; in a vertical line all stand in squares."""
    weights = [1.0 if upright or one.wide else 0.5 for one in shown]
    total = sum(weights) or 1.0
    edges = [0.0]
    for weight in weights:
        edges.append(edges[-1] + weight / total)
    return edges


def _span_edges(shown: Sequence[Character], spans: Sequence[tuple[float, float]]) -> list[float] | None:
    """Give the borders between characters, in the middle of each gap; None when the spans do not go forward."""
    if not shown or shown[-1].end > len(spans):
        return None
    begins = [spans[one.start][0] for one in shown]
    ends = [spans[one.end - 1][1] for one in shown]
    edges = [begins[0], *((end + begin) / 2 for end, begin in zip(ends, begins[1:], strict=False)), ends[-1]]
    forward = all(math.isfinite(edge) and -0.5 <= edge <= 1.5 for edge in edges)
    return edges if forward and all(a < b for a, b in itertools.pairwise(edges)) else None


def content(lines: Iterable[Line], alphabet: Alphabet, font: str) -> bytes:
    """Write the lines as content of a page: invisible (Tr 3), in order; `font` names the glyphless font."""
    written = [text for line in lines if (text := _line(line, alphabet, font))]
    if not written:
        return b""
    return ("BT\n3 Tr\n" + "".join(written) + "ET\n").encode("ascii")


def _line(line: Line, alphabet: Alphabet, font: str) -> str:
    placed = cells(line)
    if not placed:
        return ""
    run = run_of(line)
    size = _font_size(placed, run)
    foot = -glyphless.DESCENT / glyphless.EM * size
    start = placed[0].begin
    x = run.x + run.cosine * start - run.sine * foot
    y = run.y + run.sine * start + run.cosine * foot
    matrix = " ".join(_number(value, 5) for value in (run.cosine, run.sine, -run.sine, run.cosine))
    head = f"/{font} {_number(size, 2)} Tf {matrix} {_number(x, 2)} {_number(y, 2)} Tm\n"
    return head + _glyphs(placed, alphabet, round(size, 2))


def _font_size(placed: Sequence[Cell], run: Run) -> float:
    """Make the font as high as the line, but not so high that its characters would lie nearly on each other."""
    cell = (placed[-1].end - placed[0].begin) / len(placed)
    wanted = run.height if run.height > 0 else cell
    return max(min(wanted, cell * _FONT_SIZE_IN_CELLS), _SMALLEST_FONT)


def _glyphs(placed: Sequence[Cell], alphabet: Alphabet, size: float) -> str:
    """Stretch each glyph from where the last one really ended to where it should end: rounding never adds up."""
    pen = placed[0].begin
    out: list[str] = []
    stretched = 0
    codes = ""
    for cell in placed:
        width = size * (glyphless.FULL if cell.character.wide else glyphless.HALF) / glyphless.EM
        stretch = max(round(100 * max(cell.end - pen, size * _NARROWEST) / width), 1)
        pen += width * stretch / 100
        if stretch != stretched and codes:
            out.append(f"{stretched} Tz <{codes}> Tj\n")
            codes = ""
        stretched = stretch
        codes += alphabet.code(cell.character)
    out.append(f"{stretched} Tz <{codes}> Tj\n")
    return "".join(out)


def _number(value: float, digits: int) -> str:
    """Write a number as PDF does: no exponent, no needless zeros."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else str(round(value))
    return "0" if text in ("-0", "") else text
