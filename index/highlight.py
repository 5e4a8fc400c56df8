"""Find the words of a query in a text: for marks on a page image, and for the snippet of a search result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index import patterns
from index.nodes import Place, Textual, Word
from index.query import Query
from index.text import Folded, fold, is_spaced, plain

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class LineHit:
    """A hit, or the part of one on one line: its characters `start_char` to `end_char` (half-open)."""

    line_index: int
    start_char: int
    end_char: int


def matches(raw_text: str, query: Query, place: Place = "any") -> tuple[Span, ...]:
    """The half-open spans of the text that the query's words match, ascending; overlapping ones are merged.

    Args:
        raw_text: as recognised, not folded.
        query: words under a NOT are not searched.
        place: "any" for the letter's text; "title", "from" or "no" where the text is that field.
    """
    merged: list[Span] = []
    for start, end, _ in sorted(_found(raw_text, query, place)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def snippet(raw_text: str, query: Query, width: int = 80) -> tuple[tuple[str, bool], ...]:
    """The passage of about `width` characters that shows most of the query, as (text, is a hit) pieces.

    Lines are joined as they are read (nothing between hanzi, a space between words). Without a hit, the beginning.
    """
    text = _unwrapped(raw_text)
    spans = matches(text, query)
    begin = _best_start(text, query, width)
    end = min(len(text), begin + width)
    pieces = [("…", False)] if begin else []
    at = begin
    for start, stop in spans:
        start, stop = max(start, begin), min(stop, end)
        if start < stop:
            pieces += [(text[at:start], False), (text[start:stop], True)]
            at = stop
    pieces += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return tuple(piece for piece in pieces if piece[0])


def on_lines(lines: Sequence[str], query: Query) -> tuple[LineHit, ...]:
    """The hits line by line: a wrapped word gives one hit on each of its lines."""
    spans = matches("\n".join(lines), query)
    hits: list[LineHit] = []
    begin = 0
    for index, line in enumerate(lines):
        end = begin + len(line)
        for start, stop in spans:
            first, last = max(start, begin) - begin, min(stop, end) - begin
            if first < last and (inked := line[first:last].strip()):
                first += line[first:last].index(inked)
                hits.append(LineHit(index, first, first + len(inked)))
        begin = end + 1
    return tuple(hits)


def _found(raw_text: str, query: Query, place: Place) -> Iterator[tuple[int, int, int]]:
    """Start, end and number of the word, for every match of every word, overlapping ones too."""
    folded, written = fold(raw_text), None
    places = {"any", "title"} if place == "title" else {place}
    for number, leaf in enumerate(query.words):
        if _place_of(leaf) not in places:
            continue
        form: Folded = folded
        if isinstance(leaf, Word) and leaf.as_written:
            form = written = written or plain(raw_text)
        for start, end in patterns.spans(leaf, form.text, overlapping=True):
            yield (*form.raw_span(start, end), number)


def _place_of(leaf: Textual) -> Place:
    return getattr(leaf, "place", "any")


def _best_start(text: str, query: Query, width: int) -> int:
    """The start of the window that has the most different words, then the most hits, then comes first."""
    found = sorted(_found(text, query, "any"))
    best, start, stop = (0, 0), 0, 0
    for index, (first, _, _) in enumerate(found):
        inside = [hit for hit in found[index : index + width] if hit[1] <= first + width] or [found[index]]
        value = (len({number for _, _, number in inside}), len(inside))
        if value > best:
            best, start, stop = value, first, max(hit[1] for hit in inside)
    # The hits are centred, and a window at the end of the text is extended to the left.
    spare = max(0, width - (stop - start))
    return max(0, min(start - spare // 2, len(text) - width))


def _unwrapped(raw_text: str) -> str:
    text = re.sub(r"[\x00-\x08\x0e-\x1b\x7f]", " ", raw_text).strip()
    return re.sub(r"(?<=(\S))\s+(?=(\S))", lambda gap: " " if is_spaced(gap[1], gap[2]) else "", text)
