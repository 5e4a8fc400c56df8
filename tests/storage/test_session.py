"""The database: settings, the unit of work and the snapshot, who asks, and what PostgreSQL cannot keep."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta, timezone

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from storage.models import AuditEvent, Case, Intake, Membership, Person
from storage.postgres import as_json
from storage.session import Sessions, reading, unit_of_work

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def _names(session: Session) -> list[str]:
    return list(session.scalars(select(Person.name).order_by(Person.id)))


def _who(session: Session) -> str | None:
    return session.scalar(text("SELECT current_setting('archive.who', true)"))


def test_the_database_is_opened_for_keeping(database: Engine) -> None:
    if database.dialect.name == "sqlite":
        ask, wanted = "PRAGMA {}", {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    else:
        ask, wanted = "SHOW {}", {"timezone": "UTC", "transaction_isolation": "read committed", "lock_timeout": "30s"}
    with database.connect() as connection:
        assert {name: connection.execute(text(ask.format(name))).scalar() for name in wanted} == wanted


def test_a_unit_of_work_rolls_back_unless_committed(sessions: Sessions) -> None:
    with unit_of_work(sessions) as session:
        session.add(Person(name="甲"))
        session.flush()
    with reading(sessions) as session:
        assert _names(session) == []
    with unit_of_work(sessions) as session:
        session.add(Person(name="乙"))
        session.commit()
    with reading(sessions) as session:
        assert _names(session) == ["乙"]


def test_two_writers_wait_for_each_other(sessions: Sessions) -> None:
    """Both read, then write: with the lock taken at the first write, one would fail, or write what is no longer so."""
    errors: list[BaseException] = []

    def add_many() -> None:
        try:
            for _ in range(25):
                with unit_of_work(sessions) as session:
                    count = len(_names(session))
                    session.add(Person(name=str(count)))
                    session.commit()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=add_many) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with reading(sessions) as session:
        assert sorted(int(name) for name in _names(session)) == list(range(75))


def test_a_reader_sees_one_instant(sessions: Sessions) -> None:
    with reading(sessions) as session:
        assert _names(session) == []
        with unit_of_work(sessions) as writer:
            writer.add(Person(name="甲"))
            writer.commit()
        assert _names(session) == []
    with reading(sessions) as session:
        assert _names(session) == ["甲"]


def test_a_writer_holds_up_no_reader(sessions: Sessions) -> None:
    with unit_of_work(sessions) as writer:
        writer.add(Person(name="甲"))
        writer.flush()
        with reading(sessions) as session:
            assert _names(session) == []


def test_foreign_keys_hold(sessions: Sessions) -> None:
    with unit_of_work(sessions) as session:
        session.add(Membership(person_id=1, unit_id=1))
        with pytest.raises(IntegrityError):
            session.commit()


def test_a_moment_without_a_zone_is_refused(sessions: Sessions) -> None:
    with unit_of_work(sessions) as session:
        session.add(Case(created_at=datetime(2026, 1, 1)))
        with pytest.raises(StatementError, match="time zone"):
            session.flush()


def test_a_moment_comes_back_in_utc(sessions: Sessions) -> None:
    there = datetime(2026, 1, 1, 7, 59, 59, 123456, tzinfo=timezone(timedelta(hours=8)))
    with unit_of_work(sessions) as session:
        session.add(Case(created_at=there, event_date=date(2026, 1, 1)))
        session.commit()
    with reading(sessions) as session:
        case = session.scalars(select(Case)).one()
        assert case.created_at == there
        assert case.created_at.isoformat() == "2025-12-31T23:59:59.123456+00:00"
        assert case.event_date == date(2026, 1, 1)


def test_public_ids_are_random(sessions: Sessions) -> None:
    with unit_of_work(sessions) as session:
        cases = [Case(created_at=datetime.now(UTC)) for _ in range(50)]
        session.add_all(cases)
        session.commit()
        assert len({case.public_id for case in cases}) == 50
        assert all(len(case.public_id) >= 22 for case in cases)


@pytest.mark.parametrize("opened", [unit_of_work, reading])
@pytest.mark.parametrize("who", ["", "system", "17"])
def test_a_session_says_who_asks(database: Engine, sessions: Sessions, opened: type, who: str) -> None:
    with opened(sessions, who) as session:
        assert session.info["who"] == who
        if database.dialect.name == "postgresql":
            assert _who(session) == who
            session.commit()
            assert _who(session) == who, "a transaction after a commit says it again"
            session.rollback()
            assert _who(session) == who, "and one after a rollback"


@pytest.mark.parametrize("who", ["0' OR true", "system ", "-1", "٣", "1.0", "System"])
def test_nobody_else_asks(sessions: Sessions, who: str) -> None:
    with pytest.raises(ValueError, match="who must be"), unit_of_work(sessions, who):
        pass
    with pytest.raises(ValueError, match="who must be"), reading(sessions, who):
        pass


@on_postgresql
def test_nothing_of_who_asked_is_left_on_a_connection(database: Engine, sessions: Sessions) -> None:
    with unit_of_work(sessions, "17") as session:
        used = session.scalar(text("SELECT pg_backend_pid()"))
        session.commit()
    with reading(sessions, "18") as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) == used
    with database.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) == used, "it was another connection"
        assert not connection.scalar(text("SELECT current_setting('archive.who', true)"))
        assert connection.scalar(text("SHOW transaction_read_only")) == "off"
        assert connection.scalar(text("SHOW transaction_isolation")) == "read committed"
        assert connection.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")) == 0


@on_postgresql
def test_a_reader_cannot_write(sessions: Sessions) -> None:
    with reading(sessions, "system") as session:
        session.add(Person(name="甲"))
        with pytest.raises(DBAPIError, match="read-only"):
            session.flush()


@on_postgresql
def test_a_connection_that_the_server_closed_is_replaced(database: Engine, sessions: Sessions) -> None:
    with reading(sessions) as session:
        used = session.scalar(text("SELECT pg_backend_pid()"))
    with psycopg.connect(database.url.set(drivername="postgresql").render_as_string()) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (used,))
    with reading(sessions) as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != used


def test_a_number_that_no_column_can_hold_is_an_overflow(sessions: Sessions) -> None:
    """The site answers it with the page for what is not there (`views.errors`)."""
    with reading(sessions) as session, pytest.raises(OverflowError):
        session.scalars(select(Case).where(Case.id == 10**30)).all()


def test_nul_in_text_is_kept_as_a_replacement_or_as_it_is(database: Engine, sessions: Sessions) -> None:
    replaced = "a\0b" if database.dialect.name == "sqlite" else "a\ufffdb"
    values = {"a": "a\0b", "b": "\\u0000", "c": "\\\0"}
    with unit_of_work(sessions) as session:
        session.add(Person(name="a\0b"))
        session.add(AuditEvent(id=1, at=datetime.now(UTC), action="x", details=values, hash=""))
        session.commit()
    with reading(sessions) as session:
        assert session.scalars(select(Person.name).where(Person.name == "a\0b")).one() == replaced
        assert session.scalar(text("SELECT name FROM persons WHERE name = :name").bindparams(name="a\0b")) == replaced
        details = session.scalars(select(AuditEvent.details)).one()
        assert details == {"a": replaced, "b": "\\u0000", "c": "\\" + replaced[1]}
        assert session.scalars(select(Intake).where(Intake.public_id == "\0")).all() == []


@given(st.recursive(st.text('\0\\u0"a'), lambda inner: st.lists(inner) | st.dictionaries(st.text("\0\\u0"), inner)))
def test_json_for_postgresql_differs_only_in_nuls(value: object) -> None:
    def without_nul(part: object) -> object:
        if isinstance(part, str):
            return part.replace("\0", "\ufffd")
        if isinstance(part, dict):
            return {without_nul(key): without_nul(inner) for key, inner in part.items()}
        assert isinstance(part, list)
        return [without_nul(inner) for inner in part]

    assert json.loads(as_json(value)) == without_nul(value)
