"""Signatures as pictures: opened with limits, put on white, written anew, so that nothing else of the file is kept."""

from __future__ import annotations

import io
import warnings

from PIL import Image

from archive_app.errors import SignatureUnreadable

MAX_BYTES = 4 * 2**20
MAX_PIXELS = 16_000_000
MAX_EDGE = 1200
"""Pixels of the longer edge as printed: 600 dpi at 50 mm."""


def signature_picture(png: bytes, name: str) -> bytes:
    """The picture of a signature as an opaque PNG without metadata, its white border cut off.

    Args:
        png: the file as it was kept.
        name: who signed, for the error.

    Raises:
        SignatureUnreadable: it is no PNG, damaged, or too large to be a signature.
    """
    if len(png) > MAX_BYTES:
        raise SignatureUnreadable(name=name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise SignatureUnreadable(name=name)
                flat = _on_white(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise SignatureUnreadable(name=name) from error
    inked = flat.convert("L").point(lambda value: 255 if value < 250 else 0).getbbox()
    drawn = flat.crop(inked) if inked else flat
    drawn.thumbnail((MAX_EDGE, MAX_EDGE))
    written = io.BytesIO()
    drawn.save(written, "PNG", optimize=True)
    return written.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    ink = image.convert("RGBA")
    paper = Image.new("RGBA", ink.size, "white")
    paper.alpha_composite(ink)
    return paper.convert("RGB")
