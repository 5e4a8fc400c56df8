"""What is particular to PostgreSQL: how statements run, under which rights, and what a removed letter leaves."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import event, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from index.engines import postgres_expression
from index.engines.base import Document
from index.engines.postgres import Postgres
from index.query import parse
from storage.session import open_database
from tests import postgres
from tests.index.engines import SCOPE, database_of, settle_world

ENGINE = Postgres()
DAY = date(2024, 5, 1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with database_of(ENGINE, tmp_path) as opened:
        yield opened


def found(session: Session, asked: str) -> list[int]:
    return [hit.letter_id for hit in ENGINE.search(session, parse(asked), scope=SCOPE).hits]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """20,000 letters, never analyzed: one in two has 噪音, one in 5,000 扰民, and a tenth is hidden."""
    with database_of(ENGINE, tmp_path_factory.mktemp("many")) as opened, Session(opened) as session:
        settle_world(session, set(range(20_000)), set(range(0, 20_000, 10)))
        template = Document(0, 0, DAY, "噪音扰民，张建伟")
        ENGINE.put(session, template)
        for table in ("index_letters", "index_texts", "index_words"):
            session.execute(text(_COPIES[table]))
        ENGINE.remove(session, 0)
        session.commit()
        yield opened


# The writing of letters is tested elsewhere; here their number counts.
_COPIES = {
    "index_letters": "INSERT INTO index_letters SELECT key + n, n, n, date, year, channel, state"
    " FROM index_letters, generate_series(1, 19999) n WHERE letter_id = 0",
    "index_texts": "INSERT INTO index_texts SELECT key + n, CASE WHEN n % 5000 = 1 THEN text"
    " WHEN n % 2 = 0 THEN '噪音' ELSE '别的' END, '', '', '', '', '' FROM index_texts, generate_series(1, 19999) n",
    "index_words": "INSERT INTO index_words SELECT key + n, CASE WHEN n % 5000 = 1 THEN tokens"
    " WHEN n % 2 = 0 THEN array_to_tsvector('{噪,音,噪音}') ELSE array_to_tsvector('{别,的,别的}') END"
    " FROM index_words, generate_series(1, 19999) n",
}


def plans(database: Database, asked: str, *, analyzed: bool) -> list[str]:
    """How PostgreSQL goes about the statements of a search: the list, and the facets."""
    statements: list[Any] = []
    with Session(database) as session:
        if analyzed:
            session.execute(text("ANALYZE"))
        event.listen(session.connection(), "before_cursor_execute", lambda *call: statements.append(call[2:4]))
        ENGINE.search(session, parse(asked), scope=SCOPE, facets=True)
        explained = [
            session.connection().exec_driver_sql(f"EXPLAIN (COSTS OFF) {statement}", values).scalars().all()
            for statement, values in [each for each in statements if each[0].startswith("SELECT")][:2]
        ]
    return ["\n".join(lines) for lines in explained]


@pytest.mark.parametrize("analyzed", [False, True])
@pytest.mark.parametrize(
    "asked",
    [
        "噪音",
        "扰民",
        "噪音 扰民 NOT 的",
        "噪音 date:2024",
        "噪音 channel:web",
        "张*伟",
        '"民，张"',
        "人",
        "like:噪音扰",
    ],
)
def test_the_words_lead_and_the_rest_are_look_ups(many: Database, asked: str, *, analyzed: bool) -> None:
    """The newest proposed letter comes first; neither letters nor texts nor the scope are gathered or sorted."""
    for plan in plans(many, asked, analyzed=analyzed):
        assert not re.search("Seq Scan|Hash|Merge|Materialize", plan.replace("HashAggregate", "")), plan
        assert "Index Scan using index_letters_pkey on index_letters" in plan, plan
        assert "Index Scan using index_texts_pkey on index_texts" in plan, plan
        assert re.search(r"Scan using cases_pkey on cases\n +Index Cond: \(id = index_letters.case_id\)", plan), plan
        # What is sorted before the limit is the proposed keys.
        below_the_limit = plan[plan.index("Limit") :]
        assert re.findall("Sort Key: (.*)", below_the_limit) == ["(unnest($2)) DESC"], plan


def scans(session: Session) -> tuple[int, int]:
    """How often this connection has read all words, and how often it has used an index of theirs."""
    statement = text("SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'index_words'")
    sequential, by_index = session.execute(statement).one()
    return sequential, by_index


@pytest.mark.parametrize("analyzed", [False, True])
def test_the_words_are_found_by_their_index(many: Database, *, analyzed: bool) -> None:
    with Session(many) as session:
        if analyzed:
            session.execute(text("ANALYZE"))
            session.commit()
        before = scans(session)
        assert found(session, "噪音")
        after = scans(session)
    assert (after[0], after[1] > before[1]) == (before[0], True)


def test_who_is_bound_by_row_level_security_searches_by_the_index_too(database: Database) -> None:
    """And a search without a scope shows such a reader nothing beyond the policies."""
    with database.begin() as connection, Session(connection) as session:
        settle_world(session, set(range(200)), set())
        for number in range(200):
            ENGINE.put(session, Document(number, number, DAY, "噪音扰民"))
        for statement in (
            f"GRANT SELECT ON cases, vetoes, index_letters, index_texts, index_words TO {postgres.APP}",
            f"GRANT EXECUTE ON FUNCTION index_having TO {postgres.APP}",
            *(f"ALTER TABLE index_{name} ENABLE ROW LEVEL SECURITY" for name in ("letters", "texts", "words")),
            "CREATE POLICY readers ON index_letters USING (case_id < 3)",
            *(
                f"CREATE POLICY readers ON index_{name}"  # noqa: S608 - fixed names
                f" USING (EXISTS (SELECT 1 FROM index_letters WHERE index_letters.key = index_{name}.key))"
                for name in ("texts", "words")
            ),
        ):
            session.execute(text(statement))
    app = open_database(database.url.set(username=postgres.APP).render_as_string(hide_password=False))
    with Session(app) as session:
        assert found(session, "噪音") == [2, 1, 0]
        sequential, by_index = scans(session)
        assert (sequential, by_index > 0) == (0, True)
        assert session.scalar(text("SELECT count(*) FROM index_words")) == 3
    app.dispose()


def test_nobody_else_may_ask_for_keys(database: Database) -> None:
    app = open_database(database.url.set(username=postgres.APP).render_as_string(hide_password=False))
    with Session(app) as session, pytest.raises(ProgrammingError, match="permission denied for function"):
        session.execute(text("SELECT index_having('的')"))
    app.dispose()


def test_words_of_letters_are_not_in_the_statistics(many: Database) -> None:
    with Session(many) as session:
        session.execute(text("ANALYZE"))
        kept = session.execute(text("SELECT tablename, attname FROM pg_stats WHERE tablename LIKE 'index_%'")).all()
    assert ("index_letters", "date") in kept
    assert not [row for row in kept if row.tablename in ("index_texts", "index_words") and row.attname != "key"]


@pytest.mark.parametrize("how", ["remove", "put", "clear"])
def test_no_word_of_a_removed_letter_stays_when_the_tables_are_written_anew(database: Database, how: str) -> None:
    """PostgreSQL frees what was removed, and overwrites it at leisure; VACUUM FULL leaves it behind."""
    canary = "zqxjkv7391"
    with Session(database) as session:
        for number in range(1, 40):
            ENGINE.put(session, Document(number, 1, DAY, f"普通的来信 {number}"))
        ENGINE.put(session, Document(50, 1, DAY, canary, title=canary, sender=canary, receipt_no=canary))
        session.commit()
    assert on_disk(database, canary, "from:zq") == {canary.encode(), b"from:zq"}
    with Session(database) as session:
        if how == "remove":
            ENGINE.remove(session, 50)
        elif how == "put":
            ENGINE.put(session, Document(50, 1, DAY, "改正后的文字"))
        else:
            ENGINE.clear(session)
        session.commit()
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM FULL index_letters, index_texts, index_words"))
    assert not on_disk(database, canary, "zqxj", "7391", "from:zq")


def on_disk(database: Database, *words: str) -> set[bytes]:
    """Which of the words are in the files of the index."""
    above = open_database(database.url.set(username="postgres").render_as_string(hide_password=False))
    with above.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        files = connection.execute(
            text(
                "SELECT pg_read_binary_file(pg_relation_filepath(c.oid)) FROM pg_class c"
                " WHERE c.relkind IN ('r', 'i', 't') AND (c.relname LIKE 'index\\_%'"
                " OR c.oid IN (SELECT reltoastrelid FROM pg_class WHERE relname LIKE 'index\\_%'))"
            )
        )
        content = b"".join(bytes(file) for (file,) in files)
    above.dispose()
    return {word.encode() for word in words if word.encode() in content}


def test_a_letter_with_too_many_words_for_a_vector_is_found_all_the_same(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session(database) as session:
        settle_world(session, {1}, set())
        ENGINE.put(session, Document(1, 1, DAY, "噪音扰民"))
        monkeypatch.setattr(postgres_expression, "LARGEST", 30)
        ENGINE.put(session, Document(2, 1, DAY, "信访局长，噪音扰民", title="投诉", sender="张建伟"))
        kept = session.execute(text("SELECT tokens::text FROM index_words ORDER BY key DESC")).scalars().all()
        assert kept[0] == "'::'"
        for asked, want in {
            "噪音": [2, 1],
            "音": [2, 1],
            "信访局": [2],
            "访信": [],
            "信*长": [2],
            "like:信仿局": [2],
            "扰民 NOT 信访": [1],
            "from:张建伟": [2],
            "title:噪音": [],
        }.items():
            assert found(session, asked) == want, asked


def test_more_words_than_a_vector_holds_are_noticed_before_postgresql_does(database: Database) -> None:
    characters = [chr(point) for point in range(0x4E00, 0x9F00)]
    drawn = random.Random(5)
    with Session(database) as session:
        settle_world(session, {1}, set())
        for number, size in enumerate((155_000, 200_000)):
            ENGINE.put(session, Document(number, 1, DAY, "".join(drawn.choices(characters, k=size)) + "噪音扰民"))
        assert found(session, "噪音扰民") == [1, 0]
