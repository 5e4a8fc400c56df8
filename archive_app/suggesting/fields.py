"""Suggestions for the fields of a registration from the recognised lines, each with its position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from archive_app.suggesting.addresses import addresses
from archive_app.suggesting.dates import written_dates
from archive_app.suggesting.paper import Paper, Place, paper_of
from archive_app.suggesting.petitioners import writers
from archive_app.suggesting.telephones import telephones

Field = Literal["petitioner", "telephone", "address", "date"]


@dataclass(frozen=True, slots=True)
class FieldSuggestion:
    """A value for a field (a date as YYYY-MM-DD), and where it was found: one position per line."""

    field: Field
    value: str
    places: tuple[Place, ...]


def suggest_fields(lines: Sequence[str], *, received: date | None = None) -> tuple[FieldSuggestion, ...]:
    """Suggest petitioner, telephone, address and date of a letter, in this order, for each field the likeliest first.

    Args:
        lines: the letter's recognised or corrected text, line by line.
        received: the day the letter came: no letter is dated after it, and it completes a date without a year.
    """
    paper = paper_of(lines)
    spans: list[tuple[Field, str, int, int]] = [
        *(("petitioner", one.name, one.start, one.end) for one in writers(paper)),
        *(("telephone", one.number, one.start, one.end) for one in telephones(paper)),
        *(("address", one.address, one.start, one.end) for one in addresses(paper)),
        *(("date", one.day.isoformat(), one.start, one.end) for one in written_dates(paper, received)),
    ]
    return _each_once(paper, spans)


def _each_once(paper: Paper, spans: Sequence[tuple[Field, str, int, int]]) -> tuple[FieldSuggestion, ...]:
    found: dict[tuple[Field, str], FieldSuggestion] = {}
    for field, value, start, end in spans:
        found.setdefault((field, value), FieldSuggestion(field, value, paper.places(start, end)))
    return tuple(found.values())
