"""A letter's text as names are searched in it: what stands apart, and what goes on over the end of a page."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from index.names.finder import NameFinder, NameHit, contexts

BORDER = "\0"
"""Stands between texts that have nothing to do with each other: no name is found across it."""

MARGIN = 4
"""The lines at the foot of a page, and at the head of the next, that may be footers, page numbers and headers."""

_REACH = 40
"""The characters of a line that are searched at each side of the end of a page."""


_CONTROLS = re.compile("[\\x00-\\x08\\x0e-\\x1b\\x7f-\\x84\\x86-\\x9f]")


@dataclass(frozen=True, slots=True)
class Mention:
    """How a letter names somebody: in which words, the plainest that were found, and amid what."""

    words: str
    contexts: tuple[str, ...]


def mentions(finder: NameFinder, fields: Iterable[str], pages: Sequence[str]) -> Mapping[Any, Mention]:
    """Whom a letter names: in its fields, on its pages, and over the end of a page."""
    whole = BORDER.join((*map(without_borders, fields), "\n".join(without_borders(page) for page in pages if page)))
    found: dict[Hashable, list[NameHit]] = {}
    for hit in finder.find(whole):
        found.setdefault(hit.key, []).append(hit)
    amid = {key: contexts(whole, hits) for key, hits in found.items()}
    ends = page_ends(pages)
    for key, hits in over_page_ends(finder, ends).items():
        found.setdefault(key, []).extend(hits)
        amid[key] = tuple(dict.fromkeys((*amid.get(key, ()), *contexts(ends, hits))))
    return {key: Mention(min(hits, key=_plainness).name, amid[key]) for key, hits in found.items()}


def page_ends(pages: Sequence[str]) -> str:
    """What stands at the ends of the pages, once for each line that may be a page's last and each the next's first.

    Which lines are footers and headers is not decided: each of the last lines of a page is read together with each of
    the first lines of the next. A line break is the page's end, a border separates the readings.
    """
    read = [lines for page in pages if (lines := [line.strip() for line in page.splitlines() if line.strip()])]
    joined = []
    for page, following in pairwise(read):
        for last, first in product(page[-MARGIN:], following[:MARGIN]):
            joined.append(f"{without_borders(last[-_REACH:])}\n{without_borders(first[:_REACH])}")
    return BORDER.join(joined)


def over_page_ends(finder: NameFinder, ends: str) -> Mapping[Hashable, list[NameHit]]:
    """The names that go on over the end of a page, by key: whole ones, for parts and one wrong would be chance."""
    found: dict[Hashable, list[NameHit]] = {}
    for hit in finder.find(ends) if ends else ():
        if hit.exact and not hit.is_nickname and "\n" in hit.found:
            found.setdefault(hit.key, []).append(hit)
    return found


def without_borders(text: str) -> str:
    """A text in which nothing stops a name: control characters, of which folding makes walls, become spaces."""
    return _CONTROLS.sub(" ", text)


def _plainness(hit: NameHit) -> tuple[bool, bool, int]:
    return hit.is_nickname, not hit.exact, hit.start
