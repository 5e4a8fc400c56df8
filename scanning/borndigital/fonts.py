"""Fonts of a page: embedded, with true widths, and a glyph and a meaning for every character (ISO 19005-2, 6.2.11)."""

# fontTools has no types.
# mypy: allow-untyped-calls

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from fontTools import agl
from fontTools.encodings.MacRoman import MacRoman
from fontTools.encodings.StandardEncoding import StandardEncoding
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from scanning.borndigital import plain, programs, unicode_map
from scanning.borndigital.plain import Doubt
from scanning.borndigital.programs import Cff, TrueType

_SYMBOLIC, _NONSYMBOLIC = 4, 32
_DEFAULT_WIDTH = 1000
# 6.2.11.5: a width and its program agree within a thousandth of the font size.
_WIDTH_TOLERANCE = 1.0
_NOTDEF = ".notdef"
_DESCRIPTOR_WORDS = ("/FontName", "/FontFamily", "/FontStretch", "/FontBBox")
_DESCRIPTOR_NUMBERS = (
    *("/FontWeight", "/Flags", "/ItalicAngle", "/Ascent", "/Descent", "/Leading", "/CapHeight", "/XHeight"),
    *("/StemV", "/StemH", "/AvgWidth", "/MaxWidth", "/MissingWidth"),
)
# Characters that are not allowed (6.2.11.7.2), and the one for "unknown": a page of such text is better read by OCR.
_MEANINGLESS = frozenset("\ufeff\ufffe\ufffd")


def copy(pdf: Pdf, source: Object, codes: frozenset[int]) -> Object:
    """Check a font for the codes that the page shows in it, and copy it. Raises Doubt."""
    kind = plain.text(source.get("/Subtype"))
    meanings = unicode_map.read(source.get("/ToUnicode"))
    try:
        if kind == "/Type0":
            clean = _composite(pdf, source, codes, meanings)
        elif kind in ("/TrueType", "/Type1", "/MMType1"):
            clean = _simple(pdf, source, kind, codes, meanings)
        else:
            raise Doubt(f"a font of kind {kind or 'unknown'}")
    except Doubt:
        raise
    # fontTools unpacks a glyph only on access; a broken one can fail in any way.
    except Exception as error:
        raise Doubt("a font that cannot be checked") from error
    if "/ToUnicode" in source:
        clean.ToUnicode = Stream(pdf, plain.decoded(source.ToUnicode))
    return pdf.make_indirect(clean)


def is_composite(source: Object) -> bool:
    """Whether the font's codes are two bytes long. Raises Doubt for composite fonts with other codes."""
    if plain.text(source.get("/Subtype")) != "/Type0":
        return False
    if plain.text(source.get("/Encoding")) not in ("/Identity-H", "/Identity-V"):
        raise Doubt("a composite font with its own codes")
    return True


def _require_meaning(meaning: str | None) -> None:
    if not meaning or any(letter in _MEANINGLESS or unicodedata.category(letter) == "Cc" for letter in meaning):
        raise Doubt("a character without meaning")


def _require_width(told: float, drawn: float) -> None:
    if abs(told - drawn) > _WIDTH_TOLERANCE:
        raise Doubt(f"a glyph {drawn:g} wide that is said to be {told:g}")


def _descriptor(pdf: Pdf, source: Object) -> Object:
    plain.name(source.get("/FontName"))
    plain.numbers(source.get("/FontBBox"), 4)
    for number in _DESCRIPTOR_NUMBERS:
        plain.number(source.get(number, 0))
    clean = plain.copy_keys(source, (*_DESCRIPTOR_WORDS, *_DESCRIPTOR_NUMBERS))
    clean.Type = Name.FontDescriptor
    key = "/FontFile2" if "/FontFile2" in source else "/FontFile3"
    data = plain.decoded(source[key])
    if key == "/FontFile2":
        clean.FontFile2 = Stream(pdf, data, Length1=len(data))
    else:
        clean.FontFile3 = Stream(pdf, data, Subtype=plain.name(source[key].Subtype))
    return pdf.make_indirect(clean)


def _composite(pdf: Pdf, source: Object, codes: Iterable[int], meanings: dict[int, str]) -> Dictionary:
    """Check a composite font: its codes are its CIDs."""
    is_composite(source)
    descendants = source.get("/DescendantFonts")
    if not isinstance(descendants, Array) or len(descendants) != 1:
        raise Doubt("a composite font without its one descendant")
    inner = descendants[0]
    kind = plain.text(inner.get("/Subtype"))
    descriptor = programs.descriptor_of(inner)
    program = programs.load(descriptor)
    if isinstance(program, TrueType) != (kind == "/CIDFontType2") or kind not in ("/CIDFontType0", "/CIDFontType2"):
        raise Doubt("a composite font whose program is of another kind")
    glyphs = _glyph_map(inner) if kind == "/CIDFontType2" else None
    widths = _cid_widths(inner.get("/W"))
    usual = float(plain.number(inner.get("/DW", _DEFAULT_WIDTH)))
    for code in codes:
        _require_meaning(meanings.get(code))
        _require_width(widths.get(code, usual), program.width(program.glyph_of_cid(_glyph_number(glyphs, code))))
    clean = plain.copy_keys(inner, ("/BaseFont", "/CIDSystemInfo", "/DW", "/W", "/DW2", "/W2"))
    clean.Type, clean.Subtype, clean.FontDescriptor = Name.Font, Name(kind), _descriptor(pdf, descriptor)
    if kind == "/CIDFontType2":
        clean.CIDToGIDMap = Name.Identity if glyphs is None else Stream(pdf, glyphs)
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=plain.name(source.get("/BaseFont")),
        Encoding=plain.name(source.Encoding),
        DescendantFonts=Array([pdf.make_indirect(clean)]),
    )


def _glyph_map(inner: Object) -> bytes | None:
    """Return the map from CIDs to glyphs, two bytes each; None when they are the same."""
    found = inner.get("/CIDToGIDMap")
    if found is None or plain.text(found) == "/Identity":
        return None
    return plain.decoded(found)


def _glyph_number(glyphs: bytes | None, cid: int) -> int:
    return cid if glyphs is None else int.from_bytes(glyphs[2 * cid : 2 * cid + 2], "big")


def _cid_widths(source: object) -> dict[int, float]:
    """Read the widths of a CID font (ISO 32000-1, 9.7.4.3)."""
    found: dict[int, float] = {}
    items = list(source) if isinstance(source, Array) else []
    at = 0
    while at + 1 < len(items):
        first = int(plain.number(items[at]))
        if isinstance(items[at + 1], Array):
            found.update((first + step, float(plain.number(width))) for step, width in enumerate(items[at + 1]))
            at += 2
            continue
        last = int(plain.number(items[at + 1]))
        if at + 2 >= len(items) or not 0 <= first <= last <= 0xFFFF:
            raise Doubt("broken widths")
        found.update(dict.fromkeys(range(first, last + 1), float(plain.number(items[at + 2]))))
        at += 3
    return found


def _simple(pdf: Pdf, source: Object, kind: str, codes: Iterable[int], meanings: dict[int, str]) -> Dictionary:
    """Check a font of one-byte codes."""
    descriptor = programs.descriptor_of(source)
    program = programs.load(descriptor)
    if isinstance(program, TrueType) != (kind == "/TrueType"):
        raise Doubt("a font whose program is of another kind")
    first = int(plain.number(source.get("/FirstChar")))
    listed = source.get("/Widths")
    widths = [float(plain.number(width)) for width in listed] if isinstance(listed, Array) else []
    flags = int(plain.number(descriptor.get("/Flags")))
    if isinstance(program, TrueType):
        glyphs, names = _true_type_glyphs(program, source, flags)
    else:
        names = _cff_names(program, source)
        glyphs = {code: glyph for code, glyph in names.items() if program.has(glyph)}
    for code in codes:
        glyph = glyphs.get(code, _NOTDEF)
        if glyph == _NOTDEF or not 0 <= code - first < len(widths):
            raise Doubt("a character without glyph or width")
        _require_meaning(meanings.get(code) or agl.toUnicode(names.get(code, "")))
        _require_width(widths[code - first], program.width(glyph))
    clean = plain.copy_keys(source, ("/BaseFont", "/FirstChar", "/LastChar", "/Widths", "/Encoding"))
    clean.Type, clean.Subtype, clean.FontDescriptor = Name.Font, Name(kind), _descriptor(pdf, descriptor)
    return clean


def _true_type_glyphs(program: TrueType, source: Object, flags: int) -> tuple[dict[int, str], dict[int, str]]:
    """Return glyphs and glyph names of all codes, by the rules of 6.2.11.6 for symbolic and other TrueType fonts."""
    encoding = source.get("/Encoding")
    if bool(flags & _SYMBOLIC) == bool(flags & _NONSYMBOLIC):
        raise Doubt("a TrueType font that is neither symbolic nor not")
    if flags & _SYMBOLIC:
        if encoding is not None:
            raise Doubt("a symbolic TrueType font with an encoding")
        symbols = program.cmap(3, 0)
        if symbols is None and program.cmap_count() != 1:
            raise Doubt("a symbolic TrueType font with several maps")
        table = symbols if symbols is not None else program.cmap(1, 0)
        return {code & 0xFF: glyph for code, glyph in (table or {}).items() if code < 0x100 or code >> 8 == 0xF0}, {}
    if plain.text(encoding) not in ("/WinAnsiEncoding", "/MacRomanEncoding"):
        raise Doubt("a TrueType font with its own encoding")
    names = _named(plain.text(encoding))
    table = program.cmap(3, 1)
    if table is None:
        raise Doubt("a TrueType font without Unicode map")
    by_name = {
        code: table.get(ord(meaning)) for code, glyph in names.items() if len(meaning := agl.toUnicode(glyph)) == 1
    }
    return {code: glyph for code, glyph in by_name.items() if glyph is not None}, names


def _cff_names(program: Cff, source: Object) -> dict[int, str]:
    """Find the glyph names of all codes of a Type 1 font in CFF form (ISO 32000-1, 9.6.6.2)."""
    encoding: Any = source.get("/Encoding")
    if encoding is None:
        return dict(enumerate(program.encoding()))
    if isinstance(encoding, Name):
        return _named(str(encoding))
    base = plain.text(encoding.get("/BaseEncoding"))
    names = _named(base) if base else dict(enumerate(program.encoding()))
    code = 0
    for item in encoding.get("/Differences", Array()):
        if isinstance(item, Name):
            names[code] = str(item)[1:]
            code += 1
        else:
            code = int(plain.number(item))
    return names


def _named(encoding: str) -> dict[int, str]:
    """Return the glyph names of a predefined encoding (ISO 32000-1, annex D)."""
    if encoding == "/StandardEncoding":
        return dict(enumerate(StandardEncoding))
    if encoding == "/MacRomanEncoding":
        return dict(enumerate(MacRoman))
    if encoding != "/WinAnsiEncoding":
        raise Doubt(f"the encoding {encoding}")
    letters = {code: bytes([code]).decode("cp1252", "ignore") for code in range(32, 256)}
    names = {code: agl.UV2AGL[ord(letter)] for code, letter in letters.items() if letter and ord(letter) in agl.UV2AGL}
    return names | {0xA0: "space", 0xAD: "hyphen"}
