"""Columns of upright characters, told from sideways lines: their characters are laid out side by side."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.quality import INK_LEVEL, flatten, to_grey
from scanning.raw import Pixels

LEAST_HEIGHT, MOST_HEIGHT = 0.8, 1.5
"""A character is between so many times as high as the column's ink is wide; a lower part belongs to the next one."""


def lay_out(column: Pixels) -> Pixels:
    """Cut an upright column (height, width[, 3]) between its characters and set these side by side, from the left.

    Precise enough to decide whether they are characters at all; the actual recognition turns the column as a whole.
    """
    cuts = _cuts(column)
    height = int(np.max(np.diff(cuts)))
    return np.hstack([_centred(column[a:b], height) for a, b in pairwise(cuts)])


def _cuts(column: Pixels) -> list[int]:
    """The rows to cut at: in the gaps of the ink, so that each part is about as high as a character."""
    ink = flatten(to_grey(column)) < INK_LEVEL
    across = np.flatnonzero(ink.any(axis=0))
    size = float(across[-1] - across[0] + 1) if len(across) else float(column.shape[1])
    cuts = [0]
    for middle in _gaps(np.asarray(ink.any(axis=1))):
        if middle - cuts[-1] >= LEAST_HEIGHT * size:
            cuts.append(middle)
    return _divided([*cuts, column.shape[0]], MOST_HEIGHT * size)


def _gaps(has_ink: NDArray[np.bool_]) -> list[int]:
    """The middles of the runs of rows without ink between rows with some."""
    inked = np.flatnonzero(has_ink)
    return [int((a + b + 1) // 2) for a, b in pairwise(inked) if b - a > 1]


def _divided(cuts: list[int], most: float) -> list[int]:
    """Divide evenly a part that is too high for one character: several that touch."""
    divided = [cuts[0]]
    for a, b in pairwise(cuts):
        parts = max(1, int(np.ceil((b - a) / most)))
        divided += [a + (b - a) * (i + 1) // parts for i in range(parts)]
    return [cut for i, cut in enumerate(divided) if i == 0 or cut > divided[i - 1]]


def _centred(cell: Pixels, height: int) -> Pixels:
    above = (height - cell.shape[0]) // 2
    below = height - cell.shape[0] - above
    return np.asarray(cv2.copyMakeBorder(cell, above, below, 0, 0, cv2.BORDER_REPLICATE), dtype=np.uint8)
