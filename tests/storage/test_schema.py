"""The schema: from nothing to the tables of the models, on both databases, also when several begin at once."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from storage import schema
from storage.models import Base
from storage.session import open_database


@pytest.fixture
def opened(empty: Path | str) -> Iterator[Engine]:
    engine = open_database(empty)
    yield engine
    engine.dispose()


def test_migrations_give_the_tables_of_the_models(opened: Engine) -> None:
    assert not schema.is_current(opened)
    schema.upgrade(opened)
    assert schema.is_current(opened)
    with opened.connect() as connection:
        compared = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(compared, Base.metadata) == []
    assert set(inspect(opened).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_an_upgrade_that_has_nothing_to_do_changes_nothing(database: Engine) -> None:
    schema.upgrade(database)
    assert schema.is_current(database)


def test_processes_that_upgrade_at_once_do_not_break_each_other(empty: Path | str) -> None:
    context = multiprocessing.get_context("spawn")
    together = context.Barrier(3)
    processes = [context.Process(target=_upgrade, args=(empty, together)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    engine = open_database(empty)
    assert schema.is_current(engine)
    engine.dispose()


def _upgrade(target: Path | str, together: multiprocessing.synchronize.Barrier) -> None:
    engine = open_database(target)
    together.wait()
    schema.upgrade(engine)
    engine.dispose()
