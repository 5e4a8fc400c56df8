"""Find the sheet of paper in a picture that shows more: a photograph, or a scan with the scanner's dark bed.

Several simple heuristics for "paper" each propose a quadrilateral; it is accepted only when the picture shows an edge
along its sides and is darker beyond them. A scan that shows nothing but paper has no such shape, and stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.geometry import Corners, Picture, sides
from scanning.raw import Pixels

WORK_SIDE = 640
"""Pixels of the longer side of the picture in which paper is looked for."""

MIN_SHARE = 0.25
"""A sheet covers at least this share of its picture."""

AT_FRAME = 0.012
"""A corner or side this near the frame (share of the longer side) is on it: the paper continues beyond the picture."""

MIN_CONTRAST = 18.0
"""Least difference in lightness (0..255) between paper and what is beyond a side, for the edge to count as seen."""

MIN_SEEN = 0.72
"""Share of a side along which the edge must be seen."""

Mask = NDArray[np.uint8]


def find_paper(picture: Picture) -> Corners | None:
    """Find the sheet's corners, (4, 2) in pixels, clockwise from the top left; None where no edge is seen."""
    rows, columns = picture.pixels.shape[:2]
    scale = min(1.0, WORK_SIDE / max(rows, columns))
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    small = cv2.resize(picture.overview, size, interpolation=cv2.INTER_AREA)
    colour = np.asarray(small if small.ndim == 3 else cv2.cvtColor(small, cv2.COLOR_GRAY2RGB), dtype=np.uint8)
    lightness = cv2.cvtColor(colour, cv2.COLOR_RGB2LAB)[:, :, 0]
    best: tuple[float, Corners] | None = None
    for mask in _paper_masks(colour):
        corners = _four_corners(mask)
        if corners is None:
            continue
        score = _evidence(np.asarray(lightness, dtype=np.uint8), corners)
        if score > 0.0 and (best is None or score > best[0]):
            best = score, corners
    return None if best is None else best[1] / scale


def _paper_masks(colour: Pixels) -> Iterator[Mask]:
    """Yield candidate masks of paper: light pixels; light and colourless ones; pixels unlike the rim of the picture."""
    smooth = cv2.GaussianBlur(colour, (0, 0), 2.0)
    lab = cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB).astype(np.float32)
    light = lab[:, :, 0]
    colourful = np.hypot(lab[:, :, 1] - 128.0, lab[:, :, 2] - 128.0)
    rim = np.concatenate(
        [lab[:6].reshape(-1, 3), lab[-6:].reshape(-1, 3), lab[:, :6].reshape(-1, 3), lab[:, -6:].reshape(-1, 3)]
    )
    unlike = np.min([np.linalg.norm(lab - np.median(part, axis=0), axis=2) for part in _halves(rim)], axis=0)
    for feature in (light, light - 2.0 * colourful, unlike):
        spread = max(float(np.ptp(feature)), 1e-6)
        grey = ((feature - feature.min()) * (255.0 / spread)).astype(np.uint8)
        level, mask = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        yield np.asarray(mask, dtype=np.uint8)
        # A shadow across the sheet splits it in two greys: include the darker one as well.
        yield np.asarray(cv2.threshold(grey, level * 0.6, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def _halves(rim: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Split the rim's colours at their median lightness: a partly shadowed desk has two."""
    middle = np.median(rim[:, 0])
    return [rim[rim[:, 0] <= middle], rim[rim[:, 0] >= middle]]


def _four_corners(mask: Mask) -> Corners | None:
    """Take the largest region for the sheet and fit a straight line to each of its four sides."""
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    contours, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return None
    outline = max(contours, key=cv2.contourArea)
    if cv2.contourArea(outline) < MIN_SHARE * mask.size:
        return None
    hull = cv2.convexHull(outline)
    rough = _simplify(hull)
    if rough is None or cv2.contourArea(outline) < 0.88 * cv2.contourArea(rough.astype(np.float32)):
        return None
    return _clockwise(_fit_sides(outline.reshape(-1, 2).astype(np.float64), rough, (mask.shape[1], mask.shape[0])))


def _simplify(hull: cv2.typing.MatLike) -> Corners | None:
    """Drop the hull's minor corners until four are left."""
    length = cv2.arcLength(hull, True)
    for tolerance in np.linspace(0.01, 0.08, 15):
        shape = cv2.approxPolyDP(hull, float(tolerance) * length, True)
        if len(shape) == 4:
            return np.asarray(shape.reshape(4, 2), dtype=np.float64)
        if len(shape) < 4:
            return None
    return None


def _fit_sides(outline: NDArray[np.float64], rough: Corners, size: tuple[int, int]) -> Corners:
    """Replace each side by the line that fits the outline's points near it, and intersect neighbouring lines."""
    lines = []
    for a, b in zip(rough, np.roll(rough, -1, axis=0), strict=True):
        length = float(np.linalg.norm(b - a))
        along = (b - a) / max(length, 1e-6)
        t = (outline - a) @ along
        off = np.abs((outline - a) @ np.array([-along[1], along[0]]))
        near = outline[(t > 0.06 * length) & (t < 0.94 * length) & (off < 0.02 * max(size))]
        if len(near) < 8:
            lines.append((a, along))
            continue
        vx, vy, x, y = cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        lines.append((np.array([x, y]), np.array([vx, vy])))
    corners = [_cross(lines[i - 1], lines[i]) for i in range(4)]
    return np.clip(np.array(corners), 0.0, np.array(size, dtype=np.float64))


def _cross(
    one: tuple[NDArray[np.float64], NDArray[np.float64]], other: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> NDArray[np.float64]:
    (p, d), (q, e) = one, other
    t = np.linalg.lstsq(np.column_stack([d, -e]), q - p, rcond=None)[0]
    return np.asarray(p + t[0] * d, dtype=np.float64)


def _clockwise(corners: Corners) -> Corners:
    """Order corners clockwise (y down) from the one nearest to the top left."""
    centre = corners.mean(axis=0)
    order = np.argsort(np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0]))
    ordered = corners[order]
    return np.roll(ordered, -int(np.argmin(ordered.sum(axis=1))), axis=0)


def _evidence(lightness: Pixels, corners: Corners) -> float:
    """Score what is seen along the sides: number of sides times share seen; 0 where it cannot be a sheet."""
    height, width = lightness.shape
    wide, high = sides(corners)
    area = cv2.contourArea(corners.astype(np.float32))
    if (
        area < MIN_SHARE * width * height
        or not 0.4 < wide / max(high, 1.0) < 2.5
        or not cv2.isContourConvex(corners.astype(np.float32))
    ):
        return 0.0
    near = AT_FRAME * max(width, height)
    shares = []
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if _on_frame(a, b, width, height, near):
            continue
        shares.append(_seen(lightness, a, b, corners.mean(axis=0)))
    if not shares or min(shares) < MIN_SEEN:
        return 0.0
    return float(np.mean(shares)) * len(shares)


def _on_frame(a: NDArray[np.float64], b: NDArray[np.float64], width: int, height: int, near: float) -> bool:
    low, high = np.minimum(a, b), np.maximum(a, b)
    return bool(high[0] < near or high[1] < near or low[0] > width - near or low[1] > height - near)


def _seen(lightness: Pixels, a: NDArray[np.float64], b: NDArray[np.float64], centre: NDArray[np.float64]) -> float:
    """Share of a side where it is clearly lighter within than beyond."""
    along = (b - a) / max(float(np.linalg.norm(b - a)), 1e-6)
    inward = np.array([-along[1], along[0]])
    if (centre - a) @ inward < 0:
        inward = -inward
    points = a + np.linspace(0.04, 0.96, 80)[:, None] * (b - a)
    inside, outside = (_mean_at(lightness, points, inward * sign) for sign in (1.0, -1.0))
    return float(np.mean(inside - outside > MIN_CONTRAST))


def _mean_at(lightness: Pixels, points: Corners, direction: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean lightness 3 to 6 pixels off each point."""
    limit = np.array([lightness.shape[1] - 1, lightness.shape[0] - 1])
    values = []
    for step in (3.0, 4.0, 5.0, 6.0):
        x, y = np.clip(np.round(points + direction * step), 0, limit).astype(int).T
        values.append(lightness[y, x].astype(np.float64))
    return np.asarray(np.mean(values, axis=0), dtype=np.float64)
