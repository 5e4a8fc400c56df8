"""Whether a nickname stands near a word of the person's office: 老周 fits everybody, 办信科的老周 does not."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import chain

from index.names.nicknames import ANYWHERE
from index.names.spellings import letters_of

ADDRESSED = ("贵局", "你局", "贵处", "你处", "贵科", "你科", "贵办", "贵委", "贵单位", "你单位", "你们局", "你们单位")
"""Words for the office to which a letter is written."""

_OF_POST = 4
"""The characters between a nickname and a title of the person for which the nickname counts: 登记员老周."""


class Office:
    """The words of one person's units and posts."""

    def __init__(self, units: Iterable[str], posts: Iterable[str]) -> None:
        self._units = _forms(chain(units, ADDRESSED))
        self._posts = _forms(posts)

    @property
    def words(self) -> frozenset[str]:
        """All words to look for in a text."""
        return self._units | self._posts

    def is_near(self, start: int, end: int, reach: int, found: Mapping[str, list[int]]) -> bool:
        """Whether one of the words is so near; `found` has the starts of each word in the text, in order."""
        if reach == ANYWHERE:
            return True
        return any(
            _is_near(starts, len(word), start, end, reach if word in self._units else _OF_POST)
            for word, starts in found.items()
            if word in self._units or word in self._posts
        )


def _forms(words: Iterable[str]) -> frozenset[str]:
    return frozenset(form for form in (letters_of(word)[0] for word in words) if len(form) > 1)


def _is_near(starts: list[int], length: int, start: int, end: int, reach: int) -> bool:
    after = bisect_left(starts, start - reach - length)
    return after < len(starts) and starts[after] <= end + reach
