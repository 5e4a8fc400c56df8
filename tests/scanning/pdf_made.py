"""Small access copies made for tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from scanning import layer, pdfa
from scanning.values import DocumentInfo, Line, PageLayer, Quad
from scanning.xmp import Part

ABOUT = DocumentInfo(title="关于拆迁补偿的来信", created="2026-11-02T09:30:00+08:00", identifier="J001-XF-2026-0001")


def quad(x: float, y: float, width: float, height: float, degrees: float = 0.0) -> Quad:
    """A box with its head left corner at (x, y) in A4 points, y down, turned clockwise about that corner."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    first, second, third, fourth = (
        (x + c * u - s * v, y + s * u + c * v) for u, v in ((0, 0), (width, 0), (width, height), (0, height))
    )
    return first, second, third, fourth


def grey_layer(folder: Path) -> Path:
    """An empty grey page of few pixels."""
    return layer.save(np.full((117, 83), 200, np.uint8), dpi=10, stem=folder / "empty")


def access_copy(folder: Path, lines: Sequence[Line], part: Part = "2u") -> Path:
    """An access copy of one empty page with these lines."""
    out = folder / f"copy-{part}.pdf"
    pdfa.assemble([PageLayer(grey_layer(folder), tuple(lines))], out, ABOUT, part=part)
    return out
