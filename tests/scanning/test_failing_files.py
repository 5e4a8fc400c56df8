"""Files in which something was lost in silence, read where they lie: each gives what its index says is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scanning import ocr, pipeline, sources
from scanning.errors import SourceTooLarge, SourceTooSmall
from scanning.raw import RawPage
from scanning.values import PageRef, ScannedPage, ScanOptions

OPTIONS = ScanOptions()


@pytest.fixture(scope="module")
def engine() -> ocr.Engine:
    return ocr.choose("rapidocr")


@pytest.fixture
def failing(shared_data: Path) -> Path:
    folder = shared_data / "failing"
    if not folder.is_dir():
        pytest.skip("needs the files that fail (failing/ in the shared data)")
    return folder


def the(folder: Path, number: str) -> Path:
    [path] = folder.glob(f"{number}_*")
    return path


def read(path: Path, workdir: Path, index: int = 0) -> RawPage:
    return sources.read_page(path, PageRef(index), workdir=workdir, options=OPTIONS)


def scanned(path: Path, workdir: Path, engine: ocr.Engine, index: int = 0) -> ScannedPage:
    return pipeline.scan_page(path, PageRef(index), workdir=workdir, options=OPTIONS, engine=engine)


def test_every_name_under_twelve_fingerprints(failing: Path, tmp_path: Path, engine: ocr.Engine) -> None:
    text = scanned(the(failing, "08"), tmp_path, engine).text
    names = "周明远 陈桂芳 王惠兰 李建军 赵秀英 孙福来 吴国强 郑小燕 冯德才 褚丽华 卫东升 蒋玉梅"
    assert [name for name in names.split() if name not in text] == []


@pytest.mark.parametrize("name", ["20_tiny_1x1.png", "20_tiny_2x2.png"])
def test_a_tiny_picture_is_told_to_be_too_small(name: str, failing: Path) -> None:
    with pytest.raises(SourceTooSmall):
        sources.inspect(failing / name, OPTIONS)


@pytest.mark.parametrize("number", ["21", "22"])
def test_ink_that_alpha_would_hide_shows(number: str, failing: Path, tmp_path: Path) -> None:
    assert np.ptp(read(the(failing, number), tmp_path).pixels) > 200


@pytest.mark.parametrize("number", ["23", "23b", "23c", "28"])
def test_a_page_with_an_odd_detail_is_made(number: str, failing: Path, tmp_path: Path) -> None:
    assert sources.inspect(the(failing, number), OPTIONS).pages == (PageRef(0),)
    assert read(the(failing, number), tmp_path).pixels.min() < 100


def test_notes_without_a_look_are_kept(failing: Path, tmp_path: Path) -> None:
    page = read(the(failing, "24"), tmp_path)
    assert [line.text for line in page.lines or ()][1:] == ["Approved by Wang"]
    red, blue = (page.pixels[..., each].astype(int) for each in (0, 2))
    assert np.mean(red - blue > 150) > 0.001
    assert np.mean(blue - red > 150) > 0.001


def test_only_the_page_that_is_too_large_is_missing(failing: Path, tmp_path: Path) -> None:
    path = the(failing, "25")
    assert len(sources.inspect(path, OPTIONS).pages) == 3
    with pytest.raises(SourceTooLarge):
        read(path, tmp_path, 1)
    assert [read(path, tmp_path, index).source.kind for index in (0, 2)] == ["scanned", "scanned"]


@pytest.mark.parametrize(
    ("number", "shown"),
    [("29", "HELLO"), ("29b", "OpenAction"), ("31", "Antrag auf Mitgliedschaft")],
)
def test_what_shows_is_read(number: str, shown: str, failing: Path, tmp_path: Path, engine: ocr.Engine) -> None:
    page = scanned(the(failing, number), tmp_path, engine)
    assert shown in page.text
    assert "blank" not in [warning.code for warning in page.warnings]


def test_both_pages_of_a_file_with_a_wrong_table(failing: Path, tmp_path: Path) -> None:
    path = the(failing, "33")
    texts = [
        "".join(line.text for line in read(path, tmp_path, ref.index).lines or ())
        for ref in sources.inspect(path, OPTIONS).pages
    ]
    assert texts == ["PAGE ONE: the accusation", "PAGE TWO: the signature"]
