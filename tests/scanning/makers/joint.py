"""A joint letter drawn for the tests: names in columns, a fingerprint over each."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from scanning.raw import Pixels
from tests.scanning.makers import letters

_SURNAMES = "王李张刘陈杨黄周吴徐孙朱马胡郭何高林罗郑梁谢宋唐"
_GIVEN = "建国秀英伟民桂芳志强玉梅永福素珍长林凤霞德胜丽华国庆金花文斌春燕树林美玲大勇桂香启明玉珍铁军秋菊"
NAMES = tuple(surname + _GIVEN[2 * n : 2 * n + 2] for n, surname in enumerate(_SURNAMES))
WIDE, HIGH = 92, 116


def joint(gap: int, columns: int = 4, names: tuple[str, ...] = NAMES) -> Pixels:
    """The names with a fingerprint over each, `gap` pixels of 150 dpi apart; below 0 they overlap."""
    sheet = Image.new("RGB", letters.A4, "white")
    pen = ImageDraw.Draw(sheet)
    middles = []
    for number, name in enumerate(names):
        row, column = divmod(number, columns)
        middles.append((180 + column * (WIDE + gap), 300 + row * (HIGH + gap)))
        left, top = middles[-1]
        pen.text((left - 39, top - 13), name, font=letters.font(26), fill=(letters.INK,) * 3)
    pixels = np.asarray(sheet)
    for middle in middles:
        pixels = fingerprint(pixels, middle)
    return pixels


def fingerprint(pixels: Pixels, middle: tuple[int, int]) -> Pixels:
    """Rings of red ink over whatever is there."""
    rings = np.full_like(pixels, 255)
    for across in range(6, WIDE // 2, 6):
        cv2.ellipse(rings, middle, (across, across * HIGH // WIDE), 0, 0, 360, (200, 45, 50), 3, cv2.LINE_AA)
    return np.minimum(pixels, rings)
