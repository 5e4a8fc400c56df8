"""Translate nodes to a tsquery: the pairs of characters that a letter needs to be a candidate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from index.nodes import And, Node, Or, Place, Similar, Textual, Wild, Word
from index.text import runs

CROWDED = "::"
"""Replaces the words of a letter that has too many for a tsvector: such a letter is always a candidate."""

LARGEST = 1_000_000
"""The maximum size in bytes of the words of one tsvector (PostgreSQL takes 2^20 - 1)."""

_LONG = 12
"""From this length on, a similar word is searched by its halves, one of which has no error."""

# Every word is searched in two of the columns; the others have a prefix with a sign that no word has.
_PREFIXES = {"text": ("",), "title": ("", "title:"), "sender": ("from:",), "number": ("no:",)}
_PREFIX: dict[Place, str] = {"any": "", "title": "title:", "from": "from:", "no": "no:"}


def words_of(forms: Mapping[str, str]) -> list[str]:
    """The words of a letter: all characters and pairs of its columns, each once."""
    found = {
        prefix + piece for name, prefixes in _PREFIXES.items() for piece in _pieces(forms[name]) for prefix in prefixes
    }
    return sorted(found) if sum(len(word.encode()) for word in found) <= LARGEST else [CROWDED]


def leading(node: Node | None) -> str | None:
    """An expression for every letter that matches the node, and some others; None where words cannot decide."""
    if isinstance(node, Word | Wild | Similar):
        return _candidates(node)
    if isinstance(node, And):
        return _all(filter(None, map(leading, node.parts)))
    if isinstance(node, Or):
        parts = [leading(part) for part in node.parts]
        return None if None in parts else _any(filter(None, parts))
    return None


def _candidates(leaf: Textual) -> str | None:
    if isinstance(leaf, Similar):
        return _any(filter(None, (_words(pieces, "") for pieces in _variants(leaf.folded))))
    prefix = _PREFIX[leaf.place]
    return _words(re.split(r"[*?]+", leaf.folded) if isinstance(leaf, Wild) else [leaf.folded], prefix)


def _variants(word: str) -> list[list[str]]:
    """The remainder of a word for each way of being similar to it."""
    if len(word) >= _LONG:
        return [[word[: len(word) // 2]], [word[len(word) // 2 :]]]
    return [[word[:position], word[position + 1 :]] for position in range(len(word))]


def _words(pieces: Iterable[str], prefix: str) -> str | None:
    found = {prefix + word for piece in pieces for run in runs(piece) for word in _of_run(run)}
    # Quotation marks and backslashes end a run, so no word contains one.
    return _all(f"'{word}'" for word in sorted(found))


def _pieces(form: str) -> set[str]:
    return {piece for run in runs(form) for piece in (*run, *_pairs(run))}


def _of_run(run: str) -> list[str]:
    return _pairs(run) or [run]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _all(parts: Iterable[str]) -> str | None:
    return f"({' & '.join(found)})" if (found := list(parts)) else None


def _any(parts: Iterable[str]) -> str | None:
    return f"({' | '.join(found)})" if (found := list(parts)) else None
