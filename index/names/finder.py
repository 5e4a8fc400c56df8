"""The finder: an automaton of names and pieces of names scans a text once, and its matches are verified."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from index.names.amid import Office
from index.names.chance import is_chance, lies_in_words
from index.names.nicknames import ANYWHERE, NEAR, nicknames
from index.names.pieces import Clue, clues
from index.names.spellings import GAP, SHORTEST_NEAR, SIGNS, Loose, loosened, spellings
from index.names.tables import is_word
from index.text import WALL, fold, is_spaced

_CLAUSE = frozenset("，。；：！？、,;:!?…")
"""Punctuation between the clauses of a sentence: it rarely stands inside a name."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name to search for.

    `key` identifies its owner: several names may have one key, and several keys one name. `fuzzy`: a name of three
    hanzi or more is also found with one of them wrong, or an inner one missing. `personal`: it is a person's, who is
    also called by nicknames (`nicknames`), some of them only near the words of the `units`; `posts` are titles.
    """

    text: str
    key: Hashable
    fuzzy: bool = True
    personal: bool = False
    posts: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name that was found.

    `start` to `end` is the half-open span of the raw text and `found` that text, with the spaces and line breaks
    between; `name` is the name, or the nickname (`is_nickname`), that was searched for; `exact` is False where one
    character differs or is missing.
    """

    key: Hashable
    name: str
    start: int
    end: int
    found: str
    exact: bool
    is_nickname: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A form of a name in folded text, from `start` to `end`.

    `reach`: how near a word of the person's office must be, for a person's name that is read from so little.
    """

    form: str
    start: int
    end: int
    exact: bool = True
    nickname: bool = False
    reach: int = ANYWHERE


class NameFinder:
    """Searches for many names at once: built once, used for many texts and from several threads.

    Text and names are folded, so widths, case, script, spaces and line breaks do not matter; a control character is a
    wall. Names of two characters, and those with a Latin letter or a figure, are found only as they are, the latter
    only as whole words. A longer name may have one character wrong: then one of its halves is right, and the halves are
    searched. (For three hanzi: the first two, the last two, or the outer two.)
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._exact: dict[str, dict[Name, int]] = {}
        self._near: dict[str, dict[Name, int]] = {}
        self._nicknames: dict[str, dict[Name, int]] = {}
        self._offices: dict[Name, Office] = {}
        for name in names:
            found = spellings(name.text, fuzzy=name.fuzzy)
            for form in found.exact:
                self._exact.setdefault(form, {})[name] = ANYWHERE
            for form in found.near:
                self._near.setdefault(form, {})[name] = ANYWHERE
            if name.personal:
                self._offices[name] = Office(name.units, name.posts)
                for form, reach in nicknames(name.text, name.posts).items():
                    self._nicknames.setdefault(form, {})[name] = reach
        self._outer: dict[str, list[str]] = {}
        for form in self._near:
            if len(form) == SHORTEST_NEAR:
                self._outer.setdefault(form[0] + form[2], []).append(form)
        words = {word for office in self._offices.values() for word in office.words}
        pieces = clues(self._exact, self._near, self._nicknames, words)
        self._clues = list(pieces.values())
        self._automaton = AhoCorasick(list(pieces))

    def find(self, text: str, *, anywhere: bool = False) -> tuple[NameHit, ...]:
        """All names in a text, in order of their start.

        Hits of one key never overlap: where several of its names or readings could stand, the exact one is given before
        the inexact, that before a nickname, the longer before the shorter, the earlier before the later. Hits of
        different keys may overlap. `anywhere`: what counts only near a word of an office is found without one, too.
        """
        folded = fold(text)
        words: dict[str, list[int]] = {}
        places = [*self._places(folded.text, words), *self._places_with_signs(folded.text)]
        best: dict[Hashable, list[NameHit]] = {}
        for place in sorted(places, key=_rank):
            start, end = folded.raw_span(place.start, place.end)
            found = text[start:end]
            for name in self._named(place, None if anywhere else words):
                called = place.form if place.nickname else name.text
                hit = NameHit(name.key, called, start, end, found, place.exact, place.nickname)
                _settle(best.setdefault(name.key, []), hit)
        return tuple(sorted((hit for hits in best.values() for hit in hits), key=lambda hit: (hit.start, hit.end)))

    def _named(self, place: _Place, words: Mapping[str, list[int]] | None) -> Iterator[Name]:
        """The names that are meant at a place; None: wherever the words of offices are."""
        named = self._nicknames if place.nickname else self._exact if place.exact else self._near
        for name, reach in named[place.form].items():
            office = self._offices.get(name)
            if (
                office is None
                or words is None
                or office.is_near(place.start, place.end, max(reach, place.reach), words)
            ):
                yield name

    def _places(self, text: str, words: dict[str, list[int]]) -> Iterator[_Place]:
        """The places of the forms; adds the words of offices to `words`, each with its starts."""
        loose = loosened(text)
        for piece, start, end in self._automaton.find_matches_as_indexes(loose.text, overlapping=True):
            for clue in self._clues[piece]:
                if clue.kind == "part":
                    yield from _near_place(loose, start - clue.offset, clue.form)
                elif clue.kind == "missing":
                    yield _shorter_place(loose, start, end, clue.form)
                elif clue.kind == "office":
                    words.setdefault(clue.form, []).append(loose.at[start])
                elif _is_apart(loose.text, start, end):
                    yield from _whole_place(text, loose, start, end, clue)
        for start, (first, last) in enumerate(zip(loose.text, loose.text[2:], strict=False)):
            for form in self._outer.get(first + last, ()):
                yield from _near_place(loose, start, form)

    def _places_with_signs(self, text: str) -> Iterator[_Place]:
        """The places of the names that have signs like ● in them, which otherwise count as letters."""
        without = text.translate(SIGNS)
        if without == text:
            return
        loose = loosened(without)
        for piece, start, end in self._automaton.find_matches_as_indexes(loose.text, overlapping=True):
            for clue in self._clues[piece]:
                if clue.kind == "whole" and GAP in clue.form:
                    yield from _whole_place(without, loose, start, end, clue)


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


def _whole_place(text: str, loose: Loose, start: int, end: int, clue: Clue) -> Iterator[_Place]:
    """The place of a whole name or nickname, unless clauses end in it that have nothing to do with each other."""
    form = clue.form
    if clue.kind == "whole" and GAP in form and _has_clause(text, loose, start, form):
        if len(form) == len("甲 乙"):
            return
        reach = NEAR if any(map(is_word, form.split(GAP))) else ANYWHERE
    else:
        reach = ANYWHERE
    yield _place(loose, start, end, form, nickname=clue.kind == "nickname", reach=reach)


def _near_place(loose: Loose, start: int, form: str) -> Iterator[_Place]:
    wrong = _wrong_one(loose.text, start, form)
    if wrong is not None:
        end = start + len(form)
        chance = len(form) == SHORTEST_NEAR and is_chance(loose.text, start, wrong)
        yield _place(loose, start, end, form, exact=False, reach=NEAR if chance else ANYWHERE)


def _shorter_place(loose: Loose, start: int, end: int, form: str) -> _Place:
    chance = end - start == 2 and lies_in_words(loose.text, start, end)
    return _place(loose, start, end, form, exact=False, reach=NEAR if chance else ANYWHERE)


def _place(
    loose: Loose,
    start: int,
    end: int,
    form: str,
    *,
    exact: bool = True,
    nickname: bool = False,
    reach: int = ANYWHERE,
) -> _Place:
    return _Place(form, loose.at[start], loose.at[end - 1] + 1, exact, nickname, reach)


def _has_clause(text: str, loose: Loose, start: int, form: str) -> bool:
    gaps = (start + place for place, letter in enumerate(form) if letter == GAP)
    return any(not _CLAUSE.isdisjoint(text[loose.at[gap] : loose.at[gap + 1]]) for gap in gaps)


def _rank(place: _Place) -> tuple[bool, bool, int, int, str]:
    return place.nickname, not place.exact, place.start - place.end, place.start, place.form


def _settle(chosen: list[NameHit], hit: NameHit) -> None:
    """Add a hit to the sorted hits of its key, unless it overlaps one of them."""
    index = bisect_left(chosen, hit.start, key=lambda other: other.start)
    if (index == 0 or chosen[index - 1].end <= hit.start) and (index == len(chosen) or hit.end <= chosen[index].start):
        chosen.insert(index, hit)


def _is_apart(text: str, start: int, end: int) -> bool:
    """Whether a Latin name or a figure is a whole word; hanzi always are."""
    joins_before = start > 0 and is_spaced(text[start - 1], text[start])
    return not joins_before and not (end < len(text) and is_spaced(text[end - 1], text[end]))


def _wrong_one(text: str, start: int, form: str) -> int | None:
    """Where the one character is that differs if the form is at `start` with another letter, figure or hanzi in it."""
    piece = text[start : start + len(form)]
    # It extends beyond the beginning or the end of the text: a negative start, too, gives less than the whole.
    if len(piece) < len(form):
        return None
    wrong = [place for place, (found, wanted) in enumerate(zip(piece, form, strict=True)) if found != wanted]
    return wrong[0] if len(wrong) == 1 and piece[wrong[0]] not in (GAP, WALL) else None
