"""Born-digital pages: kept as they are where they may be, doubted wherever something is not known to be right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, Page, Pdf, Stream

from scanning import pdfa
from scanning.borndigital.plain import Doubt
from scanning.raw import Pixels
from scanning.values import A4_HEIGHT_PT, A4_WIDTH_PT, PageLayer
from scanning.vector import copy_page, placement, vector_layer
from tests.scanning import validators
from tests.scanning.digital_made import (
    A4,
    BODY,
    HEADING,
    LATIN,
    SMALL,
    composite,
    cut,
    jpeg,
    letter,
    shown,
)
from tests.scanning.makers.vector_faults import (
    DOUBTS,
    changed,
    draw,
    everything_unwanted,
    put,
    without_transparency,
)
from tests.scanning.pdf_made import ABOUT

A5, A3, A4_ACROSS = (419.53, 595.28), (841.89, 1190.55), (841.89, 595.276)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return letter(tmp_path_factory.mktemp("printed") / "letter.pdf")


def _drawn(path: Path, dpi: int = 60) -> Pixels:
    page = pdfium.PdfDocument(str(path))[0]
    return np.asarray(page.render(scale=dpi / 72).to_numpy()[..., :3])


def _layer(source: Path, folder: Path) -> Path:
    out = folder / "layer.pdf"
    copy_page(source, 0, out)
    return out


def test_an_office_page_is_kept_with_its_words_and_looks(printed: Path, tmp_path: Path) -> None:
    layer = vector_layer(printed, 0, tmp_path / "layer.pdf")
    assert layer == tmp_path / "layer.pdf"
    assert validators.extract_text(layer).split() == [HEADING, BODY, SMALL, *LATIN.split()]
    before, after = _drawn(printed), _drawn(layer)
    assert before.shape == after.shape
    assert np.abs(before.astype(int) - after).mean() < 0.2


def test_the_access_copy_of_it_is_valid(printed: Path, tmp_path: Path) -> None:
    layer = _layer(printed, tmp_path)
    out = tmp_path / "copy.pdf"
    pdfa.assemble([PageLayer(layer, ()), PageLayer(layer, ())], out, ABOUT)
    validators.check_access_copy(out)
    with pikepdf.open(out) as pdf:
        assert [[float(edge) for edge in page.MediaBox] for page in pdf.pages] == [
            [0, 0, A4_WIDTH_PT, A4_HEIGHT_PT]
        ] * 2
        programs = [item for item in pdf.objects if isinstance(item, Dictionary) and "/FontFile2" in item]
        assert len({item.FontFile2.objgen for item in programs}) == len(programs) / 2


def test_its_1b_form_passes_preflight(tmp_path: Path) -> None:
    source = changed(tmp_path / "source.pdf", without_transparency)
    out = tmp_path / "copy.pdf"
    pdfa.assemble([PageLayer(_layer(source, tmp_path), ())], out, ABOUT, part="1b")
    validators.check_pdfa_1b(out)


def test_the_same_page_gives_the_same_bytes(printed: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    assert vector_layer(printed, 0, first) is not None
    assert vector_layer(printed, 0, second) is not None
    assert first.read_bytes() == second.read_bytes()


# How pages lie on A4.


@pytest.mark.parametrize(
    ("size", "rotation", "scale"),
    [
        pytest.param(A4, 0, 1.0, id="A4"),
        pytest.param((595.32, 841.92), 0, 1.0, id="A4 as Word rounds it"),
        pytest.param(A5, 0, 1.0, id="smaller: true size"),
        pytest.param((595.28, 419.53), 0, 1.0, id="A5 across fits as it is"),
        pytest.param(A3, 0, 0.7071, id="larger: reduced"),
        pytest.param(A4_ACROSS, 0, 0.7071, id="A4 across is reduced and stays upright"),
        pytest.param(A4_ACROSS, 90, 1.0, id="A4 across, but shown upright"),
        pytest.param(A4, 270, 0.7071, id="A4 shown across stays across"),
        pytest.param((1190.55, 841.89), 0, 0.5, id="A3 across"),
        pytest.param((800, 800), 0, 0.7441, id="square"),
    ],
)
def test_placement(size: tuple[float, float], rotation: int, scale: float) -> None:
    box = (10.0, 20.0, 10 + size[0], 20 + size[1])
    placed = placement(box, rotation)
    assert placed.scale == pytest.approx(scale, abs=1e-3)
    a, b, c, d, e, f = placed.matrix
    corners = np.array([(a * x + c * y + e, b * x + d * y + f) for x in (box[0], box[2]) for y in (box[1], box[3])])
    assert corners.mean(axis=0) == pytest.approx([A4_WIDTH_PT / 2, A4_HEIGHT_PT / 2], abs=1e-6)
    assert (corners.min(axis=0) >= -0.01).all()
    assert (corners.max(axis=0) <= np.array([A4_WIDTH_PT, A4_HEIGHT_PT]) + 0.01).all()
    assert a * d - b * c == pytest.approx(placed.scale**2)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_page_looks_as_its_rotation_says(tmp_path: Path, rotation: int) -> None:
    source = letter(tmp_path / "source.pdf", A5)
    with Pdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Rotate = rotation
        pdf.save(source)
    before, after = _drawn(source), _drawn(_layer(source, tmp_path))
    top, left = (after.shape[0] - before.shape[0]) // 2, (after.shape[1] - before.shape[1]) // 2
    inner = after[top : top + before.shape[0], left : left + before.shape[1]]
    assert np.abs(inner.astype(int) - before).mean() < 3
    outside = after.copy()
    outside[max(top - 1, 0) : top + before.shape[0] + 1, max(left - 1, 0) : left + before.shape[1] + 1] = 255
    assert outside.min() == 255


def test_the_head_of_a_page_across_lies_to_the_left(tmp_path: Path) -> None:
    after = _drawn(_layer(letter(tmp_path / "source.pdf", A4_ACROSS), tmp_path))
    red = (after[..., 2].astype(int) - after[..., 1] > 80) | (after[..., 0].astype(int) - after[..., 1] > 80)
    assert np.nonzero(red.any(axis=0))[0].min() < after.shape[1] / 4


def test_only_the_crop_box_is_seen_and_units_count(tmp_path: Path) -> None:
    def plant(pdf: Pdf, page: Page) -> None:
        page.obj.CropBox = Array([50, 600, 300, 800])
        page.obj.UserUnit = 2

    layer = _layer(changed(tmp_path / "source.pdf", plant), tmp_path)
    with pikepdf.open(layer) as pdf:
        assert [float(edge) for edge in pdf.pages[0].Resources.XObject.Page.BBox] == [50, 600, 300, 800]
        assert b"q 2.0" in pdf.pages[0].Contents.read_bytes()


# What stays behind.


def test_actions_attachments_and_all_else_stay_behind(tmp_path: Path) -> None:
    layer = _layer(changed(tmp_path / "source.pdf", everything_unwanted), tmp_path)
    with pikepdf.open(layer) as pdf:
        whole = b"".join(item.unparse(resolved=True) for item in pdf.objects if not isinstance(item, Stream))
        whole += b"".join(item.stream_dict.unparse() for item in pdf.objects if isinstance(item, Stream))
        assert set(pdf.Root) == {"/Type", "/Pages"}
        assert set(pdf.pages[0].obj) == {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"}
    for word in (b"JavaScript", b"ecret", b"Annot", b"Interpolate", b"DeviceCMYK", b"MCID"):
        assert word not in whole
    out = tmp_path / "copy.pdf"
    pdfa.assemble([PageLayer(layer, ())], out, ABOUT)
    validators.check_access_copy(out)


def test_lzw_is_packed_anew(tmp_path: Path) -> None:
    # Written by hand: clear code, the byte 7F, end code, nine bits each.
    packed = int("100000000" + "001111111" + "100000001" + "00000", 2).to_bytes(4, "big")

    def plant(pdf: Pdf, page: Page) -> None:
        image = Stream(pdf, packed, Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, Filter=Name.LZWDecode)
        image.ColorSpace, image.BitsPerComponent = Name.DeviceGray, 8
        page.obj.Resources.XObject.Lzw = pdf.make_indirect(image)
        draw(page, b"/Lzw Do")

    layer = _layer(changed(tmp_path / "source.pdf", plant), tmp_path)
    with pikepdf.open(layer) as pdf:
        copied = pdf.pages[0].Resources.XObject.Page.Resources.XObject.Lzw
        assert copied.Filter == Name.FlateDecode
        assert copied.read_bytes() == b"\x7f"


# What is doubted. Each entry plants one fault in a page that is otherwise kept.


@pytest.mark.parametrize("fault", DOUBTS)
def test_a_page_with_a_fault_is_doubted(tmp_path: Path, fault: str) -> None:
    plant, reason = DOUBTS[fault]
    source = changed(tmp_path / "source.pdf", plant)
    out = tmp_path / "layer.pdf"
    with pytest.raises(Doubt, match=reason):
        copy_page(source, 0, out)
    assert vector_layer(source, 0, out) is None
    assert not out.exists()


@pytest.mark.parametrize("index", [1, 7])
def test_a_page_that_is_not_there_is_doubted(printed: Path, tmp_path: Path, index: int) -> None:
    assert vector_layer(printed, index, tmp_path / "layer.pdf") is None


def test_a_file_that_is_no_pdf_is_doubted(tmp_path: Path) -> None:
    (tmp_path / "text.pdf").write_bytes(b"just text")
    assert vector_layer(tmp_path / "text.pdf", 0, tmp_path / "layer.pdf") is None


def test_an_encrypted_file_is_doubted(printed: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked.pdf"
    with Pdf.open(printed) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user=""))
    assert vector_layer(locked, 0, tmp_path / "layer.pdf") is None


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_jpeg_goes_in_as_it_is(tmp_path: Path, mode: str) -> None:
    def plant(pdf: Pdf, page: Page) -> None:
        put(page, "/XObject", pdf.make_indirect(jpeg(pdf, mode)), b"/X0 Do")

    source = changed(tmp_path / "source.pdf", plant)
    with pikepdf.open(_layer(source, tmp_path)) as copied, pikepdf.open(source) as original:
        there = copied.pages[0].Resources.XObject.Page.Resources.XObject.X0
        assert there.read_raw_bytes() == original.pages[0].Resources.XObject.X0.read_raw_bytes()


def test_fonts_shared_by_forms_are_checked_for_all_that_is_shown(tmp_path: Path) -> None:
    def plant(pdf: Pdf, page: Page) -> None:
        letters = "".join(sorted(set(HEADING)))
        font = composite(pdf, "ming-cn", letters)
        code = shown(cut("ming-cn", letters), HEADING[:1])
        form = Stream(pdf, b"BT /X1 9 Tf <7fff> Tj ET", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        form.Resources = Dictionary(Font=Dictionary(X1=font))
        page.obj.Resources.Font.X1 = font
        put(page, "/XObject", pdf.make_indirect(form), b"BT /X1 9 Tf " + code + b" Tj ET /X0 Do")

    with pytest.raises(Doubt, match="without"):
        _layer(changed(tmp_path / "source.pdf", plant), tmp_path)
