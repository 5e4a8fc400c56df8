"""Red seals: find them, and read the words beneath them.

On the red channel red ink is nearly as light as paper, so a seal fades there and black or blue writing stays. But red
handwriting fades as well, so only the seals' own regions are taken from that channel, and lines that are read there in
colour are merged (`merge`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.geometry import Corners, Picture
from scanning.ocr.base import RawLine
from scanning.raw import Pixels

WORK_SIDE = 900
REDNESS = 32
"""By how much red exceeds green and blue (0..255) where there is red ink."""

SMALLEST, LARGEST = 0.035, 0.30
"""Bounds of a seal's sides, as shares of the picture's longer side: about 10 to 90 mm on A4."""

THIN, MARGIN = 0.05, 0.08
"""A figure with less red ink than this share is none; around a seal, this share of its longer side belongs to it."""

FEW = 8
"""More figures than this may be red print; of those, and of figures in other shapes, only what covers dark ink counts.

A joint letter has a fingerprint over each of its names, dozens of them, and they touch.
"""

TILE = 0.08
"""Side of the squares, as a share of the picture's longer side, into which red ink of any other shape is divided."""

DARK, LEAST_DARK = 0.6, 0.01
"""Ink of another colour is darker on the red channel than this share of the paper, on at least this share of a figure;
red ink is nearly as light as paper there."""

COVERED = 0.5
"""Two boxes that share this much of the smaller one are the same line."""

SURE = 0.9
"""A line seen only in colour is kept from this confidence on; the letters along a seal's rim read as noise."""


@dataclass(frozen=True, slots=True)
class Region:
    """An upright rectangle in pixels of the source: left, top, right, bottom."""

    x0: int
    y0: int
    x1: int
    y1: int

    def within(self, other: Region) -> bool:
        """Whether this region is a part of another: the star in a seal's ring."""
        return other.x0 <= self.x0 and other.y0 <= self.y0 and other.x1 >= self.x1 and other.y1 >= self.y1

    def overlaps(self, corners: Corners) -> bool:
        """Whether a box in pixels of the source reaches into this region."""
        low, high = corners.min(axis=0), corners.max(axis=0)
        return bool(low[0] < self.x1 and high[0] > self.x0 and low[1] < self.y1 and high[1] > self.y0)


def find_seals(picture: Picture) -> tuple[Region, ...]:
    """Find seals and fingerprints: compact figures of red ink, or any that cover ink of another colour."""
    pixels = picture.pixels
    if pixels.ndim == 2:
        return ()
    scale = min(1.0, WORK_SIDE / max(pixels.shape[:2]))
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small = np.asarray(cv2.resize(picture.overview, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    red = _without_rules(_red_ink(small))
    joined = cv2.morphologyEx(red, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11)))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    compact: list[Region] = []
    others: list[Region] = []
    for x, y, w, h, _area in stats[1:count]:
        within = SMALLEST * max(size) <= min(w, h) and max(w, h) <= LARGEST * max(size)
        if within and 0.55 < w / h < 1.8:
            if red[y : y + h, x : x + w].mean() > THIN:
                compact.append(Region(x, y, x + w, y + h))
        elif min(w, h) >= SMALLEST * max(size):
            others += _tiles(red, Region(x, y, x + w, y + h), round(TILE * max(size)))
    doubtful = others if len(compact) <= FEW else compact + others
    sure = compact if len(compact) <= FEW else []
    found = sure + [one for one in doubtful if _covers_ink(small, one)]
    seals = [_grown(one, 0.0 if one in others else MARGIN, scale, pixels) for one in found]
    return tuple(one for one in seals if not any(one is not other and one.within(other) for other in seals))


def _tiles(red: NDArray[np.uint8], figure: Region, side: int) -> list[Region]:
    """Divide a figure into squares, as far as there is red ink in them."""
    tiles = [
        Region(x, y, min(x + side, figure.x1), min(y + side, figure.y1))
        for y in range(figure.y0, figure.y1, side)
        for x in range(figure.x0, figure.x1, side)
    ]
    return [tile for tile in tiles if red[tile.y0 : tile.y1, tile.x0 : tile.x1].mean() > THIN]


def _covers_ink(small: Pixels, figure: Region) -> bool:
    """Whether there is ink of another colour in a figure."""
    channel = small[figure.y0 : figure.y1, figure.x0 : figure.x1, 0]
    return bool(np.mean(channel < DARK * np.percentile(channel, 95)) >= LEAST_DARK)


def _red_ink(small: Pixels) -> NDArray[np.uint8]:
    """Where red ink is: red well above green and blue, and these alike; brown on yellow paper is not red."""
    red, green, blue = (small[:, :, i].astype(np.int16) for i in range(3))
    chroma = red - np.minimum(green, blue)
    ink = (red - np.maximum(green, blue) > REDNESS) & (np.abs(green - blue) < 0.4 * chroma)
    return np.asarray(ink, dtype=np.uint8)


def _without_rules(red: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Remove the ruled lines of writing paper, which are often red and would connect a seal to the whole page.

    They are long and thin: runs of a tenth of the page that do not come from something thick.
    """
    length = max(red.shape) // 10
    thick = cv2.dilate(cv2.morphologyEx(red, cv2.MORPH_OPEN, np.ones((6, 6), np.uint8)), np.ones((3, 3), np.uint8))
    rules = np.zeros_like(red)
    for shape in ((1, length), (length, 1)):
        # Rules of a skewed page are stepped: thicken before searching for long runs.
        runs = cv2.morphologyEx(cv2.dilate(red, np.ones((3, 3), np.uint8)), cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        rules |= np.asarray(runs, dtype=np.uint8)
    return np.asarray(red & ~((rules > 0) & (thick == 0)), dtype=np.uint8)


def _grown(figure: Region, margin: float, scale: float, pixels: Pixels) -> Region:
    """A figure of the small picture as a region of the source, with a margin as a share of its longer side."""
    more = margin * max(figure.x1 - figure.x0, figure.y1 - figure.y0)
    bounds = np.array([figure.x0 - more, figure.y0 - more, figure.x1 + more, figure.y1 + more]) / scale
    rows, columns = pixels.shape[:2]
    x0, y0, x1, y1 = (int(v) for v in np.clip(np.round(bounds), 0, [columns, rows, columns, rows]))
    return Region(x0, y0, x1, y1)


def without_seals(picture: Picture, seals: Sequence[Region]) -> Picture:
    """Return a copy with faded seals: their regions from the red channel, everything else unchanged."""
    if not seals:
        return picture
    pixels = picture.pixels
    copy = pixels.copy()
    for seal in seals:
        red = pixels[seal.y0 : seal.y1, seal.x0 : seal.x1, 0]
        copy[seal.y0 : seal.y1, seal.x0 : seal.x1] = red[:, :, None]
    return Picture(copy)


def merge(faded: Sequence[RawLine], coloured: Sequence[RawLine]) -> list[RawLine]:
    """Merge two readings of one area: the surer one of a line read twice; a line seen only in colour if sure."""
    merged = list(faded)
    for line in coloured:
        same = [i for i, other in enumerate(merged) if _shared(line.corners, other.corners) >= COVERED]
        if not same and line.confidence >= SURE:
            merged.append(line)
        elif (
            len(same) == 1
            and line.confidence > merged[same[0]].confidence
            and len(line.text) >= len(merged[same[0]].text)
        ):
            merged[same[0]] = line
    return merged


def _shared(one: Corners, other: Corners) -> float:
    """Area that two boxes share, by the smaller one's area."""
    a, b = one.astype(np.float32), other.astype(np.float32)
    area, _ = cv2.intersectConvexConvex(a, b)
    return float(area / max(min(cv2.contourArea(a), cv2.contourArea(b)), 1.0))
