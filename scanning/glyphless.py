"""A font without visible glyphs, for the invisible text layer.

Its program has three glyphs without ink: `.notdef`, one half as wide as high, one as wide as high. A document's
characters are numbered (CIDs), each number points to one of the two widths, and a ToUnicode map says which character it
represents. So every character can be written, extracted and searched, and the font adds about two kilobytes to a file.
"""

# fontTools has no types.
# mypy: allow-untyped-calls

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

FONT_NAME = "PetitionArchiveGlyphless"
EM = 1000
HALF = 500
FULL = 1000
# The box of a glyph reaches from the foot of a line to its head. A descent of exactly 0 means "not given" to poppler.
ASCENT = 990
DESCENT = -10
MAX_CHARACTERS = 65_535
_WIDTHS = {".notdef": FULL, "half": HALF, "full": FULL}
# A constant instead of a clock: seconds since 1904 to 2026-01-01 (head table).
_BUILT = 3_850_070_400
_MAP_BLOCK = 100


@cache
def program() -> bytes:
    """Build the TrueType program; the bytes are always the same."""
    builder = FontBuilder(EM, isTTF=True)
    builder.updateHead(created=_BUILT, modified=_BUILT, fontRevision=1.0)
    builder.setupGlyphOrder(list(_WIDTHS))
    builder.setupCharacterMap({0x20: "half", 0x3000: "full"})
    builder.setupGlyf({name: _line_without_area(width) for name, width in _WIDTHS.items()})
    builder.setupHorizontalMetrics({name: (width, 0) for name, width in _WIDTHS.items()})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupNameTable({"familyName": FONT_NAME, "styleName": "Regular", "psName": FONT_NAME})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT, fsType=0)
    builder.setupPost(isFixedPitch=0)
    builder.font.recalcTimestamp = False
    out = BytesIO()
    builder.save(out)
    return out.getvalue()


def _line_without_area(width: int) -> Glyph:
    """Draw a glyph without area but with a box: pdfium drops text whose glyphs have none."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    pen.lineTo((width, ASCENT))
    pen.closePath()
    return pen.glyph()


def embed(pdf: Pdf, narrow: Sequence[str], wide: Sequence[str]) -> Object:
    """Embed the font into a PDF for these characters and return the Type0 font dictionary.

    The characters of `narrow`, then those of `wide`, get the CIDs 1, 2, 3 …; each may be several code points (a base
    and its combining marks). Codes are two bytes, big endian, equal to the CID. At most `MAX_CHARACTERS` (ISO 32000-1,
    9.7.4.2).
    """
    count = len(narrow) + len(wide)
    if count > MAX_CHARACTERS:
        raise ValueError(f"{count} different characters in one font, at most {MAX_CHARACTERS}")
    glyph_of_cid = b"\0\0" + b"\0\1" * len(narrow) + b"\0\2" * len(wide)
    widths = Array([1, len(narrow), HALF]) if narrow else Array()
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/" + FONT_NAME),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(_descriptor(pdf)),
        DW=FULL,
        W=widths,
        CIDToGIDMap=Stream(pdf, glyph_of_cid),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/" + FONT_NAME),
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=Stream(pdf, to_unicode([*narrow, *wide])),
        )
    )


def _descriptor(pdf: Pdf) -> Dictionary:
    return Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + FONT_NAME),
        Flags=4,
        FontBBox=Array([0, DESCENT, FULL, ASCENT]),
        ItalicAngle=0,
        Ascent=ASCENT,
        Descent=DESCENT,
        CapHeight=ASCENT,
        StemV=80,
        FontFile2=Stream(pdf, program(), Length1=len(program())),
    )


def to_unicode(characters: Sequence[str]) -> bytes:
    """Return the CMap from code 1, 2, 3 … to these characters (ISO 32000-1, 9.10.3), a hundred per block (TN 5014)."""
    entries = [
        f"<{cid:04X}> <{text.encode('utf-16-be').hex().upper()}>" for cid, text in enumerate(characters, start=1)
    ]
    blocks = [entries[start : start + _MAP_BLOCK] for start in range(0, len(entries), _MAP_BLOCK)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")
