"""A query as FROM and WHERE of a PostgreSQL statement: words select candidates, texts verify, the scope filters."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, false, func, not_, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from index import patterns
from index.engines.base import Scope
from index.engines.conditions import Plan, columns_of, dated, first_seen, in_scope
from index.engines.postgres_expression import CROWDED, leading
from index.engines.tables import letters, texts
from index.nodes import And, DateRange, Facet, Node, Not, Or, Similar, Textual, Wild, Word, leaves

KEYS_A_DAY = 1 << 40
"""The lower part of a key is a letter's sequence number, which has enough values."""


def plan(root: Node | None, scope: Scope) -> Plan:
    """Compose query and scope: candidates newest first, each looked up by its key until there are enough."""
    parts = root.parts if isinstance(root, And) else () if root is None else (root,)
    dates = [_condition(part) for part in parts if isinstance(part, DateRange)]
    rest = [_condition(part) for part in parts if not isinstance(part, DateRange) and not _asks_texts(part)]
    if asked := [_condition(part) for part in parts if _asks_texts(part)]:
        rest.append(_is_there(select(1).where(texts.c.key == letters.c.key, *asked).correlate(letters)))
    condition = and_(*dates, first_seen(_is_there(in_scope(scope)), rest))
    if (expression := leading(root)) is None:
        return Plan(letters, condition, letters.c.key)
    # Sorted before any join. The planner does not know the length of a computed array, assumes a short one and looks
    # its letters up one after the other, until there are enough.
    having = select(func.index_having(f"{expression} | '{CROWDED}'", type_=ARRAY(BigInteger))).scalar_subquery()
    key = func.unnest(having, type_=BigInteger).label("key")
    proposed = select(key).order_by(key.desc()).subquery("proposed")
    return Plan(proposed.join(letters, letters.c.key == proposed.c.key), condition, proposed.c.key)


def _is_there(rows: Select[Any]) -> ColumnElement[bool]:
    """An EXISTS for one letter at a time. Without the offset, PostgreSQL might collect all rows first."""
    return rows.offset(0).exists()


def _asks_texts(node: Node) -> bool:
    return any(isinstance(leaf, Word | Wild | Similar) for leaf in leaves(node))


def _condition(node: Node) -> ColumnElement[bool]:
    if isinstance(node, DateRange):
        return dated(node, letters.c.key, KEYS_A_DAY)
    if isinstance(node, Facet):
        return letters.c[node.name] == node.value
    if isinstance(node, Not):
        return not_(_condition(node.part))
    if isinstance(node, And):
        return and_(true(), *map(_condition, node.parts))
    if isinstance(node, Or):
        return or_(false(), *map(_condition, node.parts))
    return or_(*(_stands_in(texts.c[name], node) for name in columns_of(node)))


def _stands_in(column: ColumnElement[str], leaf: Textual) -> ColumnElement[bool]:
    if (characters := patterns.literal(leaf)) is not None:
        return func.strpos(column, characters) > 0
    return column.regexp_match(patterns.source(leaf))
