"""The index queries for the letters in which a finder would find a name."""

from __future__ import annotations

from collections.abc import Iterator

from index.names.spellings import GAP, missing, spellings
from index.nodes import Node, Or, Place, Similar, Wild, Word

_PLACES: tuple[Place, ...] = ("any", "from")

_DOT = "·"
"""A gap in a query: words in a query are folded text, which has no white space between hanzi."""


def nodes_for(name: str, *, fuzzy: bool = True) -> tuple[Node, ...]:
    """The searches that together give every letter in which the name would be found, and some others.

    They search text, title and sender. What an index answers without reading texts is one search, everything else one
    each.
    """
    found = spellings(name, fuzzy=fuzzy)
    leaves: list[Word | Wild | Similar] = [_word(form, place) for form in found.exact for place in _PLACES]
    for form in found.near:
        if GAP in form:
            leaves += _one_wrong(form, "any")
        else:
            leaves.append(Similar(form))
        leaves += _one_wrong(form, "from")
    unique = list(dict.fromkeys(leaves))
    words = tuple(leaf for leaf in unique if isinstance(leaf, Word))
    return (Or(words), *(leaf for leaf in unique if not isinstance(leaf, Word))) if words else ()


def _one_wrong(form: str, place: Place) -> Iterator[Word | Wild]:
    for words in (form[1:], form[:-1], *missing(form)):
        yield _word(words, place)
    for position in range(1, len(form) - 1):
        # A wildcard covers the gap beside it: a pattern's words do not begin or end with punctuation.
        first = position - (form[position - 1] == GAP)
        end = position + 1 + (form[position + 1] == GAP)
        yield Wild((form[:first] + "?" * (end - first) + form[end:]).replace(GAP, _DOT), place)


def _word(form: str, place: Place) -> Word:
    return Word(form.strip(GAP).replace(GAP, _DOT), place)
