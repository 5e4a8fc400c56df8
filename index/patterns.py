"""The meaning of a word as a condition on folded text: one definition for engines, marking and ranking.

A reader chooses the pattern, so every form of it must take a time that is linear in the text: a word without gaps is
compared character by character, everything else is a regular expression of RE2, which does not backtrack. The
expressions use neither look-ahead nor look-behind, and mean the same to RE2 and to PostgreSQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import re2

from index.nodes import REACH, Similar, Textual, Wild, Word
from index.text import WALL, boundary_class, runs


@lru_cache(maxsize=256)
def literal(leaf: Textual) -> str | None:
    """The characters of a leaf that is found where they stand in the text; None where it needs its `source`."""
    if isinstance(leaf, Word) and (leaf.exact or runs(leaf.folded) == [leaf.folded]):
        return leaf.text if leaf.as_written else leaf.folded
    return None


def source(leaf: Textual) -> str:
    """The regular expression for folded text; for a word `as_written`, for `plain` text."""
    if (text := literal(leaf)) is not None:
        return re.escape(text)
    if isinstance(leaf, Word):
        return _loose(leaf.folded)
    if isinstance(leaf, Wild):
        return "".join(map(_wild_piece, re.split(r"([*?])", leaf.folded)))
    word = leaf.folded
    return "|".join(_one_wrong(word, position) for position in range(len(word)))


def stands_in(leaf: Textual, text: str) -> bool:
    """Whether the text has the leaf."""
    if (characters := literal(leaf)) is not None:
        return characters in text
    if (window := _window(leaf, text)) is None:
        return False
    return _compiled(leaf).search(window.encode()) is not None


def spans(leaf: Textual, text: str, *, overlapping: bool = False) -> Iterable[tuple[int, int]]:
    """The half-open spans of text that the leaf matches, ascending.

    A match begins after the end of the one before, or with `overlapping`, after its first character.
    """
    if (characters := literal(leaf)) is not None:
        # Without an alternative or a repetition there is nothing to go back to.
        begin = f"(?={re.escape(characters)})" if overlapping else re.escape(characters)
        starts = [found.start() for found in re.finditer(begin, text)]
        return [(start, start + len(characters)) for start in starts]
    return _pattern_spans(_compiled(leaf), text, overlapping=overlapping) if _window(leaf, text) is not None else ()


def _pattern_spans(pattern: Any, text: str, *, overlapping: bool) -> Iterator[tuple[int, int]]:
    encoded = text.encode()
    # The character `begin` of the text is the byte `at`.
    at = begin = 0
    while found := pattern.search(encoded, at):
        first, last = found.span()
        begin += len(encoded[at:first].decode())
        end = begin + len(encoded[first:last].decode())
        yield begin, end
        at, begin = (first + len(text[begin].encode()), begin + 1) if overlapping else (last, end)


def _window(leaf: Textual, text: str) -> str | None:
    """A part of the text that has a match if the text has one; None if it cannot have one."""
    if isinstance(leaf, Similar):
        # One of the halves has no error.
        half = len(leaf.folded) // 2
        return text if leaf.folded[:half] in text or leaf.folded[half:] in text else None
    first, last = _outer_runs(leaf)
    start, end = text.find(first), text.rfind(last)
    return text[start : end + len(last)] if 0 <= start <= end else None


@lru_cache(maxsize=256)
def _outer_runs(leaf: Word | Wild) -> tuple[str, str]:
    """The first and the last run of a pattern: a match begins with one and ends with the other."""
    found = [run for piece in re.split(r"[*?]", leaf.folded) for run in runs(piece)]
    return found[0], found[-1]


@lru_cache(maxsize=256)
def _compiled(leaf: Textual) -> Any:
    # Where a pattern needs more memory than RE2 allows itself, it goes on with less, in linear time, and would log it.
    options = re2.Options()
    options.log_errors = False
    return re2.compile(source(leaf).encode(), options)


def _gap() -> str:
    return f"[{boundary_class()}]+"


def _one(but: str = "") -> str:
    """One character of a run, other than `but`."""
    return f"[^{re.escape(but)}{boundary_class()}{WALL}]"


def _loose(text: str) -> str:
    return _gap().join(re.escape(run) for run in runs(text))


def _wild_piece(piece: str) -> str:
    if piece == "*":
        return f"{_one()}{{0,{REACH}}}?"
    # A full-width question mark in a pasted sentence is a `?` too, and matches itself.
    return f"(?:{_one()}|{_gap()})" if piece == "?" else _loose(piece)


def _one_wrong(word: str, position: int) -> str:
    before, wrong, after = word[:position], word[position], word[position + 1 :]
    inner = 0 < position < len(word) - 1
    one = _one(but=wrong)
    return re.escape(before) + (f"(?:{one})?" if inner else one) + re.escape(after)
