"""The parts of a search statement: where its rows come from, under which condition, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, false, select, true

from index.engines.base import Scope
from index.engines.tables import letters
from index.nodes import DateRange, Similar, Textual, Word


@dataclass(frozen=True, slots=True)
class Plan:
    """What to select from and under which condition; `key` is the column to order by."""

    source: FromClause
    condition: ColumnElement[bool]
    key: ColumnElement[int]


def in_scope(scope: Scope) -> Select[int]:
    """A subquery with a row if the reader may see the letter of the enclosing statement: for EXISTS."""
    seen = scope.subquery("scope")
    (case_id,) = seen.c
    return select(1).select_from(seen).where(case_id == letters.c.case_id).correlate(letters)


def first_seen(seen: ColumnElement[bool], rest: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whether the letter may be seen, and only for one that may: whether the rest holds.

    A database evaluates the parts of an AND in an order of its own. It evaluates what a CASE would return only after
    the condition, so nothing that the reader asks for is evaluated on a letter that they may not see.
    """
    if not rest:
        return seen
    return case((seen, case((and_(*rest), true()), else_=false())), else_=false())


def first_key(day: date, keys_a_day: int) -> int:
    """The lowest key of a letter of this date."""
    return day.toordinal() * keys_a_day


def dated(dates: DateRange, key: ColumnElement[int], keys_a_day: int) -> ColumnElement[bool]:
    """Whether the key is that of a letter of these dates."""
    bounds = []
    if dates.first is not None:
        bounds.append(key >= first_key(dates.first, keys_a_day))
    if dates.last is not None:
        bounds.append(key < first_key(dates.last, keys_a_day) + keys_a_day)
    return and_(true(), *bounds)


def columns_of(leaf: Textual) -> tuple[str, ...]:
    """The columns of `texts` in which a leaf is searched."""
    columns = {"any": ("text", "title"), "title": ("title",), "from": ("sender",), "no": ("number",)}
    names = columns["any" if isinstance(leaf, Similar) else leaf.place]
    if isinstance(leaf, Word) and leaf.as_written:
        return tuple(f"{name}_written" for name in names)
    return names
