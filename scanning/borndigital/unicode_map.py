"""A font's ToUnicode map (ISO 32000-1, 9.10.3)."""

from __future__ import annotations

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Object, Pdf, Stream, String

from scanning.borndigital import plain
from scanning.borndigital.plain import Doubt

_MAX_RANGE = 65_536


def read(source: Object | None) -> dict[int, str]:
    """Read a ToUnicode CMap: the text of each code.

    A missing one is empty. Raises Doubt for one that refers to another, or is broken.
    """
    if source is None:
        return {}
    data = plain.decoded(source)
    with Pdf.new() as scratch:
        # A CMap is PostScript, but the tokens that matter here are the same as in a content stream.
        try:
            instructions = pikepdf.parse_content_stream(Stream(scratch, data))
        except pikepdf.PdfError as error:
            raise Doubt("a broken ToUnicode map") from error
        found: dict[int, str] = {}
        for instruction in instructions:
            operator, operands = str(instruction.operator), list(instruction.operands)
            if operator == "usecmap":
                raise Doubt("a ToUnicode map that builds on another")
            if operator == "endbfchar":
                found.update(_singles(operands))
            elif operator == "endbfrange":
                found.update(_ranges(operands))
    return found


def _singles(operands: list[Object]) -> Iterator[tuple[int, str]]:
    for code, target in zip(operands[::2], operands[1::2], strict=False):
        yield _code(code), _text(target)


def _ranges(operands: list[Object]) -> Iterator[tuple[int, str]]:
    for low, high, target in zip(operands[::3], operands[1::3], operands[2::3], strict=False):
        first, last = _code(low), _code(high)
        if last - first >= _MAX_RANGE:
            raise Doubt("a ToUnicode map of too wide a range")
        if isinstance(target, Array):
            yield from ((first + step, _text(item)) for step, item in enumerate(target) if first + step <= last)
            continue
        base = _text(target)
        for step in range(last - first + 1):
            if base and ord(base[-1]) + step <= 0x10FFFF:
                yield first + step, base[:-1] + chr(ord(base[-1]) + step)


def _code(value: Object) -> int:
    if not isinstance(value, String):
        raise Doubt("a broken ToUnicode map")
    return int.from_bytes(bytes(value), "big")


def _text(value: Object) -> str:
    if not isinstance(value, String):
        raise Doubt("a broken ToUnicode map")
    return bytes(value).decode("utf-16-be", "replace")
