"""Pages out of picture files: every format, every kind of colour, turned, measured, refused when not whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from scanning import sources
from scanning.errors import DamagedSource, ScanError, SourceTooLarge, UnknownSource
from scanning.raw import RawPage
from scanning.values import Limits, PageRef, ScanOptions
from tests.scanning.makers.pictures import HEIC_TURNED, difference, letter, noise, saved, shades, tiff

OPTIONS = ScanOptions()
FORMATS = {
    "image/jpeg": lambda image: saved(image, "JPEG", quality=95, dpi=(150, 150)),
    "image/png": lambda image: saved(image, "PNG", dpi=(150, 150)),
    "image/tiff": lambda image: saved(image, "TIFF", dpi=(150, 150), compression="tiff_lzw"),
    "image/webp": lambda image: saved(image, "WEBP", lossless=True),
    "image/bmp": lambda image: saved(image, "BMP", dpi=(150, 150)),
}


def read(path: Path, index: int = 0, options: ScanOptions = OPTIONS) -> RawPage:
    return sources.read_page(path, PageRef(index), workdir=path.parent, options=options)


@pytest.mark.parametrize("media_type", FORMATS)
def test_the_bytes_say_what_a_file_is(media_type: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(FORMATS[media_type](letter()))
    info = sources.inspect(path, OPTIONS)
    assert info.media_type == media_type
    assert info.pages == (PageRef(0),)
    page = read(path)
    assert difference(page.pixels, shades(letter())) < 2
    assert page.source.kind == "image"
    assert (page.source.width, page.source.height) == (620, 877)


def test_heic_comes_out_upright(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(HEIC_TURNED)
    assert sources.inspect(path, OPTIONS).media_type == "image/heic"
    page = read(path)
    assert page.pixels.shape == (96, 128, 3)
    assert page.camera
    red, white = page.pixels[20:40, 80:120].mean(axis=(0, 1)), page.pixels[20:40, 5:20].mean(axis=(0, 1))
    assert red[0] > 150 > 80 > red[1]
    assert white.min() > 230


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_the_page(orientation: int, tmp_path: Path) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = letter() if orientation == 1 else letter().transpose(undo[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned"
    for kind in ("JPEG", "TIFF"):
        path.write_bytes(saved(image, kind, exif=exif))
        assert difference(read(path).pixels, shades(letter())) < 3


@pytest.mark.parametrize("mode", ["L", "RGB", "1", "P", "LA", "RGBA", "CMYK", "I;16", "PA"])
def test_every_kind_of_colour_becomes_plain(mode: str, tmp_path: Path) -> None:
    grey = mode in ("L", "1", "LA", "I;16")
    if mode == "I;16":
        image = Image.fromarray(np.asarray(letter(mode="L")).astype(np.uint16) * 257)
    elif mode == "PA":
        image = letter().quantize(32).convert("RGBA").convert("PA")
    else:
        image = letter(mode="1") if mode == "1" else letter().quantize(32) if mode == "P" else letter(mode=mode)
    path = tmp_path / "page"
    path.write_bytes(saved(image, "TIFF"))
    page = read(path)
    assert page.pixels.dtype == np.uint8
    assert page.pixels.ndim == (2 if grey else 3)
    expected = shades(letter(mode="1")) if mode == "1" else shades(letter(mode="L")) if grey else shades(letter())
    assert difference(page.pixels, expected) < 4


def test_transparent_paper_is_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (400, 600), (0, 0, 0, 0))
    image.paste((200, 0, 0, 255), (100, 100, 200, 200))
    for kind in ("PNG", "WEBP"):
        path = tmp_path / kind
        path.write_bytes(saved(image, kind, **({"lossless": True} if kind == "WEBP" else {})))
        pixels = read(path).pixels
        assert pixels[10, 10].tolist() == [255, 255, 255]
        assert pixels[150, 150].tolist() == [200, 0, 0]
    palette = Image.new("P", (40, 60), 0)
    palette.putpalette([0, 0, 0, 250, 250, 250])
    (tmp_path / "palette").write_bytes(saved(palette, "PNG", transparency=0))
    assert read(tmp_path / "palette").pixels.min() == 255


def test_colour_profiles_are_applied(tmp_path: Path) -> None:
    # sRGB with red and green exchanged, under another name: the profile makes green what the numbers call red.
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for one, other in ((b"rXYZ", b"gXYZ"), (b"s\0R\0G\0B", b"o\0t\0h\0e")):
        swapped = swapped.replace(one, b"@@@@" + one[4:], 1).replace(other, one, 1).replace(b"@@@@" + one[4:], other, 1)
    path = tmp_path / "page"
    image = Image.new("RGB", (400, 600), (255, 0, 0))
    path.write_bytes(saved(image, "PNG", icc_profile=swapped))
    assert read(path).pixels[300, 200].tolist() == pytest.approx([0, 255, 0], abs=3)
    path.write_bytes(saved(image, "PNG", icc_profile=b"no profile at all"))
    assert read(path).pixels[300, 200].tolist() == [255, 0, 0]


@pytest.mark.parametrize(
    ("size", "dpi", "known", "width_mm"),
    [
        ((2480, 3508), (300, 300), True, 210.0),
        ((1240, 1754), (150, 150), True, 210.0),
        ((595, 842), (72, 72), True, 210.0),
        ((3024, 4032), (72, 72), False, 210.0),
        ((1920, 1080), (96, 96), False, 297.0),
        ((2480, 3508), (9999, 9999), False, 210.0),
        ((2480, 3508), (20, 20), False, 210.0),
        ((1000, 1000), None, False, 210.0),
        ((1748, 2480), (300, 300), True, 148.0),
        ((12000, 400), (300, 300), False, 297.0),
    ],
)
def test_resolution_is_believed_only_where_it_can_be_true(
    size: tuple[int, int], dpi: tuple[int, int] | None, known: bool, width_mm: float, tmp_path: Path
) -> None:
    path = tmp_path / "page"
    path.write_bytes(saved(Image.new("1", size, 1), "PNG", **({"dpi": dpi} if dpi else {})))
    page = read(path).source
    assert page.dpi_known is known
    assert page.width_mm == pytest.approx(width_mm, abs=1)
    assert page.height_mm / page.width_mm == pytest.approx(size[1] / size[0], rel=0.01)
    assert page.width / page.dpi * 25.4 == pytest.approx(page.width_mm, abs=0.5)


def test_fax_has_fewer_lines_down_than_dots_across(tmp_path: Path) -> None:
    path = tmp_path / "fax"
    squeezed = letter(1728, 2291, "1").resize((1728, 1145))
    path.write_bytes(saved(squeezed, "TIFF", compression="group4", dpi=(204, 98)))
    page = read(path)
    assert page.source.dpi == 204
    assert page.pixels.shape[0] == pytest.approx(1145 * 204 / 98, abs=2)
    assert (page.source.width_mm, page.source.height_mm) == pytest.approx((215, 297), abs=1)


def test_a_camera_is_known_and_its_resolution_not_believed(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x829A] = 0.01
    path = tmp_path / "photo"
    path.write_bytes(saved(letter(1200, 1600), "JPEG", exif=exif, dpi=(150, 150)))
    page = read(path)
    assert page.camera
    assert not page.source.dpi_known
    path.write_bytes(saved(letter(1240, 1754), "JPEG", dpi=(150, 150)))
    assert not read(path).camera
    path.write_bytes(saved(letter(1200, 1600), "JPEG"))
    assert read(path).camera
    path.write_bytes(saved(letter(1200, 1600), "PNG"))
    assert not read(path).camera


def test_all_pages_of_a_tiff(tmp_path: Path) -> None:
    images = [letter(400, 500, "1"), letter(300, 700, "1"), letter(600, 200, "1")]
    path = tmp_path / "fax"
    path.write_bytes(tiff(images, compression="group4", dpi=(100, 100)))
    info = sources.inspect(path, OPTIONS)
    assert info.pages == (PageRef(0), PageRef(1), PageRef(2))
    for index, image in enumerate(images):
        page = read(path, index)
        assert page.source.dpi == 100
        assert difference(page.pixels, shades(image)) == 0
    with pytest.raises(DamagedSource, match="page 4 is not in it"):
        read(path, 3)


def test_too_many_pages_of_a_tiff(tmp_path: Path) -> None:
    path = tmp_path / "many.tif"
    path.write_bytes(tiff([Image.new("1", (8, 8))] * 6))
    with pytest.raises(SourceTooLarge, match=r"name=many\.tif, what=pages, found=> 5, limit=5$"):
        sources.inspect(path, ScanOptions(limits=Limits(max_pages=5)))


@pytest.mark.parametrize(
    ("lying", "turn", "first_is"),
    [
        (True, None, "left"),
        (True, 180, "right"),
        (True, 90, "left"),
        (True, 270, "right"),
        (False, None, "top"),
        (False, 180, "bottom"),
        (False, 90, "bottom"),
        (False, 270, "top"),
    ],
)
def test_a3_is_tiled_as_it_will_be_read(lying: bool, turn: int | None, first_is: str, tmp_path: Path) -> None:
    width, height = (1654, 1169) if lying else (1169, 1654)
    sheet = Image.new("L", (width, height), 255)
    sheet.paste(0, (0, 0, width // 2, height) if lying else (0, 0, width, height // 2))
    path = tmp_path / "sheet"
    path.write_bytes(saved(sheet, "PNG", dpi=(100, 100)))
    options = ScanOptions(a3="tile", turn=turn)
    refs = sources.inspect(path, options).pages
    assert [ref.part for ref in refs] == ["whole", "first", "second"]
    whole, first, second = (sources.read_page(path, ref, workdir=tmp_path, options=options) for ref in refs)
    assert whole.source.width == width
    assert (first.pixels.mean() < 128) == (first_is in ("left", "top"))
    assert (second.pixels.mean() < 128) != (first.pixels.mean() < 128)
    assert sorted((first.source.width_mm, first.source.height_mm)) == pytest.approx([210, 297], abs=1)
    assert len(sources.inspect(path, ScanOptions(turn=turn)).pages) == 1
    path.write_bytes(saved(sheet, "PNG"))
    assert len(sources.inspect(path, options).pages) == 1


CUT = {
    "jpeg": saved(noise(160, 120), "JPEG", quality=90),
    "progressive": saved(noise(160, 120), "JPEG", quality=90, progressive=True),
    "png": saved(noise(160, 120), "PNG"),
    "tiff raw": saved(noise(160, 120), "TIFF"),
    "tiff lzw": saved(noise(160, 120), "TIFF", compression="tiff_lzw"),
    "tiff g4": saved(noise(160, 120).convert("1"), "TIFF", compression="group4"),
    "tiff jpeg": saved(noise(160, 120), "TIFF", compression="jpeg"),
    "webp": saved(noise(160, 120), "WEBP", quality=90),
    "webp lossless": saved(noise(160, 120), "WEBP", lossless=True),
    "bmp": saved(noise(160, 120), "BMP"),
    "heic": HEIC_TURNED,
}


@pytest.mark.parametrize("kind", CUT)
@pytest.mark.parametrize("part", [0.2, 0.6, 0.9, 0.98])
def test_a_file_that_is_cut_off_is_refused(kind: str, part: float, tmp_path: Path) -> None:
    path = tmp_path / "cut"
    path.write_bytes(CUT[kind][: int(len(CUT[kind]) * part)])
    with pytest.raises((DamagedSource, UnknownSource)):
        sources.inspect(path, OPTIONS)


@pytest.mark.parametrize("kind", CUT)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_cut_anywhere_a_file_gives_its_whole_picture_or_none(
    kind: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    whole, part = folder / "whole", folder / "part"
    whole.write_bytes(CUT[kind])
    part.write_bytes(CUT[kind][: data.draw(st.integers(1, len(CUT[kind]) - 1))])
    try:
        page = read(part)
    except ScanError:
        return
    assert difference(page.pixels, read(whole).pixels) == 0


@pytest.mark.parametrize("kind", CUT)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_changed_anywhere_a_file_is_read_or_refused_but_nothing_else(
    kind: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("changed") / "file"
    changed = bytearray(CUT[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(changed)
    options = ScanOptions(limits=Limits(max_pixels=1_000_000))
    try:
        page = read(path, options=options)
    except ScanError:
        return
    assert page.pixels.size > 0


def test_one_bad_page_of_several_spoils_only_itself(tmp_path: Path) -> None:
    # The strips of the first page are overwritten by an offset beyond the end; the second page is untouched.
    good = tiff([noise(64, 64, 1), noise(64, 64, 2)])
    with Image.open(_at(tmp_path / "good", good)) as image:
        offset = image.tag_v2[273][0]
    bad = good.replace(offset.to_bytes(4, "little"), (len(good) + 1).to_bytes(4, "little"), 1)
    path = _at(tmp_path / "bad.tif", bad)
    assert len(sources.inspect(path, OPTIONS).pages) == 2
    with pytest.raises(DamagedSource, match="the data of page 1 is not all there"):
        read(path, 0)
    assert difference(read(path, 1).pixels, shades(noise(64, 64, 2))) == 0


def _at(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_the_first_picture_of_a_photograph_with_several_is_the_page(tmp_path: Path) -> None:
    path = tmp_path / "portrait.jpg"
    letter(300, 400).save(path, "MPO", save_all=True, append_images=[letter(200, 100)])
    assert sources.inspect(path, OPTIONS).pages == (PageRef(0),)
    assert read(path).pixels.shape == (400, 300, 3)


def test_every_shared_page_is_read(shared_data: Path) -> None:
    paths = [p for p in sorted((shared_data / "pages").iterdir()) if p.suffix in (".jpg", ".png", ".tif")]
    assert len(paths) >= 30
    for path in paths:
        info = sources.inspect(path, OPTIONS)
        page = read(path, info.pages[0].index)
        photo = path.name.startswith("photo")
        assert page.source.dpi_known is not (photo or "screen" in path.name), path.name
        assert page.camera is photo, path.name
