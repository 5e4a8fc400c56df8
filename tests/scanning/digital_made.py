"""Born-digital PDFs made for tests, with embedded fonts as office programs embed them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from fontTools import subset
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream, String
from PIL import Image

from archive_app.typography.faces import FACES, path_of
from scanning.glyphless import to_unicode
from scanning.icc import srgb_profile

HEADING = "关于拆迁补偿的答复"
BODY = "您反映的问题收悉，补偿款已核定。"
SMALL = "本复函一式两份"
LATIN = "No. 2026-0001 (Copy)"
A4 = (595.276, 841.89)


@dataclass(frozen=True)
class Cut:
    """A font cut down to some letters: its program, and glyph and width (in thousandths) of each letter."""

    font: Any
    data: bytes
    glyphs: dict[str, int]
    widths: dict[str, float]


@cache
def cut(face: str, letters: str) -> Cut:
    options = subset.Options(notdef_outline=True, glyph_names=False, layout_features=[], hinting=False)
    options.drop_tables += ["DSIG", "BASE", "VORG", "vhea", "vmtx", "GSUB", "GPOS", "GDEF"]
    font = TTFont(path_of(face), fontNumber=FACES[face].index)
    cutter = subset.Subsetter(options)
    cutter.populate(text=letters)
    cutter.subset(font)
    out = BytesIO()
    font.save(out)
    cmap = font.getBestCmap()
    unit = 1000 / font["head"].unitsPerEm
    glyphs = {letter: font.getGlyphID(cmap[ord(letter)]) for letter in letters}
    widths = {letter: font["hmtx"][cmap[ord(letter)]][0] * unit for letter in letters}
    return Cut(font, out.getvalue(), glyphs, widths)


def _descriptor(pdf: Pdf, flags: int, **program: Object) -> Object:
    entries = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/AAAAAA+Test"),
        Flags=flags,
        FontBBox=Array([-100, -300, 1100, 1000]),
        ItalicAngle=0,
        Ascent=880,
        Descent=-120,
        CapHeight=700,
        StemV=80,
    )
    for key, value in program.items():
        entries["/" + key] = value
    return pdf.make_indirect(entries)


def composite(pdf: Pdf, face: str, letters: str) -> Object:
    """A composite font of TrueType outlines; codes are glyph numbers."""
    found = cut(face, letters)
    return _composite(pdf, Name.CIDFontType2, found, FontFile2=Stream(pdf, found.data, Length1=len(found.data)))


def composite_cff(pdf: Pdf, face: str, letters: str) -> Object:
    """A composite font of bare CFF outlines, as from an OpenType collection."""
    found = cut(face, letters)
    table = found.font.getTableData("CFF ")
    return _composite(pdf, Name.CIDFontType0, found, FontFile3=Stream(pdf, table, Subtype=Name.CIDFontType0C))


def cid_of(found: Cut, letter: str) -> int:
    """The code of a letter: its glyph's number, or in a CID-keyed program the number in the glyph's name."""
    name = found.font.getGlyphName(found.glyphs[letter])
    keyed = "CFF " in found.font and hasattr(found.font["CFF "].cff[0], "ROS")
    return int(name[3:]) if keyed else found.glyphs[letter]


def _composite(pdf: Pdf, kind: Name, found: Cut, **program: Object) -> Object:
    letters = {cid_of(found, letter): letter for letter in found.glyphs}
    entries = [letters.get(code, "") for code in range(1, max(letters) + 1)]
    cmap = to_unicode(entries).replace(b"> <>", b"> <0020>")
    inner = Dictionary(
        Type=Name.Font,
        Subtype=kind,
        BaseFont=Name("/AAAAAA+Test"),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=_descriptor(pdf, 4, **program),
        W=Array([item for code in sorted(letters) for item in (code, Array([found.widths[letters[code]]]))]),
    )
    if kind == Name.CIDFontType2:
        inner.CIDToGIDMap = Name.Identity
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/AAAAAA+Test"),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(inner)]),
            ToUnicode=Stream(pdf, cmap),
        )
    )


def simple(pdf: Pdf, face: str, letters: str) -> Object:
    """A TrueType font of one-byte codes in WinAnsiEncoding, without ToUnicode, which it does not need."""
    found = cut(face, "".join(sorted(set(letters))))
    widths = [found.widths.get(chr(code), 0) for code in range(32, 127)]
    program = Stream(pdf, found.data, Length1=len(found.data))
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=Name("/AAAAAA+Test"),
            Encoding=Name.WinAnsiEncoding,
            FirstChar=32,
            LastChar=126,
            Widths=Array(widths),
            FontDescriptor=_descriptor(pdf, 32, FontFile2=program),
        )
    )


def shown(found: Cut, text: str) -> bytes:
    """The codes of a text in a composite font, as a PDF string."""
    return b"<" + "".join(f"{cid_of(found, letter):04x}" for letter in text).encode() + b">"


def picture(pdf: Pdf, **changes: object) -> Stream:
    """A small picture in sRGB with a soft mask, with some entries changed."""
    pixels = np.zeros((12, 16, 3), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, 16)
    mask = Stream(pdf, zlib.compress(bytes(range(192))), Filter=Name.FlateDecode)
    mask.Type, mask.Subtype, mask.Width, mask.Height = Name.XObject, Name.Image, 16, 12
    mask.ColorSpace, mask.BitsPerComponent = Name.DeviceGray, 8
    image = Stream(pdf, zlib.compress(pixels.tobytes()), Filter=Name.FlateDecode)
    image.Type, image.Subtype, image.Width, image.Height = Name.XObject, Name.Image, 16, 12
    image.ColorSpace = Array([Name.ICCBased, pdf.make_indirect(Stream(pdf, srgb_profile(), N=3))])
    image.BitsPerComponent, image.SMask = 8, pdf.make_indirect(mask)
    for key, value in changes.items():
        image["/" + key] = value
    return image


def jpeg(pdf: Pdf, mode: str = "RGB") -> Stream:
    out = BytesIO()
    Image.new(mode, (16, 12)).save(out, "JPEG")
    space = {"L": Name.DeviceGray, "RGB": Name.DeviceRGB, "CMYK": Name.DeviceCMYK}[mode]
    return Stream(
        pdf,
        out.getvalue(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=16,
        Height=12,
        ColorSpace=space,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )


def add_letter(pdf: Pdf, size: tuple[float, float] = A4) -> Page:
    """Add a page as office programs print it: three kinds of font, a table, a picture, a form, marks of structure."""
    fonts = {
        "/Song": composite(pdf, "ming-cn", "".join(sorted(set(HEADING + BODY)))),
        "/Hei": composite_cff(pdf, "hei", "".join(sorted(set(SMALL)))),
        "/Latin": simple(pdf, "wenkai", LATIN),
    }
    song, hei = cut("ming-cn", "".join(sorted(set(HEADING + BODY)))), cut("hei", "".join(sorted(set(SMALL))))
    height = size[1]
    draw = b"\n".join(
        (
            b"/Artifact BMC q 0.5 w 60 %d 200 40 re S Q EMC" % (height - 240),
            b"/P <</MCID 0>> BDC BT 0.8 0 0 rg /Song 22 Tf 60 %d Td " % (height - 80)
            + shown(song, HEADING)
            + b" Tj ET EMC",
            b"BT 0 g /Song 12 Tf 60 %d Td [" % (height - 120) + shown(song, BODY) + b" -200] TJ ET",
            b"BT /Hei 10.5 Tf 60 %d Td " % (height - 150) + shown(hei, SMALL) + b" Tj ET",
            b"q BT /Latin 11 Tf 1 0 0 1 60 %d Tm (%s) Tj ET Q"
            % (height - 180, LATIN.replace("(", r"\(").replace(")", r"\)").encode()),
            b"q /G0 gs 64 0 0 48 300 %d cm /Im Do Q /Fm Do" % (height - 240),
        )
    )
    box = Array([0, 0, *size])
    form = Stream(pdf, b"q 0 0 1 RG 400 100 40 40 re S Q", Type=Name.XObject, Subtype=Name.Form, BBox=box)
    form.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB, I=True)
    form.Resources = Dictionary()
    resources = Dictionary(
        Font=Dictionary(fonts),
        XObject=Dictionary(Im=pdf.make_indirect(picture(pdf)), Fm=pdf.make_indirect(form)),
        ExtGState=Dictionary(G0=Dictionary(Type=Name.ExtGState, ca=1, CA=1, BM=Name.Normal, LW=1)),
    )
    page = pdf.add_blank_page(page_size=size)
    page.obj.Resources = resources
    page.obj.Contents = Stream(pdf, draw)
    return page


def letter(path: Path, size: tuple[float, float] = A4) -> Path:
    with Pdf.new() as pdf:
        add_letter(pdf, size)
        pdf.save(path)
    return path
