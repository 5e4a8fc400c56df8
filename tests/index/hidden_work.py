"""What a search computes on letters outside the scope, counted: nothing, whatever is asked.

Two archives, with hidden letters that have every word that is asked for, and without: a search must match as many texts
in one as in the other, and no text of a hidden letter. On SQLite the calls of the matcher and of the ranking are
counted, on PostgreSQL the texts that each part of a statement filters, by EXPLAIN ANALYZE.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import product
from typing import Any
from unittest.mock import patch

from sqlalchemy import event
from sqlalchemy.orm import Session

from index import patterns
from index.engines import finding
from index.engines.base import Document, Engine, Found
from index.errors import QueryTooBroad
from index.query import Query, parse, similar
from tests.index.engines import SCOPE, Opener, postgresql, put_all, settle_world, sqlite

HIDDEN, SEEN = 3, (1, 2)
MARK = "密"
"""A character that only hidden letters have."""

LEAVES: Mapping[str, str] = {
    "word": "噪音",
    "words across punctuation": "局长，我家",
    "one character": "伟",
    "phrase": '"局长，我家"',
    "phrase as written": '"局長，我家"',
    "star": "张*伟",
    "question mark": "张?伟",
    "many wildcards": "张?*伟去?问",
    "similar": "like:信访局长",
    "title": "title:张*伟",
    "from": 'from:"王，五"',
    "number": "no:2024?7",
}
FRAMES: Mapping[str, str] = {
    "alone": "{}",
    "AND": "报告 {}",
    "OR": "报告 OR {}",
    "NOT": "NOT {}",
    "AND NOT": "报告 NOT {}",
    "NOT of OR": "NOT (无关 OR {})",
    "OR of AND": "(无关 {}) OR (报告 {})",
    "dates": "date:2024 {}",
    "channel": "channel:web {}",
    "OR of NOT": "无关 OR NOT {}",
}
EVERY_LEAF, EVERY_FRAME = ("alone", "OR", "AND NOT"), ("word", "phrase", "star")
"""The positions in which every leaf is searched, and the leaves that are searched in every position."""

TEXT = "张某伟去访问局长，信访居长，局长，我家，局長，我家噪音"
LETTERS = (
    Document(1, 1, date(2024, 5, 1), "报告，别的事", channel="web"),
    Document(2, 2, date(2024, 5, 2), TEXT, "张大伟", "王，五", "2024-7", "web"),
)
HIDDEN_LETTERS = tuple(
    Document(
        *(10 + number, HIDDEN, date(2024, 4 + number, 3), f"{MARK}报告{TEXT}"),
        *(f"{MARK}张大伟", f"{MARK}王，五", f"{MARK}2024-7", "web"),
    )
    for number in range(3)
)

Work = Sequence[str]
"""The texts that were computed on, or what stands for them."""

Differences = Callable[[], Iterator[str]]


def queries() -> Iterator[tuple[str, Query]]:
    """Every kind of leaf in every position, and similar spelling."""
    for (frame, whole), (leaf, text) in product(FRAMES.items(), LEAVES.items()):
        if frame in EVERY_LEAF or leaf in EVERY_FRAME:
            yield f"{leaf}, {frame}", parse(whole.replace("{}", text))
    yield "similar spelling", similar("信访局长")


def search(engine: Engine, session: Session, query: Query) -> tuple[Found, ...] | str:
    """All that is done with a query: by date with facets, by relevance, and counted; or why it was refused."""
    try:
        return (
            engine.search(session, query, scope=SCOPE, facets=True),
            engine.search(session, query, scope=SCOPE, sort="relevance"),
            engine.search(session, query, scope=SCOPE, limit=0),
        )
    except QueryTooBroad as error:
        return error.code


def on_sqlite() -> Iterator[str]:
    """The differences on SQLite."""
    yield from _differences(sqlite, _texts_matched)


def on_postgresql() -> Iterator[str]:
    """The differences on PostgreSQL."""
    yield from _differences(postgresql, _texts_read)


def _differences(opened: Opener, counted: Callable[[Engine, Session, Query], tuple[object, Work]]) -> Iterator[str]:
    done = []
    for letters in ((*LETTERS, *HIDDEN_LETTERS), LETTERS):
        with opened() as (engine, session):
            settle_world(session, set(SEEN), {HIDDEN})
            put_all(engine, session, letters)
            done.append([(kind, *counted(engine, session, query)) for kind, query in queries()])
    assert sum(len(work) for _, _, work in done[1]) > 100, "nothing was counted"
    for (kind, found, work), (_, found_without, work_without) in zip(*done, strict=True):
        if hidden := sum(MARK in text for text in work):
            yield f"{kind}: computed on {hidden} texts of hidden letters"
        if len(work) != len(work_without):
            yield f"{kind}: {len(work)} texts with hidden letters, {len(work_without)} without"
        if found != found_without:
            yield f"{kind}: other letters are found"


@contextmanager
def watched() -> Iterator[list[str]]:
    """The texts that are matched, marked or ranked in this process."""
    texts: list[str] = []

    def noting(function: Callable[..., Any], position: int) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            texts.append(given[position])
            return function(*given, **named)

        return call

    with (
        patch.object(patterns, "stands_in", noting(patterns.stands_in, 1)),
        patch.object(patterns, "spans", noting(patterns.spans, 1)),
        patch.object(finding, "score", noting(finding.score, 1)),
    ):
        yield texts


def _texts_matched(engine: Engine, session: Session, query: Query) -> tuple[object, Work]:
    with watched() as texts:
        return search(engine, session, query), texts


def _texts_read(engine: Engine, session: Session, query: Query) -> tuple[object, Work]:
    statements: list[tuple[str, Any]] = []
    connection = session.connection()

    def keep(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        statements.append((statement, values))

    event.listen(connection, "before_cursor_execute", keep)
    found = search(engine, session, query)
    event.remove(connection, "before_cursor_execute", keep)
    work: list[str] = []
    for statement, values in statements:
        if statement.startswith("SELECT"):
            explained = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).scalar_one()
            plan = explained if isinstance(explained, list) else json.loads(explained)
            work += _read_in(plan[0]["Plan"])
    return found, work


def _read_in(node: dict[str, Any]) -> Iterator[str]:
    """Once for each text that this part of a plan, or one below it, has compared with what is asked for."""
    if node.get("Relation Name") == "index_texts" and "Filter" in node:
        looked_up = "Index Cond" in node
        each = 1 if looked_up else node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        yield from [node["Node Type"]] * int(node["Actual Loops"] * each)
    for below in node.get("Plans", ()):
        yield from _read_in(below)
