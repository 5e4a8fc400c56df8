"""A page as extracted from its source: pixels, and the source's own information."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scanning.values import Line, SourcePage

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page of a source.

    `pixels` is (height, width) grey or (height, width, 3) RGB, already turned as the file itself requests (EXIF,
    /Rotate), at the resolution of the source. `lines` are the source's own words in A4 points (born-digital pages),
    else None: the page needs OCR. `vector` is a one-page A4 PDF with the source's drawing and text that conforms to
    PDF/A-2u, else None. `camera`: the file comes from a camera (EXIF), so perspective is likely. Of `lines`, by their
    indices: `proofs` are some of each font, to be compared with the picture; `unmapped` have characters that their
    font does not name.
    """

    source: SourcePage
    pixels: Pixels
    lines: tuple[Line, ...] | None = None
    vector: Path | None = None
    camera: bool = False
    proofs: tuple[int, ...] = ()
    unmapped: frozenset[int] = frozenset()
