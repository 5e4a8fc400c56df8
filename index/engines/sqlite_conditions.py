"""From a query to the FROM and WHERE of a SQLite statement: what FTS5 answers, what is verified, and the scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, FromClause, and_, false, literal_column, not_, or_, select, true

from index import patterns
from index.engines import fts5_expression as fts5
from index.engines.base import Scope
from index.engines.sqlite_tables import letters, texts, words
from index.nodes import And, DateRange, Facet, Node, Not, Or, Similar, Textual, Word
from index.text import WALL

KEYS_A_DAY = 1 << 20
"""How many letters of one date the row ids can tell apart."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to select from and under which condition; `key` is the column to order by."""

    source: FromClause
    condition: ColumnElement[bool]
    key: ColumnElement[int]


def first_key(day: date) -> int:
    """The lowest row id of a letter of this date."""
    return day.toordinal() * KEYS_A_DAY


def plan(root: Node | None, scope: Scope) -> Plan:
    """Compose query and scope. Where FTS5 can lead, it does: newest hit first, each looked up by its row id."""
    parts = root.parts if isinstance(root, And) else () if root is None else (root,)
    wanted = [fts5.pure(part) for part in parts if fts5.is_pure(part)]
    wanted += [fts5.candidates(part) for part in parts if isinstance(part, Textual) and not fts5.is_pure(part)]
    unwanted = [part.part for part in parts if isinstance(part, Not) and fts5.is_pure(part.part)]
    allowed = _in_scope(scope)
    if not wanted:
        rest = [_condition(part, letters.c.key) for part in parts]
        return Plan(letters, and_(allowed, *rest), letters.c.key)
    expression = fts5.conjunction(wanted, [fts5.pure(part) for part in unwanted])
    rest = [_verified(part) for part in parts if isinstance(part, Textual) and not fts5.is_pure(part)]
    rest += [_condition(part, words.c.rowid) for part in parts if not _is_answered(part)]
    # The plus keeps SQLite from asking FTS5 about one letter after the other, which is a hundred times slower.
    joined = words.join(letters, letters.c.key == literal_column("+index_words.rowid"))
    return Plan(joined, and_(_matches(expression), allowed, *rest), words.c.rowid)


def _is_answered(part: Node) -> bool:
    return isinstance(part, Textual) or fts5.is_pure(part) or (isinstance(part, Not) and fts5.is_pure(part.part))


def _in_scope(scope: Scope) -> ColumnElement[bool]:
    seen = scope.subquery("scope")
    (case_id,) = seen.c
    return select(1).select_from(seen).where(case_id == letters.c.case_id).correlate(letters).exists()


def _matches(expression: str) -> ColumnElement[bool]:
    return words.c.index_words.op("MATCH", is_comparison=True)(expression)


def _condition(node: Node, key: ColumnElement[int]) -> ColumnElement[bool]:
    """Any node as a condition on one row; words are looked up apart, as a set of row ids."""
    if isinstance(node, DateRange):
        return _dated(node, key)
    if isinstance(node, Facet):
        return letters.c[node.name] == node.value
    if isinstance(node, Not):
        return not_(_condition(node.part, key))
    if fts5.is_pure(node):
        return letters.c.key.in_(select(words.c.rowid).where(_matches(fts5.pure(node))))
    if isinstance(node, And):
        return and_(true(), *(_condition(part, key) for part in node.parts))
    if isinstance(node, Or):
        return or_(false(), *(_condition(part, key) for part in node.parts))
    candidates = select(words.c.rowid).where(_matches(fts5.candidates(node)), _verified(node, words.c.rowid))
    return letters.c.key.in_(candidates)


def _dated(dates: DateRange, key: ColumnElement[int]) -> ColumnElement[bool]:
    # Row ids follow dates, and FTS5 itself can begin and end at a row id.
    bounds = []
    if dates.first is not None:
        bounds.append(key >= first_key(dates.first))
    if dates.last is not None:
        bounds.append(key < first_key(dates.last) + KEYS_A_DAY)
    return and_(true(), *bounds)


def _verified(leaf: Textual, key: ColumnElement[int] | None = None) -> ColumnElement[bool]:
    """Whether the text of the row has the leaf: a look-up by row id, no join."""
    where = texts.c.key == (letters.c.key if key is None else key)
    pattern = patterns.probe(leaf)
    columns = {"any": ("text", "title"), "title": ("title",), "from": ("sender",), "no": ("number",)}
    place = "any" if isinstance(leaf, Similar) else leaf.place
    names = columns[place]
    if isinstance(leaf, Word) and leaf.as_written:
        names = tuple(f"{name}_written" for name in names)
    # One question for both texts; no pattern reaches across a wall.
    whole: ColumnElement[str] = texts.c[names[0]]
    for name in names[1:]:
        whole = whole + WALL + texts.c[name]
    return select(1).where(where, whole.regexp_match(pattern)).exists()
