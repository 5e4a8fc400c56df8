"""What to ask of an index for the letters in which a finder would find a name."""

from __future__ import annotations

from collections.abc import Iterator

from index.names.spellings import GAP, missing, spellings
from index.nodes import Node, Or, Place, Similar, Wild, Word


def nodes_for(name: str, *, fuzzy: bool = True) -> tuple[Node, ...]:
    """The searches that together give every letter in which the name would be found, and some others.

    Text and title are looked through, and the sender. What an index answers without looking at texts is one search,
    everything else one each.
    """
    found = spellings(name, fuzzy=fuzzy)
    leaves: list[Word | Wild | Similar] = [Word(form, place) for form in found.exact for place in _PLACES]
    for form in found.near:
        if GAP not in form:
            leaves.append(Similar(form))
        leaves += [leaf for place in _PLACES if GAP in form or place != "any" for leaf in _one_wrong(form, place)]
    unique = list(dict.fromkeys(leaves))
    words = tuple(leaf for leaf in unique if isinstance(leaf, Word))
    return (Or(words), *(leaf for leaf in unique if not isinstance(leaf, Word))) if words else ()


_PLACES: tuple[Place, ...] = ("any", "from")


def _one_wrong(form: str, place: Place) -> Iterator[Word | Wild]:
    for words in (form[1:], form[:-1], *missing(form)):
        yield Word(words.strip(GAP), place)
    for position in range(1, len(form) - 1):
        # A wildcard takes the gap beside it along: a pattern's words do not begin or end with punctuation.
        first = position - (form[position - 1] == GAP)
        end = position + 1 + (form[position + 1] == GAP)
        yield Wild(form[:first] + "?" * (end - first) + form[end:], place)
