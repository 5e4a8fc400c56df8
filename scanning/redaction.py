"""Irreversible redaction: pages become new pictures without anything of what was covered.

What is covered is replaced in the pixels, and the pixels are encoded again, so there is no layer to lift, no text, no
object and no measure of the old page in the new file. The new file is made only from the pixels outside of the covered
areas: two pages that differ only inside of them give the same bytes.

Text leaves traces around it wherever a picture was compressed: a JPEG spreads a stroke over its whole block (ITU-T
T.81, A.3). So a covered area is extended to the blocks of the layer that it touches, and before that by a block of the
source, whose own block positions are unknown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image

from scanning import layer, pdfa
from scanning.errors import DamagedSource
from scanning.raw import Pixels
from scanning.values import A4_HEIGHT_PT, A4_WIDTH_PT, DocumentInfo, PageLayer

DRAWN_DPI = 200.0
"""Resolution at which a vector page is rasterised."""

COLOUR_BLOCK, GREY_BLOCK = 16, 8
"""Pixels of the side of a JPEG's blocks: colour is stored at half resolution, so its blocks cover twice as many."""

FRINGE = 2
"""Pixels by which colour at half resolution is smoothed into the next block when it is decoded."""

RESAMPLED = 3
"""Pixels of the source by which resampling mixes neighbours."""

JPEG_SUFFIXES = (".jpg", ".jpeg")


@dataclass(frozen=True, slots=True)
class Area:
    """An area to cover, upright, in A4 points from the top left."""

    left: float
    top: float
    right: float
    bottom: float


Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are the first that are outside."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A layer's size in pixels, the side of the blocks it was compressed in (1: none), and whether it has colour."""

    width: int
    height: int
    block: int
    coloured: bool = False

    def covered(self, area: Area, spread: float) -> Box:
        """The pixels that are blacked out for an area: all that may contain a part of it. `spread` is in points."""
        across, down = self.width / A4_WIDTH_PT, self.height / A4_HEIGHT_PT
        left, right = self._grown((area.left - spread) * across, (area.right + spread) * across, self.width)
        top, bottom = self._grown((area.top - spread) * down, (area.bottom + spread) * down, self.height)
        return left, top, right, bottom

    def in_points(self, box: Box) -> Area:
        """A box of pixels as an area of the page."""
        across, down = A4_WIDTH_PT / self.width, A4_HEIGHT_PT / self.height
        left, top, right, bottom = box
        return Area(left * across, top * down, right * across, bottom * down)

    def _grown(self, low: float, high: float, size: int) -> tuple[int, int]:
        fringe = FRINGE if self.block == COLOUR_BLOCK else 0
        begin = math.floor(low / self.block) * self.block - fringe
        end = math.ceil(high / self.block) * self.block + fringe
        return min(max(begin, 0), size), min(max(end, 0), size)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page to redact: its layer file and type (`.jpg`, `.tif`, `.pdf`), and the covered areas."""

    layer: Path
    suffix: str
    areas: tuple[Area, ...]
    spread: float


def spread_of(frame: Frame, dpi: float, *, exact: bool) -> float:
    """How far around an area the traces of the source's own compression may reach, in points.

    Args:
        frame: of the page's layer; without colour, no traces of colour's larger blocks remain.
        dpi: pixels of the source per inch of the page; 0 when the page never was pixels.
        exact: whether the source's file keeps every pixel as it is.
    """
    if dpi <= 0:
        return 72 / DRAWN_DPI
    block = COLOUR_BLOCK + FRINGE if frame.coloured else GREY_BLOCK
    return 72 / dpi * (RESAMPLED if exact else block + RESAMPLED)


def frame_of(path: Path, suffix: str) -> Frame:
    """A layer's frame; of a picture only the header is read. Raises DamagedSource."""
    if suffix == ".pdf":
        return Frame(round(A4_WIDTH_PT * DRAWN_DPI / 72), round(A4_HEIGHT_PT * DRAWN_DPI / 72), 1, coloured=True)
    try:
        with Image.open(path) as image:
            coloured = image.mode == "RGB"
            width, height = image.size
    except OSError as error:
        raise DamagedSource(path.name, detail="the page layer cannot be read") from error
    block = COLOUR_BLOCK if coloured else GREY_BLOCK
    return Frame(width, height, block if suffix in JPEG_SUFFIXES else 1, coloured)


def write_redacted(leaves: Sequence[Leaf], out: Path, about: DocumentInfo) -> None:
    """Write the pages as a PDF of pictures without any text, whole or not at all; the same pixels give the same bytes.

    Call it in a limited child: a vector layer is still the sender's drawing. Temporary files are written beside `out`.
    Raises DamagedSource when a layer cannot be used, OSError when it cannot be written.
    """
    layers = []
    for number, leaf in enumerate(leaves):
        pixels = redacted(leaf)
        stem = out.with_name(f"{out.stem}-{number:04d}")
        layers.append(PageLayer(layer.save(pixels, dpi=_dpi(pixels), stem=stem), ()))
    pdfa.assemble(layers, out, about)


def redacted(leaf: Leaf) -> Pixels:
    """A page's pixels, black wherever it is covered. Raises DamagedSource."""
    pixels = _drawn(leaf.layer) if leaf.suffix == ".pdf" else _decoded(leaf.layer)
    frame = frame_of(leaf.layer, leaf.suffix)
    for area in leaf.areas:
        left, top, right, bottom = frame.covered(area, leaf.spread)
        pixels[top:bottom, left:right] = 0
    return pixels


def _decoded(path: Path) -> Pixels:
    try:
        with Image.open(path) as image:
            return np.array(image.convert("RGB" if image.mode == "RGB" else "L"), dtype=np.uint8)
    except OSError as error:
        raise DamagedSource(path.name, detail="the page layer cannot be read") from error


def _drawn(path: Path) -> Pixels:
    frame = frame_of(path, ".pdf")
    try:
        with pypdfium2.PdfDocument(path) as document:
            bitmap = document[0].render(scale=DRAWN_DPI / 72, rev_byteorder=True)
            drawn = Image.fromarray(bitmap.to_numpy()).convert("RGB")
    except pypdfium2.PdfiumError as error:
        raise DamagedSource(path.name, detail="the page layer cannot be drawn") from error
    if drawn.size == (frame.width, frame.height):
        return np.array(drawn, dtype=np.uint8)
    # pdfium rounds a side up where this program rounds: at most a row and a column more.
    return np.array(drawn.crop((0, 0, frame.width, frame.height)), dtype=np.uint8)


def _dpi(pixels: Pixels) -> float:
    return float(pixels.shape[1] / A4_WIDTH_PT * 72)
