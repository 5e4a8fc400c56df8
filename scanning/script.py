"""Conversion of stray traditional characters on a simplified page.

PP-OCR's one model for both scripts returns some characters of a simplified page in their traditional form
(docs/decisions). A page that is overwhelmingly simplified is converted to simplified; a page in traditional characters
stays as it was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from opencc import OpenCC

from scanning.ocr.base import RawLine

MOSTLY = 0.35
"""From this share of simplified among the characters that differ between the scripts, a page counts as simplified."""


def settle_script(lines: Sequence[RawLine]) -> tuple[list[RawLine], int]:
    """Convert the few traditional characters of a simplified page; return the lines and the number of changes.

    Text of low confidence indicates little of the script, so each character is weighted by the fourth power of its
    line's confidence.
    """
    traditional = simplified = 0.0
    for line in lines:
        weight = line.confidence**4
        traditional += weight * sum(_simple(c) != c for c in line.text)
        simplified += weight * sum(_simple(c) == c and _traditional(c) != c for c in line.text)
    if not traditional or simplified < MOSTLY * (traditional + simplified):
        return list(lines), 0
    settled = [_settled(line) for line in lines]
    return settled, sum(a != b for line in settled for a, b in zip(line.text, line.raw or line.text, strict=True))


def simplified(text: str) -> str:
    """Convert a text to simplified characters, one by one."""
    return "".join(map(_simple, text))


def _settled(line: RawLine) -> RawLine:
    text = simplified(line.text)
    return line if text == line.text else replace(line, text=text, raw=line.text)


@cache
def _simple(character: str) -> str:
    return _one(_converter("t2s").convert(character), character)


@cache
def _traditional(character: str) -> str:
    return _one(_converter("s2t").convert(character), character)


def _one(converted: str, character: str) -> str:
    """Convert one character to exactly one, so that each stays at its position on the page."""
    return converted if len(converted) == 1 else character


@cache
def _converter(direction: str) -> OpenCC:
    return OpenCC(direction)
