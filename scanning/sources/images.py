"""Pages out of TIFF, JPEG, PNG, HEIC, WebP and BMP."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import cv2
import numpy as np
from PIL import BmpImagePlugin, Image, ImageOps, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

from scanning.errors import DamagedSource, ScanError, SourceTooLarge, SourceTooSmall
from scanning.raw import Pixels, RawPage
from scanning.sources import sniff
from scanning.sources.colour import plain_pixels
from scanning.sources.paper import Paper, cut, measure
from scanning.values import PageRef, ScanOptions

# EXIF (CIPA DC-008): orientation and resolution; only a camera has exposure time, f-number, sensitivity and focal
# length.
_ORIENTATION, _X_RESOLUTION, _Y_RESOLUTION, _UNIT, _EXIF_IFD = 0x0112, 0x011A, 0x011B, 0x0128, 0x8769
_CAMERA_TAGS = (0x829A, 0x829D, 0x8827, 0x920A)
_CENTIMETRE = 3
# The errors of Pillow's parsers for invalid bytes.
_TRIPPED = (OSError, SyntaxError, ValueError, EOFError, struct.error, LookupError, TypeError, AttributeError)
_STRIPS, _TILES = (273, 279), (324, 325)
# Fax machines scan with half as many lines down as across; a smaller difference is rounding.
_UNEVEN = 0.01
# Pixels of the shorter side below which a picture is none.
_LEAST_SIDE = 3


@dataclass(frozen=True, slots=True)
class _Resolution:
    """Pixels per inch across and down, as stated by the file."""

    x: float
    y: float


def pages(source: Path, kind: str, options: ScanOptions, name: str) -> tuple[PageRef, ...]:
    """List the pages of a picture file, from its headers.

    Errors of the only page are raised here; errors of one of several, when that page is read. Raises DamagedSource,
    SourceTooLarge, SourceTooSmall.
    """
    with _opened(source, kind, name) as image:
        refs: list[PageRef] = []
        count = 0
        while _seek(image, count):
            count += 1
            if count > options.limits.max_pages:
                raise SourceTooLarge(name, what="pages", found=f"> {count - 1}", limit=options.limits.max_pages)
            refs += _refs(image, count - 1, options)
        if count == 1:
            _check_size(image, options, name)
    if count == 1 and not _looks_whole(source, kind):
        _decoded(source, kind, 0, options, name)
    return tuple(refs)


def read(source: Path, kind: str, ref: PageRef, options: ScanOptions, name: str) -> RawPage:
    """Decode one page of a picture file, turned as its EXIF says. Raises DamagedSource, SourceTooLarge."""
    with _opened(source, kind, name) as image:
        if not _seek(image, ref.index):
            raise DamagedSource(name, detail=f"page {ref.index + 1} is not in it")
        camera = kind == sniff.HEIC or _from_camera(image)
        resolution = None if camera else _resolution(image)
    pixels, turned = _decoded(source, kind, ref.index, options, name)
    if resolution and turned:
        resolution = _Resolution(resolution.y, resolution.x)
    pixels, dpi = _even(pixels, resolution)
    paper = measure(pixels.shape[1], pixels.shape[0], dpi)
    pixels = cut(pixels, ref.part, options.turn or 0)
    camera = camera or (kind == sniff.JPEG and not paper.known)
    return RawPage(paper.half(ref.part).page("image", pixels), pixels, camera=camera)


@contextmanager
def _opened(source: Path, kind: str, name: str) -> Iterator[Image.Image]:
    """Open with the one parser for the type; any error of it means that the file is damaged.

    The class of the format is called directly: `Image.open` would try every format there is, and has limits of its own.
    """
    with warnings.catch_warnings(), source.open("rb") as file:
        warnings.simplefilter("ignore")
        try:
            yield _parser(file, kind)
        except (ScanError, MemoryError):
            raise
        except _TRIPPED as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise DamagedSource(name, detail="the picture in it cannot be decoded to its end") from error


def _parser(file: IO[bytes], kind: str) -> Image.Image:
    if kind == sniff.JPEG:
        return JpegImagePlugin.JpegImageFile(file)
    if kind == sniff.HEIC:
        return _heic(file)
    classes: dict[str, Callable[[IO[bytes]], Image.Image]] = {
        sniff.PNG: PngImagePlugin.PngImageFile,
        sniff.TIFF: TiffImagePlugin.TiffImageFile,
        sniff.WEBP: WebPImagePlugin.WebPImageFile,
        sniff.BMP: BmpImagePlugin.BmpImageFile,
    }
    return classes[kind](file)


def _heic(file: IO[bytes]) -> Image.Image:
    """Open a HEIC picture; its decoder is large, and loaded only when needed."""
    from pi_heif.as_plugin import HeifImageFile

    picture: Image.Image = HeifImageFile(file)  # type: ignore[no-untyped-call]
    return picture


def _seek(image: Image.Image, index: int) -> bool:
    """Go to a page. Only TIFF has several; the frames of other formats are not pages."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return index == 0
    try:
        image.seek(index)
    except EOFError:
        return False
    return True


def _refs(image: Image.Image, index: int, options: ScanOptions) -> tuple[PageRef, ...]:
    whole = PageRef(index)
    if options.a3 == "tile" and _paper(image).is_a3:
        return whole, PageRef(index, "first"), PageRef(index, "second")
    return (whole,)


def _paper(image: Image.Image) -> Paper:
    """Measure the sheet from the headers alone."""
    resolution = _resolution(image)
    if resolution is None:
        return measure(*image.size, None)
    dpi = max(resolution.x, resolution.y)
    width, height = round(image.width * dpi / resolution.x), round(image.height * dpi / resolution.y)
    return measure(width, height, dpi)


def _check_size(image: Image.Image, options: ScanOptions, name: str) -> None:
    """Raise SourceTooLarge or SourceTooSmall before anything is decoded."""
    pixels, limit = image.width * image.height, options.limits.max_pixels
    if pixels > limit:
        raise SourceTooLarge(name, what="pixels", found=pixels, limit=limit)
    if pixels == 0:
        raise DamagedSource(name, detail=f"its picture measures {image.width} × {image.height} pixels")
    if min(image.size) < _LEAST_SIDE:
        raise SourceTooSmall(name, width=image.width, height=image.height)


def _decoded(source: Path, kind: str, index: int, options: ScanOptions, name: str) -> tuple[Pixels, bool]:
    """Decode strictly; return also whether EXIF turned it by a quarter."""
    with _opened(source, kind, name) as image:
        _seek(image, index)
        _check_size(image, options, name)
        if isinstance(image, TiffImagePlugin.TiffImageFile):
            _check_strips(image, source.stat().st_size, name)
        before = image.size
        orientation = image.getexif().get(_ORIENTATION, 1)
        image.load()
        upright = ImageOps.exif_transpose(image)
        turned = orientation in (5, 6, 7, 8) and upright.size == before[::-1]
        return plain_pixels(upright), turned


def _check_strips(image: TiffImagePlugin.TiffImageFile, size: int, name: str) -> None:
    """Check that the file has all the strips or tiles of a page: for some codings the decoder would not complain."""
    for offsets, counts in (_STRIPS, _TILES):
        if offsets in image.tag_v2:
            places = zip(image.tag_v2[offsets], image.tag_v2.get(counts, ()), strict=False)
            ends = [at + length for at, length in places]
            if ends and max(ends) <= size:
                return
    raise DamagedSource(name, detail=f"the data of page {image.tell() + 1} is not all there")


def _from_camera(image: Image.Image) -> bool:
    exif = image.getexif().get_ifd(_EXIF_IFD)
    return any(tag in exif for tag in _CAMERA_TAGS)


def _resolution(image: Image.Image) -> _Resolution | None:
    """The resolution that the file states, in its own header or else in EXIF."""
    claimed = image.info.get("dpi")
    if claimed is None:
        exif = image.getexif()
        factor = 2.54 if exif.get(_UNIT) == _CENTIMETRE else 1.0
        claimed = (exif.get(_X_RESOLUTION, 0) * factor, exif.get(_Y_RESOLUTION, 0) * factor)
    x, y = float(claimed[0]), float(claimed[1])
    return _Resolution(x, y) if np.isfinite([x, y]).all() and x > 0 and y > 0 else None


def _even(pixels: Pixels, resolution: _Resolution | None) -> tuple[Pixels, float | None]:
    """Stretch the coarser direction, so that a pixel is square; return the resolution it then has."""
    if resolution is None:
        return pixels, None
    dpi = max(resolution.x, resolution.y)
    if min(resolution.x, resolution.y) >= dpi * (1 - _UNEVEN):
        return pixels, dpi
    if dpi / min(resolution.x, resolution.y) > 4:
        return pixels, None
    size = round(pixels.shape[1] * dpi / resolution.x), round(pixels.shape[0] * dpi / resolution.y)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8), dpi


def _looks_whole(source: Path, kind: str) -> bool:
    """Whether the end of the file is clearly there; where this cannot be checked cheaply, decoding will tell."""
    data = source.read_bytes()
    if kind == sniff.JPEG:
        frame = sniff.jpeg_frame(data)
        return frame is not None and frame.complete
    if kind == sniff.PNG:
        return data.rfind(b"IEND", -64) >= 0
    if kind == sniff.WEBP:
        return len(data) >= 8 + int.from_bytes(data[4:8], "little")
    return False
