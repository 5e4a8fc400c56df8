"""The spellings of a name in a text, and the loose form of text in which names are searched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from index.text import WALL, boundary_class, fold, is_spaced

GAP = " "
"""Replaces any sequence of punctuation and spaces in loose text."""

SHORTEST = 2
"""Characters of the shortest name that is searched."""

SHORTEST_NEAR = 3
"""Hanzi of the shortest name that is found with one of them wrong."""

_SHORTEST_SPLIT = 4
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


def spellings(name: str, *, fuzzy: bool = True) -> Spellings:
    """The forms of a name to search for; none for a name of one character.

    A dot inside a name (阿卜杜·拉) may be any punctuation or be missing; and a fuzzy name of four hanzi or more that is
    written without one may have one in the text.
    """
    joined = loosened(fold(name).text.replace(WALL, GAP)).text.strip(GAP)
    closed = re.sub(f"(?<=(.)){GAP}(?=(.))", lambda gap: GAP if is_spaced(gap[1], gap[2]) else "", joined)
    letters = closed.replace(GAP, "")
    if len(letters) < SHORTEST:
        return Spellings()
    forms = tuple(dict.fromkeys((closed, joined)))
    is_long = len(letters) >= SHORTEST_NEAR and closed == letters
    if not (fuzzy and is_long) or any(is_spaced(letter, letter) for letter in letters):
        return Spellings(forms)
    split = range(1, len(closed)) if closed == joined and len(closed) >= _SHORTEST_SPLIT else ()
    return Spellings((*forms, *(closed[:place] + GAP + closed[place:] for place in split)), forms)


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
