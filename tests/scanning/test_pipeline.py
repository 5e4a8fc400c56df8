"""The whole way of a page and of a letter: from a file to A4, text, PDF and JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import segno
from PIL import Image

from scanning import ocr, pipeline, separator
from scanning.errors import DamagedSource, EngineMissing
from scanning.finishing import draft_of_digital
from scanning.geometry import View
from scanning.raw import Pixels, RawPage
from scanning.sandbox import Workers
from scanning.values import (
    A4_HEIGHT_PT,
    A4_WIDTH_PT,
    DocumentInfo,
    Line,
    PageRef,
    ScannedPage,
    ScanOptions,
    SourcePage,
)
from tests.bench.scoring import content, errors
from tests.scanning.makers import letters

OPTIONS = ScanOptions()
ABOUT = DocumentInfo("来信", "2026-01-05T10:00:00+08:00")


@pytest.fixture(scope="module")
def engine() -> ocr.Engine:
    return ocr.choose("rapidocr")


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(1, warm=partial(pipeline.warm, "rapidocr")) as running:
        yield running


def saved(pixels: Pixels, path: Path, dpi: int | None = letters.DPI) -> Path:
    Image.fromarray(pixels).save(path, **({"dpi": (dpi, dpi)} if dpi else {}))  # type: ignore[arg-type]
    return path


def made(path: Path, engine: ocr.Engine | None, options: ScanOptions = OPTIONS) -> ScannedPage:
    return pipeline.scan_page(path, PageRef(0), workdir=path.parent, options=options, engine=engine)


def done(page: ScannedPage) -> list[str]:
    return [operation.name for operation in page.operations]


def codes(page: ScannedPage) -> list[str]:
    return [warning.code for warning in page.warnings]


def drawn(page: ScannedPage) -> Pixels:
    with Image.open(page.layer) as picture:
        return np.asarray(picture.convert("L"))


def seen(path: Path) -> Pixels:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def ink_under(page: ScannedPage, line: Line) -> float:
    """Share of dark pixels within a line's box on the finished page."""
    picture = drawn(page)
    scale = picture.shape[1] / A4_WIDTH_PT
    mask = cv2.fillConvexPoly(
        np.zeros(picture.shape, np.uint8), np.round(np.array(line.polygon) * scale).astype(np.int32), 1
    )
    return float(np.mean(picture[np.asarray(mask) > 0] < 140))


@pytest.mark.parametrize(("turn", "skew"), [(0, 0.0), (90, 0.0), (180, -3.4), (270, 1.2), (0, 8.5)])
def test_a_page_comes_out_upright_straight_and_read(tmp_path: Path, engine: ocr.Engine, turn: int, skew: float) -> None:
    letter = letters.letter()
    scan = np.rot90(letters.turned(letter.pixels, skew), turn // 90)
    page = made(saved(np.ascontiguousarray(scan), tmp_path / "scan.png"), engine)
    assert page.turned == turn
    assert content(page.text) == content(letter.text)
    assert page.text.splitlines()[0] == letter.lines[0]
    assert page.quality.skew == pytest.approx(skew, abs=0.3)
    assert abs(page.quality.residual_skew) <= 0.5
    assert codes(page) == ["low_dpi"]
    assert (page.quality.dpi, page.quality.dpi_known) == (pytest.approx(letters.DPI, rel=0.01), True)
    assert ("turn" in done(page), "deskew" in done(page)) == (turn != 0, skew != 0)
    for line, box in zip(page.lines, letter.boxes, strict=True):
        assert line.polygon[0][0] == pytest.approx(box[0] * 72 / letters.DPI, abs=12)
        assert ink_under(page, line) > 0.06


def test_a_turn_that_was_asked_for_is_made_and_nobody_is_asked(tmp_path: Path, engine: ocr.Engine) -> None:
    upside_down = np.ascontiguousarray(np.rot90(letters.letter().pixels, 2))
    path = saved(upside_down, tmp_path / "scan.png")
    kept, turned = (made(path, engine, replace(OPTIONS, turn=turn)) for turn in (0, 180))
    assert (kept.turned, turned.turned) == (0, 180)
    assert content(turned.text) == content(letters.letter().text)
    assert content(kept.text) != content(letters.letter().text)


def test_without_an_engine_the_page_is_made_and_says_that_it_is_unread(tmp_path: Path) -> None:
    path = saved(letters.turned(letters.letter().pixels, 2.5), tmp_path / "scan.png")
    page = made(path, None)
    assert codes(page) == ["low_dpi", "unread"]
    assert (page.lines, page.engine, page.quality.confidence) == ((), "", None)
    assert page.quality.skew == pytest.approx(2.5, abs=0.2)
    assert abs(page.quality.residual_skew) <= 0.2


def test_a_photograph_fills_the_page_and_the_desk_is_gone(tmp_path: Path, engine: ocr.Engine) -> None:
    letter = letters.letter(height=34, left=70)
    corners = np.array([[190.0, 120], [1300, 160], [1380, 1840], [140, 1800]])
    photo = letters.photographed(letter.pixels, corners, (1500, 2000))
    page = made(saved(photo, tmp_path / "photo.jpg", None), engine)
    assert done(page)[:1] == ["outline"]
    assert not page.quality.dpi_known
    wrong, characters = errors(letter.text, page.text)
    assert wrong <= 0.02 * characters
    assert abs(page.quality.residual_skew) <= 0.5
    rim = np.concatenate([drawn(page)[20:-20, 12:24], drawn(page)[20:-20, -24:-12]], axis=1)
    assert np.mean(rim < 90) < 0.02


def test_words_under_a_seal_are_read_and_the_seal_stays_on_the_page(tmp_path: Path, engine: ocr.Engine) -> None:
    letter = letters.letter()
    left, top, right, bottom = letter.boxes[-1]
    middle = round((left + right) / 2), round((top + bottom) / 2)
    page = made(saved(letters.sealed(letter.pixels, middle, 110), tmp_path / "scan.png"), engine)
    assert "red_channel" in done(page)
    assert content(letter.lines[-1]) in content(page.text)
    wrong, characters = errors(letter.text, page.text)
    assert wrong <= 0.01 * characters
    colour = seen(page.preview).astype(int)
    assert np.mean((colour[..., 0] - colour[..., 1]) > 90) > 0.002


def test_a_page_that_only_shines_through_is_blank_and_kept(tmp_path: Path, engine: ocr.Engine) -> None:
    page = made(saved(letters.shining_through(letters.letter().pixels), tmp_path / "back.png"), engine)
    assert codes(page) == ["low_dpi", "blank"]
    assert page.lines == ()
    assert page.layer.exists()
    assert page.preview.exists()


def test_writing_is_read_and_what_shines_through_is_not(tmp_path: Path, engine: ocr.Engine) -> None:
    front = letters.letter()
    back = letters.shining_through(letters.letter(tuple(reversed(letters.LETTER)), top=190).pixels, 0.25)
    page = made(saved(np.minimum(front.pixels, back), tmp_path / "scan.png"), engine)
    wrong, characters = errors(front.text, page.text)
    assert wrong <= 0.02 * characters


def test_a_separator_sheet_is_known_by_its_code(tmp_path: Path, engine: ocr.Engine) -> None:
    payload = f"{separator.PREFIX}/2026-01-05/3"
    code = tmp_path / "code.png"
    segno.make(payload, error="h", micro=False).save(str(code), scale=14, border=4)
    square = seen(code)
    sheet = letters.letter(("分隔页",)).pixels.copy()
    sheet[500 : 500 + square.shape[0], 300 : 300 + square.shape[1]] = square
    assert made(saved(letters.turned(sheet, 1.7), tmp_path / "sheet.png"), engine).separator == payload
    other = letters.letter(("不是分隔页",)).pixels
    assert made(saved(other, tmp_path / "other.png"), engine).separator is None
    segno.make("https://example.org", micro=False).save(str(code), scale=14, border=4)
    assert separator.find_separator(View.of(seen(code))) is None


def test_a_large_sheet_is_drawn_finer(tmp_path: Path, engine: ocr.Engine) -> None:
    a3 = letters.letter(size=(1754, 2480), height=30, left=200)
    page = made(saved(a3.pixels, tmp_path / "a3.png"), engine)
    assert "reduce" in done(page)
    assert drawn(page).shape[1] / (A4_WIDTH_PT / 72) > 230
    assert content(page.text) == content(a3.text)
    assert page.quality.dpi == pytest.approx(letters.DPI, rel=0.02)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_pages_own_words_turn_with_it(turn: int) -> None:
    pixels = np.full((1754, 1240, 3), 255, np.uint8)
    cv2.rectangle(pixels, (200, 300), (400, 340), (0, 0, 0), -1)
    scale = 72 / 150
    corners = ((200 * scale, 300 * scale), (400 * scale, 300 * scale), (400 * scale, 340 * scale))
    word = Line("来信", (*corners, (200 * scale, 340 * scale)), 1.0)
    source = SourcePage("born_digital", 1240, 1754, 150.0, True, 210.0, 297.0)
    vector = Path("vector.pdf")
    draft = draft_of_digital(RawPage(source, pixels, lines=(word,), vector=vector), turn)
    assert draft.vector == (None if turn else vector)
    page = pipeline.pages.draw(draft.view, draft.to_page, 150)
    rows, columns = np.nonzero(page.min(axis=2) < 128)
    box = np.array(draft.lines[0].polygon) / scale
    assert (box.min(axis=0), box.max(axis=0)) == (
        pytest.approx((columns.min(), rows.min()), abs=4),
        pytest.approx((columns.max(), rows.max()), abs=4),
    )


def test_a_letter_becomes_a_pdf_and_a_json(tmp_path: Path, workers: Workers) -> None:
    first, second = letters.letter(), letters.letter(tuple(reversed(letters.LETTER)))
    source = tmp_path / "letter.tiff"
    sheets = [Image.fromarray(made.pixels) for made in (first, second)]
    sheets[0].save(source, save_all=True, append_images=sheets[1:], dpi=(150, 150))
    told: list[tuple[int, int]] = []
    letter = pipeline.scan(source, tmp_path, options=OPTIONS, workers=workers, progress=lambda *seen: told.append(seen))
    assert told == [(1, 2), (2, 2)]
    assert [content(page.text) for page in letter.pages] == [content(first.text), content(second.text)]
    plain = json.loads(json.dumps(pipeline.to_json(letter)))
    _check_report(plain, letter.pages[0])
    out = tmp_path / "letter.pdf"
    pipeline.write_access_copy(letter, out, ABOUT, workers=workers, seconds=60)
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext (poppler-utils) to read the copy back")
    text = subprocess.run(["pdftotext", str(out), "-"], check=True, capture_output=True, text=True).stdout
    assert content(text) == content(first.text + second.text)


def _check_report(plain: dict[str, Any], page: ScannedPage) -> None:
    assert len(plain["sha256"]) == 64
    assert plain["media_type"] == "image/tiff"
    assert plain["made_by"]["numpy"] == np.__version__
    told = plain["pages"][0]
    assert told["engine"]["name"] == "rapidocr"
    assert told["source"]["dpi"] == pytest.approx(150, abs=0.1)
    assert told["quality"]["residual_skew"] == page.quality.residual_skew
    assert told["text"] == page.text
    for line, value in zip(told["lines"], page.lines, strict=True):
        assert "".join(character["text"] for character in line["characters"]) == value.text
        xs = [np.mean([x for x, _ in character["polygon"]]) for character in line["characters"]]
        assert xs == sorted(xs)


def test_a_characters_box_is_its_part_of_the_line() -> None:
    level = Line("甲乙", ((10, 10), (30, 10), (30, 20), (10, 20)), 1.0)
    assert level.part(0.5, 1.0) == ((20, 10), (30, 10), (30, 20), (20, 20))
    column = Line("甲乙", ((10, 10), (20, 10), (20, 50), (10, 50)), 1.0, "vertical")
    assert column.part(0.0, 0.5) == ((10, 10), (20, 10), (20, 30), (10, 30))


def test_the_first_page_that_fails_fails_the_letter(tmp_path: Path, workers: Workers) -> None:
    whole = saved(letters.letter().pixels, tmp_path / "whole.png").read_bytes()
    broken = tmp_path / "broken.png"
    broken.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedSource, match=r"来信\.png"):
        pipeline.scan(broken, tmp_path, options=OPTIONS, workers=workers, name="来信.png")


def test_a_missing_engine_is_told_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> ocr.Engine:
        raise EngineMissing("OCR", engine=name, detail="not installed")

    monkeypatch.setattr(ocr, "choose", missing)
    pipeline.engine_of_process.cache_clear()
    path = saved(letters.letter().pixels, tmp_path / "scan.png")
    try:
        with pytest.raises(EngineMissing) as told:
            pipeline.read_page_here(path, PageRef(0), tmp_path, OPTIONS, "scan.png")
        assert told.value.retry
    finally:
        pipeline.engine_of_process.cache_clear()


LIMITS = {
    "print-clean": 0.3,
    "print-skew": 0.5,
    "print-rot": 2.5,
    "photo-print": 1.5,
    "hand-font": 1.0,
    "photo-hand": 1.0,
    "print-stamp": 1.0,
    "hand-cursivefont": 12.0,
}
"""Most wrong characters by class of page, in per cent; 1.5 for all pages but screenshots and blanks."""


@pytest.mark.slow
def test_shared_pages_are_read_within_their_limits(shared_data: Path, tmp_path: Path, engine: ocr.Engine) -> None:
    wrong: dict[str, int] = defaultdict(int)
    characters: dict[str, int] = defaultdict(int)
    for path in sorted((shared_data / "pages").iterdir()):
        if path.suffix not in (".jpg", ".png", ".tif"):
            continue
        page = pipeline.scan_page(path, PageRef(0), workdir=tmp_path, options=OPTIONS, engine=engine)
        kind = path.name.split("__")[0]
        counted = errors(path.with_suffix(".txt").read_text("utf-8"), page.text)
        wrong[kind] += counted[0]
        characters[kind] += counted[1]
        assert abs(page.quality.residual_skew) <= 0.5, path.name
        assert ("blank" in codes(page)) == (kind == "blank"), path.name
        for line in page.lines:
            for x, y in line.polygon:
                assert -1 <= x <= A4_WIDTH_PT + 1, path.name
                assert -1 <= y <= A4_HEIGHT_PT + 1, path.name
    rates = {kind: 100 * wrong[kind] / characters[kind] for kind in LIMITS}
    assert {kind: rate for kind, rate in rates.items() if rate > LIMITS[kind]} == {}
    letters_only = [kind for kind in characters if kind not in ("real-screen", "blank")]
    assert 100 * sum(wrong[k] for k in letters_only) / sum(characters[k] for k in letters_only) <= 1.5
