"""What the fonts of the forms can show. A character that they lack is written as its code, never dropped in silence.

A glyph that is missing (.notdef) is not allowed in PDF/A (ISO 19005-2, 6.2.11.8), and a font that happens to lie on one
machine would give other bytes on the next: so only these fonts are used, and what they lack is spelled out.
"""

from __future__ import annotations

import unicodedata

from archive_app.errors import NoFont
from archive_app.typography import faces

FACES = {"song": "Noto Serif CJK SC", "song-bold": "Noto Serif CJK SC", "hei": "Noto Sans CJK SC"}
"""The faces of the forms (keys of `samples.faces`), with the name under which the style sheets ask for them."""

_ALLOWED_CONTROL = "\n"
_LINE_ENDS = str.maketrans({"\t": "\u3000", "\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})


def ensure_fonts() -> None:
    """See that the fonts are installed.

    Raises:
        NoFont: one is not.
    """
    for name in FACES:
        try:
            faces.path_of(name)
        except faces.FontMissing as error:
            face = faces.FACES[name]
            raise NoFont(file=face.file, package=face.package) from error


def printable(text: str) -> str:
    """The text as it can be printed.

    Line ends of all kinds become one kind; characters that only steer the display (joiners, direction marks, variation
    selectors, controls) are left out, since on paper they could only mislead; what no font of the forms has is written
    as its code, such as 〔U+1F600〕.

    Raises:
        NoFont: a font of the forms is not installed.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINE_ENDS)
    try:
        if faces.covers("song", plain.replace("\n", "")):
            return "".join(character for character in plain if not _steers(character))
        return "".join(_shown(character) for character in plain if not _steers(character))
    except faces.FontMissing as error:
        face = faces.FACES["song"]
        raise NoFont(file=face.file, package=face.package) from error


def _shown(character: str) -> str:
    if character == "\n" or faces.covers("song", character):
        return character
    return f"〔U+{ord(character):04X}〕"


def _steers(character: str) -> bool:
    if character in _ALLOWED_CONTROL:
        return False
    category = unicodedata.category(character)
    # Cc control, Cf format (joiners, direction, soft hyphen, tags); variation selectors are marks of category Mn.
    return category in ("Cc", "Cf") or "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
