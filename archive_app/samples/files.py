"""Writes treated pages as the files an office receives; the same pages give the same bytes."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pikepdf
from PIL import Image

from archive_app.samples.recipes import FileKind
from archive_app.samples.sheet import Sheet

SUFFIXES: dict[FileKind, str] = {
    "jpeg": ".jpg",
    "png": ".png",
    "webp": ".webp",
    "tiff-g4": ".tiff",
    "pdf-scan": ".pdf",
    "pdf-born-digital": ".pdf",
}

_EXIF_MAKE, _EXIF_MODEL, _EXIF_ORIENTATION = 0x010F, 0x0110, 0x0112
_ORIENTATION_OF_TURN = {0: 1, 90: 6, 180: 3, 270: 8}
_LONG_AGO = time.gmtime(0)


def write_sheets(sheets: list[Sheet], kind: FileKind, path: Path, *, camera: bool = False, exif_turn: int = 0) -> None:
    """Writes pages to `path`.

    `camera` names a telephone in the file instead of a resolution; `exif_turn` stores the picture turned back by that
    many degrees, with an EXIF orientation that turns it clockwise again.

    Raises:
        ValueError: several pages for a format that holds one.
    """
    images = [Image.fromarray(sheet.pixels) for sheet in sheets]
    dpi = (sheets[0].dpi, sheets[0].dpi)
    if kind == "tiff-g4":
        bilevel = [image.convert("1", dither=Image.Dither.NONE) for image in images]
        bilevel[0].save(path, compression="group4", save_all=True, append_images=bilevel[1:], dpi=dpi)
    elif kind == "pdf-scan":
        path.write_bytes(_scanned_pdf(images, dpi[0]))
    elif len(images) > 1:
        raise ValueError(f"{kind} holds one page, not {len(images)}")
    elif kind == "jpeg" and camera:
        turned = images[0].rotate(exif_turn, expand=True)
        turned.save(path, quality=82, exif=_telephone(exif_turn))
    elif kind == "jpeg":
        images[0].save(path, quality=82, dpi=dpi)
    elif kind == "png":
        images[0].save(path, dpi=dpi)
    else:
        images[0].save(path, quality=80)


def _telephone(exif_turn: int) -> Image.Exif:
    exif = Image.Exif()
    exif[_EXIF_MAKE], exif[_EXIF_MODEL] = "Petition Archive", "sample telephone"
    exif[_EXIF_ORIENTATION] = _ORIENTATION_OF_TURN[exif_turn]
    return exif


def _scanned_pdf(images: list[Image.Image], dpi: float) -> bytes:
    draft, final = io.BytesIO(), io.BytesIO()
    first, *rest = images
    first.save(
        draft,
        "PDF",
        save_all=True,
        append_images=rest,
        resolution=dpi,
        quality=72,
        creationDate=_LONG_AGO,
        modDate=_LONG_AGO,
    )
    # Pillow makes a random file identifier.
    with pikepdf.open(draft) as pdf:
        pdf.save(final, deterministic_id=True)
    return final.getvalue()
