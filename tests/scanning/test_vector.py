"""Born-digital pages: kept as they are where they may be, doubted wherever something is not known to be right."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream, String

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
    add_letter,
    composite,
    cut,
    jpeg,
    letter,
    picture,
    shown,
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
    source = _changed(tmp_path / "source.pdf", _without_transparency)
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

    layer = _layer(_changed(tmp_path / "source.pdf", plant), tmp_path)
    with pikepdf.open(layer) as pdf:
        assert [float(edge) for edge in pdf.pages[0].Resources.XObject.Page.BBox] == [50, 600, 300, 800]
        assert b"q 2.0" in pdf.pages[0].Contents.read_bytes()


# What stays behind.


def _changed(path: Path, plant: Callable[[Pdf, Page], None]) -> Path:
    with Pdf.new() as pdf:
        plant(pdf, add_letter(pdf))
        pdf.save(path)
    return path


def _draw(page: Page, more: bytes) -> None:
    page.obj.Contents.write(page.obj.Contents.read_bytes() + b"\n" + more)


def _without_transparency(pdf: Pdf, page: Page) -> None:
    del page.obj.Resources.XObject.Fm.Group
    del page.obj.Resources.XObject.Im.SMask


def _everything_unwanted(pdf: Pdf, page: Page) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    page.obj.AA = Dictionary(O=script)
    page.obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)
    page.obj.Metadata = Stream(pdf, b"<secret/>")
    page.obj.PieceInfo = Dictionary(Secret=String("secret"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=script)
    hidden = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, F=2, Rect=Array([0, 0, 9, 9]))
    page.obj.Annots = Array([pdf.make_indirect(link), pdf.make_indirect(hidden)])
    pdf.Root.OpenAction = script
    pdf.attachments["secret.txt"] = pikepdf.AttachedFileSpec(pdf, b"secret", filename="secret.txt")
    image = page.obj.Resources.XObject.Im
    image.Interpolate = True
    image.OPI = Dictionary(Secret=String("secret"))
    unused = Stream(pdf, b"secret", Type=Name.XObject, Subtype=Name.PS)
    page.obj.Resources.XObject.Unused = pdf.make_indirect(unused)
    page.obj.Resources.Properties = Dictionary(Secret=Dictionary(Secret=String("secret")))


def test_actions_attachments_and_all_else_stay_behind(tmp_path: Path) -> None:
    layer = _layer(_changed(tmp_path / "source.pdf", _everything_unwanted), tmp_path)
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
        _draw(page, b"/Lzw Do")

    layer = _layer(_changed(tmp_path / "source.pdf", plant), tmp_path)
    with pikepdf.open(layer) as pdf:
        copied = pdf.pages[0].Resources.XObject.Page.Resources.XObject.Lzw
        assert copied.Filter == Name.FlateDecode
        assert copied.read_bytes() == b"\x7f"


# What is doubted. Each entry plants one fault in a page that is otherwise kept.


def _font(page: Page, name: str = "/Song") -> Object:
    return page.obj.Resources.Font[name]


def _inner(page: Page) -> Object:
    return _font(page).DescendantFonts[0]


def _put(page: Page, category: str, value: Object, use: bytes) -> None:
    if category not in page.obj.Resources:
        page.obj.Resources[category] = Dictionary()
    page.obj.Resources[category].X0 = value
    _draw(page, use)


def _picture(page: Page, pdf: Pdf, **changes: object) -> None:
    _put(page, "/XObject", pdf.make_indirect(picture(pdf, **changes)), b"/X0 Do")


def _nested_form(pdf: Pdf, page: Page) -> None:
    form = pdf.make_indirect(Stream(pdf, b"/X0 Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9])))
    form.Resources = Dictionary(XObject=Dictionary(X0=form))
    _put(page, "/XObject", form, b"/X0 Do")


def _no_notdef(pdf: Pdf, page: Page) -> None:
    _draw(page, b"BT /Song 9 Tf <0000> Tj ET")


def _set_inner(key: str, value: object) -> Callable[[Pdf, Page], None]:
    return lambda pdf, page: _inner(page).__setitem__(key, value)


def _set_font(key: str, value: object, name: str = "/Song") -> Callable[[Pdf, Page], None]:
    return lambda pdf, page: _font(page, name).__setitem__(key, value)


def _set_page(key: str, value: object) -> Callable[[Pdf, Page], None]:
    return lambda pdf, page: page.obj.__setitem__(key, value)


def _uses(category: str, value: Callable[[Pdf], Object], use: bytes) -> Callable[[Pdf, Page], None]:
    return lambda pdf, page: _put(page, category, value(pdf), use)


def _draws(more: bytes) -> Callable[[Pdf, Page], None]:
    return lambda pdf, page: _draw(page, more)


def _pictures(**changes: object) -> Callable[[Pdf, Page], None]:
    return lambda pdf, page: _picture(page, pdf, **changes)


def _state(**entries: object) -> Callable[[Pdf, Page], None]:
    return _uses("/ExtGState", lambda pdf: Dictionary(Type=Name.ExtGState, **entries), b"/X0 gs")


def _space(value: Callable[[Pdf], Object]) -> Callable[[Pdf, Page], None]:
    return _uses("/ColorSpace", value, b"/X0 cs 0.5 sc")


def _form(body: bytes = b"", **entries: object) -> Callable[[Pdf, Page], None]:
    def make(pdf: Pdf) -> Object:
        box = Array([0, 0, 9, 9])
        return pdf.make_indirect(Stream(pdf, body, Type=Name.XObject, Subtype=Name.Form, BBox=box, **entries))

    return _uses("/XObject", make, b"/X0 Do")


def _annotation(**entries: object) -> Callable[[Pdf, Page], None]:
    def plant(pdf: Pdf, page: Page) -> None:
        annotation = pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=Array([0, 0, 9, 9]), **entries))
        page.obj.Annots = Array([annotation])
        pdf.Root.AcroForm = Dictionary(Fields=Array([annotation] if "FT" in entries else []))

    return plant


def _drop_program(pdf: Pdf, page: Page) -> None:
    del _inner(page).FontDescriptor.FontFile2


def _break_program(pdf: Pdf, page: Page) -> None:
    stream = _inner(page).FontDescriptor.FontFile2
    stream.write(stream.read_bytes()[: len(stream.read_bytes()) // 2])


def _drop_meaning(pdf: Pdf, page: Page) -> None:
    del _font(page).ToUnicode


def _meaning(text: bytes) -> Callable[[Pdf, Page], None]:
    body = b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <%s> endbfrange" % text
    return lambda pdf, page: _font(page).ToUnicode.write(body)


def _type3(pdf: Pdf, page: Page) -> None:
    page.obj.Resources.Font.T3 = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type3))
    _draw(page, b"BT /T3 9 Tf (a) Tj ET")


def _standard_font(pdf: Pdf, page: Page) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    page.obj.Resources.Font.Std = pdf.make_indirect(font)
    _draw(page, b"BT /Std 9 Tf (a) Tj ET")


def _cut_content(pdf: Pdf, page: Page) -> None:
    page.obj.Contents.write(page.obj.Contents.read_raw_bytes()[:60], filter=Name.FlateDecode)


def _bomb(pdf: Pdf, page: Page) -> None:
    packed = zlib.compress(b"q Q " * 2**25, 9)
    page.obj.Contents.write(packed, filter=Name.FlateDecode)


DOUBTS: dict[str, tuple[Callable[[Pdf, Page], None], str]] = {
    "font not embedded": (_drop_program, "not embedded"),
    "standard font": (_standard_font, "without descriptor"),
    "font program cut off": (_break_program, "cannot be read|cannot be checked"),
    "Type 3 font": (_type3, "Type3"),
    "wrong width": (_set_inner("/W", Array([0, 9999, 700])), "said to be"),
    "glyph not there": (_draws(b"BT /Song 9 Tf <7000> Tj ET"), "without glyph|without meaning"),
    "notdef": (_no_notdef, "without glyph|without meaning"),
    "half a code": (_draws(b"BT /Song 9 Tf <00> Tj ET"), "half a character"),
    "no meaning": (_drop_meaning, "without meaning"),
    "meaning zero": (_meaning(b"0000"), "without meaning"),
    "meaning unknown": (_meaning(b"FFFD"), "without meaning"),
    "own CMap": (_set_font("/Encoding", Name("/GBK-EUC-H")), "own codes"),
    "odd encoding": (_set_font("/Encoding", Name.StandardEncoding, "/Latin"), "own encoding"),
    "text without font": (_form(b"BT (a) Tj ET"), "without a font"),
    "CMYK": (_draws(b"0 0 0 1 k"), "operator k"),
    "pattern": (_draws(b"/Pattern cs"), "pattern"),
    "shading": (_draws(b"/Sh0 sh"), "operator sh"),
    "inline image": (_draws(b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI"), "inline image"),
    "unknown operator": (_draws(b"BX 1 2 foo EX"), "operator"),
    "operand missing": (_draws(b"1 2 re"), "operands"),
    "Q without q": (_draws(b"Q"), "not saved"),
    "q without Q": (_draws(b"q"), "not restored"),
    "q too deep": (_draws(b"q " * 30 + b"Q " * 30), "too often"),
    "number too large": (_draws(b"1 0 0 1 99999999999 0 cm"), "too large"),
    "resource missing": (_draws(b"/Nothing Do"), "not there"),
    "optional content": (_draws(b"/OC /X BDC EMC"), "switched off"),
    "optional form": (_form(OC=Dictionary(Type=Name.OCG)), "switched off"),
    "optional picture": (_pictures(OC=Dictionary(Type=Name.OCG)), "switched off"),
    "PostScript": (
        _uses("/XObject", lambda pdf: pdf.make_indirect(Stream(pdf, b"", Subtype=Name.PS)), b"/X0 Do"),
        "kind /PS",
    ),
    "reference to another file": (_form(Ref=Dictionary(F=String("x.pdf"))), "elsewhere"),
    "form without end": (_nested_form, "without end"),
    "group of CMYK": (_form(Group=Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)), "DeviceCMYK"),
    "picture of CMYK": (_uses("/XObject", lambda pdf: pdf.make_indirect(jpeg(pdf, "CMYK")), b"/X0 Do"), "DeviceCMYK"),
    "JPEG 2000": (_pictures(Filter=Name.JPXDecode), "JPXDecode"),
    "JPEG of another size": (_uses("/XObject", lambda pdf: _other_size(jpeg(pdf)), b"/X0 Do"), "not what"),
    "picture cut off": (_pictures(Height=99), "cut off"),
    "picture too large": (_pictures(Width=99_999, Height=99_999), "impossible size"),
    "picture in another file": (_pictures(F=String("x.jpg")), "another file"),
    "picture with a hidden mask": (_pictures(SMaskInData=1), "hides"),
    "Separation": (_space(lambda pdf: Array([Name.Separation, Name.All, Name.DeviceRGB, Dictionary()])), "Separation"),
    "broken profile": (
        _space(lambda pdf: Array([Name.ICCBased, pdf.make_indirect(Stream(pdf, b"x" * 200, N=3))])),
        "broken colour profile",
    ),
    "palette too short": (_space(lambda pdf: Array([Name.Indexed, Name.DeviceRGB, 9, String("abc")])), "too short"),
    "soft mask": (_state(SMask=Dictionary(Type=Name.Mask, S=Name.Luminosity)), "SMask"),
    "transfer function": (_state(TR=Name.Identity), "/TR"),
    "font in a state": (_state(Font=Array()), "/Font"),
    "odd blend mode": (_state(BM=Name.Magic), "/BM"),
    "odd intent": (_draws(b"/Beautiful ri"), "rendering intent"),
    "seal as annotation": (_annotation(Subtype=Name.Stamp), "annotation"),
    "signature field": (_annotation(Subtype=Name.Widget, FT=Name.Sig), "annotation"),
    "no size": (_set_page("/MediaBox", Array([0, 0, 0, 0])), "impossible size"),
    "turned by no quarter": (_set_page("/Rotate", 45), "no quarter"),
    "no units": (_set_page("/UserUnit", -1), "without size"),
    "drawing cut off": (_cut_content, "cut off|damaged"),
    "drawing that expands too far": (_bomb, "expands too far"),
    "box of words": (_set_page("/MediaBox", Array([Name.A, Name.B, Name.C, Name.D])), "repaired"),
    "fonts that are none": (lambda pdf, page: page.obj.Resources.__setitem__("/Font", Array([1])), "not there"),
}


def _other_size(image: Stream) -> Stream:
    image.Width = 17
    return image


@pytest.mark.parametrize("fault", DOUBTS)
def test_a_page_with_a_fault_is_doubted(tmp_path: Path, fault: str) -> None:
    plant, reason = DOUBTS[fault]
    source = _changed(tmp_path / "source.pdf", plant)
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
        _put(page, "/XObject", pdf.make_indirect(jpeg(pdf, mode)), b"/X0 Do")

    source = _changed(tmp_path / "source.pdf", plant)
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
        _put(page, "/XObject", pdf.make_indirect(form), b"BT /X1 9 Tf " + code + b" Tj ET /X0 Do")

    with pytest.raises(Doubt, match="without"):
        _layer(_changed(tmp_path / "source.pdf", plant), tmp_path)
