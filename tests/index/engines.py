"""The engines that the conformance tests run over, each with a database and a small world of cases and vetoes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Select, Table, create_engine, delete, exists, insert, select
from sqlalchemy import Engine as Database
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from index.engines.base import Document, Engine
from index.engines.postgres import Postgres
from index.engines.sqlite_fts5 import SqliteFts5
from storage.session import open_database, sqlite_module
from tests import postgres

world = MetaData()
cases = Table("cases", world, Column("id", Integer, primary_key=True))
vetoes = Table("vetoes", world, Column("case_id", Integer, primary_key=True))

SCOPE: Select[tuple[int]] = select(cases.c.id).where(~exists().where(vetoes.c.case_id == cases.c.id))
"""Every case without a veto, as the access door would compose it."""


@contextmanager
def sqlite() -> Iterator[tuple[Engine, Session]]:
    database = create_engine("sqlite://", module=sqlite_module(), poolclass=StaticPool)
    engine = SqliteFts5()
    with database.connect() as connection, connection.begin():
        world.create_all(connection)
        engine.ensure(connection)
        with Session(bind=connection) as session:
            yield engine, session
    database.dispose()


@contextmanager
def postgresql() -> Iterator[tuple[Engine, Session]]:
    """One database for all: what is put in is rolled back."""
    with _emptied().connect() as connection, connection.begin() as transaction:
        with Session(bind=connection) as session:
            yield Postgres(), session
        transaction.rollback()


@cache
def _emptied() -> Database:
    database = open_database(postgres.cluster().new_database().owner_url)
    _make(Postgres(), database)
    return database


Opener = Callable[[], AbstractContextManager[tuple[Engine, Session]]]
OPENERS = [pytest.param(sqlite, id="sqlite_fts5"), pytest.param(postgresql, id="postgresql")]
ENGINES = [pytest.param(SqliteFts5(), id="sqlite_fts5"), pytest.param(Postgres(), id="postgresql")]


@contextmanager
def database_of(engine: Engine, folder: Path) -> Iterator[Database]:
    """An empty database of its own for an engine, with its tables and those of the world, to be committed to."""
    of_server = postgres.cluster().new_database() if isinstance(engine, Postgres) else None
    database = open_database(of_server.owner_url if of_server else folder / "records.db")
    _make(engine, database)
    yield database
    database.dispose()
    if of_server:
        postgres.cluster().drop(of_server)


def _make(engine: Engine, database: Database) -> None:
    with database.begin() as connection:
        world.create_all(connection)
        engine.ensure(connection)
        engine.ensure(connection)


def settle_world(session: Session, seen: set[int], hidden: set[int]) -> None:
    """Make the cases, and put a veto on the hidden ones."""
    session.execute(delete(vetoes))
    session.execute(delete(cases))
    if seen | hidden:
        session.execute(insert(cases), [{"id": number} for number in seen | hidden])
    if hidden:
        session.execute(insert(vetoes), [{"case_id": number} for number in hidden])


def put_all(engine: Engine, session: Session, documents: Iterable[Document]) -> None:
    for document in documents:
        engine.put(session, document)
