"""The access copy as a file: A4, valid, the same bytes for the same pages, whole or not there at all."""

from __future__ import annotations

import dataclasses
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Name
from PIL import Image, ImageChops, ImageCms

from scanning import layer, pdfa
from scanning.errors import DamagedSource
from scanning.glyphless import program
from scanning.icc import srgb_profile
from scanning.textlayer import UnwritableText
from scanning.values import A4_HEIGHT_PT, A4_WIDTH_PT, DocumentInfo, Line, PageLayer
from tests.scanning import validators
from tests.scanning.pdf_made import ABOUT, access_copy, grey_layer, quad

LINE = Line("市信访局：我反映拆迁问题。", quad(60, 60, 180, 14), 0.98)


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One layer of each kind: colour, grey, bilevel."""
    folder = tmp_path_factory.mktemp("layers")
    rows, columns = np.mgrid[0:351, 0:248]
    grey = np.asarray(200 + (rows + columns) % 40, dtype=np.uint8)
    colour = np.dstack([grey, grey, grey])
    colour[40:90, 150:200] = (200, 30, 30)
    bilevel = np.where((rows // 9 + columns // 7) % 5 == 0, 0, 255).astype(np.uint8)
    pictures = {"colour": colour, "grey": grey, "bilevel": bilevel}
    return {name: layer.save(picture, dpi=30, stem=folder / name) for name, picture in pictures.items()}


def _assemble(layers: dict[str, Path], out: Path, **options: str) -> Path:
    pages = [PageLayer(path, (LINE,)) for path in layers.values()]
    pdfa.assemble(pages, out, ABOUT, part="1b" if options.get("part") == "1b" else "2u")
    return out


def test_all_judges_accept_a_copy_with_layers_of_every_kind(layers: dict[str, Path], tmp_path: Path) -> None:
    assert [path.suffix for path in layers.values()] == [".jpg", ".jpg", ".tif"]
    validators.check_access_copy(_assemble(layers, tmp_path / "copy.pdf"))
    validators.check_pdfa_1b(_assemble(layers, tmp_path / "copy-1b.pdf", part="1b"))


def test_every_page_is_a4_and_filled_by_its_picture(layers: dict[str, Path], tmp_path: Path) -> None:
    with pikepdf.open(_assemble(layers, tmp_path / "copy.pdf")) as pdf:
        assert len(pdf.pages) == 3
        for page in pdf.pages:
            assert [float(edge) for edge in page.MediaBox] == pytest.approx([0, 0, A4_WIDTH_PT, A4_HEIGHT_PT])
            assert b"595.276 0 0 841.89 0 0 cm" in page.Contents.read_bytes()


def test_pictures_go_in_as_they_are(layers: dict[str, Path], tmp_path: Path) -> None:
    with pikepdf.open(_assemble(layers, tmp_path / "copy.pdf")) as pdf:
        colour, grey, bilevel = (page.Resources.XObject.Im for page in pdf.pages)
        assert colour.read_raw_bytes() == layers["colour"].read_bytes()
        assert grey.read_raw_bytes() == layers["grey"].read_bytes()
        assert bilevel.read_raw_bytes() in layers["bilevel"].read_bytes()
        spaces = [image.ColorSpace for image in (colour, grey, bilevel)]
        assert spaces == [Name.DeviceRGB, Name.DeviceGray, Name.DeviceGray]
        assert bilevel.Filter == Name.CCITTFaxDecode


def test_a_bilevel_picture_is_black_where_its_layer_is(layers: dict[str, Path], tmp_path: Path) -> None:
    out = _assemble({"bilevel": layers["bilevel"]}, tmp_path / "copy.pdf")
    with pikepdf.open(out) as pdf, Image.open(layers["bilevel"]) as truth:
        shown = pikepdf.PdfImage(pdf.pages[0].Resources.XObject.Im).as_pil_image().convert("L")
        assert ImageChops.difference(shown, truth.convert("L")).getbbox() is None


def test_the_same_pages_give_the_same_bytes(layers: dict[str, Path], tmp_path: Path) -> None:
    one, other = _assemble(layers, tmp_path / "one.pdf"), _assemble(layers, tmp_path / "other.pdf")
    assert one.read_bytes() == other.read_bytes()


def test_another_line_gives_another_identity(tmp_path: Path) -> None:
    ids = []
    for text in ("甲", "乙"):
        with pikepdf.open(access_copy(tmp_path, [dataclasses.replace(LINE, text=text)])) as pdf:
            ids.append(bytes(pdf.trailer.ID[0]))
    assert ids[0] != ids[1]


@pytest.mark.parametrize(
    "title",
    [
        "普通来信",
        "<b> & ]]> \"quotes\" 'single'",
        "𠮷𬱖 – naïve",
        "",
        "  spaces \t and\nlines  ",
        "control \x00\x07 characters\ufffe",
    ],
)
def test_metadata_says_the_same_in_both_places(tmp_path: Path, title: str) -> None:
    about = dataclasses.replace(ABOUT, title=title)
    for part in ("2u", "1b"):
        out = tmp_path / f"{part}.pdf"
        pdfa.assemble([PageLayer(grey_layer(tmp_path), ())], out, about, part="1b" if part == "1b" else "2u")
        with pikepdf.open(out) as pdf:
            metadata = pdf.open_metadata()
            assert (metadata.get("dc:title") or "") == str(pdf.docinfo["/Title"])
            assert metadata["xmp:CreateDate"] == ABOUT.created
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == (part[0], part[1].upper())
            assert metadata["dc:identifier"] == ABOUT.identifier
            assert str(pdf.docinfo["/CreationDate"]) == "D:20261102093000+08'00'"
            assert str(pdf.Root.Lang) == "zh-CN"
    validators.check_pdfa_2u(tmp_path / "2u.pdf")
    validators.check_pdfa_1b(tmp_path / "1b.pdf")


def test_a_time_without_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        pdfa.assemble([], tmp_path / "copy.pdf", DocumentInfo("t", "2026-11-02T09:30:00"))


def test_half_a_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnwritableText):
        access_copy(tmp_path, [dataclasses.replace(LINE, text="半\ud842字")])


def _damaged_layers(folder: Path) -> list[Path]:
    paths = [folder / name for name in ("text.jpg", "cmyk.jpg", "text.tif", "lzw.tif", "text.pdf", "missing.jpg")]
    for path in paths[:5]:
        path.write_bytes(b"no picture")
    Image.new("CMYK", (8, 8)).save(paths[1], "JPEG")
    Image.new("1", (8, 8)).save(paths[3], "TIFF", compression="tiff_lzw")
    return paths


@pytest.mark.parametrize("number", range(6))
def test_a_layer_that_cannot_be_used_leaves_the_old_copy(tmp_path: Path, number: int) -> None:
    out = tmp_path / "copy.pdf"
    out.write_bytes(b"the copy of yesterday")
    bad = _damaged_layers(tmp_path)[number]
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DamagedSource, match=bad.name):
        pdfa.assemble([PageLayer(bad, (LINE,))], out, ABOUT)
    assert out.read_bytes() == b"the copy of yesterday"
    assert sorted(tmp_path.iterdir()) == before


def test_nothing_is_left_when_it_cannot_be_put_in_place(layers: dict[str, Path], tmp_path: Path) -> None:
    taken = tmp_path / "copy.pdf"
    taken.mkdir()
    with pytest.raises(OSError, match=r"copy\.pdf"):
        _assemble(layers, taken)
    assert list(tmp_path.iterdir()) == [taken]


def test_a_page_without_words_has_no_font(tmp_path: Path) -> None:
    with pikepdf.open(access_copy(tmp_path, [dataclasses.replace(LINE, text=" \u200b\t")])) as pdf:
        assert Name.Font not in pdf.pages[0].Resources


def test_the_profile_is_version_2_and_srgb() -> None:
    data = srgb_profile()
    assert data[8] == 2
    assert len(data) < 4096
    every_second = np.arange(0, 256, 15, dtype=np.uint8)
    cube = np.stack(np.meshgrid(every_second, every_second, every_second), axis=-1).reshape(1, -1, 3)
    ours = ImageCms.ImageCmsProfile(BytesIO(data))
    there = ImageCms.profileToProfile(Image.fromarray(cube), ours, ImageCms.createProfile("sRGB"))
    assert there is not None
    assert np.abs(np.asarray(there).astype(int) - cube).max() <= 1


def test_profile_and_font_have_the_bytes_they_always_had() -> None:
    # A new fontTools or numpy that changed them would change every access copy that is made again.
    assert sha256(srgb_profile()).hexdigest() == "158b6ab61331f388cc2b9a10ae5a5b489ff03a19c8d9d8ce2307369c40dd10db"
    assert sha256(program()).hexdigest() == "39c0101a1c075dd6204b12e30df4b29c140dbb29bb6ffa3148a210447b6e3f4f"
