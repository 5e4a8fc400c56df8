"""Draws a leaf as pixels: printed rows as the font has them, hand-written ones character by character."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from archive_app.samples.leaf import Leaf, Row
from archive_app.samples.marks import press
from archive_app.samples.sheet import PrintedLine, Sheet
from archive_app.typography.faces import advance, font

_POINTS_AN_INCH = 72.0


def draw(leaf: Leaf, dpi: float, rng: np.random.Generator) -> Sheet:
    """The leaf at `dpi` on white paper, with ink, rules and marks. The page number is text like any other."""
    scale = dpi / _POINTS_AN_INCH
    image = Image.new("RGB", (round(leaf.width * scale), round(leaf.height * scale)), (255, 255, 255))
    pen = ImageDraw.Draw(image)
    for rule in leaf.rules:
        corners = [rule.x0 * scale, rule.y0 * scale, rule.x1 * scale, rule.y1 * scale]
        pen.line(corners, fill=rule.ink, width=max(1, round(rule.width * scale)))
    lines = []
    for row in leaf.rows:
        _write(image, pen, row, scale, rng)
        lines.append(PrintedLine(row.text, _quad(row, scale)))
    pixels = np.array(image)
    for mark in leaf.marks:
        pixels = press(pixels, mark, scale, rng)
    return Sheet(pixels, dpi, tuple(lines))


def _write(image: Image.Image, pen: ImageDraw.ImageDraw, row: Row, scale: float, rng: np.random.Generator) -> None:
    size = max(4, round(row.size * scale))
    if not row.unsteady:
        pen.text((row.x * scale, row.y * scale), row.text, font=font(row.face, size), fill=row.ink)
        return
    x = row.x * scale
    drift = float(rng.normal(0.0, 0.01)) * row.unsteady
    for character in row.text:
        shift = rng.normal(0.0, 0.025, 2) * size * row.unsteady
        y = row.y * scale + drift * (x - row.x * scale) + float(shift[1])
        _glyph(image, character, (x + float(shift[0]), y), row, size, rng)
        x += advance(row.face, character, size)


def _glyph(
    image: Image.Image, character: str, at: tuple[float, float], row: Row, size: int, rng: np.random.Generator
) -> None:
    """One character, a little larger or smaller, turned and fainter than the last."""
    drawn = max(4, round(size * (1.0 + float(rng.normal(0.0, 0.035)) * row.unsteady)))
    tile = Image.new("L", (size * 2, size * 2), 0)
    ImageDraw.Draw(tile).text((size // 2, size // 2), character, font=font(row.face, drawn), fill=255)
    tile = tile.rotate(float(rng.normal(0.0, 1.8)) * row.unsteady, Image.Resampling.BICUBIC)
    pressure = float(np.clip(rng.normal(0.93, 0.06), 0.72, 1.0))
    mask = tile.point(lambda value: round(value * pressure))
    image.paste(row.ink, (round(at[0]) - size // 2, round(at[1]) - size // 2), mask)


def _quad(row: Row, scale: float) -> tuple[tuple[float, float], ...]:
    left, top = row.x * scale, row.y * scale
    right, bottom = left + advance(row.face, row.text, row.size) * scale, top + row.size * 1.2 * scale
    return ((left, top), (right, top), (right, bottom), (left, bottom))
