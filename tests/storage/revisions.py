"""A database of an earlier revision, with rows in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData, Table, insert

from storage import schema

THEN = datetime(2026, 3, 2, 4, 5, 6, tzinfo=UTC)


@contextmanager
def at_revision(engine: Engine, revision: str) -> Iterator[Callable[..., None]]:
    """Make the tables of this revision; yield what adds a row to one: its name, and the values that matter."""
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        found = MetaData()
        found.reflect(connection)

        def add(table: str, **values: Any) -> None:
            connection.execute(insert(found.tables[table]), filled(found.tables[table], **values))

        yield add


def filled(table: Table, **values: Any) -> dict[str, Any]:
    """A row with these values, and something of its kind in every other column that must have one."""
    row = dict(values)
    for column in table.columns:
        if column.name in row or column.nullable or column.server_default is not None or column.primary_key:
            continue
        made = {int: 0, str: "", bool: False, datetime: THEN, dict: {}, list: []}
        row[column.name] = made.get(column.type.python_type, "")
    return row
