"""A page as it came out of its source: pixels, and whatever the source itself knew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scanning.values import Line, SourcePage

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page out of its source.

    `pixels` is (height, width) grey or (height, width, 3) RGB, already turned by what the file says of itself (EXIF,
    /Rotate), at the resolution of the source. `lines` are the source's own words in A4 points (born-digital pages),
    else None: the page is to be read.
    `vector` is a one-page A4 PDF that keeps the source's drawing and text and may stand in a PDF/A-2u, else None.
    `camera` says that the file comes from a camera (EXIF), so a perspective is likely.
    """

    source: SourcePage
    pixels: Pixels
    lines: tuple[Line, ...] | None = None
    vector: Path | None = None
    camera: bool = False
