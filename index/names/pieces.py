"""The pieces of names that the automaton searches for, and what each of them means where it is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from index.names.spellings import SHORTEST_NEAR, missing


@dataclass(frozen=True, slots=True)
class Clue:
    """The meaning of a matched piece.

    The name `form` is here, is here with one character missing, or may be here; or a nickname is, or a word of an
    office. `offset` is the piece's position in the form.
    """

    kind: Literal["whole", "missing", "part", "nickname", "office"]
    form: str
    offset: int = 0


def clues(
    exact: Iterable[str], near: Iterable[str], nicknames: Iterable[str], offices: Iterable[str]
) -> Mapping[str, list[Clue]]:
    """All pieces, each with its meanings."""
    found: dict[str, list[Clue]] = {}
    for form in exact:
        found.setdefault(form, []).append(Clue("whole", form))
    for form in near:
        for piece, clue in _of_near(form):
            found.setdefault(piece, []).append(clue)
    for form in nicknames:
        found.setdefault(form, []).append(Clue("nickname", form))
    for form in offices:
        found.setdefault(form, []).append(Clue("office", form))
    return found


def _of_near(form: str) -> Iterator[tuple[str, Clue]]:
    """One half of a form with one character wrong is intact; of three, the first two, the last two or the outer two."""
    for piece in missing(form):
        yield piece, Clue("missing", form)
    half = len(form) // 2
    for start, end in ((0, 2), (1, 3)) if len(form) == SHORTEST_NEAR else ((0, half), (half, len(form))):
        yield form[start:end], Clue("part", form, start)
