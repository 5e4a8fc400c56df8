"""What is measured on a page, and what a person is told about it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from scanning import quality, reading
from scanning.geometry import View
from scanning.values import Quality
from tests.scanning.makers import letters


def measures(**changed: float | bool | None) -> Quality:
    good = {"dpi": 300.0, "dpi_known": True, "ink": 0.05, "sharpness": 0.4, "skew": 0.0, "residual_skew": 0.0}
    return Quality(**{"confidence": 0.99, **good, **changed})  # type: ignore[arg-type]


def codes(found: Quality, *, has_lines: bool = True, was_read: bool = True, least: float = 0.9) -> list[str]:
    told = quality.warnings_of(found, has_lines=has_lines, was_read=was_read, least_confidence=least)
    return [warning.code for warning in told]


def test_a_letter_has_ink_and_a_page_that_shines_through_has_none() -> None:
    page = letters.letter().pixels
    assert quality.find_ink(View.of(page)).share > 0.012
    assert quality.find_ink(View.of(letters.shining_through(page))).share < quality.BLANK_INK / 10


@pytest.mark.parametrize("darkest", [250, 120])
def test_shadow_and_tint_are_no_ink(darkest: int) -> None:
    shade = np.linspace(250, darkest, 620)[None, :].repeat(877, axis=0)
    paper = (shade[:, :, None] * np.array([1.0, 0.93, 0.75])).astype(np.uint8)
    assert quality.find_ink(View.of(paper)).share == 0.0


def test_few_words_are_not_blank() -> None:
    one = letters.letter(("同意。",)).pixels
    assert quality.find_ink(View.of(one)).share > 2 * reading.EMPTY
    assert codes(measures(ink=0.0003), has_lines=True) == []


def test_dust_and_the_pictures_rim_do_not_move_a_page() -> None:
    page = np.full((1000, 700), 255, np.uint8)
    page[:, :3] = 0
    page[500, 300] = 0
    cv2.rectangle(page, (200, 200), (260, 230), 0, -1)
    hull = quality.find_ink(View.of(page)).corners()
    assert hull.min(axis=0) == pytest.approx((200, 200), abs=2)
    assert hull.max(axis=0) == pytest.approx((261, 231), abs=2)


def test_a_rim_can_be_left_out() -> None:
    page = np.full((1000, 700), 255, np.uint8)
    page[2:9, 100:140] = 0
    ink = quality.find_ink(View.of(page))
    assert len(ink.corners()) > 0
    assert len(ink.corners(0.02)) == 0


@pytest.mark.parametrize(("sigma", "blurred"), [(0.0, False), (0.8, False), (4.0, True)])
def test_blur_is_seen(sigma: float, blurred: bool) -> None:
    page = letters.letter().pixels
    soft = cv2.GaussianBlur(page, (0, 0), sigma) if sigma else page
    found = quality.sharpness(np.asarray(soft, dtype=np.uint8), 150, 150)
    assert ("blurred" in codes(measures(sharpness=found))) == blurred


def test_sharpness_does_not_depend_on_the_resolution_of_the_page() -> None:
    large = letters.letter(size=(2480, 3508), height=52, top=320, left=260).pixels
    small = np.asarray(cv2.resize(large, (1240, 1754), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    assert quality.sharpness(large, 300, 300) == pytest.approx(quality.sharpness(small, 150, 150), rel=0.05)
    assert quality.sharpness(np.full((100, 100), 255, np.uint8), 150, 150) == 0.0


def test_clear_ink_wipes_what_shines_through_and_keeps_the_writing() -> None:
    front = np.full((48, 400), 235, np.uint8)
    front[10:38, 40:60] = 40
    front[10:38, 200:260] = 205
    clear = quality.with_clear_ink(front)
    assert clear[20, 50] < 5
    assert clear[20, 230] == 255


def test_what_a_person_is_told() -> None:
    assert codes(measures()) == []
    assert codes(measures(dpi=150.0)) == ["low_dpi"]
    assert codes(measures(dpi=150.0, dpi_known=False)) == ["small_picture"]
    assert codes(measures(dpi=199.6)) == []
    assert codes(measures(ink=0.0, sharpness=0.0), has_lines=False) == ["blank"]
    assert codes(measures(sharpness=0.05)) == ["blurred"]
    assert codes(measures(confidence=0.7)) == ["low_confidence"]
    assert codes(measures(confidence=0.7), least=0.6) == []
    assert codes(measures(confidence=None), was_read=False) == ["unread"]


def test_confidence_is_the_mean_over_characters() -> None:
    assert quality.confidence_of([("四个字符", 1.0), ("一", 0.5)]) == pytest.approx(0.9)
    assert quality.confidence_of([]) is None
