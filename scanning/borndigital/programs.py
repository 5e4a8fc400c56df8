"""Embedded font programs: which glyph a code draws, and how wide it is.

TrueType and CFF (bare or as OpenType) are read with fontTools. Type 1 programs in the old PostScript form, and Type 3
fonts, raise Doubt.
"""

# fontTools has no types.
# mypy: allow-untyped-calls

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from fontTools import cffLib
from fontTools.pens.basePen import NullPen
from fontTools.ttLib import TTFont
from pikepdf import Dictionary, Object

from scanning.borndigital import plain
from scanning.borndigital.plain import Doubt

_NEEDED = frozenset(("glyf", "head", "hhea", "hmtx", "loca", "maxp"))
_EM = 1000.0
_CFF_MATRIX = [0.001, 0, 0, 0.001, 0, 0]


@dataclass(frozen=True)
class TrueType:
    """A program with `glyf` outlines."""

    font: Any

    def width(self, glyph: str) -> float:
        """Return the advance of a glyph in thousandths of the font size; its outline must be readable, too."""
        outline = self.font["glyf"][glyph]
        outline.expand(self.font["glyf"])
        return float(self.font["hmtx"][glyph][0]) * _EM / float(self.font["head"].unitsPerEm)

    def glyph_of_cid(self, cid: int) -> str:
        """Return the glyph with this number."""
        order = self.font.getGlyphOrder()
        if not 0 < cid < len(order):
            raise Doubt("a character without glyph")
        return str(order[cid])

    def glyph_count(self) -> int:
        """Return the number of glyphs."""
        return len(self.font.getGlyphOrder())

    def cmap(self, platform: int, encoding: int) -> dict[int, str] | None:
        """Return one of the tables from codes to glyphs, None where the program has no such table."""
        table = self.font["cmap"].getcmap(platform, encoding) if "cmap" in self.font else None
        return None if table is None else dict(table.cmap)

    def cmap_count(self) -> int:
        """Return the number of tables from codes to glyphs."""
        return len(self.font["cmap"].tables) if "cmap" in self.font else 0


@dataclass(frozen=True)
class Cff:
    """A program with CFF outlines."""

    top: Any

    def width(self, glyph: str) -> float:
        """Return the advance of a glyph in thousandths of the font size, as at the end of its charstring."""
        charstring = self.top.CharStrings[glyph]
        charstring.draw(NullPen())
        return float(charstring.width)

    def glyph_of_cid(self, cid: int) -> str:
        """Return the glyph: by its identifier in a CID-keyed program, by its number in another."""
        if hasattr(self.top, "ROS"):
            glyph = f"cid{cid:05d}"
        else:
            glyph = self.top.charset[cid] if 0 < cid < len(self.top.charset) else ""
        if cid <= 0 or glyph not in self.top.CharStrings:
            raise Doubt("a character without glyph")
        return str(glyph)

    def glyph_count(self) -> int:
        """Return the number of glyphs."""
        return len(self.top.charset)

    def has(self, glyph: str) -> bool:
        """Whether there is a glyph of this name."""
        return glyph in self.top.CharStrings

    def encoding(self) -> list[str]:
        """Return the program's own encoding: a glyph name for each of 256 codes."""
        built_in = self.top.Encoding if hasattr(self.top, "Encoding") else "StandardEncoding"
        if built_in == "StandardEncoding":
            from fontTools.encodings.StandardEncoding import StandardEncoding

            return list(StandardEncoding)
        if not isinstance(built_in, list):
            raise Doubt("a font with the expert encoding")
        return [str(glyph) for glyph in built_in]


def load(descriptor: Object) -> TrueType | Cff:
    """Read the program that a font descriptor embeds. Raises Doubt when there is not exactly one that can be read."""
    found = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in descriptor]
    if len(found) != 1 or found == ["/FontFile"]:
        raise Doubt("a font that is not embedded, or as old Type 1")
    stream = descriptor[found[0]]
    data = plain.decoded(stream)
    try:
        if found == ["/FontFile2"]:
            return _true_type(data)
        subtype = plain.text(stream.get("/Subtype"))
        if subtype in ("/Type1C", "/CIDFontType0C"):
            return _cff(data)
        if subtype == "/OpenType":
            font = TTFont(BytesIO(data), lazy=True)
            return _cff_checked(font["CFF "].cff) if "CFF " in font else _true_type(data)
    except Doubt:
        raise
    # A malicious or broken program can make fontTools fail in any way.
    except Exception as error:
        raise Doubt("a font program that cannot be read") from error
    raise Doubt("a font program of unknown kind")


def _true_type(data: bytes) -> TrueType:
    font = TTFont(BytesIO(data), lazy=True, checkChecksums=0)
    if not _NEEDED.issubset(font.keys()):
        raise Doubt("a TrueType program without all its tables")
    return TrueType(font)


def _cff(data: bytes) -> Cff:
    fonts = cffLib.CFFFontSet()
    fonts.decompile(BytesIO(data), None)
    return _cff_checked(fonts)


def _cff_checked(fonts: Any) -> Cff:
    """Return the only font of a set, whose glyphs must use the usual thousandths."""
    if len(fonts) != 1:
        raise Doubt("a font program of several fonts")
    top = fonts[0]
    parts = [top, *getattr(top, "FDArray", [])]
    matrices = [part.rawDict["FontMatrix"] for part in parts if "FontMatrix" in part.rawDict]
    if len(matrices) > 1 or any(list(matrix) != _CFF_MATRIX for matrix in matrices):
        raise Doubt("a font program with its own scale")
    return Cff(top)


def descriptor_of(font: Object) -> Dictionary:
    """Return the descriptor of a font (or descendant font) dictionary. Raises Doubt when there is none."""
    found = font.get("/FontDescriptor")
    if not isinstance(found, Dictionary):
        raise Doubt("a font without descriptor")
    return found
