"""The engines that the conformance tests run over, each with a database and a small world of cases and vetoes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from sqlalchemy import Column, Integer, MetaData, Select, Table, create_engine, delete, exists, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from index.engines.base import Document, Engine
from index.engines.sqlite_fts5 import SqliteFts5
from storage.session import sqlite_module

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


Opener = Callable[[], AbstractContextManager[tuple[Engine, Session]]]
OPENERS = [pytest.param(sqlite, id="sqlite_fts5")]


def settle_world(session: Session, seen: set[int], hidden: set[int]) -> None:
    """Make the cases, and put a veto on the hidden ones."""
    session.execute(delete(vetoes))
    session.execute(delete(cases))
    for case_id in seen | hidden:
        session.execute(insert(cases).values(id=case_id))
    for case_id in hidden:
        session.execute(insert(vetoes).values(case_id=case_id))


def put_all(engine: Engine, session: Session, documents: Iterable[Document]) -> None:
    for document in documents:
        engine.put(session, document)
