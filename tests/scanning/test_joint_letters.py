"""Joint letters: dozens of fingerprints, and every name below them is read."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from scanning import ocr, pipeline, stamps
from scanning.geometry import Picture
from scanning.values import PageRef, ScanOptions
from tests.scanning.makers import joint, letters


def read(pixels: np.ndarray, folder: Path) -> str:
    path = folder / "joint.png"
    Image.fromarray(pixels).save(path, dpi=(letters.DPI, letters.DPI))
    page = pipeline.scan_page(path, PageRef(0), workdir=folder, options=ScanOptions(), engine=ocr.choose("rapidocr"))
    return page.text.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("gap", [20, -8], ids=["apart", "touching"])
def test_every_name_under_a_fingerprint_is_read(gap: int, tmp_path: Path) -> None:
    text = read(joint.joint(gap), tmp_path)
    assert [name for name in joint.NAMES if name not in text] == []


def test_every_fingerprint_is_found_however_close_they_are() -> None:
    for gap in (30, 6, 0, -8):
        found = stamps.find_seals(Picture(joint.joint(gap)))
        faded = stamps.without_seals(Picture(joint.joint(gap)), found).pixels.astype(int)
        assert np.mean(faded[..., 0] - faded[..., 1] > 60) < 0.003, gap


def test_much_red_print_over_nothing_is_not_faded() -> None:
    sheet = np.full((1754, 1240, 3), 255, np.uint8)
    for number in range(24):
        middle = 150 + number % 4 * 250, 200 + number // 4 * 220
        cv2.circle(sheet, middle, 50, (205, 40, 45), 10, cv2.LINE_AA)
    assert stamps.find_seals(Picture(sheet)) == ()
