"""The index queries for the letters in which a finder would find a name."""

from __future__ import annotations

from collections.abc import Iterator

from index.names.finder import Name
from index.names.nicknames import nicknames
from index.names.spellings import GAP, SIGNS, missing, spellings
from index.nodes import And, Node, Or, Place, Similar, Wild, Word

_PLACES: tuple[Place, ...] = ("any", "from")

_DOT = "·"
"""A gap in a query: words in a query are folded text, which has no white space between hanzi."""


def nodes_for(name: Name) -> tuple[Node, ...]:
    """The searches that together give every letter in which the name would be found, and some others.

    They search text, title and sender. What an index answers without reading texts is one search, everything else one
    each. What goes on over the end of a page is not among it (`nodes_over_page_ends`).
    """
    found = spellings(name.text, fuzzy=name.fuzzy)
    called = nicknames(name.text, name.posts) if name.personal else ()
    forms = (*found.exact, *called)
    leaves: list[Word | Wild | Similar] = [_word(form, place) for form in forms for place in _PLACES]
    gaps = [form for form in found.exact if GAP in form]
    leaves += [_word(form, place, chr(sign)) for sign in SIGNS for form in gaps for place in _PLACES]
    for form in found.near:
        if GAP in form:
            leaves += _one_wrong(form, "any")
        else:
            leaves.append(Similar(form))
        leaves += _one_wrong(form, "from")
    unique = list(dict.fromkeys(leaves))
    words = tuple(leaf for leaf in unique if isinstance(leaf, Word))
    return (Or(words), *(leaf for leaf in unique if not isinstance(leaf, Word))) if words else ()


def nodes_over_page_ends(name: Name) -> tuple[Node, ...]:
    """The search for every letter in which the name could go on over the end of a page: both halves are in its text."""
    halves = {
        (form[:place].strip(GAP), form[place:].strip(GAP))
        for form in spellings(name.text, fuzzy=False).exact
        for place in range(1, len(form))
    }
    both = tuple(And((_word(left, "any"), _word(right, "any"))) for left, right in sorted(halves))
    return (Or(both),) if both else ()


def _one_wrong(form: str, place: Place) -> Iterator[Word | Wild]:
    for words in (form[1:], form[:-1], *missing(form)):
        yield _word(words, place)
    for position in range(1, len(form) - 1):
        # A wildcard covers the gap beside it: a pattern's words do not begin or end with punctuation.
        first = position - (form[position - 1] == GAP)
        end = position + 1 + (form[position + 1] == GAP)
        yield Wild((form[:first] + "?" * (end - first) + form[end:]).replace(GAP, _DOT), place)


def _word(form: str, place: Place, gap: str = _DOT) -> Word:
    return Word(form.strip(GAP).replace(GAP, gap), place)
