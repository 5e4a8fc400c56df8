"""The spellings of a name in a text, and the loose form of text in which names are searched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from index.text import WALL, boundary_class, fold, is_spaced

GAP = " "
"""Replaces any sequence of punctuation and spaces in loose text."""

SIGNS = dict.fromkeys(map(ord, "│┃●○◆◇■□★☆×※"), "·")
"""Signs that count as letters, and may also stand between the characters of a name."""

SHORTEST = 2
"""Characters of the shortest name that is searched."""

SHORTEST_NEAR = 3
"""Hanzi of the shortest name that is found with one of them wrong."""

_MOST_SPLIT = 4
"""Characters of the longest name that is found with gaps at several of its places at once."""

_DEPUTY = "副"
_GOVERNMENT = re.compile("(人民)?政府$")


@dataclass(frozen=True, slots=True)
class Loose:
    """Folded text with each sequence of punctuation as one `GAP`; `at[i]` is the index of `text[i]` in the folded."""

    text: str
    at: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Spellings:
    """The loose forms of a name: those that are found as they are, and those of them found with one wrong."""

    exact: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def loosened(folded: str) -> Loose:
    """Make folded text loose: there an unquoted `Word` matches exactly by equality of characters."""
    pieces: list[str] = []
    at: list[int] = []
    done = 0
    for gap in _gaps().finditer(folded):
        pieces += (folded[done : gap.start()], GAP)
        at.extend(range(done, gap.start() + 1))
        done = gap.end()
    pieces.append(folded[done:])
    at.extend(range(done, len(folded)))
    return Loose("".join(pieces), tuple(at))


def letters_of(name: str) -> tuple[str, tuple[str, ...]]:
    """A name in folded characters without what stands between them, and its parts between dots."""
    closed, joined = _closed(name)
    return closed, tuple(joined.split(GAP)) if closed else ()


def spellings(name: str, *, fuzzy: bool = True) -> Spellings:
    """The forms of a name to search for; none for a name of one character.

    A dot inside a name (阿卜杜·拉) may be any punctuation or be missing; and a name of hanzi that is written without
    one may have some in the text: anywhere up to four characters, at one place in a longer name or at all of them.
    """
    closed, joined = _closed(name)
    letters = closed.replace(GAP, "")
    if len(letters) < SHORTEST:
        return Spellings()
    forms = tuple(dict.fromkeys((closed, joined)))
    if any(is_spaced(letter, letter) for letter in letters):
        return Spellings(forms)
    split = tuple(_split(closed)) if closed == joined else ()
    near = forms if fuzzy and len(letters) >= SHORTEST_NEAR and closed == letters else ()
    return Spellings((*forms, *split), near)


def _closed(name: str) -> tuple[str, str]:
    """A name as loose text, with gaps only between Latin words, and with all its gaps."""
    joined = loosened(fold(name).text.replace(WALL, GAP)).text.strip(GAP)
    return re.sub(f"(?<=(.)){GAP}(?=(.))", lambda gap: GAP if is_spaced(gap[1], gap[2]) else "", joined), joined


def _split(name: str) -> Iterator[str]:
    """The name with gaps in it, in every way; a long one with a gap at one place or everywhere."""
    places = range(1, len(name))
    if len(name) <= _MOST_SPLIT:
        cuts = [set(some) for count in places for some in combinations(places, count)]
    else:
        cuts = [{place} for place in places] + [set(places)]
    for cut in cuts:
        yield "".join(GAP + letter if place in cut else letter for place, letter in enumerate(name))


def missing(form: str) -> tuple[str, ...]:
    """The form with one of its inner hanzi missing, once for each."""
    inner = [place for place in range(1, len(form) - 1) if form[place] != GAP]
    return tuple(dict.fromkeys((form[:place] + form[place + 1 :]).replace(GAP + GAP, GAP) for place in inner))


def post_titles(unit_names: Iterable[str], title: str) -> tuple[str, ...]:
    """The forms in which people write a post of a unit that has these names.

    人事处 + 处长 is 人事处处长 or 人事处长; 南山区人民政府 + 副区长 is also 南山区副区长. There is none where the name
    or the title is empty.
    """
    core = title.removeprefix(_DEPUTY)
    return tuple(dict.fromkeys(form for name in unit_names if name and core for form in _post(name, title, core)))


def _post(name: str, title: str, core: str) -> Iterator[str]:
    yield name + title
    place = _GOVERNMENT.sub("", name)
    if place != name and place.endswith(core[0]):
        yield place + title
    for whole in (name, place):
        for size in range(1, len(core) + 1):
            # A unit of one character that the title contains leaves the bare title, which fits anybody.
            if whole.endswith(core[:size]) and len(whole) > 1:
                yield whole[:-size] + title


@cache
def _gaps() -> re.Pattern[str]:
    return re.compile(f"[{boundary_class()}]+")
