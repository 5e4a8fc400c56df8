"""Scans in a PDF: the embedded pictures at their own resolution, each where the page shows it, not resampled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw

from scanning.errors import DamagedSource, SourceTooLarge
from scanning.raw import Pixels
from scanning.sources import sniff
from scanning.sources.pdf_contents import Picture
from scanning.values import Limits

# The raw C interface; its names come from a generated binding without types.
pdfium: Any = pypdfium2.raw

# A picture that is skewed by more than this (relative to its length) has been straightened by the maker of the PDF.
_ASKEW = 0.002
# Two pictures of one scan have the same resolution; so have the two directions of one picture, except in a fax.
_SAME = 0.01
_MOST_STRETCH = 4.0
# Overlap of two pictures, in pixels, up to which they are strips of one scan and not layers.
_SEAM = 2
# A picture that ends this close to the edge of the page (in points) fills it.
_EDGE_PT = 2.0
_PLAIN_COLOURS = (
    pdfium.FPDF_COLORSPACE_DEVICEGRAY,
    pdfium.FPDF_COLORSPACE_DEVICERGB,
    pdfium.FPDF_COLORSPACE_CALGRAY,
    pdfium.FPDF_COLORSPACE_CALRGB,
    pdfium.FPDF_COLORSPACE_ICCBASED,
)
# Mean difference, in grey levels, between a picture and the page as drawn, both small, up to which they are the same.
_LIKENESS = 12.0
_COMPARED_SIDE = 160
# Fewer pixels than this are a colour, not a picture.
_LEAST_SIDE = 16


def resolution(picture: Picture) -> tuple[float, float]:
    """Pixels per inch of a picture across and down the page as seen."""
    width, height = picture.image.get_px_size()
    across = float(np.hypot(*picture.to_view[:2, 0])) / 72
    down = float(np.hypot(*picture.to_view[:2, 1])) / 72
    return width / max(across, 1e-6), height / max(down, 1e-6)


def check(pictures: Sequence[Picture], limits: Limits, name: str, index: int) -> None:
    """Check the headers of the coded pictures. Raises DamagedSource when one is truncated, SourceTooLarge."""
    for picture in pictures:
        kind = picture.image.get_filters(skip_simple=True)
        if "DCTDecode" in kind:
            frame = sniff.jpeg_frame(bytes(picture.image.get_data(decode_simple=True)))
            if frame is None or not frame.complete:
                raise DamagedSource(name, detail=f"the picture on page {index + 1} is cut off")
            size: tuple[int, int] | None = (frame.width, frame.height)
        elif "JPXDecode" in kind:
            size = sniff.jpeg2000_size(bytes(picture.image.get_data(decode_simple=True)))
        else:
            size = picture.image.get_px_size()
        if size and size[0] * size[1] > limits.max_pixels:
            raise SourceTooLarge(name, what="pixels", found=size[0] * size[1], limit=limits.max_pixels)


def assemble(
    page: pypdfium2.PdfPage,
    pictures: Sequence[Picture],
    size: tuple[float, float],
    limits: Limits,
    *,
    masked: bool,
) -> tuple[Pixels, float] | None:
    """Assemble the pictures of a scanned page: pixels of the page as seen, and their resolution.

    `size` is that of the page in points, `masked` whether parts of pictures may be hidden. None when this cannot be
    done faithfully (skewed, layered, masked, of several resolutions, or unlike the page as drawn): the page must then
    be drawn.
    """
    parts = [_upright(picture) for picture in pictures]
    dpi = max((max(resolution(picture)) for picture in pictures), default=0.0)
    canvas_size = round(size[1] * dpi / 72), round(size[0] * dpi / 72)
    if not parts or min(canvas_size) < _LEAST_SIDE or canvas_size[0] * canvas_size[1] > limits.max_pixels:
        return None
    placed: list[tuple[Pixels, int, int]] = []
    for picture, part in zip(pictures, parts, strict=True):
        stretched = None if part is None else _at(dpi, part, picture)
        if stretched is None:
            return None
        left, top, _, _ = picture.frame
        placed.append((stretched, round(left * dpi / 72), round(top * dpi / 72)))
    whole = _fills(pictures, size)
    pixels = placed[0][0] if whole else _pasted(placed, canvas_size)
    doubtful = masked or any(_doubtful(picture) for picture in pictures)
    if pixels is None or (doubtful and not _looks_like(page, pixels)):
        return None
    return pixels, dpi


def _upright(picture: Picture) -> Pixels | None:
    """Decode a picture and turn and mirror it as the page does; None when it is skewed."""
    across, down = picture.to_view[:2, 0], -picture.to_view[:2, 1]
    length = max(float(np.abs(across).max()), float(np.abs(down).max()))
    lying = abs(across[1]) > abs(across[0])
    slant = max(abs(across[0]), abs(down[1])) if lying else max(abs(across[1]), abs(down[0]))
    if slant > _ASKEW * length:
        return None
    pixels = _decoded(picture)
    if lying:
        pixels = pixels.swapaxes(0, 1)
        flip_rows, flip_columns = across[1] < 0, down[0] < 0
    else:
        flip_rows, flip_columns = down[1] < 0, across[0] < 0
    return np.ascontiguousarray(pixels[:: -1 if flip_rows else 1, :: -1 if flip_columns else 1])


def _decoded(picture: Picture) -> Pixels:
    """Decode by pdfium, which supports every filter and colour space of PDF; 1 bit becomes 0 and 255."""
    bitmap = picture.image.get_bitmap(render=False)
    pixels = np.array(bitmap.to_numpy())
    colours = pixels.ndim == 3
    if _is_stencil(picture):
        # A stencil marks where ink goes.
        pixels = np.asarray(255 - pixels, dtype=np.uint8)
    return np.asarray(cv2.cvtColor(pixels[..., :3], cv2.COLOR_BGR2RGB) if colours else pixels, dtype=np.uint8)


def _is_stencil(picture: Picture) -> bool:
    metadata = picture.image.get_metadata()
    return bool(metadata.bits_per_pixel == 1 and metadata.colorspace == pdfium.FPDF_COLORSPACE_UNKNOWN)


def _at(dpi: float, part: Pixels, picture: Picture) -> Pixels | None:
    """Scale a part to the resolution of the page; only fax, whose lines are further apart than its dots, needs it."""
    across, down = resolution(picture)
    if abs(picture.to_view[1, 0]) > abs(picture.to_view[0, 0]):
        across, down = down, across
    if min(across, down) >= dpi * (1 - _SAME):
        return part
    if max(across, down) < dpi * (1 - _SAME) or dpi > _MOST_STRETCH * min(across, down):
        return None
    size = round(part.shape[1] * dpi / across), round(part.shape[0] * dpi / down)
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _fills(pictures: Sequence[Picture], size: tuple[float, float]) -> bool:
    """Whether one picture is the page, edge to edge."""
    if len(pictures) != 1:
        return False
    left, top, right, bottom = pictures[0].frame
    return max(abs(left), abs(top), abs(size[0] - right), abs(size[1] - bottom)) <= _EDGE_PT


def _pasted(placed: Sequence[tuple[Pixels, int, int]], size: tuple[int, int]) -> Pixels | None:
    """Paste parts on white paper; None when they overlap, as then they are layers."""
    coloured = any(part.ndim == 3 for part, _, _ in placed)
    canvas = np.full((*size, 3) if coloured else size, 255, dtype=np.uint8)
    taken = np.zeros(size, dtype=bool)
    for part, left, top in placed:
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + part.shape[1], size[1]), min(top + part.shape[0], size[0])
        if x1 <= x0 or y1 <= y0:
            continue
        if taken[y0 + _SEAM : y1 - _SEAM, x0 + _SEAM : x1 - _SEAM].any():
            return None
        seen = part[y0 - top : y1 - top, x0 - left : x1 - left]
        canvas[y0:y1, x0:x1] = seen[..., None] if coloured and seen.ndim == 2 else seen
        taken[y0:y1, x0:x1] = True
    return canvas


def _doubtful(picture: Picture) -> bool:
    """Whether the page may differ from the bare pixels of this picture: stencils, palettes, inks."""
    metadata = picture.image.get_metadata()
    return metadata.colorspace not in _PLAIN_COLOURS or metadata.bits_per_pixel == 1


def _looks_like(page: pypdfium2.PdfPage, pixels: Pixels) -> bool:
    """Compare with the page as drawn, both small and grey."""
    scale = _COMPARED_SIDE / max(page.get_size())
    drawn = np.squeeze(page.render(scale=scale, grayscale=True).to_numpy())
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, drawn.shape[::-1], interpolation=cv2.INTER_AREA)
    return float(np.abs(small.astype(int) - drawn.astype(int)).mean()) <= _LIKENESS
