"""The differences between two versions of a page's text, for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

Kind = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line that changed (from 1), as pieces that are the same, gone or new."""

    number: int
    pieces: tuple[tuple[str, Kind], ...]


def changes(old: Sequence[str], new: Sequence[str]) -> tuple[ChangedLine, ...]:
    """The lines that differ, in order."""
    pairs = enumerate(zip_longest(old, new, fillvalue=""), start=1)
    return tuple(ChangedLine(number, _pieces(before, after)) for number, (before, after) in pairs if before != after)


def _pieces(before: str, after: str) -> tuple[tuple[str, Kind], ...]:
    pieces: list[tuple[str, Kind]] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append((before[i:j], "same"))
            continue
        if j > i:
            pieces.append((before[i:j], "gone"))
        if m > k:
            pieces.append((after[k:m], "new"))
    return tuple(pieces)
