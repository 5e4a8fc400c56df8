"""Red stamps on paper: the round seal of an office, a thumb beside a name."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from archive_app.samples.leaf import SEAL_RED, Mark
from archive_app.samples.sheet import Pixels
from archive_app.typography.faces import font

Coverage = NDArray[np.float32]

_ARC = math.radians(250)
_FINEST = 4


def press(pixels: Pixels, mark: Mark, scale: float, rng: np.random.Generator) -> Pixels:
    """The page with the mark on it. Seal ink does not cover the writing under it, so it multiplies."""
    size = max(16, round(mark.size * scale))
    coverage = _seal(mark.text, size) if mark.kind == "seal" else _thumb(size, rng)
    coverage = _uneven(_turned(coverage, float(rng.normal(0.0, 6.0))), rng)
    left, top = round(mark.x * scale - size / 2), round(mark.y * scale - size / 2)
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + size), min(height, top + size)
    if x0 >= x1 or y0 >= y1:
        return pixels
    part = coverage[y0 - top : y1 - top, x0 - left : x1 - left, None]
    filter_ = 1.0 - part * (1.0 - np.array(SEAL_RED, np.float32) / 255.0)
    page = pixels.copy()
    page[y0:y1, x0:x1] = np.clip(page[y0:y1, x0:x1] * filter_, 0, 255).astype(np.uint8)
    return page


def _seal(words: str, size: int) -> Coverage:
    """Ring, star and words along the upper arc, drawn four times as large and reduced."""
    large = size * _FINEST
    image = Image.new("L", (large, large), 0)
    pen = ImageDraw.Draw(image)
    middle, edge = large / 2, large * 0.04
    pen.ellipse((edge, edge, large - edge, large - edge), outline=255, width=round(large * 0.026))
    pen.polygon(_star(middle, large * 0.15), fill=255)
    glyph_size = min(large * 0.15, _ARC * large * 0.36 / max(len(words), 1))
    for number, character in enumerate(words):
        angle = (number - (len(words) - 1) / 2) * _ARC / max(len(words), 1)
        tile = _character(character, round(glyph_size))
        tile = tile.rotate(-math.degrees(angle), Image.Resampling.BICUBIC)
        at = (middle + math.sin(angle) * large * 0.36, middle - math.cos(angle) * large * 0.36)
        image.paste(255, (round(at[0] - tile.width / 2), round(at[1] - tile.height / 2)), tile)
    return np.asarray(image.resize((size, size), Image.Resampling.LANCZOS), np.float32) / 255.0


def _star(middle: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = corner * math.pi / 5
        points.append((middle + math.sin(angle) * reach, middle - math.cos(angle) * reach))
    return points


def _character(character: str, size: int) -> Image.Image:
    tile = Image.new("L", (size * 2, size * 2), 0)
    pen = ImageDraw.Draw(tile)
    pen.text((size, size), character, font=font("song-bold", size), fill=255, anchor="mm")
    return tile


def _thumb(size: int, rng: np.random.Generator) -> Coverage:
    """Ridges as bent rings inside an oval."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j].astype(np.float32)
    bent = np.hypot(x * 1.25 + 0.15 * np.sin(3 * y), y + 0.2 * x * x)
    ridges = 0.5 + 0.5 * np.sin(bent * 34 + float(rng.uniform(0, 6)))
    oval = np.clip((1.0 - np.hypot(x * 1.45, y)) * 8, 0, 1)
    return np.asarray(np.clip(ridges * 1.3, 0, 1) * oval * 0.85, np.float32)


def _turned(coverage: Coverage, degrees: float) -> Coverage:
    size = coverage.shape[0]
    matrix = cv2.getRotationMatrix2D((size / 2, size / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(coverage, matrix, (size, size)), np.float32)


def _uneven(coverage: Coverage, rng: np.random.Generator) -> Coverage:
    """Ink that did not take everywhere: coarse patches and fine specks."""
    size = coverage.shape[0]
    coarse = cv2.resize(rng.uniform(0.6, 1.0, (6, 6)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    specks = (rng.random((size, size)) > 0.06).astype(np.float32)
    return np.asarray(np.clip(coverage * coarse * cv2.GaussianBlur(specks, (3, 3), 0), 0, 1), np.float32)
