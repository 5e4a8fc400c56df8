"""Page layers: small, of the right kind, and no poorer to read."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from scanning import layer
from scanning.raw import Pixels
from scanning.values import A4_HEIGHT_PT, A4_WIDTH_PT
from tests.made import font

DPI = 200
SIZE = (round(A4_WIDTH_PT / 72 * DPI), round(A4_HEIGHT_PT / 72 * DPI))
TEXT = "位于桃园工业区的宏达电镀厂，长期在夜间偷排污水。我们住在下游的三个村子，井水发黄发臭。"


def _page(ink: int = 25, paper: int = 240, point: float = 16.0) -> Pixels:
    """A page of print, as high as `point`, as an official letter has it: some 500 characters."""
    image = Image.new("L", SIZE, paper)
    pen = ImageDraw.Draw(image)
    height = round(point / 72 * DPI)
    for row in range(300, SIZE[1] - 300, round(height * 2)):
        pen.text((250, row), TEXT[: round(1000 / height)], font=font("song", height), fill=ink)
    return np.asarray(image, dtype=np.uint8)


def _noisy(pixels: Pixels, strength: float, seed: int = 7) -> Pixels:
    noise = np.random.default_rng(seed).normal(0, strength, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def _in_colour(grey: Pixels) -> Pixels:
    return np.dstack([grey, grey, grey])


def _seal(page: Pixels, radius_mm: float = 18.0, ink: tuple[int, int, int] = (205, 40, 45)) -> Pixels:
    stamped = page.copy()
    radius = round(radius_mm / 25.4 * DPI)
    cv2.circle(stamped, (SIZE[0] // 2, SIZE[1] // 2), radius, ink, thickness=max(radius // 20, 2), lineType=cv2.LINE_AA)
    return stamped


def _black_and_white(page: Pixels) -> Pixels:
    return np.where(page < 128, 0, 255).astype(np.uint8)


def _tilted(page: Pixels, degrees: float, flags: int = cv2.INTER_LINEAR) -> Pixels:
    turn = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(page, turn, SIZE, flags=flags, borderValue=255), dtype=np.uint8)


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.load()
        return image


@pytest.mark.parametrize("noise", [1.0, 4.0])
def test_grey_print_becomes_a_grey_jpeg(tmp_path: Path, noise: float) -> None:
    path = layer.save(_in_colour(_noisy(_page(), noise)), dpi=DPI, stem=tmp_path / "0001.part")
    assert path == tmp_path / "0001.part.jpg"
    image = _opened(path)
    assert (image.format, image.mode, image.size) == ("JPEG", "L", SIZE)
    assert not image.info.get("progressive")


@pytest.mark.parametrize(
    ("radius_mm", "ink"),
    [
        pytest.param(18.0, (205, 40, 45), id="red seal"),
        pytest.param(4.0, (200, 50, 50), id="small private seal"),
        pytest.param(7.0, (40, 60, 150), id="ring in blue ink"),
    ],
)
def test_a_page_with_any_colour_keeps_it(tmp_path: Path, radius_mm: float, ink: tuple[int, int, int]) -> None:
    page = _noisy(_seal(_in_colour(_page()), radius_mm, ink), 2.0)
    image = _opened(layer.save(page, dpi=DPI, stem=tmp_path / "page"))
    assert image.mode == "RGB"
    edge = (SIZE[0] // 2 + round(radius_mm / 25.4 * DPI), SIZE[1] // 2)
    shown = np.asarray(image.crop((edge[0] - 9, edge[1] - 9, edge[0] + 9, edge[1] + 9)).convert("HSV"))
    assert shown[..., 1].max() > 90


def test_a_faint_cast_of_the_scanner_is_no_colour(tmp_path: Path) -> None:
    cast = _in_colour(_page()).astype(int) + np.array([-3, 0, 3])
    path = layer.save(_noisy(np.clip(cast, 0, 255).astype(np.uint8), 3.0), dpi=DPI, stem=tmp_path / "page")
    assert _opened(path).mode == "L"


def test_black_on_white_is_kept_exactly_as_group_4(tmp_path: Path) -> None:
    page = _black_and_white(_page())
    path = layer.save(_in_colour(page), dpi=100, stem=tmp_path / "page")
    image = _opened(path)
    assert (path.suffix, image.mode, image.info["compression"]) == (".tif", "1", "group4")
    assert np.array_equal(np.asarray(image.convert("L")), page)
    grey = layer.save(_noisy(page, 6.0), dpi=DPI, stem=tmp_path / "grey")
    assert path.stat().st_size < grey.stat().st_size / 2


@pytest.mark.parametrize("flags", [cv2.INTER_LINEAR, cv2.INTER_CUBIC])
@pytest.mark.parametrize("degrees", [0.4, 2.3, -4.2])
def test_black_on_white_that_was_straightened_is_bilevel_again(tmp_path: Path, degrees: float, flags: int) -> None:
    tilted = _tilted(_black_and_white(_page()), degrees, flags)
    path = layer.save(tilted, dpi=DPI, stem=tmp_path / "page")
    image = _opened(path)
    assert image.mode == "1"
    assert image.size[0] == pytest.approx(SIZE[0] * 1.5, abs=2)
    back = np.asarray(image.convert("L").resize(SIZE, Image.Resampling.BOX))
    assert (back[tilted < 30] < 200).mean() > 0.999
    assert (back[tilted > 225] > 55).mean() > 0.999


def test_hairlines_survive(tmp_path: Path) -> None:
    page = np.full(SIZE[::-1], 255, np.uint8)
    page[300:302, 200:1400] = 0
    page[400, 200:1400] = 0
    image = _opened(layer.save(_tilted(page, 0.7), dpi=DPI, stem=tmp_path / "page")).convert("L")
    columns = np.asarray(image)[:, ::10] < 128
    crossed = (np.diff(columns.astype(int), axis=0) == 1).sum(axis=0)
    assert (crossed[50:200] == 2).all()


def test_strokes_too_pale_for_black_and_white_make_a_grey_page(tmp_path: Path) -> None:
    page = np.full(SIZE[::-1], 255, np.uint8)
    page[300:340, 200:1400] = 0
    page[400, 200:1400] = 190
    assert layer.save(page, dpi=DPI, stem=tmp_path / "page").suffix == ".jpg"


def test_pictures_are_brought_down_and_never_up(tmp_path: Path) -> None:
    fine = cv2.resize(_noisy(_page(), 2.0), None, fx=1.2, fy=1.2)
    assert _opened(layer.save(fine, dpi=DPI, stem=tmp_path / "fine")).size == pytest.approx(SIZE, abs=1)
    coarse = cv2.resize(_noisy(_page(), 2.0), None, fx=0.5, fy=0.5)
    assert _opened(layer.save(coarse, dpi=DPI, stem=tmp_path / "coarse")).size == coarse.shape[::-1]


@pytest.mark.parametrize("strength", [8.0, 16.0, 30.0])
def test_grain_does_not_make_a_page_absurdly_large(tmp_path: Path, strength: float) -> None:
    page = _page(paper=225)
    path = layer.save(_noisy(_in_colour(page), strength), dpi=DPI, stem=tmp_path / "page")
    assert path.stat().st_size < 3 * layer.BUDGET_BYTES
    shown = np.asarray(_opened(path).convert("L").resize(SIZE)).astype(float)
    ink = page < 100
    assert shown[~ink].mean() - shown[ink].mean() > 130


def test_a_page_full_of_small_print_keeps_its_resolution(tmp_path: Path) -> None:
    image = Image.new("L", SIZE, 240)
    pen = ImageDraw.Draw(image)
    for row in range(150, SIZE[1] - 150, 36):
        pen.text((150, row), TEXT * 2, font=font("song", 22), fill=30)
    path = layer.save(_noisy(np.asarray(image, dtype=np.uint8), 2.0), dpi=DPI, stem=tmp_path / "page")
    assert path.stat().st_size > layer.BUDGET_BYTES
    assert _opened(path).size == SIZE


def test_the_same_picture_gives_the_same_file(tmp_path: Path) -> None:
    page = _noisy(_seal(_in_colour(_page())), 3.0)
    one, other = (layer.save(page, dpi=DPI, stem=tmp_path / name) for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_an_empty_page_is_small(tmp_path: Path) -> None:
    assert layer.save(np.full((*SIZE[::-1], 3), 255, np.uint8), dpi=DPI, stem=tmp_path / "page").stat().st_size < 2_000


def test_real_pages_take_180_kb_on_average(shared_data: Path, tmp_path: Path) -> None:
    sizes = []
    for source in sorted((shared_data / "pages").iterdir()):
        if source.suffix in (".jpg", ".png", ".tif"):
            with Image.open(source) as image:
                page = _on_a4(image.convert("L" if image.mode in ("1", "L") else "RGB"))
            sizes.append(layer.save(page, dpi=DPI, stem=tmp_path / source.stem).stat().st_size)
    assert len(sizes) >= 30
    assert sum(sizes) / len(sizes) <= 180_000
    assert max(sizes) <= 2 * layer.BUDGET_BYTES


def _on_a4(image: Image.Image) -> Pixels:
    """Lay a picture on A4 as large as it fits: more picture than the pipeline would give, if anything."""
    if image.width > image.height:
        image = image.transpose(Image.Transpose.ROTATE_90)
    image = image.resize(SIZE, Image.Resampling.BOX if image.width > SIZE[0] else Image.Resampling.BICUBIC)
    return np.asarray(image, dtype=np.uint8)
