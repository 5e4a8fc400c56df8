"""The queue, on SQLite and on PostgreSQL: every wake-up arrives once, and a queue that fails holds up nobody."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from archive_app.runtime.queue import ENOUGH_WAITING, Queue, ensure_tables
from tests import postgres

PrincipalPlaceholder = pytest.FixtureRequest


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: PrincipalPlaceholder, tmp_path: Path) -> Path | str:
    """Where a queue lies; on PostgreSQL its tables belong to the owner, and the application may only use them."""
    if request.param == "sqlite":
        return tmp_path / "queue.db"
    database: postgres.Database = request.getfixturevalue("postgres_database")
    ensure_tables(database.owner_url)
    ensure_tables(database.owner_url)
    with _connected(database.owner_url) as owner:
        owner.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {postgres.APP}".encode())
        owner.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {postgres.APP}".encode())
    return database.app_url


@pytest.fixture
def queue(target: Path | str) -> Iterator[Queue]:
    with closing(Queue(target)) as opened:
        yield opened


on_postgresql = pytest.mark.parametrize("target", ["postgresql"], indirect=True)


def _connected(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


class Taken:
    """What the threads of consumers were given, until as many as expected have come."""

    def __init__(self, expected: int) -> None:
        self.ids: list[int] = []
        self.all_there = threading.Event()
        self._expected = expected

    def __call__(self, letter_id: int) -> None:
        self.ids.append(letter_id)
        if len(self.ids) >= self._expected:
            self.all_there.set()


def test_every_wake_up_arrives_once(queue: Queue, target: Path | str) -> None:
    taken = Taken(40)
    with closing(Queue(target)) as elsewhere:
        consumers = [queue.consumer(taken, threads=2), elsewhere.consumer(taken, threads=2)]
        queue.wake(range(1, 21))
        for consumer in consumers:
            consumer.start()
        elsewhere.wake(range(21, 41))
        assert taken.all_there.wait(30)
        for consumer in consumers:
            consumer.stop(graceful=True)
    assert sorted(taken.ids) == list(range(1, 41))


def test_the_sweep_adds_nothing_to_a_full_queue(queue: Queue) -> None:
    queue.wake(range(ENOUGH_WAITING))
    queue.wake_if_idle([999])
    taken = Taken(ENOUGH_WAITING)
    consumer = queue.consumer(taken, threads=1)
    consumer.start()
    assert taken.all_there.wait(30)
    consumer.stop(graceful=True)
    assert 999 not in taken.ids


def test_a_letter_that_fails_is_followed_by_the_next(queue: Queue, caplog: pytest.LogCaptureFixture) -> None:
    taken = Taken(2)

    def handler(letter_id: int) -> None:
        taken(letter_id)
        raise RuntimeError("a page that cannot be read")

    consumer = queue.consumer(handler, threads=1)
    consumer.start()
    with caplog.at_level(logging.CRITICAL):
        queue.wake([1, 2])
        assert taken.all_there.wait(30)
        consumer.stop(graceful=True)
    assert taken.ids == [1, 2]


@on_postgresql
def test_the_queue_holds_ids_of_letters_and_nothing_else(queue: Queue, postgres_database: postgres.Database) -> None:
    queue.wake([17, 4])
    with _connected(postgres_database.owner_url) as owner:
        rows = owner.execute("SELECT data FROM queue_task ORDER BY id").fetchall()
        assert [bytes(data) for (data,) in rows] == [b"17", b"4"]
        for table in ("queue_kv", "queue_schedule", "queue_counter"):
            assert owner.execute(f"TABLE {table}".encode()).fetchall() == []


@on_postgresql
def test_what_is_no_letter_id_is_not_run(queue: Queue, postgres_database: postgres.Database) -> None:
    """Whoever can write to the queue's table cannot have the workers run anything by it."""
    with _connected(postgres_database.app_url) as anybody:
        anybody.execute("INSERT INTO queue_task (queue, data) VALUES ('petition-archive', %s)", (b"cos\nsystem\n.",))
    taken = Taken(1)
    consumer = queue.consumer(taken, threads=1)
    queue.wake([5])
    consumer.start()
    assert taken.all_there.wait(30)
    consumer.stop(graceful=True)
    assert taken.ids == [5]


@on_postgresql
@pytest.mark.parametrize(
    "trouble",
    [
        f"REVOKE ALL ON queue_task FROM {postgres.APP}",
        "DROP TABLE queue_task",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'archive_app'",
        # Nobody can say how long somebody else's lock lasts: it is not waited for.
        "BEGIN; LOCK TABLE queue_task IN ACCESS EXCLUSIVE MODE",
    ],
    ids=["no rights", "no table", "connection gone", "table locked"],
)
def test_a_queue_that_fails_holds_up_nobody(
    queue: Queue, postgres_database: postgres.Database, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    queue.wake([1])
    admin = postgres_database.owner_url.replace(postgres.OWNER, "postgres")
    with _connected(admin) as administrator:
        administrator.execute(trouble.encode())
        queue.wake([2])
    assert "the next sweep will find the letters" in caplog.text
    queue.wake([3])
    caplog.clear()
    if trouble.startswith(("SELECT", "BEGIN")):
        queue.wake([4])
        assert caplog.text == "", "it works again by itself"


def test_a_server_that_is_not_there_holds_up_nobody(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    with closing(Queue(f"postgresql+psycopg://{postgres.APP}@/archive?host={tmp_path}")) as queue:
        queue.wake([1])
    assert "the next sweep will find the letters" in caplog.text
