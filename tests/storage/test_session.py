"""The database: settings, the unit of work, and migrations that give just the tables of the models."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import sessionmaker

from storage import schema
from storage.models import Base, Case, Person, Recusal
from storage.session import Sessions, open_database, reading, unit_of_work


@pytest.fixture
def database(tmp_path: Path) -> Engine:
    engine = open_database(tmp_path / "records.db")
    schema.upgrade(engine)
    return engine


@pytest.fixture
def sessions(database: Engine) -> Sessions:
    return sessionmaker(database, expire_on_commit=False)


def test_migrations_give_the_tables_of_the_models(database: Engine) -> None:
    assert schema.is_current(database)
    with database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_database_is_opened_for_keeping(database: Engine) -> None:
    with database.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_a_unit_of_work_rolls_back_unless_committed(sessions: Sessions) -> None:
    with unit_of_work(sessions) as session:
        session.add(Person(name="甲"))
        session.flush()
    with reading(sessions) as session:
        assert session.scalars(select(Person)).all() == []
    with unit_of_work(sessions) as session:
        session.add(Person(name="乙"))
        session.commit()
    with reading(sessions) as session:
        assert [person.name for person in session.scalars(select(Person))] == ["乙"]


def test_two_writers_wait_for_each_other(sessions: Sessions) -> None:
    """Both read, then write: with the lock taken at the first write, one would fail with a stale snapshot."""
    errors: list[BaseException] = []

    def add_many() -> None:
        try:
            for _ in range(25):
                with unit_of_work(sessions) as session:
                    count = len(session.scalars(select(Person)).all())
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
        names = sorted(int(person.name) for person in session.scalars(select(Person)))
    assert names == list(range(75))


def test_foreign_keys_hold(sessions: Sessions) -> None:
    with unit_of_work(sessions) as session:
        session.add(Recusal(person_id=1, case_id=1, at=datetime.now(UTC)))
        with pytest.raises(IntegrityError):
            session.commit()


def test_a_moment_without_a_zone_is_refused(sessions: Sessions) -> None:
    with unit_of_work(sessions) as session:
        session.add(Case(created_at=datetime(2026, 1, 1)))
        with pytest.raises(StatementError, match="time zone"):
            session.flush()


def test_public_ids_are_random(sessions: Sessions) -> None:
    with unit_of_work(sessions) as session:
        cases = [Case(created_at=datetime.now(UTC)) for _ in range(50)]
        session.add_all(cases)
        session.commit()
        assert len({case.public_id for case in cases}) == 50
        assert all(len(case.public_id) >= 22 for case in cases)
