"""Nothing that a reader asks for is computed on a letter that they may not see; and no search costs too much."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest

from index import patterns
from index.engines import base
from index.engines.base import Document
from index.errors import QueryError, QueryTooBroad
from index.highlight import matches, snippet
from index.nodes import Similar, Textual, Wild, Word
from index.query import parse
from tests.index import hidden_work
from tests.index.engines import OPENERS, SCOPE, Opener, postgresql, put_all, settle_world, sqlite

DAY = date(2024, 5, 1)
WORST = "中*中*中*中*中*丙*丁*戊"


@pytest.mark.parametrize("differences", [hidden_work.on_sqlite, hidden_work.on_postgresql])
def test_nothing_is_computed_on_hidden_letters(differences: hidden_work.Differences) -> None:
    assert list(differences()) == []


def test_the_limit_counts_visible_letters_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader who goes to the limit learns nothing of what is hidden: on SQLite, where matching is counted."""
    query = parse("报告 NOT 张*伟")
    seen = [Document(number, 1, DAY, "报告张国玉的伟" + "某" * number) for number in range(20)]
    hidden = [replace(each, letter_id=100 + each.letter_id, case_id=2) for each in seen]
    needed = sum(len(each.text) + 1 for each in seen)
    with sqlite() as (engine, session):
        settle_world(session, {1}, {2})
        put_all(engine, session, [*seen, *hidden])
        monkeypatch.setattr(base, "CHARACTERS", needed)
        assert engine.search(session, query, scope=SCOPE, limit=50).total == 0
        monkeypatch.setattr(base, "CHARACTERS", needed - 1)
        with pytest.raises(QueryTooBroad):
            engine.search(session, query, scope=SCOPE, limit=50)
        assert engine.search(session, query, scope=SCOPE, limit=50, limited=False).total == 0
        assert engine.search(session, parse("报告"), scope=SCOPE).total == 20


@pytest.mark.parametrize("opened", OPENERS)
def test_a_search_that_takes_too_long_is_ended(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = " ".join(f"NOT {one}{other}*某" for one, other in zip("报告别的事情说明", "告别的事情说明报", strict=True))
    with opened() as (engine, session):
        settle_world(session, {1}, set())
        put_all(engine, session, [Document(number, 1, DAY, "报告别的事情说明报" * 30) for number in range(400)])
        monkeypatch.setattr(base, "SECONDS", 0.002)
        began = time.monotonic()
        with pytest.raises(QueryTooBroad):
            engine.search(session, parse(wide), scope=SCOPE, facets=True)
        assert time.monotonic() - began < 5


LEAVES: list[Textual] = [
    *(Wild(WORST), Wild("中?中?中?中?中?中?中?丙"), Wild("中*中?中*中?中*中?中*丙")),
    *(Similar("中" * 40), Word("中，中，中，丙"), Word("中，丙", exact=True)),
]


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.text[:14])
@pytest.mark.parametrize("text", ["中", "中，", "中丙丁", "，"])
def test_matching_takes_a_time_in_proportion_to_the_text(leaf: Textual, text: str) -> None:
    """With backtracking, the first of these would take years."""
    began = time.process_time()
    patterns.stands_in(leaf, text * 10_000)
    assert time.process_time() - began < 1


def test_postgresql_matches_in_linear_time() -> None:
    with postgresql() as (engine, session):
        settle_world(session, {1}, set())
        engine.put(session, Document(1, 1, DAY, "中" * 9_000 + "，丙，丁，戊"))
        began = time.monotonic()
        assert engine.search(session, parse(f"NOT {WORST}"), scope=SCOPE).total == 1
        assert time.monotonic() - began < 5


def test_marking_takes_a_time_in_proportion_to_the_text() -> None:
    query = parse("中*中*丙 OR 甲?乙")
    began = time.process_time()
    assert matches("中甲丙乙" * 5_000, query)
    assert snippet("中甲丙乙" * 2_000, query)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "typed",
    [
        *("中*" * 1_000, "?" * 2_000, "中?*" * 700, " OR ".join(map(str, range(10_000))), "(" * 5_000 + ")" * 5_000),
        *("NOT " * 400 + "中", "(NOT " * 40 + "中" + ")" * 40, "(中 OR (" * 20 + "中" + "))" * 20, '"' * 999),
        *("like:" + "中" * 900, "from:" * 150 + "中", " ".join(f"{n}*{n}" for n in range(40)), "*" * 1_000),
        *("-" * 1_000, "中 AND " * 140, "《" * 999, "date:" * 199, "中*" * 4 + "丙 " + "?" * 900),
    ],
    ids=lambda typed: typed[:12],
)
def test_no_query_takes_long_to_read_or_to_refuse(typed: str) -> None:
    began = time.process_time()
    with sqlite() as (engine, session):
        settle_world(session, {1}, set())
        engine.put(session, Document(1, 1, DAY, "中" * 300))
        with suppress(QueryError):
            engine.search(session, parse(typed), scope=SCOPE, facets=True)
    assert time.process_time() - began < 2
