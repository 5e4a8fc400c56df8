"""Small pages made for tests: a few words on A5 paper, quick to read."""

from __future__ import annotations

import io
from collections.abc import Sequence

import segno
from PIL import Image, ImageDraw

from archive_app.typography.faces import font

DPI = 150
A5 = (874, 1240)


def page(lines: Sequence[str], *, size: tuple[int, int] = A5, dpi: int = DPI) -> Image.Image:
    """White paper with the lines on it, 7 mm high."""
    image = Image.new("L", size, 255)
    pen = ImageDraw.Draw(image)
    height = round(dpi * 7 / 25.4)
    for number, line in enumerate(lines):
        pen.text((dpi * 0.6, dpi * 0.8 + number * height * 1.8), line, font=font("song", height), fill=20)
    return image


def separator_sheet(payload: str) -> Image.Image:
    """A sheet with nothing but the QR code that divides a stack."""
    buffer = io.BytesIO()
    segno.make(payload, error="h").save(buffer, kind="png", scale=12)
    sheet = Image.new("L", A5, 255)
    sheet.paste(Image.open(buffer).convert("L"), (200, 300))
    return sheet


def jpeg(lines: Sequence[str]) -> bytes:
    """A one-page letter as a scanner would write it."""
    return saved([page(lines)], "JPEG")


def pdf(pages: Sequence[Image.Image]) -> bytes:
    """A scanned PDF."""
    return saved(pages, "PDF")


def tiff(pages: Sequence[Image.Image]) -> bytes:
    """A multi-page TIFF."""
    return saved(pages, "TIFF")


def saved(pages: Sequence[Image.Image], kind: str) -> bytes:
    """The pages as a file of this kind."""
    first, *rest = pages
    buffer = io.BytesIO()
    if kind == "PDF":
        first.save(buffer, kind, resolution=DPI, save_all=True, append_images=rest)
    elif kind == "TIFF":
        first.save(buffer, kind, dpi=(DPI, DPI), save_all=True, append_images=rest, compression="tiff_lzw")
    else:
        first.save(buffer, kind, dpi=(DPI, DPI), quality=85)
    return buffer.getvalue()
