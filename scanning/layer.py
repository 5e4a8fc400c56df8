"""The picture of a finished page, compressed without loss of what is written on it.

Bilevel where the source was black on white only (Group 4, 20-50 KB), grey without colour, colour where there is a seal,
a red head, a coloured ink or toned paper. A JPEG begins at a good quality, which is reduced only as far as small print
stays readable; on a very noisy page grain and resolution are reduced, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scanning.raw import Pixels
from scanning.values import A4_WIDTH_PT

# The size of one page above which quality is reduced; issue 2 asks for 180 KB a page on average.
BUDGET_BYTES = 180_000
_QUALITIES = (66, 60, 54, 48)
_FLOOR = _QUALITIES[-1]
# Print of this resolution is read with no more errors than at 200 dpi.
_LEAST_DPI = 150.0
_GRAINY = 5.0
# Of the absolute values of normal noise, one in ten is below this share of its standard deviation.
_TENTH = 0.1257
# A picture slightly finer than requested stays as it is: resampling would only blur it.
_NEARLY = 0.98
_BILEVEL_DPI = 300.0
# Blocks of about one square millimetre at 200 dpi, so that the noise of single pixels averages out.
_COLOUR_BLOCK_MM = 1.0
_COLOUR_CHROMA = 6.0
_COLOUR_SHARE = 0.0003
_GREY_SHARE = 0.0003
# Straightening spreads a line one pixel wide over two; it must stay black.
_BLACK_BELOW = 150
# Half a millimetre: a speck of dust, less than the smallest mark of punctuation.
_LONGEST_LOSS_MM = 0.5


@dataclass(frozen=True, slots=True)
class _Picture:
    """An encoded picture and the suffix of its file."""

    data: bytes
    suffix: str


def save(pixels: Pixels, *, dpi: float, stem: Path) -> Path:
    """Write the layer file of a finished page and return its path: `stem` with `.jpg`, or `.tif` when it is bilevel.

    `pixels` is the whole upright A4 page, (height, width) grey or (height, width, 3) RGB, at any resolution; it is
    reduced to `dpi`, never enlarged. A bilevel page is kept at its own resolution, or at 300 dpi when straightening has
    made its edges grey. Raises OSError when it cannot be written.
    """
    picture = _encode(pixels, dpi)
    path = stem.with_name(stem.name + picture.suffix)
    path.write_bytes(picture.data)
    return path


def _encode(pixels: Pixels, dpi: float) -> _Picture:
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    coloured = pixels.ndim == 3 and has_colour(pixels)
    if not coloured:
        bilevel = as_bilevel(np.asarray(grey, dtype=np.uint8))
        if bilevel is not None:
            return _Picture(_group4(bilevel), ".tif")
    picture = _reduced(pixels if coloured else np.asarray(grey, dtype=np.uint8), dpi)
    return _Picture(_fitting_jpeg(picture), ".jpg")


def _dpi_of(pixels: Pixels) -> float:
    return float(pixels.shape[1] / A4_WIDTH_PT * 72)


def _reduced(pixels: Pixels, dpi: float) -> Pixels:
    """Reduce a picture to a resolution; one that has less stays as it is, as more pixels add no information."""
    scale = dpi / _dpi_of(pixels)
    if scale > _NEARLY:
        return pixels
    size = max(round(pixels.shape[1] * scale), 1), max(round(pixels.shape[0] * scale), 1)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def has_colour(pixels: Pixels) -> bool:
    """Whether a page shows any colour.

    It does when some square millimetres have a chroma (YCbCr, 0..180) well above a scanner's noise.
    """
    side = max(round(_dpi_of(pixels) / 25.4 * _COLOUR_BLOCK_MM), 1)
    size = max(pixels.shape[1] // side, 1), max(pixels.shape[0] // side, 1)
    blocks = cv2.cvtColor(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2YCrCb)
    chroma = np.hypot(blocks[..., 1].astype(np.float32) - 128, blocks[..., 2].astype(np.float32) - 128)
    return bool((chroma > _COLOUR_CHROMA).mean() > _COLOUR_SHARE)


def as_bilevel(grey: Pixels) -> Pixels | None:
    """Return a page as pure black and white (0, 255) if it always was that, else None.

    A bilevel page that has been straightened is grey at the edges of its strokes, and nowhere else. Strokes so fine
    that they would vanish, or gaps that would close, make it a grey page.
    """
    around = np.ones((3, 3), np.uint8)
    spread = cv2.subtract(cv2.dilate(grey, around), cv2.erode(grey, around))
    between = (grey > 4) & (grey < 251)
    if (between & (spread < 24)).mean() > _GREY_SHARE:
        return None
    if not between.any():
        return grey
    scale = max(_BILEVEL_DPI / _dpi_of(grey), 1.0)
    larger = np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
    black = np.where(larger < _BLACK_BELOW, np.uint8(255), np.uint8(0))
    near = np.ones((5, 5), np.uint8)
    vanished = (larger < 200) & (cv2.dilate(black, near) == 0)
    closed = (larger > 55) & (cv2.erode(black, near) == 255)
    if max(_longest(vanished), _longest(closed)) > _LONGEST_LOSS_MM / 25.4 * _dpi_of(larger):
        return None
    return np.asarray(255 - black, dtype=np.uint8)


def _longest(lost: NDArray[np.bool_]) -> int:
    """Return the length in pixels of the longest connected piece."""
    *_, pieces, _ = cv2.connectedComponentsWithStats(lost.astype(np.uint8))
    return int(pieces[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(initial=0))


def _group4(bilevel: Pixels) -> bytes:
    """Encode black and white as TIFF of one Group 4 strip, so that the strip can stand in a PDF as it is."""
    out = BytesIO()
    height, width = bilevel.shape
    dpi = round(_dpi_of(bilevel))
    image = Image.fromarray(bilevel).convert("1", dither=Image.Dither.NONE)
    image.save(out, "TIFF", compression="group4", strip_size=(width + 7) // 8 * height, dpi=(dpi, dpi))
    return out.getvalue()


def _fitting_jpeg(picture: Pixels) -> bytes:
    """Encode at the best quality that fits the budget.

    A page full of print may exceed it at the lowest quality. Where grain is the cause, it is smoothed; if that is far
    from enough, the picture is reduced to 150 dpi.
    """
    for quality in _QUALITIES:
        data = _jpeg(picture, quality)
        if len(data) <= BUDGET_BYTES:
            return data
    noise = _noise(picture)
    if len(data) > 2 * BUDGET_BYTES and noise > _GRAINY:
        picture = _calmed(picture, noise)
        data = _jpeg(picture, _FLOOR)
        if len(data) > 3 * BUDGET_BYTES:
            data = _jpeg(_reduced(picture, _LEAST_DPI), _FLOOR)
    return data


def _noise(picture: Pixels) -> float:
    """Estimate the grain as a standard deviation in grey levels, outside of print."""
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    fine = grey.astype(np.float32)
    detail = np.abs(fine - cv2.GaussianBlur(fine, (0, 0), 2))
    return float(np.quantile(detail[::2, ::2], 0.1)) / _TENTH


def _calmed(picture: Pixels, noise: float) -> Pixels:
    """Smooth grain and keep edges: a bilateral filter whose range follows the page's own noise."""
    return np.asarray(cv2.bilateralFilter(picture, 7, min(3 * noise, 75.0), 2.0), dtype=np.uint8)


def _jpeg(picture: Pixels, quality: int) -> bytes:
    """Encode as baseline JPEG, Huffman tables optimised for the picture, colour at half resolution."""
    out = BytesIO()
    dpi = round(_dpi_of(picture))
    Image.fromarray(picture).save(out, "JPEG", quality=quality, optimize=True, subsampling="4:2:0", dpi=(dpi, dpi))
    return out.getvalue()
