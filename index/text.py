"""One form for all text: queries and letters are folded in the same way, character by character.

Folding is per character (NFKC, case, width, traditional to simplified), so a piece of folded text is the folding of a
piece of the text: substring search over the folded text is substring search over the text. White space, and so the line
breaks of wrapped lines and the stray spaces of OCR, only counts between two Latin words or numbers.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

WALL = "\ufdd0"
"""Replaces a control character in folded text: no phrase reaches across it. It is a noncharacter, so no text has it."""

_VERSION = "1"
_ASCII_SYMBOLS = "$+<=>^`|~"
_HANZI_BLOCKS = ((0x2E80, 0xA000), (0xF900, 0xFB00), (0x20000, 0x40000))


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `offsets[i]` is the index, in the raw text, of the character that `text[i]` came from."""

    text: str
    offsets: tuple[int, ...]

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of raw text behind the folded characters `start` to `end` (`end` > `start`)."""
        return self.offsets[start], self.offsets[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold widths, case, white space and script: the form in which either script finds the other."""
    return _fold(text, _table(simplify=True))


def plain(text: str) -> Folded:
    """Fold widths, case and white space, but leave the script as it was written."""
    return _fold(text, _table(simplify=False))


def simplified(text: str) -> str:
    """Simplify the script of text that is already folded by `plain`: one character for one, so offsets stay valid."""
    return text.translate(script_table())


def is_traditional(text: str) -> bool:
    """Whether the text has a character that is written only in the traditional script."""
    return any(ord(character) in script_table() for character in text)


@cache
def script_table() -> Mapping[int, str]:
    """Traditional to simplified, one character for one, from OpenCC's `t2s` applied to each character by itself.

    Phrase rules are omitted on purpose: they would make a character's folding depend on its neighbours, and a word
    could then be found in one sentence and not in another.
    """
    characters = [chr(point) for first, end in _HANZI_BLOCKS for point in range(first, end)]
    # Compatibility forms go through NFKC first, if they have one.
    characters = [one for one in characters if unicodedata.normalize("NFKC", one) == one]
    converted = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {
        source: target
        for source, target in zip(characters, converted, strict=True)
        if source != target and len(target) == 1
    }
    for source, target in table.items():
        while target in table:
            target = table[target]
        table[source] = target
    return {ord(source): target for source, target in table.items()}


@cache
def fingerprint() -> str:
    """Identifies how this program folds and cuts text; an index with another fingerprint must be rebuilt."""
    table = "".join(f"{chr(source)}{target}" for source, target in sorted(script_table().items()))
    digest = hashlib.sha256(table.encode()).hexdigest()[:16]
    return f"{_VERSION}/{unicodedata.unidata_version}/{digest}"


@cache
def boundary_class() -> str:
    """The inside of a regular expression's character class: what ends a run (punctuation, space, ASCII symbols).

    Signs beyond the basic plane (cuneiform and the like) count as letters: with one of them in it, Python would go
    through a class range by range instead of looking a character up.
    """
    points = [
        point
        for point in range(0x10000)
        if unicodedata.category(chr(point))[0] in "PZ" or chr(point) in _ASCII_SYMBOLS or chr(point).isspace()
    ]
    ranges: list[list[int]] = []
    for point in points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    # Literal, not as numbers: SQLite passes the whole expression with every text that it matches.
    shown = [(re.escape(chr(first)), re.escape(chr(last))) for first, last in ranges]
    return "".join(first if first == last else f"{first}-{last}" for first, last in shown)


@cache
def _pieces() -> re.Pattern[str]:
    return re.compile(f"{WALL}|[^{boundary_class()}{WALL}]+")


def runs(folded: str) -> list[str]:
    """The runs of a folded text: sequences of letters, figures and hanzi with no punctuation or space between them."""
    return [piece for piece in _pieces().findall(folded) if piece != WALL]


def tokens(folded: str) -> list[str]:
    """Cut folded text into overlapping pairs of characters; the last character of each run stands alone.

    There are as many tokens as characters in runs, so positions are those of the characters and a phrase of pairs is a
    substring. A wall is a token of its own.
    """
    cut: list[str] = []
    for run in _pieces().findall(folded):
        cut.extend([run[start : start + 2] for start in range(len(run))])
    return cut


def is_spaced(before: str, after: str) -> bool:
    """Whether white space between these two characters is significant: it is between Latin words and numbers."""
    one, other = fold(before).text, fold(after).text
    return bool(one and other) and _is_narrow(one[-1]) and _is_narrow(other[0])


def _fold(text: str, table: Mapping[str, str]) -> Folded:
    characters: list[str] = []
    offsets: list[int] = []
    gap = -1
    for index, raw in enumerate(text):
        folded = table[raw]
        if folded == " ":
            gap = index if gap < 0 else gap
            continue
        for character in folded:
            if gap >= 0:
                if characters and _is_narrow(characters[-1]) and _is_narrow(character):
                    characters.append(" ")
                    offsets.append(gap)
                gap = -1
            characters.append(character)
            offsets.append(index)
    return Folded("".join(characters), tuple(offsets))


def _is_narrow(character: str) -> bool:
    """Whether a script that puts spaces between words has this letter or figure (Latin, Cyrillic, Hangul ...)."""
    if character >= "\u2e80" and not ("\uac00" <= character <= "\ud7ff"):
        return False
    return _pieces().fullmatch(character) is not None


class _Characters(dict[str, str]):
    """Raw character to folded characters, computed when a character is first met."""

    def __init__(self, *, simplify: bool) -> None:
        super().__init__()
        self._script = script_table() if simplify else {}

    def __missing__(self, raw: str) -> str:
        folded = self[raw] = _fold_character(raw).translate(self._script)
        return folded


@cache
def _table(*, simplify: bool) -> Mapping[str, str]:
    return _Characters(simplify=simplify)


def _fold_character(raw: str) -> str:
    category = unicodedata.category(raw)
    if raw.isspace() or category[0] == "Z":
        return " "
    if category == "Cc":
        return WALL
    if category == "Cs" or _is_noncharacter(ord(raw)):
        return "\ufffd"
    if category == "Cf" or _is_variation_selector(ord(raw)):
        return ""
    folded = unicodedata.normalize("NFKC", raw)
    # Some characters need two rounds to become stable.
    for _ in range(2):
        folded = unicodedata.normalize("NFKC", folded.casefold())
    return "".join(folded.split())


def _is_noncharacter(point: int) -> bool:
    return 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE


def _is_variation_selector(point: int) -> bool:
    return 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF
