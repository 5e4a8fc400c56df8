"""The lines of a letter as one folded text, and the mapping of its spans back to characters of the lines."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from index.text import fold


@dataclass(frozen=True, slots=True)
class Place:
    """Characters `start` to `end` (half-open) of line `line`, all counted from 0, in the original lines."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paper:
    """Lines folded into one text without breaks, so that a wrapped word is whole (`index.text.fold`).

    `raw` is the lines joined by line feeds, `starts[i]` where line i begins in it, `offsets[i]` the index in it of the
    folded character `text[i]`.
    """

    raw: str
    text: str
    offsets: tuple[int, ...]
    starts: tuple[int, ...]

    def line(self, number: int) -> tuple[int, int]:
        """The half-open span of folded text that line `number` became."""
        last = number + 1 == len(self.starts)
        end = len(self.raw) if last else self.starts[number + 1] - 1
        return bisect_left(self.offsets, self.starts[number]), bisect_left(self.offsets, end)

    def written_lines(self) -> list[tuple[int, int]]:
        """The spans of the non-empty lines, in order."""
        spans = (self.line(number) for number in range(len(self.starts)))
        return [(start, end) for start, end in spans if start < end]

    def has_gap(self, index: int) -> bool:
        """Whether the line has white space before the folded character `index`."""
        between = self.raw[self.offsets[index - 1] + 1 : self.offsets[index]] if index else ""
        return bool(between) and "\n" not in between

    def places(self, start: int, end: int) -> tuple[Place, ...]:
        """The positions of the folded characters `start` to `end` (`end` > `start`): one per line."""
        found: list[Place] = []
        for offset in self.offsets[start:end]:
            if self.raw[offset] == "\n":
                continue
            line = bisect_right(self.starts, offset) - 1
            column = offset - self.starts[line]
            if found and found[-1].line == line:
                found[-1] = Place(line, found[-1].start, column + 1)
            else:
                found.append(Place(line, column, column + 1))
        return tuple(found)

    def written(self, start: int, end: int) -> str:
        """The original text of a span in its own script, in NFKC and without white space."""
        first, last = self.offsets[start], self.offsets[end - 1] + 1
        return "".join(unicodedata.normalize("NFKC", self.raw[first:last]).split())


def paper_of(lines: Sequence[str]) -> Paper:
    """Fold the lines of a letter; a line feed inside of one counts as a space."""
    kept = [line.replace("\n", " ") for line in lines] or [""]
    raw = "\n".join(kept)
    folded = fold(raw)
    starts = tuple(accumulate((len(line) + 1 for line in kept[:-1]), initial=0))
    return Paper(raw, folded.text, folded.offsets, starts)
