"""Plain parts of a PDF, copied without trust: numbers, names, strings, arrays, dictionaries, bytes of streams."""

from __future__ import annotations

import zlib
from decimal import Decimal

from pikepdf import Array, Dictionary, Name, Object, PdfError, Stream, String

# ISO 19005-2, 6.1.13: limits of an implementation.
_LARGEST = 2**31 - 1
_LONGEST_NAME = 127
_LONGEST_STRING = 32_767
_DEEPEST = 8
MAX_STREAM_BYTES = 64 * 2**20
# Lossless filters that PDF/A-2 allows, or (LZW) that are decoded here because it does not (6.1.7.2).
_LOSSLESS = frozenset(("/FlateDecode", "/LZWDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode"))


class Doubt(Exception):
    """Something on the page is not known to conform to PDF/A-2u; the message names it."""


def copy(value: object, depth: int = 0) -> object:
    """Copy a value that contains no streams. Raises Doubt when it is large, deep or odd."""
    if depth > _DEEPEST:
        raise Doubt("a value nested too deep")
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float | Decimal):
        return number(value)
    if isinstance(value, Name):
        return name(value)
    if isinstance(value, String):
        if len(bytes(value)) > _LONGEST_STRING:
            raise Doubt("a string too long")
        return String(bytes(value))
    if isinstance(value, Array):
        return Array([copy(item, depth + 1) for item in value])
    if isinstance(value, Dictionary) and not isinstance(value, Stream):
        return Dictionary({key: copy(item, depth + 1) for key, item in value.items()})
    raise Doubt(f"a value that is no plain one ({type(value).__name__})")


def copy_keys(source: Object, keys: tuple[str, ...]) -> Dictionary:
    """Copy these entries of a dictionary, if it has them."""
    return Dictionary({key: copy(source[key]) for key in keys if key in source})


def number(value: object) -> int | Decimal:
    """Return a number, if it is one of a size PDF/A allows."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Doubt(f"{value!r} where a number belongs")
    if not -_LARGEST <= value <= _LARGEST:
        raise Doubt("a number too large")
    return value if isinstance(value, int) else Decimal(value)


def numbers(value: object, count: int) -> list[float]:
    """Return the numbers of an array of `count`."""
    if not isinstance(value, Array) or len(value) != count:
        raise Doubt(f"no array of {count} numbers")
    return [float(number(item)) for item in value]


def name(value: object) -> Name:
    """Return a name, if it is one and not too long."""
    if not isinstance(value, Name) or len(str(value).encode("utf-8", "surrogateescape")) > _LONGEST_NAME:
        raise Doubt("no name, or one too long")
    return Name(str(value))


def text(value: object) -> str:
    """Return a name as text ('/DeviceRGB'), or '' for any other value."""
    return str(value) if isinstance(value, Name) else ""


def filters(stream: Stream) -> list[str]:
    """Return the names of a stream's filters in the order of decoding."""
    value = stream.get("/Filter")
    names = [] if value is None else list(value) if isinstance(value, Array) else [value]
    return [text(one) for one in names]


def decoded(stream: Object | None, limit: int = MAX_STREAM_BYTES) -> bytes:
    """Decode a stream's lossless filters. Raises Doubt for other filters, an external file, more than `limit` bytes."""
    if not isinstance(stream, Stream) or "/F" in stream:
        raise Doubt("no stream, or one in another file")
    found = filters(stream)
    if not _LOSSLESS.issuperset(found) or len(found) > 2 or found.count("/FlateDecode") + found.count("/LZWDecode") > 1:
        raise Doubt(f"a stream with filters {' '.join(found)}")
    try:
        raw = stream.read_raw_bytes()
        if found == ["/FlateDecode"]:
            _require_whole(raw, limit)
        data = stream.read_bytes()
    except (PdfError, zlib.error) as error:
        raise Doubt("a damaged stream") from error
    if len(data) > limit:
        raise Doubt("a stream that expands too far")
    return data


def _require_whole(raw: bytes, limit: int) -> None:
    """Raise Doubt for a deflated stream that would expand beyond the limit, or is truncated, which qpdf accepts."""
    inflater = zlib.decompressobj()
    if len(inflater.decompress(raw, limit + 1)) > limit:
        raise Doubt("a stream that expands too far")
    if raw and not inflater.eof:
        raise Doubt("a stream that is cut off")
