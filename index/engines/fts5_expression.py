"""Translate nodes to FTS5's query language: a word is a phrase of overlapping pairs of characters."""

from __future__ import annotations

import re
from itertools import pairwise

from index.nodes import REACH, And, Node, Not, Or, Place, Similar, Textual, Wild, Word
from index.text import runs, tokens

_COLUMNS: dict[Place, str] = {"any": "{text title}", "title": "{title}", "from": "{sender}", "no": "{number}"}
_WRITTEN: dict[Place, str] = {"any": "{text_written title_written}", "title": "{title_written}"}


def is_pure(node: Node) -> bool:
    """Whether FTS5 answers the node completely, with nothing to filter or verify."""
    if isinstance(node, Word):
        return not needs_text(node)
    if isinstance(node, Or):
        return all(map(is_pure, node.parts))
    if isinstance(node, And):
        positive = [part for part in node.parts if not isinstance(part, Not)]
        negative = [part.part for part in node.parts if isinstance(part, Not)]
        return bool(positive) and all(map(is_pure, [*positive, *negative]))
    return False


def needs_text(leaf: Textual) -> bool:
    """Whether FTS5's results for the leaf are only candidates, to be verified against the text."""
    if isinstance(leaf, Word):
        return leaf.exact and runs(leaf.text) != [leaf.text]
    return True


def pure(node: Node) -> str:
    """The expression of a node that `is_pure`."""
    if isinstance(node, Or):
        return f"({' OR '.join(map(pure, node.parts))})"
    if isinstance(node, And):
        return conjunction(
            [pure(part) for part in node.parts if not isinstance(part, Not)],
            [pure(part.part) for part in node.parts if isinstance(part, Not)],
        )
    if isinstance(node, Word):
        return candidates(node)
    raise TypeError(node)


def conjunction(wanted: list[str], unwanted: list[str]) -> str:
    """The expression for all of the wanted expressions (at least one) and none of the unwanted ones."""
    all_of = f"({' AND '.join(wanted)})"
    return f"({all_of} NOT ({' OR '.join(unwanted)}))" if unwanted else all_of


def candidates(leaf: Textual) -> str:
    """An expression for every letter that has the leaf, and where `needs_text`, for some others."""
    if isinstance(leaf, Word):
        columns = _WRITTEN[leaf.place] if leaf.as_written else _COLUMNS[leaf.place]
        return f"{columns} : {_phrase(leaf.text if leaf.as_written else leaf.folded)}"
    if isinstance(leaf, Wild):
        return f"{_COLUMNS[leaf.place]} : {_wild(leaf.folded)}"
    return f"{_COLUMNS['any']} : {_similar(leaf)}"


def _phrase(text: str) -> str:
    """A phrase of pairs; the last run lacks its final token, since the letter's may continue where the phrase stops."""
    *earlier, last = runs(text)
    cut = [token for run in earlier for token in tokens(run)]
    cut += tokens(last)[:-1] or [last]
    return f'"{" ".join(cut)}"' + (" *" if len(last) == 1 else "")


def _wild(pattern: str) -> str:
    pieces = re.split(r"([*?]+)", pattern)
    literals = [piece for piece in pieces[::2] if runs(piece)]
    reach = max(REACH * wild.count("*") + wild.count("?") for wild in pieces[1::2])
    if len(literals) == 1:
        return _phrase(literals[0])
    if len(literals) == 2:
        return _near(literals[0], literals[1], reach)
    # NEAR measures over all its phrases together, so more than two pieces are joined two by two.
    return f"({' AND '.join(_near(one, two, reach) for one, two in pairwise(literals))})"


def _near(before: str, after: str, characters: int) -> str:
    """Both, at most so many characters apart; the last pair of `before` does not count the character it shares."""
    return f"NEAR({_phrase(before)} {_phrase(after)}, {characters + 1})"


def _similar(leaf: Similar) -> str:
    word = leaf.folded
    variants = [_phrase(word[1:]), _phrase(word[:-1])]
    variants += [_near(word[:position], word[position + 1 :], 1) for position in range(1, len(word) - 1)]
    return f"({' OR '.join(variants)})"
