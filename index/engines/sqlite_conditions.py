"""Translate a query to FROM and WHERE of a SQLite statement: what FTS5 answers, what is verified, and the scope."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Boolean, ColumnElement, and_, case, false, func, literal_column, not_, or_, select, true

from index.engines import fts5_expression as fts5
from index.engines.base import Scope
from index.engines.conditions import Plan, columns_of, dated, first_seen, in_scope
from index.engines.sqlite_matching import FUNCTION, written
from index.engines.sqlite_tables import words
from index.engines.tables import letters, texts
from index.nodes import And, DateRange, Facet, Node, Not, Or, Textual
from index.text import WALL

KEYS_A_DAY = 1 << 20
"""The number of letters of one date that row ids can tell apart."""


def plan(root: Node | None, scope: Scope) -> Plan:
    """Compose query and scope. FTS5 leads where it can: newest hit first, each looked up by its row id."""
    parts = root.parts if isinstance(root, And) else () if root is None else (root,)
    wanted = [fts5.pure(part) for part in parts if fts5.is_pure(part)]
    wanted += [fts5.candidates(part) for part in parts if isinstance(part, Textual) and not fts5.is_pure(part)]
    unwanted = [part.part for part in parts if isinstance(part, Not) and fts5.is_pure(part.part)]
    seen = in_scope(scope).exists()
    if not wanted:
        dates, rest = _split(parts, letters.c.key)
        return Plan(letters, and_(*dates, first_seen(seen, rest)), letters.c.key)
    expression = fts5.conjunction(wanted, [fts5.pure(part) for part in unwanted])
    dates, rest = _split([part for part in parts if not _is_answered(part)], words.c.rowid)
    rest += [_verified(part) for part in parts if isinstance(part, Textual) and not fts5.is_pure(part)]
    # The plus keeps SQLite from querying FTS5 for one letter after the other, which is a hundred times slower.
    joined = words.join(letters, letters.c.key == literal_column("+index_words.rowid"))
    return Plan(joined, and_(_matches(expression), *dates, first_seen(seen, rest)), words.c.rowid)


def _split(
    parts: Sequence[Node], key: ColumnElement[int]
) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """The conditions on the date, from which a table is read in part only, and those on a letter that is seen."""
    # Row ids follow dates, and FTS5 itself can begin and end at a row id.
    dates = [dated(part, key, KEYS_A_DAY) for part in parts if isinstance(part, DateRange)]
    return dates, [_condition(part) for part in parts if not isinstance(part, DateRange)]


def _is_answered(part: Node) -> bool:
    return isinstance(part, Textual) or fts5.is_pure(part) or (isinstance(part, Not) and fts5.is_pure(part.part))


def _matches(expression: str) -> ColumnElement[bool]:
    return words.c.index_words.op("MATCH", is_comparison=True)(expression)


def _condition(node: Node) -> ColumnElement[bool]:
    """A node as a condition on one letter, which is seen; words are looked up separately, as a set of row ids."""
    if isinstance(node, DateRange):
        return dated(node, letters.c.key, KEYS_A_DAY)
    if isinstance(node, Facet):
        return letters.c[node.name] == node.value
    if isinstance(node, Not):
        return not_(_condition(node.part))
    if fts5.is_pure(node):
        return letters.c.key.in_(select(words.c.rowid).where(_matches(fts5.pure(node))))
    if isinstance(node, And):
        return and_(true(), *map(_condition, node.parts))
    if isinstance(node, Or):
        return or_(false(), *map(_condition, node.parts))
    candidate = letters.c.key.in_(select(words.c.rowid).where(_matches(fts5.candidates(node))))
    # The text is read for this letter only, not for every candidate, and not if it is none.
    return case((candidate, case((_verified(node), true()), else_=false())), else_=false())


def _verified(leaf: Textual) -> ColumnElement[bool]:
    """Whether the text of the letter has the leaf: a look-up by row id, no join."""
    names = columns_of(leaf)
    # One match for both texts; no pattern reaches across a wall.
    whole: ColumnElement[str] = texts.c[names[0]]
    for name in names[1:]:
        whole = whole + WALL + texts.c[name]
    has = getattr(func, FUNCTION)(written(leaf), whole, type_=Boolean)
    return select(1).where(texts.c.key == letters.c.key, has).exists()
