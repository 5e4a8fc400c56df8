"""What is particular to SQLite: how statements run, and that no word of a removed letter stays in the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from index.engines import sqlite_conditions
from index.engines.base import Document
from index.engines.sqlite_fts5 import SqliteFts5
from index.errors import DayFull
from index.query import parse
from storage.session import open_database
from tests.index.engines import SCOPE, settle_world, world

ENGINE = SqliteFts5()
DAY = date(2024, 5, 1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "records.db")
    with opened.begin() as connection:
        world.create_all(connection)
        ENGINE.ensure(connection)
        ENGINE.ensure(connection)
    yield opened
    opened.dispose()


@pytest.mark.parametrize("how", ["remove", "put", "clear"])
def test_no_word_of_a_removed_letter_stays_in_the_file(database: Database, tmp_path: Path, how: str) -> None:
    canary = "zqxjkv7391"
    pairs = [canary[at : at + 2].encode() for at in range(0, len(canary) - 1, 2)]

    def on_disk() -> bytes:
        with database.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    with Session(database) as session:
        for number in range(1, 40):
            ENGINE.put(session, Document(number, 1, DAY, f"普通的来信 {number}"))
        ENGINE.put(session, Document(50, 1, DAY, canary, title=canary, sender=canary, receipt_no=canary))
        session.commit()
    assert canary.encode() in on_disk()
    with Session(database) as session:
        if how == "remove":
            ENGINE.remove(session, 50)
        elif how == "put":
            ENGINE.put(session, Document(50, 1, DAY, "改正后的文字"))
        else:
            ENGINE.clear(session)
        session.commit()
    left = on_disk()
    assert canary.encode() not in left
    with Session(database) as session:
        session.execute(text("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, index_words, 'row')"))
        terms = {term.encode() for (term,) in session.execute(text("SELECT term FROM temp.vocabulary"))}
    assert not terms & set(pairs)
    assert not [pair for pair in (b"zq", b"xj", b"kv") if pair in _words_of(database)]


def _words_of(database: Database) -> bytes:
    with database.connect() as connection:
        return b"".join(bytes(block) for (block,) in connection.execute(text("SELECT block FROM index_words_data")))


def test_the_index_agrees_with_itself_after_many_changes(database: Database) -> None:
    with Session(database) as session:
        for number in range(300):
            ENGINE.put(session, Document(number, 1, DAY, f"第{number}封來信，噪音{number % 7}"))
        for number in range(0, 300, 3):
            ENGINE.remove(session, number)
        for number in range(0, 300, 5):
            ENGINE.put(session, Document(number, 1, DAY, f"改正{number}"))
        while ENGINE.settle(session):
            session.commit()
        pieces = session.scalar(text("SELECT count(DISTINCT segid) FROM index_words_idx"))
        assert pieces == 1
        session.execute(text("INSERT INTO index_words(index_words) VALUES ('integrity-check')"))
        session.commit()


@pytest.mark.parametrize(
    "asked",
    ["噪音", "噪音 扰民 NOT 的", "噪音 date:2024", "噪音 channel:web state:read", "张*伟", '"局长，我家"', "人"],
)
def test_the_words_lead_and_the_scope_is_looked_up(database: Database, asked: str) -> None:
    """FTS5 gives the newest hit first, the rest are look-ups by key: nothing is sorted or gathered."""
    statements: list[tuple[str, object]] = []
    with Session(database) as session:
        settle_world(session, set(range(200)), {1})
        for number in range(200):
            ENGINE.put(session, Document(number, number, DAY, "噪音扰民"))
        session.execute(text("ANALYZE"))
        event.listen(database, "before_cursor_execute", lambda *call: statements.append((call[2], call[3])))
        ENGINE.search(session, parse(asked), scope=SCOPE)
        statement, values = statements[0]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()  # type: ignore[call-overload]
    steps = [row[3] for row in plan]
    assert steps[0].startswith("SCAN index_words VIRTUAL TABLE"), steps
    assert "SEARCH index_letters USING INTEGER PRIMARY KEY (rowid=?)" in steps
    assert any("SEARCH cases USING INTEGER PRIMARY KEY (rowid=?)" in step for step in steps), steps
    assert not any("TEMP B-TREE" in step or "MATERIALIZE" in step for step in steps), steps


def test_a_day_that_is_full_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.engines.sqlite_writing.KEYS_A_DAY", 3)
    monkeypatch.setattr(sqlite_conditions, "KEYS_A_DAY", 3)
    with Session(database) as session:
        for number in range(3):
            ENGINE.put(session, Document(number, 1, DAY, "噪音"))
        ENGINE.put(session, Document(1, 1, DAY, "改正"))
        with pytest.raises(DayFull, match="2024-05-01"):
            ENGINE.put(session, Document(4, 1, DAY, "噪音"))
