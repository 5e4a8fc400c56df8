"""Measures of a page that need no recognition: ink, sharpness; and the warnings that follow from all measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.geometry import Corners, View
from scanning.raw import Pixels
from scanning.values import PageWarning, Quality, WarningCode

INK_SIDE = 1200
"""Pixels of the longer side of the picture on which ink is measured."""

INK_LEVEL = 0.80
"""Ink is darker than this share of the paper around it. What shows through from the back is lighter."""

PALE, FULL = 0.25, 0.80
"""Shares of a line's strongest contrast: below the first there is no ink, above the second it is black."""

BLANK_INK = 0.002
"""A page with less ink than this share, and no line read on it, is blank (measured: blank 0.0, letters from 0.012)."""

LOW_DPI = 200.0
"""Least resolution by DA/T 31-2017."""

BLURRED = 0.16
"""A page whose letters' edges rise by less than this share of their contrast within a pixel of 150 dpi is blurred."""


@dataclass(frozen=True, eq=False)
class Ink:
    """The ink of a page: `mask` (bool) at `scale` pixels per unit of the view."""

    mask: NDArray[np.bool_]
    scale: float

    @property
    def share(self) -> float:
        """Share of the page that is ink."""
        return float(self.mask.mean())

    def corners(self, rim: float = 0.0) -> Corners:
        """The ink's convex hull, (n, 2) in units of the view; empty for a page without ink.

        `rim` is the share of the shorter side along the frame that is ignored (slivers of the desk beyond the paper).

        Dust does not count, and neither does a strip along the rim of the picture (a shadow of the paper's edge, a rest
        of the scanner's bed): neither may move or shrink a page.
        """
        count, labels, stats, _ = cv2.connectedComponentsWithStats(self.mask.astype(np.uint8))
        rows, columns = self.mask.shape
        x, y, w, h, area = stats[:, :5].T
        at_rim = (x <= 1) | (y <= 1) | (x + w >= columns - 1) | (y + h >= rows - 1)
        long_strip = np.maximum(w / columns, h / rows) > 0.10
        kept = (area >= 4) & ~(at_rim & long_strip)
        kept[0] = False
        inner = kept[labels]
        edge = round(rim * min(rows, columns))
        if edge:
            inner[:edge] = inner[-edge:] = False
            inner[:, :edge] = inner[:, -edge:] = False
        points = np.argwhere(inner)[:, ::-1] if count > 1 else np.empty((0, 2))
        if len(points) == 0:
            return np.empty((0, 2))
        hull = cv2.convexHull(points.astype(np.int32)).reshape(-1, 2)
        return np.asarray((hull + 0.5) / self.scale, dtype=np.float64)


def find_ink(view: View) -> Ink:
    """Tell ink from paper by the local brightness of the paper: shadows, stains and tinted paper are no ink."""
    scale = min(1.0, INK_SIDE / max(view.size))
    grey = to_grey(view.sample(scale))
    return Ink(flatten(grey) < INK_LEVEL, scale)


def to_grey(pixels: Pixels) -> Pixels:
    """Return one channel."""
    return pixels if pixels.ndim == 2 else np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def flatten(grey: Pixels) -> NDArray[np.float32]:
    """Divide by the paper's brightness (a closing wider than any stroke, smoothed): 1 is paper, 0 black."""
    # A strip of few pixels cannot be reduced.
    reduced = 0.25 if min(grey.shape) >= 8 else 1.0
    small = cv2.resize(grey, None, fx=reduced, fy=reduced, interpolation=cv2.INTER_AREA)
    side = max(5, max(small.shape) // 24) | 1
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, (side, side)))
    paper = cv2.resize(cv2.GaussianBlur(paper, (0, 0), side / 3), (grey.shape[1], grey.shape[0]))
    return np.asarray(grey.astype(np.float32) / np.maximum(paper.astype(np.float32), 1.0), dtype=np.float32)


def even_paper(pixels: Pixels) -> Pixels:
    """Return a page in grey on white paper, without shadows and stains."""
    return np.asarray(np.clip(flatten(to_grey(pixels)), 0.0, 1.0) * 255.0, dtype=np.uint8)


def with_clear_ink(crop: Pixels) -> Pixels:
    """Return a line in grey with full contrast: black ink, and white paper, stains and show-through.

    Strokes are compared with the line's own darkest ink, so faded writing gains as well.
    """
    flat = flatten(to_grey(crop))
    contrast = max(1.0 - float(np.percentile(flat, 2)), 0.05)
    white, black = 1.0 - PALE * contrast, 1.0 - FULL * contrast
    return np.asarray(np.clip((flat - black) / (white - black), 0.0, 1.0) * 255.0, dtype=np.uint8)


def sharpness(page: Pixels, dpi: float, source_dpi: float) -> float:
    """Steepness of the letters' edges: share of the ink's contrast within a pixel of 150 dpi, steepest tenth.

    0 for a page without ink. `page` is the finished page at `dpi`; a source that had less than 150 dpi is measured at
    its own resolution, because enlarging it did not blur it.
    """
    scale = min(1.0, min(150.0, source_dpi) / dpi)
    grey = to_grey(page)
    if scale < 1.0:
        grey = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    flat = flatten(grey)
    ink = flat < INK_LEVEL
    if not ink.any():
        return 0.0
    contrast = 1.0 - float(np.percentile(flat[ink], 10))
    dx, dy = cv2.Sobel(flat, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(flat, cv2.CV_32F, 0, 1, scale=1 / 8)
    around = cv2.dilate(ink.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return float(np.percentile(np.hypot(dx, dy)[around], 90) / max(contrast, 0.05))


def confidence_of(lines: Sequence[tuple[str, float]]) -> float | None:
    """Mean confidence over characters; None without characters."""
    characters = sum(len(text) for text, _ in lines)
    return sum(len(text) * sure for text, sure in lines) / characters if characters else None


def warnings_of(
    quality: Quality, *, has_lines: bool, was_read: bool, least_confidence: float
) -> tuple[PageWarning, ...]:
    """The warnings for a page with these measures; `least_confidence` is its engine's."""
    warnings = []
    if round(quality.dpi) < LOW_DPI:
        # A picture without a resolution counts as a whole A4 page: a guess, and marked as one.
        code: WarningCode = "low_dpi" if quality.dpi_known else "small_picture"
        warnings.append(PageWarning(code, {"dpi": round(quality.dpi), "least": round(LOW_DPI)}))
    blank = quality.ink < BLANK_INK and not has_lines
    if blank:
        warnings.append(PageWarning("blank", {"ink": round(quality.ink, 5)}))
    elif quality.sharpness < BLURRED:
        warnings.append(PageWarning("blurred", {"sharpness": round(quality.sharpness, 3)}))
    if quality.confidence is not None and quality.confidence < least_confidence:
        warnings.append(PageWarning("low_confidence", {"confidence": round(quality.confidence, 3)}))
    if not was_read:
        warnings.append(PageWarning("unread"))
    return tuple(warnings)
