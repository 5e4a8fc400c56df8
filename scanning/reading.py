"""From a sheet to its lines: turn it upright, straighten it, read it, sort the lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scanning import pages, stamps
from scanning.geometry import Corners, View, apply
from scanning.ocr.base import Engine, RawLine
from scanning.order import in_order
from scanning.quality import Ink, find_ink, flatten, to_grey
from scanning.values import Operation

LOOK_AGAIN = 2.0
"""Degrees of skew from which line detection is repeated on the straightened page."""

EMPTY = 0.00005
"""With less ink than this the page is not read; an engine that looks for lines in grain takes a minute over it."""

DOUBTFUL = 0.75
GHOST = 0.5
"""A low-confidence line whose ink has less than this share of the page's usual contrast shows through from the back."""


@dataclass(frozen=True, eq=False)
class Upright:
    """A sheet turned upright and straight. `size` is the sheet's own; the view may have grown around it.

    `boxes` are the lines' corners, None from an engine that finds them during recognition; `residual` is the remaining
    skew.
    """

    view: View
    size: tuple[float, float]
    boxes: tuple[Corners, ...] | None
    ink: Ink
    skew: float
    residual: float
    turned: int
    operations: tuple[Operation, ...]


def set_upright(engine: Engine | None, view: View, turn: int | None) -> Upright:
    """Turn and straighten a sheet: `turn` degrees clockwise, or as the engine detects when None."""
    if engine is not None and turn is None:
        sight = engine.look(view)
        wanted, boxes = sight.turn, sight.boxes
        turned = view.turned(wanted)
        if wanted:
            boxes = engine.find(turned)
    else:
        wanted = turn or 0
        turned = view.turned(wanted)
        boxes = engine.find(turned) if engine else None
    skew = _skew(turned, boxes)
    straight = pages.straightened(turned, skew)
    if engine is not None and straight is not turned:
        boxes = engine.find(straight) if abs(skew) >= LOOK_AGAIN else _carried(straight, turned, boxes)
    residual = _skew(straight, boxes)
    operations = []
    if wanted:
        operations.append(Operation("turn", {"degrees": wanted}))
    if straight is not turned:
        operations.append(Operation("deskew", {"degrees": round(-skew, 3)}))
    return Upright(straight, turned.size, boxes, find_ink(straight), skew, residual, wanted, tuple(operations))


def _skew(view: View, boxes: Sequence[Corners] | None) -> float:
    return pages.skew_of_ink(find_ink(view).mask) if boxes is None else pages.skew_of(boxes)


def _carried(view: View, old: View, boxes: Sequence[Corners] | None) -> tuple[Corners, ...] | None:
    return None if boxes is None else tuple(view.carried(old, box) for box in boxes)


def read(engine: Engine, page: Upright, coloured: View, seals: Sequence[stamps.Region]) -> list[RawLine]:
    """Read an upright page in reading order.

    Args:
        engine: the OCR engine.
        page: from `set_upright`; its pixels are without seals.
        coloured: the same frame on the original pixels.
        seals: the regions of seals; lines there are read on both.
    """
    if page.boxes is None and page.ink.share < EMPTY:
        return []
    lines = engine.read(page.view, page.boxes)
    if seals:
        lines = _read_under_seals(engine, lines, coloured, seals)
    return in_order(_without_ghosts(_without_dust(lines), page.view))


def _read_under_seals(
    engine: Engine, lines: Sequence[RawLine], coloured: View, seals: Sequence[stamps.Region]
) -> list[RawLine]:
    def touched(corners: Corners) -> bool:
        return any(seal.overlaps(apply(coloured.to_source, corners)) for seal in seals)

    there = [line for line in lines if touched(line.corners)]
    found = engine.find(coloured)
    again = engine.read(coloured, [box for box in found or () if touched(box)])
    again += engine.read(coloured, [line.corners for line in there])
    return [line for line in lines if not touched(line.corners)] + stamps.merge(there, again)


def _without_dust(lines: Sequence[RawLine]) -> list[RawLine]:
    """Drop lines of one or two marks that are no characters: dust, holes and creases read as dots and dashes."""
    return [line for line in lines if len(line.text.strip()) > 2 or any(c.isalnum() for c in line.text)]


def _without_ghosts(lines: Sequence[RawLine], view: View) -> list[RawLine]:
    """Drop what shows through from the back: low confidence, and far paler than the page's own writing."""
    if all(line.confidence >= DOUBTFUL for line in lines):
        return list(lines)
    sure = [_contrast(view, line) for line in lines if line.confidence >= DOUBTFUL]
    usual = float(np.median(sure)) if sure else 1.0
    return [x for x in lines if x.confidence >= DOUBTFUL or _contrast(view, x) >= GHOST * usual]


def _contrast(view: View, line: RawLine) -> float:
    flat = flatten(to_grey(view.crop(line.corners)))
    return 1.0 - float(np.percentile(flat, 3))
