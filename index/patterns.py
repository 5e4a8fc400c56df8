"""The meaning of a word as a regular expression over folded text: one definition for engines, marking and ranking."""

from __future__ import annotations

import re
from functools import lru_cache

from index.nodes import REACH, Similar, Textual, Wild, Word
from index.text import WALL, boundary_class, runs


def source(leaf: Textual) -> str:
    """The expression for folded text; for a word `as_written`, for `plain` text."""
    if isinstance(leaf, Word):
        return re.escape(leaf.text if leaf.as_written else leaf.folded) if leaf.exact else _loose(leaf.folded)
    if isinstance(leaf, Wild):
        return "".join(map(_wild_piece, re.split(r"([*?])", leaf.folded)))
    word = leaf.folded
    return "|".join(_one_wrong(word, position) for position in range(len(word)))


def probe(leaf: Textual) -> str:
    """An expression that matches in the same texts as `source`, though not at the same positions, and more quickly.

    All its alternatives begin with a fixed character, so that most of a text is skipped.
    """
    if not isinstance(leaf, Similar):
        return source(leaf)
    word = leaf.folded
    first, rest = _one_wrong(word, 0), re.escape(word[1:])
    return "|".join([f"{rest}(?<={first})", *(_one_wrong(word, position) for position in range(1, len(word)))])


@lru_cache(maxsize=512)
def compiled(leaf: Textual) -> re.Pattern[str]:
    """The compiled expression of a leaf."""
    return re.compile(source(leaf))


def _gap() -> str:
    return f"[{boundary_class()}]+"


def _one() -> str:
    return f"[^{boundary_class()}{WALL}]"


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
    one = f"(?!{re.escape(wrong)}){_one()}"
    return re.escape(before) + (f"(?:{one})?" if inner else one) + re.escape(after)
