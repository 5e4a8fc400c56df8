"""Born-digital pages in one file: equal objects are stored once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from scanning.borndigital import programs

_DEEPEST = 6


def share_equal_streams(pdf: Pdf) -> None:
    """Redirect all references to equal streams (fonts, pictures, profiles) to the first of them.

    Each page layer has its own copy of its fonts; a letter of fifty pages needs them once.
    """
    first: dict[bytes, Object] = {}
    copies: dict[tuple[int, int], Object] = {}
    for item in pdf.objects:
        if isinstance(item, Stream) and not any(value.is_indirect for value in _objects(item)):
            digest = hashlib.sha256(item.stream_dict.unparse() + b"\0" + item.read_raw_bytes()).digest()
            copies[item.objgen] = first.setdefault(digest, item)
    for item in pdf.objects:
        _redirect(item, copies, 0)


def _objects(stream: Stream) -> Iterator[Object]:
    return (value for value in stream.stream_dict.as_dict().values() if isinstance(value, Object))


def _redirect(container: Object, copies: dict[tuple[int, int], Object], depth: int) -> None:
    """Replace references in a container, and in the containers directly in it."""
    if depth > _DEEPEST:
        return
    pairs: list[tuple[int | str, Object]] = []
    if isinstance(container, Array):
        pairs.extend(enumerate(container))
    elif isinstance(container, Dictionary | Stream):
        pairs.extend(container.items())
    for key, value in pairs:
        if isinstance(value, Object) and value.is_indirect:
            shared = copies.get(value.objgen)
            if shared is not None and shared.objgen != value.objgen:
                container[key] = shared
        elif isinstance(value, Array | Dictionary):
            _redirect(value, copies, depth + 1)


def name_all_glyphs(pdf: Pdf) -> None:
    """Add the list of characters (CIDSet) that PDF/A-1, not 2, requires of a partial CID font (ISO 19005-1, 6.3.5)."""
    for font in pdf.objects:
        if not isinstance(font, Dictionary) or font.get("/Subtype") not in (Name.CIDFontType0, Name.CIDFontType2):
            continue
        descriptor = font.FontDescriptor
        if "+" in str(descriptor.FontName):
            count = programs.load(descriptor).glyph_count()
            bits = (1 << count) - 1 << (-count % 8)
            descriptor.CIDSet = Stream(pdf, bits.to_bytes((count + 7) // 8, "big"))
