"""What several browser tests do with letters: write pages, wait until they are read, search, follow links."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from archive_app.typography.faces import font
from tests import made

READ = 90_000


A4_POINTS = (595.276, 841.89)


HALF_A_CHARACTER = 7 / 25.4 * 72 / 2
"""How far off its character a word may lie, in points: `made.page` writes 7 mm high."""


FIRST_PAGE = ["关于夜间施工噪声的来信", "市信访局领导同志", "我们小区东侧工地夜间施工", "居民无法休息"]


SECOND_PAGE = ["恳请有关部门尽快核实处理", "来信人李桂芳"]


def box_of(lines: list[str], line: int, start: int, end: int) -> tuple[float, float, float, float]:
    """Where characters of `made.page(lines)` lie, in A4 points: left, top, right, bottom.

    The A5 sheet stands in the middle of the A4 page at its true size.
    """
    height = round(made.DPI * 7 / 25.4)
    face = font("song", height)
    x, y = made.DPI * 0.6, made.DPI * 0.8 + line * height * 1.8
    left, right = (x + face.getlength(lines[line][:place]) for place in (start, end))
    _, top, _, bottom = face.getbbox(lines[line][start:end])
    margins = [(side - pixels * 72 / made.DPI) / 2 for side, pixels in zip(A4_POINTS, made.A5, strict=True)]
    across, down = ([margin] * 2 for margin in margins)
    horizontal = [margin + pixel * 72 / made.DPI for margin, pixel in zip(across, (left, right), strict=True)]
    vertical = [margin + pixel * 72 / made.DPI for margin, pixel in zip(down, (y + top, y + bottom), strict=True)]
    return horizontal[0], vertical[0], horizontal[1], vertical[1]


def shown_at(page: Page, shape: Locator) -> tuple[float, float, float, float]:
    """Where a shape of the overlay lies on the page's picture, in A4 points: left, top, right, bottom."""
    picture, box = page.locator("[data-sheet]").bounding_box(), shape.bounding_box()
    assert picture is not None
    assert box is not None
    scale = picture["width"] / A4_POINTS[0]
    left, top = (box["x"] - picture["x"]) / scale, (box["y"] - picture["y"]) / scale
    return left, top, left + box["width"] / scale, top + box["height"] / scale


def write(folder: Path, **pages: list[str]) -> list[Path]:
    files = []
    for name, lines in pages.items():
        files.append(folder / f"{name}.jpg")
        files[-1].write_bytes(made.jpeg(lines))
    return files


def drafts(page: Page) -> int:
    """How many half-written corrections this browser keeps."""
    return int(page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('draft:')).length"))


def until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + READ / 1000
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.1)


def wait_until_read(page: Page) -> None:
    page.wait_for_url(re.compile("/intakes/"))
    expect(page.locator("[data-done]")).to_have_attribute("data-done", "yes", timeout=READ)


def follow(page: Page, link: str) -> None:
    """Click a link, and wait until the page it leads to is ready."""
    with page.expect_navigation():
        page.get_by_role("link", name=link).click()


def search_for(page: Page, words: str) -> None:
    page.wait_for_load_state()
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search"))
