"""The finder: an automaton of names and pieces of names scans a text once, and its matches are verified."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ahocorasick_rs import AhoCorasick

from index.names.spellings import GAP, SHORTEST_NEAR, loosened, missing, spellings
from index.text import WALL, fold, is_spaced


@dataclass(frozen=True, slots=True)
class Name:
    """A name to search for.

    `key` identifies its owner: several names may have one key, and several keys one name. `fuzzy`: a name of three
    hanzi or more is also found with one of them wrong, or an inner one missing.
    """

    text: str
    key: Hashable
    fuzzy: bool = True


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name that was found.

    `start` to `end` is the half-open span of the raw text and `found` that text, with the spaces and line breaks
    between; `exact` is False where one character differs or is missing.
    """

    key: Hashable
    name: str
    start: int
    end: int
    found: str
    exact: bool


@dataclass(frozen=True, slots=True)
class _Clue:
    """The meaning of a matched piece: the name `form` is here, is here with one character wrong, or may be here.

    `offset` is the piece's position in the form.
    """

    kind: Literal["whole", "missing", "part"]
    form: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class _Place:
    """A form of a name in loose text, from `start` to `end`."""

    form: str
    start: int
    end: int
    exact: bool


class NameFinder:
    """Searches for many names at once: built once, used for many texts and from several threads.

    Text and names are folded, so widths, case, script, spaces and line breaks do not matter; a control character is a
    wall. Names of two characters, and those with a Latin letter or a figure, are found only as they are, the latter
    only as whole words. A longer name may have one character wrong: then one of its halves is right, and the halves are
    searched. (For three hanzi: the first two, the last two, or the outer two.)
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._exact: dict[str, dict[Name, None]] = {}
        self._near: dict[str, dict[Name, None]] = {}
        for name in names:
            found = spellings(name.text, fuzzy=name.fuzzy)
            for form in found.exact:
                self._exact.setdefault(form, {})[name] = None
            for form in found.near:
                self._near.setdefault(form, {})[name] = None
        self._outer: dict[str, list[str]] = {}
        for form in self._near:
            if len(form) == SHORTEST_NEAR:
                self._outer.setdefault(form[0] + form[2], []).append(form)
        clues: dict[str, list[_Clue]] = {}
        for piece, clue in self._pieces():
            clues.setdefault(piece, []).append(clue)
        self._clues = list(clues.values())
        self._automaton = AhoCorasick(list(clues))

    def find(self, text: str) -> tuple[NameHit, ...]:
        """All names in a text, in order of their start.

        Hits of one key never overlap: where several of its names or readings could stand, the exact one is given before
        the inexact, the longer before the shorter, the earlier before the later. Hits of different keys may overlap.
        """
        folded = fold(text)
        loose = loosened(folded.text)
        best: dict[Hashable, list[NameHit]] = {}
        for place in sorted(self._places(loose.text), key=_rank):
            start, end = folded.raw_span(loose.at[place.start], loose.at[place.end - 1] + 1)
            found = text[start:end]
            for name in (self._exact if place.exact else self._near)[place.form]:
                hit = NameHit(name.key, name.text, start, end, found, place.exact)
                _settle(best.setdefault(name.key, []), hit)
        return tuple(sorted((hit for hits in best.values() for hit in hits), key=lambda hit: (hit.start, hit.end)))

    def _pieces(self) -> Iterator[tuple[str, _Clue]]:
        for form in self._exact:
            yield form, _Clue("whole", form)
        for form in self._near:
            for piece in missing(form):
                yield piece, _Clue("missing", form)
            half = len(form) // 2
            for start, end in ((0, 2), (1, 3)) if len(form) == SHORTEST_NEAR else ((0, half), (half, len(form))):
                yield form[start:end], _Clue("part", form, start)

    def _places(self, text: str) -> Iterator[_Place]:
        for piece, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for clue in self._clues[piece]:
                if clue.kind == "part":
                    begin = start - clue.offset
                    if _has_one_wrong(text, begin, clue.form):
                        yield _Place(clue.form, begin, begin + len(clue.form), exact=False)
                elif clue.kind == "missing" or _is_apart(text, start, end):
                    yield _Place(clue.form, start, end, exact=clue.kind == "whole")
        for start, (first, last) in enumerate(zip(text, text[2:], strict=False)):
            for form in self._outer.get(first + last, ()):
                if _has_one_wrong(text, start, form):
                    yield _Place(form, start, start + len(form), exact=False)


def contexts(text: str, hits: Sequence[NameHit], reach: int = 12) -> tuple[str, ...]:
    """The contexts of the hits, each once: for reviewers to read, and to recognise what was reviewed.

    Folded, `reach` characters to both sides but not across a wall: different recognition farther off, or other line
    breaks, do not change them.
    """
    folded = fold(text)
    found: dict[str, None] = {}
    for hit in hits:
        start, end = bisect_left(folded.offsets, hit.start), bisect_left(folded.offsets, hit.end)
        before = folded.text[max(0, start - reach) : start].rpartition(WALL)[2]
        after = folded.text[end : end + reach].partition(WALL)[0]
        found[before + folded.text[start:end] + after] = None
    return tuple(found)


def _rank(place: _Place) -> tuple[bool, int, int, str]:
    return not place.exact, place.start - place.end, place.start, place.form


def _settle(chosen: list[NameHit], hit: NameHit) -> None:
    """Add a hit to the sorted hits of its key, unless it overlaps one of them."""
    index = bisect_left(chosen, hit.start, key=lambda other: other.start)
    if (index == 0 or chosen[index - 1].end <= hit.start) and (index == len(chosen) or hit.end <= chosen[index].start):
        chosen.insert(index, hit)


def _is_apart(text: str, start: int, end: int) -> bool:
    """Whether a Latin name or a figure is a whole word; hanzi always are."""
    joins_before = start > 0 and is_spaced(text[start - 1], text[start])
    return not joins_before and not (end < len(text) and is_spaced(text[end - 1], text[end]))


def _has_one_wrong(text: str, start: int, form: str) -> bool:
    """Whether the form is at `start` with exactly one character replaced by another letter, figure or hanzi."""
    piece = text[start : start + len(form)]
    # It extends beyond the beginning or the end of the text: a negative start, too, gives less than the whole.
    if len(piece) < len(form):
        return False
    wrong = [found for found, wanted in zip(piece, form, strict=True) if found != wanted]
    return len(wrong) == 1 and wrong[0] not in (GAP, WALL)
