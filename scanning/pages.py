"""The placement of a page on A4: which sheet, how straight, how large; nothing is drawn before.

Placement by DA/T 31-2017 and the archive's rules: upright; straight to 0.5 degrees; a sheet smaller than A4 is centred
at its true size and is never enlarged; a larger one is reduced to fit; no ink leaves the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.geometry import (
    IDENTITY,
    Corners,
    Matrix,
    Picture,
    View,
    apply,
    between,
    rectangle,
    rotation,
    scaling,
    shift,
    sides,
)
from scanning.photo import find_paper
from scanning.raw import Pixels, RawPage
from scanning.values import A4_HEIGHT_PT, A4_WIDTH_PT, Operation, Point, Quad

MM = 72 / 25.4
"""Points in a millimetre."""

SLACK = 1.0 * MM
"""A sheet may be this much larger than A4 and still count as A4, because scanners round up."""

MARGIN = 10.0 * MM
"""Margin around a picture of unknown size on paper."""

INK_MARGIN = 3.0 * MM
"""Margin between ink and the edge of the page where ink had to be moved back onto it."""

SQUARE = 0.015
"""A sheet on a scanner's bed has right angles and even sides, to this share; a photographed one does not."""

RIM = 0.02
"""Share of an outlined sheet along its edges that may show slivers of the desk, which are not writing."""

MOST_SKEW = 15.0
LEAST_SKEW = 0.05
TOO_LITTLE_INK = 0.001
"""Degrees: a larger angle is not skew but another kind of page; a smaller one is ignored. And the least share of ink
that allows a measurement of skew."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """The sheet of paper in a picture. `unit_mm` is a unit of the view in millimetres of paper, None if unknown.

    `outlined`: the sheet's own edges were detected, so that the view is all paper.
    """

    view: View
    unit_mm: float | None
    outlined: bool
    operations: tuple[Operation, ...]


@dataclass(frozen=True, eq=False)
class Placement:
    """The position of a sheet: `to_page` maps units of the view to points; `scale` is 1 at true size, 0 if unknown."""

    to_page: Matrix
    scale: float
    operations: tuple[Operation, ...]


def find_sheet(raw: RawPage, picture: Picture) -> Sheet:
    """Find the sheet: within its edges, corrected in perspective, where the picture shows them; else all of it."""
    unit_mm = 25.4 / raw.source.dpi if raw.source.dpi_known and not raw.camera and _plausible(raw) else None
    whole = View(picture, IDENTITY, float(raw.pixels.shape[1]), float(raw.pixels.shape[0]))
    corners = find_paper(picture)
    if corners is None:
        return Sheet(whole, unit_mm, False, ())
    wide, high = sides(corners)
    frame = rectangle(wide, high)
    view = View(picture, between(frame, corners), wide, high)
    # A photograph may state a resolution, too, but it is unrelated to the paper in it.
    return Sheet(view, unit_mm if _is_rectangle(corners) else None, True, (_outline_operation(corners),))


def _is_rectangle(corners: Corners) -> bool:
    """Whether a sheet was captured straight from above, as by a scanner."""
    along = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(along, axis=1)
    turns = np.einsum("ij,ij->i", along, np.roll(along, -1, axis=0)) / (lengths * np.roll(lengths, -1))
    even = np.abs(lengths[:2] / lengths[2:] - 1.0).max() < SQUARE
    return bool(even and np.abs(turns).max() < SQUARE)


def _plausible(raw: RawPage) -> bool:
    """Whether the stated size is possible for a sheet: cameras write 72 dpi, which would make a letter of 80 cm."""
    short, long = sorted((raw.source.width_mm, raw.source.height_mm))
    return 40.0 <= short <= 450.0 and long <= 650.0


def _outline_operation(corners: Corners) -> Operation:
    names = ("top_left", "top_right", "bottom_right", "bottom_left")
    found = {
        f"{n}_{axis}": round(float(c[i]), 1) for n, c in zip(names, corners, strict=True) for i, axis in enumerate("xy")
    }
    return Operation("outline", found)


def skew_of(boxes: Sequence[Corners]) -> float:
    """Angle of the lines in degrees, clockwise positive: the median over boxes, weighted by length.

    Boxes as long as they are wide are ignored; columns of vertical writing count by their own axis. 0 without usable
    boxes.
    """
    angles, weights = [], []
    for box in boxes:
        wide, high = sides(box)
        if max(wide, high) < 3.0 * min(wide, high):
            continue
        run = (box[1] + box[2] - box[0] - box[3]) if wide >= high else (box[3] + box[2] - box[0] - box[1])
        angle = float(np.degrees(np.arctan2(run[1], run[0])))
        angles.append(angle if wide >= high else angle - 90.0)
        weights.append(max(wide, high))
    if not angles:
        return 0.0
    order = np.argsort(angles)
    total = np.cumsum(np.array(weights)[order])
    found = float(np.array(angles)[order][np.searchsorted(total, total[-1] / 2)])
    return found if abs(found) <= MOST_SKEW else 0.0


def skew_of_ink(ink: NDArray[np.bool_]) -> float:
    """Angle of the lines in degrees, without boxes: where rows of ink and the gaps between them differ most."""
    if ink.mean() < TOO_LITTLE_INK:
        return 0.0
    scale = min(1.0, 700 / max(ink.shape))
    small = cv2.resize(ink.astype(np.float32), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    # Any turn blurs the rows a little; blurred before, no angle has an advantage.
    small = cv2.GaussianBlur(small, (0, 0), 1.0)
    best = 0.0
    for width, step in ((10.0, 0.5), (0.5, 0.1), (0.1, 0.02)):
        angles = best + np.arange(-width, width + step / 2, step)
        best = float(angles[int(np.argmax([_row_contrast(small, angle) for angle in angles]))])
    return best


def _row_contrast(ink: cv2.typing.MatLike, angle: float) -> float:
    rows, columns = ink.shape
    turned = cv2.warpAffine(ink, cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1.0), (columns, rows))
    return float(np.square(np.diff(turned.sum(axis=1))).sum())


def straightened(view: View, skew: float) -> View:
    """Turn the frame about its centre so that lines at `skew` degrees become level; it grows to keep its corners."""
    if abs(skew) < LEAST_SKEW:
        return view
    turn = rotation(-skew)
    outline = apply(turn, rectangle(*view.size))
    low = outline.min(axis=0)
    wide, high = outline.max(axis=0) - low
    back = np.linalg.inv(shift(-low[0], -low[1]) @ turn)
    return View(view.picture, view.to_source @ back, float(wide), float(high))


def place(view: View, sheet: tuple[float, float], unit_mm: float | None, *, outlined: bool, ink: Corners) -> Placement:
    """Place a straightened view on A4.

    Args:
        view: upright and straight; the sheet's centre is the centre of its frame.
        sheet: width and height of the sheet itself, upright, in units of the view.
        unit_mm: length of a unit on paper in millimetres, None when unknown: then the sheet is fitted to the page,
            with a margin unless its edges were seen (`outlined`).
        outlined: whether the view's edges are the paper's.
        ink: points of the ink's hull in units of the view; the page is moved, and reduced if necessary, until all
            are on it.
    """
    page = np.array([A4_WIDTH_PT, A4_HEIGHT_PT])
    size = np.array(sheet)
    if unit_mm is None:
        room = page if outlined else page - 2 * MARGIN
        stretch = _fill(size, room) if outlined else scaling(float(np.min(room / size)))
        operations = [
            Operation("fit", {"scale": round(float(stretch[0, 0]), 5), "margin_mm": 0.0 if outlined else MARGIN / MM})
        ]
        scale = 0.0
    else:
        true = unit_mm * MM
        scale = float(min(1.0, np.min(page / (size * true)))) if np.any(size * true > page + SLACK) else 1.0
        stretch = scaling(true * scale)
        operations = [Operation("reduce", {"scale": round(scale, 4)})] if scale < 1.0 else []
    to_page = shift(*(page / 2)) @ stretch @ shift(-view.width / 2, -view.height / 2)
    return _keep_ink(to_page, scale, tuple(operations), ink)


def _fill(size: np.ndarray, page: np.ndarray) -> Matrix:
    """Fit a sheet of unknown size; one of about A4's shape is A4, despite small errors of perspective."""
    ratio = page / size
    if max(ratio) / min(ratio) < 1.10:
        return scaling(float(ratio[0]), float(ratio[1]))
    return scaling(float(min(ratio)))


def _keep_ink(to_page: Matrix, scale: float, operations: tuple[Operation, ...], ink: Corners) -> Placement:
    """Move the page, and reduce it if necessary, until all ink is on it."""
    if len(ink) == 0:
        return Placement(to_page, scale, operations)
    page = np.array([A4_WIDTH_PT, A4_HEIGHT_PT])
    placed = apply(to_page, ink)
    low, high = placed.min(axis=0), placed.max(axis=0)
    if np.all(low >= 0.0) and np.all(high <= page):
        return Placement(to_page, scale, operations)
    room = page - 2 * INK_MARGIN
    shrink = float(min(1.0, np.min(room / (high - low))))
    middle = (low + high) / 2
    half = (high - low) / 2 * shrink
    target = np.clip(middle, half + INK_MARGIN, page - half - INK_MARGIN)
    move = shift(*target) @ scaling(shrink) @ shift(*-middle)
    values = {
        "dx_mm": round(float(target[0] - middle[0]) / MM, 2),
        "dy_mm": round(float(target[1] - middle[1]) / MM, 2),
    }
    kept = Operation("keep_ink", {**values, "scale": round(shrink, 4)})
    return Placement(move @ to_page, scale * shrink, (*operations, kept))


def draw(view: View, to_page: Matrix, dpi: float, outline: Corners | None = None) -> Pixels:
    """Draw the A4 page at `dpi`, once, directly from the source's pixels.

    Beyond them it is white, and beyond `outline` (the sheet's corners in units of the view), where desk or scanner bed
    would show.
    """
    size = (round(A4_WIDTH_PT * dpi / 72), round(A4_HEIGHT_PT * dpi / 72))
    to_view = np.linalg.inv(to_page) @ scaling(A4_WIDTH_PT / size[0], A4_HEIGHT_PT / size[1])
    page = View(view.picture, view.to_source @ to_view, *size).sample(1.0)
    if outline is not None:
        drawn = apply(np.asarray(np.linalg.inv(to_view), dtype=np.float64), outline)
        beyond = cv2.fillConvexPoly(np.ones(page.shape[:2], np.uint8), np.round(drawn).astype(np.int32), 0)
        page[np.asarray(beyond) > 0] = 255
    return page


def quad(corners: Corners) -> Quad:
    """Four corners as plain numbers, rounded to a hundredth of a point."""
    a, b, c, d = (_point(corner) for corner in corners)
    return a, b, c, d


def _point(corner: np.ndarray) -> Point:
    return round(float(corner[0]), 2), round(float(corner[1]), 2)
