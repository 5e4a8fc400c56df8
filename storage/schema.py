"""The database's schema, upgraded to the newest version by Alembic from the first table on."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from storage import training_examples, veto_bits
from storage.session import lock_for_writing

MIGRATIONS = Path(__file__).parent / "migrations"


class BrokenReferences(Exception):
    """A migration would leave rows with broken references; nothing was changed."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def upgrade(engine: Engine) -> None:
    """Upgrade the database to the newest schema, in one transaction. Of several processes one does it, the others wait.

    On PostgreSQL the engine must use the role that owns the tables. On SQLite, changing a table means making it again
    under its old name, which foreign keys must not prevent: they are checked at the end instead.
    """
    config = _config()
    with engine.execution_options(writes=True).connect() as connection:
        lite = engine.dialect.name == "sqlite"
        if lite:
            _pragma(connection, "foreign_keys=OFF")
        try:
            with connection.begin():
                wait_to_change(connection)
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                veto_bits.install(connection)
                training_examples.install(connection)
                if lite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise BrokenReferences
        finally:
            if lite:
                _pragma(connection, "foreign_keys=ON")


def wait_to_change(connection: Connection) -> None:
    """Lock out all writers and other upgrades until this transaction ends; wait for them as long as necessary."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL lock_timeout = '15min'")
    lock_for_writing(connection)


def _pragma(connection: Connection, setting: str) -> None:
    """Set what SQLite sets outside a transaction only."""
    driver = connection.connection.dbapi_connection
    assert driver is not None  # noqa: S101 - the connection is open
    driver.cursor().execute(f"PRAGMA {setting}")


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest schema."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == _newest()


@cache
def _newest() -> str | None:
    """The newest version: to find it, all migrations are loaded."""
    return ScriptDirectory.from_config(_config()).get_current_head()
