"""Finding letters by a plan: the newest, the most relevant, their number and their facets, each in one statement."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from index.engines import base
from index.engines.base import Facets, Found, Hit, Sort
from index.engines.conditions import Plan
from index.engines.tables import letters, texts
from index.nodes import Word
from index.query import Query
from index.relevance import score

FACETS = ("year", "channel", "state")


def find(session: Session, plan: Plan, query: Query, *, sort: Sort, offset: int, limit: int, facets: bool) -> Found:
    """The result of a plan; `query` is the query that the plan was made of."""
    if sort == "relevance" and query.words:
        hits = _ranked(session, plan, query, offset, limit)
    else:
        hits = _newest(session, plan, offset, limit)
    counted: Facets = {}
    if facets and not hits and not offset and limit:
        # Counting when there is no hit would step over all hidden letters a second time.
        counted, total = {name: () for name in FACETS}, 0
    elif facets:
        counted, total = _count_facets(session, plan)
    elif len(hits) < limit and (hits or not offset):
        total = offset + len(hits)
    else:
        total = _count(session, plan)
    return Found(hits, min(total, base.COUNT_LIMIT), total <= base.COUNT_LIMIT, counted)


def _hits(plan: Plan, *columns: Any) -> Select[Any]:
    return select(*columns).select_from(plan.source).where(plan.condition).order_by(plan.key.desc())


def _written(limit: int) -> ColumnElement[int]:
    """A limit as a literal: a SQLite with statistics makes a new plan for each bound value."""
    return bindparam("limit", limit, Integer, unique=True, literal_execute=True)


def _newest(session: Session, plan: Plan, offset: int, limit: int) -> tuple[Hit, ...]:
    statement = _hits(plan, letters.c.letter_id, letters.c.case_id, letters.c.date)
    return tuple(Hit(*row) for row in session.execute(statement.limit(_written(limit)).offset(offset)))


def _count(session: Session, plan: Plan) -> int:
    some = _hits(plan, letters.c.key).limit(_written(base.COUNT_LIMIT + 1)).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _count_facets(session: Session, plan: Plan) -> tuple[Facets, int]:
    newest = _hits(plan, *(letters.c[name] for name in FACETS)).limit(_written(base.FACET_LIMIT)).subquery()
    rows = session.execute(select(*newest.c, func.count()).group_by(*newest.c)).all()
    counted: dict[str, tuple[tuple[str, int], ...]] = {}
    for place, name in enumerate(FACETS):
        values: Counter[str] = Counter()
        for row in rows:
            values[str(row[place])] += row[-1]
        by_year, by_count = (lambda item: -int(item[0])), (lambda item: (-item[1], item[0]))
        counted[name] = tuple(sorted(values.items(), key=by_year if name == "year" else by_count))
    return counted, sum(row[-1] for row in rows)


def _ranked(session: Session, plan: Plan, query: Query, offset: int, limit: int) -> tuple[Hit, ...]:
    """The newest hits by relevance; where the page extends beyond them, the older ones by date."""
    leaves = query.words
    written = any(isinstance(leaf, Word) and leaf.as_written for leaf in leaves)
    more = (texts.c.text_written, texts.c.title_written) if written else ()
    newest = _hits(plan, plan.key.label("key"), letters.c.letter_id, letters.c.case_id, letters.c.date)
    some = newest.limit(_written(base.RANKED_LIMIT)).subquery()
    rows = session.execute(
        select(some.c.letter_id, some.c.case_id, some.c.date, some.c.key, texts.c.text, texts.c.title, *more).join_from(
            some, texts, texts.c.key == some.c.key
        )
    ).all()
    scored = sorted(rows, key=lambda row: (score(leaves, row[4], row[5], tuple(row[6:])), row[3]), reverse=True)
    hits = tuple(Hit(*row[:3]) for row in scored[offset : offset + limit])
    if len(rows) == base.RANKED_LIMIT and (missing := limit - len(hits)):
        hits += _newest(session, plan, max(offset, base.RANKED_LIMIT), missing)
    return hits
