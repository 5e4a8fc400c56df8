# ruff: noqa: E501 - a leak is easier to read in one line than in five
"""Leaks in what a search computes: what the reader asks for is evaluated on letters that they may not see."""

from __future__ import annotations

from tests.worlds.leaks.leak import Leak

ROW = "patterns, regular expressions, their time"
ON_SQLITE = ("tests.index.hidden_work:on_sqlite",)
SQLITE = "index/engines/sqlite_conditions.py"
FINDING = "index/engines/finding.py"

LEAKS = (
    Leak(
        "a pattern under NOT is matched before the scope",
        ROW,
        SQLITE,
        "return Plan(letters, and_(*dates, first_seen(seen, rest)), letters.c.key)",
        "return Plan(letters, and_(*dates, *rest, seen), letters.c.key)",
        ON_SQLITE,
    ),
    Leak(
        "a pattern beside a word is matched before the scope",
        ROW,
        SQLITE,
        "return Plan(joined, and_(_matches(expression), *dates, first_seen(seen, rest)), words.c.rowid)",
        "return Plan(joined, and_(_matches(expression), *dates, *rest, seen), words.c.rowid)",
        ON_SQLITE,
    ),
    Leak(
        "a pattern under OR is matched on every candidate",
        ROW,
        SQLITE,
        "    candidate = letters.c.key.in_(select(words.c.rowid).where(_matches(fts5.candidates(node))))\n",
        "    has = getattr(func, FUNCTION)(written(node), texts.c.text, type_=Boolean)\n    candidate = letters.c.key.in_(select(words.c.rowid).join(texts, texts.c.key == words.c.rowid).where(_matches(fts5.candidates(node)), has))\n",
        ON_SQLITE,
    ),
    Leak(
        "the scope and the text are parts of one AND",
        ROW,
        "index/engines/conditions.py",
        "    return case((seen, case((and_(*rest), true()), else_=false())), else_=false())\n",
        "    return and_(*rest, seen)\n",
        ON_SQLITE,
    ),
    Leak(
        "PostgreSQL matches before the scope",
        ROW,
        "index/engines/postgres_conditions.py",
        "condition = and_(*dates, first_seen(_is_there(in_scope(scope)), rest))",
        "condition = and_(*dates, *rest, _is_there(in_scope(scope)))",
        ("tests.index.hidden_work:on_postgresql",),
    ),
    Leak(
        "every letter is ranked, and hidden ones are dropped",
        ROW,
        FINDING,
        "    hits = tuple(Hit(*row[:3]) for row in scored[offset : offset + limit])\n",
        "    _all = [score(leaves, row.text, row.title) for row in session.execute(select(texts))]\n    hits = tuple(Hit(*row[:3]) for row in scored[offset : offset + limit])\n",
        ON_SQLITE,
    ),
    Leak(
        "the limit of a search counts hidden letters",
        ROW,
        FINDING,
        '    if sort == "relevance" and query.words:\n',
        '    if (session.scalar(select(func.count()).select_from(letters)) or 0) > 4:\n        raise QueryTooBroad\n    if sort == "relevance" and query.words:\n',
        ON_SQLITE,
    ),
)
