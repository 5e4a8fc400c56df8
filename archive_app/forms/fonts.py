"""Reduce embedded fonts to the used glyphs: 61 KB per form instead of 406, since forms are kept for decades.

The engine keeps slots for all 65,000 glyphs, used or not. A CID-keyed font names its glyphs in its charset (ISO
32000-1, 9.7.4.2), so empty slots can be removed and the glyph numbers on the pages stay valid.
"""

from __future__ import annotations

import io

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.sfnt import SFNTReader
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream


def shrink_fonts(pdf: Pdf) -> None:
    """Replace each embedded OpenType font with CID-keyed outlines by the bare outlines of the glyphs listed in its /W.

    Fonts of other kinds are left as they are.
    """
    for font in list(pdf.objects):
        if not isinstance(font, Dictionary) or font.get("/Subtype") != Name.CIDFontType0:
            continue
        program = font.FontDescriptor.get("/FontFile3")
        if program is not None and program.get("/Subtype") == Name.OpenType:
            outlines = _outlines(program.read_bytes(), _listed(font.W))
            font.FontDescriptor.FontFile3 = pdf.make_indirect(Stream(pdf, outlines, Subtype=Name.CIDFontType0C))


def _outlines(program: bytes, glyphs: set[int]) -> bytes:
    """Return the font's CFF table with these glyphs, under their original numbers, and .notdef."""
    options = subset.Options(layout_features=[], notdef_outline=True, recalc_timestamp=False)
    with TTFont(io.BytesIO(program), recalcTimestamp=False) as font:
        # Reading and rewriting the unused tables would take as long as the outlines.
        for table in set(font.keys()) - {"GlyphOrder", "head", "maxp", "CFF "}:
            del font[table]
        subsetter = subset.Subsetter(options)
        subsetter.populate(gids=glyphs)
        subsetter.subset(font)
        written = io.BytesIO()
        font.save(written)
    written.seek(0)
    return SFNTReader(written)["CFF "]


def _listed(widths: Object) -> set[int]:
    """Return the glyphs listed in a /W array (ISO 32000-1, 9.7.4.3)."""
    found: set[int] = set()
    rest = list(widths)
    while rest:
        first, second = int(rest.pop(0)), rest.pop(0)
        if isinstance(second, Array):
            found.update(range(first, first + len(second)))
        else:
            found.update(range(first, int(second) + 1))
            rest.pop(0)
    return found
