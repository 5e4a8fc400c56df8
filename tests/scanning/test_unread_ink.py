"""Ink beside the lines: writing counts, and what is no writing does not."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from archive_app.typography.faces import font
from scanning.quality import unread_ink
from scanning.values import A4_HEIGHT_PT, A4_WIDTH_PT, Line

SIZE = (1240, 1754)
WORDS = "控告登记员周砚秋收受礼品"


def page() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", SIZE, (250, 250, 248))
    return image, ImageDraw.Draw(image)


def measured(image: Image.Image, *lines: Line) -> float:
    return unread_ink(np.asarray(image), lines)


def write(pen: ImageDraw.ImageDraw, at: tuple[int, int], words: str, fill: tuple[int, int, int] = (30, 30, 60)) -> Line:
    """Write words; the line that an engine would read there."""
    pen.text(at, words, font=font("wenkai", 40), fill=fill)
    x, y = at[0] * A4_WIDTH_PT / SIZE[0], at[1] * A4_HEIGHT_PT / SIZE[1]
    right, bottom = x + len(words) * 40 * A4_WIDTH_PT / SIZE[0], y + 48 * A4_HEIGHT_PT / SIZE[1]
    return Line(words, ((x, y), (right, y), (right, bottom), (x, bottom)), 0.99)


def test_words_that_were_read_are_not_unread_and_others_are() -> None:
    image, pen = page()
    line = write(pen, (200, 300), WORDS)
    assert measured(image, line) == 0.0
    assert measured(image) > 0.001
    write(pen, (300, 900), WORDS)
    assert measured(image, line) > 0.001


def test_one_name_is_more_than_a_blank_page_has() -> None:
    image, pen = page()
    assert measured(image) == 0.0
    write(pen, (600, 900), "周砚秋")
    assert measured(image) > 0.0002


def test_dust_rules_frames_black_areas_and_shadows_are_no_writing() -> None:
    image, pen = page()
    for number in range(60):
        x, y = 80 + 17 * number, 90 + 26 * number
        pen.rectangle((x, y, x + 2, y + 2), fill=(60, 60, 60))
    for y in range(200, 1600, 90):
        pen.line((100, y, 1140, y), fill=(40, 40, 40), width=2)
    pen.rectangle((150, 250, 1000, 1500), outline=(20, 20, 20), width=3)
    pen.rectangle((400, 700, 900, 760), fill=(0, 0, 0))
    pen.rectangle((0, 0, 14, SIZE[1]), fill=(140, 140, 140))
    assert measured(image) < 0.0002


def test_a_seal_counts_for_less_than_ink() -> None:
    image, pen = page()
    write(pen, (300, 900), WORDS)
    black = measured(image)
    red, pen = page()
    write(pen, (300, 900), WORDS, fill=(200, 40, 40))
    assert 0 < measured(red) < black / 5


def test_a_page_in_grey_is_measured_too() -> None:
    image, pen = page()
    write(pen, (300, 900), WORDS)
    assert unread_ink(np.asarray(image.convert("L")), ()) > 0.001
