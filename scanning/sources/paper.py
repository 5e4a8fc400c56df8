"""The size of the sheet in a picture. What a file states about it is accepted only where it is plausible."""

from __future__ import annotations

from dataclasses import dataclass

from scanning.raw import Pixels
from scanning.values import PageKind, Part, SourcePage

A4_MM = (210.0, 297.0)
A3_MM = (297.0, 420.0)

# Sheets that Chinese offices meet: ISO A and B, the JIS B of copiers, the kai of letter paper, American paper.
_SHEETS_MM = (
    A4_MM,
    A3_MM,
    (148.0, 210.0),
    (105.0, 148.0),
    (176.0, 250.0),
    (250.0, 353.0),
    (182.0, 257.0),
    (257.0, 364.0),
    (184.0, 260.0),
    (195.0, 270.0),
    (260.0, 370.0),
    (215.9, 279.4),
    (215.9, 355.6),
)
_SHEET_TOLERANCE = 0.03
# Defaults of programs without information. Accepted only if they give an existing paper size.
_HABITUAL_DPI = (72.0, 96.0)
_DPI_RANGE = (50.0, 1200.0)
_SHORT_SIDE_MM = (20.0, 450.0)
_LONG_SIDE_MM = 650.0


@dataclass(frozen=True, slots=True)
class Paper:
    """Size of the sheet in millimetres, pixels per inch of its picture; `known` is False for a guess."""

    dpi: float
    known: bool
    width_mm: float
    height_mm: float

    @property
    def is_a3(self) -> bool:
        """Whether this is certainly a sheet of A3, in either orientation."""
        return self.known and _fits(sorted((self.width_mm, self.height_mm)), A3_MM)

    def page(self, kind: PageKind, pixels: Pixels) -> SourcePage:
        """Describe the page that these pixels show."""
        height, width = pixels.shape[:2]
        return SourcePage(kind, width, height, self.dpi, self.known, self.width_mm, self.height_mm)

    def half(self, part: Part) -> Paper:
        """The half sheet after a cut across its long side."""
        if part == "whole":
            return self
        if self.width_mm >= self.height_mm:
            return Paper(self.dpi, self.known, self.width_mm / 2, self.height_mm)
        return Paper(self.dpi, self.known, self.width_mm, self.height_mm / 2)


def measure(width: int, height: int, dpi: float | None) -> Paper:
    """Measure a picture of `width` x `height` pixels that states `dpi` (None: it states nothing).

    An implausible statement is ignored; the picture is then assumed to fill an A4 sheet in its own orientation.
    """
    if dpi is not None and _believable(width, height, dpi):
        return Paper(dpi, True, width / dpi * 25.4, height / dpi * 25.4)
    short, long = sorted((width, height))
    guess = max(short / A4_MM[0], long / A4_MM[1]) * 25.4
    return Paper(guess, False, width / guess * 25.4, height / guess * 25.4)


def _believable(width: int, height: int, dpi: float) -> bool:
    if not _DPI_RANGE[0] <= dpi <= _DPI_RANGE[1]:
        return False
    short, long = sorted((width / dpi * 25.4, height / dpi * 25.4))
    if any(abs(dpi - habit) < 0.5 for habit in _HABITUAL_DPI):
        return any(_fits((short, long), sheet) for sheet in _SHEETS_MM)
    return _SHORT_SIDE_MM[0] <= short <= _SHORT_SIDE_MM[1] and long <= _LONG_SIDE_MM


def _fits(size: tuple[float, float] | list[float], sheet: tuple[float, float]) -> bool:
    return all(abs(a / b - 1) <= _SHEET_TOLERANCE for a, b in zip(size, sheet, strict=True))


def window(width: int, height: int, part: Part, turn: int = 0) -> tuple[int, int, int, int]:
    """The position of a part of a tiled sheet (left, top, right, bottom); it is cut in the middle of its long side.

    `first` is the left or upper half as the sheet will be read, that is after a turn clockwise by `turn` degrees.
    """
    if part == "whole":
        return 0, 0, width, height
    lying = width >= height
    # Turned by 180, left becomes right; turned by 90, the top comes to the right; by 270, the left comes to the bottom.
    swapped = turn == 180 or (turn == 90 and not lying) or (turn == 270 and lying)
    front = (part == "first") != swapped
    if lying:
        return (0, 0, width // 2, height) if front else (width // 2, 0, width, height)
    return (0, 0, width, height // 2) if front else (0, height // 2, width, height)


def cut(pixels: Pixels, part: Part, turn: int = 0) -> Pixels:
    """Return one part of a tiled sheet; see `window`."""
    left, top, right, bottom = window(pixels.shape[1], pixels.shape[0], part, turn)
    return pixels[top:bottom, left:right]
