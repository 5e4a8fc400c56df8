"""A drawn page: its pixels, its resolution, and the position of each text line; every treatment returns a new one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Matrix = NDArray[np.float64]
Quad = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of text and its four corners in pixels, clockwise from where the text begins at its top."""

    text: str
    quad: Quad


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page as pixels (height, width, 3), RGB, at `dpi`, with the lines that stand on it."""

    pixels: Pixels
    dpi: float
    lines: tuple[PrintedLine, ...]

    @property
    def text(self) -> str:
        """The page's lines, one a row."""
        return "\n".join(line.text for line in self.lines)


def warp(sheet: Sheet, matrix: Matrix, size: tuple[int, int], around: tuple[int, int, int]) -> Sheet:
    """The sheet through a homography (3 x 3, source to target pixels) onto (width, height), `around` beside it."""
    pixels = cv2.warpPerspective(
        sheet.pixels, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=around
    )
    return replace(sheet, pixels=np.asarray(pixels, np.uint8), lines=carry(sheet.lines, matrix))


def carry(lines: tuple[PrintedLine, ...], matrix: Matrix) -> tuple[PrintedLine, ...]:
    """The lines where a homography puts them."""
    moved = []
    for line in lines:
        corners = np.array([[*corner, 1.0] for corner in line.quad]) @ matrix.T
        moved.append(PrintedLine(line.text, tuple((float(x / w), float(y / w)) for x, y, w in corners)))
    return tuple(moved)


def scaled(sheet: Sheet, dpi: float) -> Sheet:
    """The sheet at another resolution."""
    factor = dpi / sheet.dpi
    height, width = sheet.pixels.shape[:2]
    size = (round(width * factor), round(height * factor))
    pixels = cv2.resize(sheet.pixels, size, interpolation=cv2.INTER_AREA)
    matrix = np.diag([size[0] / width, size[1] / height, 1.0])
    return Sheet(np.asarray(pixels, np.uint8), dpi, carry(sheet.lines, matrix))
