"""Translate a query to FROM and WHERE of a SQLite statement: what FTS5 answers, what is verified, and the scope."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, literal_column, not_, or_, select, true

from index import patterns
from index.engines import fts5_expression as fts5
from index.engines.base import Scope
from index.engines.conditions import Plan, columns_of, dated, in_scope
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
    allowed = in_scope(scope).exists()
    if not wanted:
        rest = [_condition(part, letters.c.key) for part in parts]
        return Plan(letters, and_(allowed, *rest), letters.c.key)
    expression = fts5.conjunction(wanted, [fts5.pure(part) for part in unwanted])
    rest = [_verified(part) for part in parts if isinstance(part, Textual) and not fts5.is_pure(part)]
    rest += [_condition(part, words.c.rowid) for part in parts if not _is_answered(part)]
    # The plus keeps SQLite from querying FTS5 for one letter after the other, which is a hundred times slower.
    joined = words.join(letters, letters.c.key == literal_column("+index_words.rowid"))
    return Plan(joined, and_(_matches(expression), allowed, *rest), words.c.rowid)


def _is_answered(part: Node) -> bool:
    return isinstance(part, Textual) or fts5.is_pure(part) or (isinstance(part, Not) and fts5.is_pure(part.part))


def _matches(expression: str) -> ColumnElement[bool]:
    return words.c.index_words.op("MATCH", is_comparison=True)(expression)


def _condition(node: Node, key: ColumnElement[int]) -> ColumnElement[bool]:
    """A node as a condition on one row; words are looked up separately, as a set of row ids."""
    if isinstance(node, DateRange):
        # Row ids follow dates, and FTS5 itself can begin and end at a row id.
        return dated(node, key, KEYS_A_DAY)
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


def _verified(leaf: Textual, key: ColumnElement[int] | None = None) -> ColumnElement[bool]:
    """Whether the text of the row has the leaf: a look-up by row id, no join."""
    where = texts.c.key == (letters.c.key if key is None else key)
    pattern = patterns.probe(leaf)
    names = columns_of(leaf)
    # One match for both texts; no pattern reaches across a wall.
    whole: ColumnElement[str] = texts.c[names[0]]
    for name in names[1:]:
        whole = whole + WALL + texts.c[name]
    return select(1).where(where, whole.regexp_match(pattern)).exists()
