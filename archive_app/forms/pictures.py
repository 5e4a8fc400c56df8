"""Signatures as pictures: opened with limits, put on white, written anew, so that nothing else of the file is kept."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from archive_app.errors import SignatureRefused, SignatureUnreadable

MAX_BYTES = 4 * 2**20
MAX_PIXELS = 16_000_000
MAX_EDGE = 1200
"""Pixels of the longer edge as printed: 600 dpi at 50 mm."""

LEAST_EDGE = 12
"""Pixels of the longer edge: less is a speck, no signature."""

_DAMAGED = (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def picture_to_keep(data: bytes) -> bytes:
    """What was drawn or scanned as the picture that is kept: as `signature_picture`, out of a PNG or a JPEG.

    Raises:
        SignatureRefused: it is neither, damaged, too large, or nothing is on it.
    """
    refused = SignatureRefused(field="picture", most=MAX_BYTES // 2**20)
    try:
        flat = _opened(data, ["PNG", "JPEG"])
    except _DAMAGED as error:
        raise refused from error
    inked = _inked(flat)
    if inked is None or max(inked[2] - inked[0], inked[3] - inked[1]) < LEAST_EDGE:
        raise refused
    return _written(flat.crop(inked))


def signature_picture(png: bytes, name: str) -> bytes:
    """The picture of a signature as an opaque PNG without metadata, its white border cut off.

    Args:
        png: the file as it was kept.
        name: who signed, for the error.

    Raises:
        SignatureUnreadable: it is no PNG, damaged, or too large to be a signature.
    """
    try:
        flat = _opened(png, ["PNG"])
    except _DAMAGED as error:
        raise SignatureUnreadable(name=name) from error
    inked = _inked(flat)
    return _written(flat.crop(inked) if inked else flat)


def _opened(data: bytes, formats: list[str]) -> Image.Image:
    """The picture on white paper, upright. Raises one of _DAMAGED."""
    if len(data) > MAX_BYTES:
        raise ValueError("too many bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(data), formats=formats) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ValueError("too many pixels")
            ink = ImageOps.exif_transpose(image).convert("RGBA")
    paper = Image.new("RGBA", ink.size, "white")
    paper.alpha_composite(ink)
    return paper.convert("RGB")


def _inked(flat: Image.Image) -> tuple[int, int, int, int] | None:
    """Where there is ink; None where there is none."""
    return flat.convert("L").point(lambda value: 255 if value < 250 else 0).getbbox()


def _written(drawn: Image.Image) -> bytes:
    drawn.thumbnail((MAX_EDGE, MAX_EDGE))
    written = io.BytesIO()
    drawn.save(written, "PNG", optimize=True)
    return written.getvalue()
