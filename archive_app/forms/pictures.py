"""Signature images: opened with limits, flattened on white and rewritten, so that nothing else of the file is kept."""

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
"""The least longer edge in pixels: anything smaller is a speck, not a signature."""

_DAMAGED = (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def picture_to_keep(data: bytes) -> bytes:
    """Convert a drawn or scanned PNG or JPEG to the image to store, as `signature_picture` does.

    Raises:
        SignatureRefused: the file is neither, damaged, too large, or blank.
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
    """Return the image of a signature as an opaque PNG without metadata, its white border cropped.

    Args:
        png: the stored file.
        name: the signer's name, for the error.

    Raises:
        SignatureUnreadable: the file is no PNG, damaged, or too large for a signature.
    """
    try:
        flat = _opened(png, ["PNG"])
    except _DAMAGED as error:
        raise SignatureUnreadable(name=name) from error
    inked = _inked(flat)
    return _written(flat.crop(inked) if inked else flat)


def _opened(data: bytes, formats: list[str]) -> Image.Image:
    """Open the image, upright and on white. Raises one of _DAMAGED."""
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
    """Return the bounding box of the ink; None if there is none."""
    return flat.convert("L").point(lambda value: 255 if value < 250 else 0).getbbox()


def _written(drawn: Image.Image) -> bytes:
    drawn.thumbnail((MAX_EDGE, MAX_EDGE))
    written = io.BytesIO()
    drawn.save(written, "PNG", optimize=True)
    return written.getvalue()
