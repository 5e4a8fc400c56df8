"""Input and output of the scan pipeline: small frozen values, nothing that opens a file.

Coordinates on a finished page are PDF points on A4 (595.276 x 841.890), origin top left, y down, whatever the
resolution of any image of that page. Lengths of paper are millimetres, angles are degrees clockwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from scanning.errors import ScanError

A4_WIDTH_PT = 595.276
A4_HEIGHT_PT = 841.890

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
EngineName = Literal["auto", "rapidocr", "tesseract"]
Part = Literal["whole", "first", "second"]
Direction = Literal["horizontal", "vertical"]
PageKind = Literal["image", "scanned", "born_digital", "mixed"]
WarningCode = Literal["low_dpi", "small_picture", "blank", "blurred", "low_confidence", "unread", "drawn"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits above which a source is refused (never lost: the original is stored before this check)."""

    max_bytes: int = 512 * 2**20
    max_pages: int = 1_000
    max_pixels: int = 80_000_000
    max_stream_bytes: int = 512 * 2**20
    seconds_per_page: float = 120.0
    seconds_to_inspect: float = 60.0
    memory_bytes: int = 4 * 2**30


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How to scan.

    `turn` None detects the orientation; 0, 90, 180 or 270 turns the source by that many degrees clockwise. `a3` selects
    what becomes of a sheet larger than A4 in A3's shape: reduced to one page, or tiled (see `inspect`).
    """

    engine: EngineName = "auto"
    turn: int | None = None
    a3: Literal["reduce", "tile"] = "reduce"
    image_dpi: int = 200
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class PageRef:
    """One page to be made from a source: its index (from 0) and, when an A3 sheet is tiled, which part of it."""

    index: int
    part: Part = "whole"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """The result of inspecting a file: detected media type and the pages to make of it, in order."""

    media_type: str
    pages: tuple[PageRef, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of recognised text.

    `polygon` has four corners, clockwise from the top left of the upright page, in A4 points. Text runs from corner 0
    to corner 1 when horizontal, from corner 0 to corner 3 when vertical. `spans[i]` is where character `text[i]` begins
    and ends, as fractions of that run; None if the engine does not report it. `confidence` is 0..1. `raw` is what the
    engine returned where `text` differs (traditional characters on a simplified page, `scanning.script`), else None.
    """

    text: str
    polygon: Quad
    confidence: float
    direction: Direction = "horizontal"
    spans: tuple[tuple[float, float], ...] | None = None
    raw: str | None = None

    def part(self, begin: float, end: float) -> Quad:
        """The part of the polygon between two fractions of the text's run, clockwise from the top left."""
        a, b, c, d = self.polygon
        if self.direction == "vertical":
            return _between(a, d, begin), _between(b, c, begin), _between(b, c, end), _between(a, d, end)
        return _between(a, b, begin), _between(a, b, end), _between(d, c, end), _between(d, c, begin)


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation on a page with its parameters, so that it can be explained and repeated."""

    name: str
    parameters: Mapping[str, float | int | str | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageWarning:
    """A warning about a page for a person. The application shows it in the reader's language."""

    code: WarningCode
    values: Mapping[str, float | int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures of one page. `ink` is the share of ink after flattening; `sharpness` is unitless, higher is sharper.

    `skew` is the detected angle, `residual_skew` what is left of it on the finished page; `confidence` is the mean over
    characters.
    """

    dpi: float
    dpi_known: bool
    ink: float
    sharpness: float
    skew: float
    residual_skew: float
    confidence: float | None


@dataclass(frozen=True, slots=True)
class SourcePage:
    """The page as it came: pixels (of the embedded image, or as drawn), dpi, size of the paper if known."""

    kind: PageKind
    width: int
    height: int
    dpi: float
    dpi_known: bool
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One finished page. The paths are in the given work folder, and belong to the caller.

    `layer` is what the PDF shows: a JPEG (or bilevel TIFF G4) of the whole A4 page, or a one-page A4 PDF where the
    source was born digital. `preview` is a JPEG of the A4 page for the screen, `source_preview` of the page as it came.
    `separator` is the payload of a separator sheet's QR code, else None. `turned` is by how many degrees clockwise (0,
    90, 180, 270) the source was turned to be upright.
    """

    ref: PageRef
    source: SourcePage
    operations: tuple[Operation, ...]
    quality: Quality
    warnings: tuple[PageWarning, ...]
    engine: str
    engine_version: str
    lines: tuple[Line, ...]
    layer: Path
    preview: Path
    source_preview: Path
    separator: str | None = None
    turned: int = 0
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """The page's lines, one a row."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class PageLayer:
    """The input for one page of the access copy: its layer file, and its lines (as recognised, or as corrected)."""

    layer: Path
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """Metadata of the access copy. `created` is ISO 8601 with a time zone; the same input gives the same bytes."""

    title: str
    created: str
    identifier: str = ""
    language: str = "zh-CN"


@dataclass(frozen=True, slots=True)
class FailedPage:
    """A page of a source that could not be made, and why."""

    ref: PageRef
    error: ScanError


@dataclass(frozen=True, slots=True)
class ScannedLetter:
    """The pages of one source, in order, and those that could not be made.

    `made_by`: every program and library involved, and its version.
    """

    name: str
    sha256: str
    source: SourceInfo
    pages: tuple[ScannedPage, ...]
    made_by: Mapping[str, str] = field(default_factory=dict)
    failed: tuple[FailedPage, ...] = ()
