"""Letters drawn for the tests: fictional text, free fonts, and what real paper goes through."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from scanning.raw import Pixels

DPI = 150
A4 = (round(210 / 25.4 * DPI), round(297 / 25.4 * DPI))
INK = 25

LETTER = (
    "关于统计台账核对问题的来信",
    "局信访办负责同志：",
    "我是松陵县第三粮站的职工林远山，今年四十六岁，在粮站工作二十年。",
    "去年九月我们站上报的库存数字，与年底盘点结果相差一千二百公斤。",
    "站长要求我在补报的表格上签名，我没有同意，今年三月被调离岗位。",
    "我请求贵局核对原始台账，并把处理结果书面告诉我本人。",
    "联系电话：00055502277",
    "二〇二五年六月十八日",
)


@dataclass(frozen=True, eq=False)
class Made:
    """A drawn page, its lines, and where each stands: left, top, right, bottom in pixels."""

    pixels: Pixels
    lines: tuple[str, ...]
    boxes: tuple[tuple[float, float, float, float], ...]

    @property
    def text(self) -> str:
        return "".join(self.lines)


@cache
def font_file() -> str:
    """A Debian font with Chinese characters; the test is skipped where there is none."""
    if shutil.which("fc-match") is None:
        pytest.skip("needs fc-match (fontconfig) to find a Chinese font")
    asked = ["fc-match", "-f", "%{lang}\n%{file}", "Noto Serif CJK SC:lang=zh-cn"]
    languages, file = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines()
    if "zh-cn" not in languages.split("|"):
        pytest.skip("needs a Chinese font (fonts-noto-cjk)")
    return file


def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(), size)


def letter(
    lines: tuple[str, ...] = LETTER, *, size: tuple[int, int] = A4, height: int = 26, top: int = 160, left: int = 130
) -> Made:
    """Draw lines on white paper, one below the other."""
    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    boxes = []
    for number, line in enumerate(lines):
        place = (left, top + number * height * 2)
        pen.text(place, line, font=font(height), fill=(INK, INK, INK))
        boxes.append(tuple(float(v) for v in pen.textbbox(place, line, font=font(height))))
    return Made(np.asarray(sheet), lines, tuple(boxes))


def turned(pixels: Pixels, degrees: float, paper: int = 255) -> Pixels:
    """The page turned clockwise about its middle, in a picture of the same size."""
    rows, columns = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), -degrees, 1.0)
    fill = (paper, paper, paper)
    drawn = cv2.warpAffine(pixels, matrix, (columns, rows), flags=cv2.INTER_CUBIC, borderValue=fill)
    return np.asarray(drawn, dtype=np.uint8)


def photographed(pixels: Pixels, corners: np.ndarray, size: tuple[int, int], seed: int = 1) -> Pixels:
    """The page lying on a grained dark desk, its corners seen at `corners`, the light falling off to one side."""
    rng = np.random.default_rng(seed)
    rows, columns = pixels.shape[:2]
    frame = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
    matrix = cv2.getPerspectiveTransform(frame, corners.astype(np.float32))
    sheet = cv2.warpPerspective(pixels, matrix, size, flags=cv2.INTER_AREA).astype(np.float32)
    inside = cv2.warpPerspective(np.ones((rows, columns), np.float32), matrix, size)[:, :, None]
    grain = cv2.GaussianBlur(rng.normal(0, 60, (size[1], size[0])).astype(np.float32), (0, 0), 1.5)
    desk = np.array([92.0, 66.0, 48.0], np.float32) + grain[:, :, None]
    light = np.linspace(1.0, 0.6, size[0], dtype=np.float32)[None, :, None]
    return np.asarray(np.clip((sheet * inside + desk * (1 - inside)) * light, 0, 255), dtype=np.uint8)


def sealed(pixels: Pixels, middle: tuple[int, int], radius: int) -> Pixels:
    """A round red seal over whatever is there: ink on ink, so the darker of both stays."""
    seal = np.full_like(pixels, 255)
    cv2.circle(seal, middle, radius, (205, 40, 45), max(3, radius // 14), cv2.LINE_AA)
    cv2.circle(seal, middle, radius // 3, (205, 40, 45), -1, cv2.LINE_AA)
    return np.minimum(pixels, seal)


def shining_through(pixels: Pixels, strength: float = 0.12) -> Pixels:
    """What a sheet with this page on its back shows on its front: mirrored, blurred, pale."""
    back = cv2.GaussianBlur(pixels[:, ::-1], (0, 0), 2.5).astype(np.float32)
    return np.asarray(np.round(255 - (255 - back) * strength), dtype=np.uint8)
