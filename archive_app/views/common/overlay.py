"""Text over its picture: the position of each line on the A4 page, and the characters that match a search."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from archive_app.letters.results import LineView, PageView
from archive_app.values import Point, Quad

BASELINE = 0.82
"""Position of the baseline as a share of the line's height from the top: Chinese glyphs fill their square."""

CROP_MARGIN = 3.0


@dataclass(frozen=True, slots=True)
class Place:
    """A line on the page, in A4 points: its baseline begins at `x`, `y`, turned by `angle` degrees clockwise about it.

    `length` runs along the text, `height` across it. `crop` is the upright box around it (x, y, width, height).
    """

    number: int
    line: LineView
    x: float
    y: float
    length: float
    height: float
    angle: float
    vertical: bool
    points: str
    crop: tuple[float, float, float, float]


def places(page: PageView) -> tuple[Place, ...]:
    """The positions of the page's lines, from 0."""
    return tuple(_place_of(number, line) for number, line in enumerate(page.lines))


def points(polygon: Quad) -> str:
    """A polygon in SVG syntax."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in polygon)


def hits_by_line(page: PageView) -> Mapping[int, tuple[tuple[str, bool], ...]]:
    """Each line that has a hit, cut into (text, is a hit) pieces."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for mark in page.marks:
        spans.setdefault(mark.line, []).append((mark.start, mark.end))
    return {number: _cut(page.lines[number].text, sorted(found)) for number, found in spans.items()}


def _cut(text: str, spans: list[tuple[int, int]]) -> tuple[tuple[str, bool], ...]:
    pieces: list[tuple[str, bool]] = []
    at = 0
    for start, end in spans:
        begin = max(start, at)
        if end <= begin:
            continue
        pieces += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    pieces.append((text[at:], False))
    return tuple(piece for piece in pieces if piece[0])


def _place_of(number: int, line: LineView) -> Place:
    first, second, _, last = line.polygon
    vertical = line.direction == "vertical"
    along, across = (last, second) if vertical else (second, last)
    length, height = math.dist(first, along), math.dist(first, across)
    angle = math.degrees(math.atan2(along[1] - first[1], along[0] - first[0]))
    x, y = _towards(first, across, 0.5 if vertical else BASELINE)
    return Place(
        number=number,
        line=line,
        x=x,
        y=y,
        length=length,
        height=height,
        # Vertical text already runs downwards, so only its slant is left.
        angle=angle - 90 if vertical else angle,
        vertical=vertical,
        points=points(line.polygon),
        crop=_crop(line.polygon),
    )


def _towards(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _crop(polygon: Quad) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in polygon], [y for _, y in polygon]
    left, top = min(xs) - CROP_MARGIN, min(ys) - CROP_MARGIN
    return left, top, max(xs) + CROP_MARGIN - left, max(ys) + CROP_MARGIN - top
