"""Finding the names of staff, units and posts in text."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from index.nodes import Similar, Word
from index.patterns import compiled
from index.text import fold


@dataclass(frozen=True, slots=True)
class Name:
    """Something to look for."""

    text: str
    key: Hashable
    fuzzy: bool = True


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name that was found: `start` to `end` in the raw text."""

    key: Hashable
    name: str
    start: int
    end: int
    found: str
    exact: bool


class NameFinder:
    """Looks for many names at once."""

    def __init__(self, names: Iterable[Name]) -> None:
        self.names = tuple(names)

    def find(self, text: str) -> tuple[NameHit, ...]:
        """The hits in order."""
        folded = fold(text)
        hits = []
        for name in self.names:
            word = fold(name.text).text
            if len(word) < 2:
                continue
            leaves = [(Word(word), True)] + ([(Similar(word), False)] if name.fuzzy and len(word) > 2 else [])
            for leaf, exact in leaves:
                for match in compiled(leaf).finditer(folded.text):
                    start, end = folded.raw_span(*match.span())
                    hits.append(NameHit(name.key, name.text, start, end, text[start:end], exact))
        return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end)))


def contexts(text: str, hits: Sequence[NameHit], reach: int = 12) -> tuple[str, ...]:
    """The surroundings of the hits, folded."""
    return tuple(dict.fromkeys(fold(text[max(0, hit.start - reach) : hit.end + reach]).text for hit in hits))


def post_titles(unit_names: Iterable[str], title: str) -> tuple[str, ...]:
    """Forms people write of a post."""
    found = []
    for name in unit_names:
        found.append(name + title)
        if title and name and name[-1] == title[0]:
            found.append(name + title[1:])
    return tuple(dict.fromkeys(found))
