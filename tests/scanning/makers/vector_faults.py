"""Office pages with one fault each, which a vector page must not have."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream, String

from tests.scanning.digital_made import (
    add_letter,
    jpeg,
    picture,
)


def changed(path: Path, plant: Callable[[Pdf, Page], None]) -> Path:
    with Pdf.new() as pdf:
        plant(pdf, add_letter(pdf))
        pdf.save(path)
    return path


def draw(page: Page, more: bytes) -> None:
    page.obj.Contents.write(page.obj.Contents.read_bytes() + b"\n" + more)


def without_transparency(pdf: Pdf, page: Page) -> None:
    del page.obj.Resources.XObject.Fm.Group
    del page.obj.Resources.XObject.Im.SMask


def everything_unwanted(pdf: Pdf, page: Page) -> None:
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


def _font(page: Page, name: str = "/Song") -> Object:
    return page.obj.Resources.Font[name]


def _inner(page: Page) -> Object:
    return _font(page).DescendantFonts[0]


def put(page: Page, category: str, value: Object, use: bytes) -> None:
    if category not in page.obj.Resources:
        page.obj.Resources[category] = Dictionary()
    page.obj.Resources[category].X0 = value
    draw(page, use)


def put_picture(page: Page, pdf: Pdf, **changes: object) -> None:
    put(page, "/XObject", pdf.make_indirect(picture(pdf, **changes)), b"/X0 Do")


def _nested_form(pdf: Pdf, page: Page) -> None:
    form = pdf.make_indirect(Stream(pdf, b"/X0 Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9])))
    form.Resources = Dictionary(XObject=Dictionary(X0=form))
    put(page, "/XObject", form, b"/X0 Do")


def _no_notdef(pdf: Pdf, page: Page) -> None:
    draw(page, b"BT /Song 9 Tf <0000> Tj ET")


def _set_inner(key: str, value: object) -> Callable[[Pdf, Page], None]:
    return lambda pdf, page: _inner(page).__setitem__(key, value)


def _set_font(key: str, value: object, name: str = "/Song") -> Callable[[Pdf, Page], None]:
    return lambda pdf, page: _font(page, name).__setitem__(key, value)


def _set_page(key: str, value: object) -> Callable[[Pdf, Page], None]:
    return lambda pdf, page: page.obj.__setitem__(key, value)


def _uses(category: str, value: Callable[[Pdf], Object], use: bytes) -> Callable[[Pdf, Page], None]:
    return lambda pdf, page: put(page, category, value(pdf), use)


def _draws(more: bytes) -> Callable[[Pdf, Page], None]:
    return lambda pdf, page: draw(page, more)


def _pictures(**changes: object) -> Callable[[Pdf, Page], None]:
    return lambda pdf, page: put_picture(page, pdf, **changes)


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
    draw(page, b"BT /T3 9 Tf (a) Tj ET")


def _standard_font(pdf: Pdf, page: Page) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    page.obj.Resources.Font.Std = pdf.make_indirect(font)
    draw(page, b"BT /Std 9 Tf (a) Tj ET")


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
    "JPEG of another size": (_uses("/XObject", lambda pdf: other_size(jpeg(pdf)), b"/X0 Do"), "not what"),
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


def other_size(image: Stream) -> Stream:
    image.Width = 17
    return image
