"""The reading order of the lines of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scanning.ocr.base import RawLine

SAME_ROW = 0.6
"""Lines whose middles differ by less than this share of the lower one's height are in one row."""

CLOSE = 0.5
"""Lines one above the other and nearer than this share of their height are one block; a form's cells are not."""


@dataclass(frozen=True, eq=False)
class _Box:
    """A line and the upright rectangle around it."""

    line: RawLine
    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, line: RawLine) -> _Box:
        low, high = line.corners.min(axis=0), line.corners.max(axis=0)
        return cls(line, float(low[0]), float(low[1]), float(high[0]), float(high[1]))

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


def in_order(lines: Sequence[RawLine]) -> list[RawLine]:
    """Put the lines of an upright page in reading order.

    Rows from the top, each from the left; a form's label, set at half the height of the several lines that it names,
    comes before them. Where most of the page is vertical columns: from the right, each from the top.
    """
    columns = [line for line in lines if line.direction == "vertical" and len(line.text) > 2]
    if sum(len(line.text) for line in columns) > sum(len(line.text) for line in lines) / 2:
        return sorted(lines, key=lambda line: (-float(line.corners[:, 0].mean()), float(line.corners[:, 1].min())))
    boxes = [box for row in _rows([_Box.of(line) for line in lines]) for box in row]
    return [box.line for box in _labels_first(boxes)]


def _rows(boxes: Sequence[_Box]) -> list[list[_Box]]:
    rows: list[list[_Box]] = []
    for box in sorted(boxes, key=lambda box: box.middle):
        row = rows[-1] if rows else []
        near = SAME_ROW * min(x.height for x in (*row, box))
        if row and box.middle - float(np.mean([x.middle for x in row])) < near:
            row.append(box)
        else:
            rows.append([box])
    return [sorted(row, key=lambda box: box.left) for row in rows]


def _labels_first(boxes: Sequence[_Box]) -> list[_Box]:
    """Move each line that is alone, left of a block and within its height, before the block."""
    blocks = _blocks(boxes)
    ordered = list(boxes)
    for label in boxes:
        if any(label in block for block in blocks):
            continue
        named = next((block for block in blocks if _names(label, block)), None)
        if named is not None:
            first = min(ordered.index(box) for box in named)
            if ordered.index(label) > first:
                ordered.remove(label)
                ordered.insert(first, label)
    return ordered


def _blocks(boxes: Sequence[_Box]) -> list[list[_Box]]:
    """Groups of two or more lines that are close below each other."""
    blocks: list[list[_Box]] = []
    for box in boxes:
        touching = [block for block in blocks if any(_follows(above, box) for above in block)]
        blocks = [block for block in blocks if block not in touching]
        blocks.append([x for block in touching for x in block] + [box])
    return [block for block in blocks if len(block) > 1]


def _follows(above: _Box, below: _Box) -> bool:
    overlap = min(above.right, below.right) - max(above.left, below.left)
    gap = below.top - above.bottom
    height = min(above.height, below.height)
    narrower = min(above.right - above.left, below.right - below.left)
    return overlap > 0.5 * narrower and -0.5 * height < gap < CLOSE * height


def _names(label: _Box, block: Sequence[_Box]) -> bool:
    left = min(box.left for box in block)
    top, bottom = min(box.top for box in block), max(box.bottom for box in block)
    return label.right <= left + 0.5 * label.height and top < label.middle < bottom
