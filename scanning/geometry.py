"""Plane geometry of a page: homographies, quadrilaterals, and pixels seen through them.

A matrix maps column vectors (x, y, 1); pixel coordinates have their origin at the top left, y down, so a positive angle
turns clockwise as a person sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.raw import Pixels

Matrix = NDArray[np.float64]
Corners = NDArray[np.float64]

IDENTITY: Matrix = np.eye(3)


def scaling(sx: float, sy: float | None = None) -> Matrix:
    """Return a scaling of x by `sx` and of y by `sy` (or by `sx`)."""
    return np.diag([sx, sx if sy is None else sy, 1.0])


def shift(dx: float, dy: float) -> Matrix:
    """Return a translation by (dx, dy)."""
    return np.array([[1.0, 0.0, dx], [0.0, 1.0, dy], [0.0, 0.0, 1.0]])


def rotation(degrees: float) -> Matrix:
    """Return a clockwise rotation about the origin."""
    angle = np.deg2rad(degrees)
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def quarter_turn(turn: int, width: float, height: float) -> Matrix:
    """Return a clockwise turn of a frame by 0, 90, 180 or 270 degrees; its top left is the origin again."""
    dx, dy = {0: (0.0, 0.0), 90: (height, 0.0), 180: (width, height), 270: (0.0, width)}[turn]
    return shift(dx, dy) @ np.round(rotation(turn))


def apply(matrix: Matrix, points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Map points of shape (..., 2)."""
    flat = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    mapped = np.column_stack([flat, np.ones(len(flat))]) @ matrix.T
    return np.asarray((mapped[:, :2] / mapped[:, 2:]).reshape(np.shape(points)), dtype=np.float64)


def between(source: Corners, target: Corners) -> Matrix:
    """Return the homography that maps four corners to four corners."""
    return np.asarray(
        cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32)), dtype=np.float64
    )


def rectangle(width: float, height: float) -> Corners:
    """Return the corners of a frame, clockwise from the top left."""
    return np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])


def sides(corners: Corners) -> tuple[float, float]:
    """Return the mean width (sides 0-1 and 3-2) and mean height (sides 0-3 and 1-2) of a quadrilateral."""
    a, b, c, d = corners
    width = (np.linalg.norm(b - a) + np.linalg.norm(c - d)) / 2
    height = (np.linalg.norm(d - a) + np.linalg.norm(c - b)) / 2
    return float(width), float(height)


OVERVIEW_SIDE = 1700
"""Pixels of the longer side of a source's overview, which is used wherever whole pages are drawn small."""


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels of a source, and a smaller version of them, computed on first use."""

    pixels: Pixels

    @cached_property
    def reduction(self) -> float:
        """Size of the overview relative to the source, at most 1."""
        return float(min(1.0, OVERVIEW_SIDE / max(self.pixels.shape[:2])))

    @cached_property
    def overview(self) -> Pixels:
        """The whole picture, `OVERVIEW_SIDE` pixels long, or unchanged if it is not longer."""
        if self.reduction == 1.0:
            return self.pixels
        size = (max(1, round(s * self.reduction)) for s in self.pixels.shape[1::-1])
        return np.asarray(cv2.resize(self.pixels, tuple(size), interpolation=cv2.INTER_AREA), dtype=np.uint8)


@dataclass(frozen=True, eq=False)
class View:
    """Pixels seen through a homography: they are resampled once, from the source, when a picture is requested.

    `to_source` maps the frame (`width` x `height`, in its own units, about one source pixel each) to pixels of the
    source.
    """

    picture: Picture
    to_source: Matrix
    width: float
    height: float

    @classmethod
    def of(cls, pixels: Pixels) -> View:
        """Return the pixels unchanged as a view."""
        return cls(Picture(pixels), IDENTITY, float(pixels.shape[1]), float(pixels.shape[0]))

    @property
    def pixels(self) -> Pixels:
        """The source's pixels."""
        return self.picture.pixels

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the frame."""
        return self.width, self.height

    @cached_property
    def source_scale(self) -> float:
        """Source pixels per unit of the frame, along a side, on average over the frame."""
        area = cv2.contourArea(apply(self.to_source, rectangle(self.width, self.height)).astype(np.float32))
        return float(np.sqrt(area / (self.width * self.height)))

    def turned(self, turn: int) -> View:
        """The same pixels, the frame turned clockwise by 0, 90, 180 or 270 degrees."""
        width, height = (self.height, self.width) if turn in (90, 270) else self.size
        back = np.linalg.inv(quarter_turn(turn, self.width, self.height))
        return View(self.picture, self.to_source @ back, width, height)

    def on(self, picture: Picture) -> View:
        """The same frame on another picture of the same shape (with its seals removed, for example)."""
        return View(picture, self.to_source, self.width, self.height)

    def carried(self, other: View, points: Corners) -> Corners:
        """Map points from another view of the same pixels into this one."""
        return apply(np.linalg.inv(self.to_source) @ other.to_source, points)

    def sample(self, scale: float) -> Pixels:
        """Draw the whole frame at `scale` pixels per unit."""
        size = (max(1, round(self.width * scale)), max(1, round(self.height * scale)))
        matrix = self.to_source @ scaling(self.width / size[0], self.height / size[1])
        if scale > self.source_scale * self.picture.reduction:
            return warp(self.pixels, matrix, size)
        overview = self.picture.overview
        rows, columns = self.pixels.shape[:2]
        return warp(overview, scaling(overview.shape[1] / columns, overview.shape[0] / rows) @ matrix, size)

    def crop(self, corners: Corners, height: int | None = None) -> Pixels:
        """Draw a quadrilateral upright: corner 0 at the top left, corner 1 at the top right.

        `height` in pixels; None: as many as the source has.
        """
        wide, high = sides(apply(self.to_source, corners))
        rows = max(4, round(high)) if height is None else height
        size = (max(4, round(wide * rows / max(high, 1.0))), rows)
        return warp(self.pixels, self.to_source @ between(rectangle(*size), corners), size, cv2.BORDER_REPLICATE)


def warp(
    pixels: Pixels, to_source: Matrix, size: tuple[int, int], border: int = cv2.BORDER_CONSTANT, paper: int = 255
) -> Pixels:
    """Resample once: a picture of `size` (width, height) whose pixel (x, y) comes from `to_source` (x, y).

    Pixel centres are at half units. Where the picture is smaller than its source, each new pixel averages what it
    covers.
    """
    rows, columns = pixels.shape[:2]
    corners = apply(to_source, rectangle(*size))
    low = np.floor(corners.min(axis=0)).astype(int) - 8
    high = np.ceil(corners.max(axis=0)).astype(int) + 8
    x0, y0 = (int(v) for v in np.clip(low, 0, [columns - 1, rows - 1]))
    x1, y1 = (int(v) for v in np.clip(high, [x0 + 1, y0 + 1], [columns, rows]))
    part = pixels[y0:y1, x0:x1]
    matrix = shift(-x0, -y0) @ to_source
    if _only_scales(matrix, part, size):
        return np.asarray(cv2.resize(part, size, interpolation=_filter(part, size)), dtype=np.uint8)
    factor = int(np.sqrt(cv2.contourArea(corners.astype(np.float32)) / (size[0] * size[1])))
    if factor >= 2:
        reduced = (max(1, (x1 - x0) // factor), max(1, (y1 - y0) // factor))
        part = np.asarray(cv2.resize(part, reduced, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        matrix = scaling(reduced[0] / (x1 - x0), reduced[1] / (y1 - y0)) @ matrix
    # OpenCV has pixel centres at whole numbers.
    centred = shift(-0.5, -0.5) @ matrix @ shift(0.5, 0.5)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    drawn = cv2.warpPerspective(part, centred, size, flags=flags, borderMode=border, borderValue=(paper, paper, paper))
    return np.asarray(drawn, dtype=np.uint8)


def _only_scales(matrix: Matrix, part: Pixels, size: tuple[int, int]) -> bool:
    """Whether the mapping is a mere scaling of the whole part."""
    wanted = scaling(part.shape[1] / size[0], part.shape[0] / size[1])
    return bool(np.allclose(matrix, wanted, atol=1e-6))


def _filter(part: Pixels, size: tuple[int, int]) -> int:
    return cv2.INTER_AREA if size[0] < part.shape[1] else cv2.INTER_LINEAR
