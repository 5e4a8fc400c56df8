"""The characters that the forms' fonts cover. A character without a glyph is written as its code, not dropped.

PDF/A does not allow a missing glyph (.notdef; ISO 19005-2, 6.2.11.8), and a font that is installed only on some
machines would give different bytes: so only these fonts are used.
"""

from __future__ import annotations

import unicodedata

from archive_app.errors import NoFont
from archive_app.typography import faces

FACES = {"song": "Noto Serif CJK SC", "song-bold": "Noto Serif CJK SC", "hei": "Noto Sans CJK SC"}
"""The faces of the forms (keys of `typography.faces`), with their names in the style sheets."""

_ALLOWED_CONTROL = "\n"
_LINE_ENDS = str.maketrans({"\t": "\u3000", "\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})


def ensure_fonts() -> None:
    """Check that the fonts are installed.

    Raises:
        NoFont: a font is not installed.
    """
    for name in FACES:
        try:
            faces.path_of(name)
        except faces.FontMissing as error:
            face = faces.FACES[name]
            raise NoFont(file=face.file, package=face.package) from error


def printable(text: str) -> str:
    """Return the printable text.

    Line ends are normalized; characters that only control the display (joiners, direction marks, variation selectors,
    controls) are removed, since they could mislead on paper; characters without a glyph are written as their code, such
    as 〔U+1F600〕.

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
