"""The database: how it is opened, and the unit of work that rolls back unless committed."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

SQLITE_NEEDED = (3, 43, 0)
"""FTS5 contentless tables that can delete a row came with SQLite 3.43."""

Sessions = sessionmaker[Session]


class SqliteTooOld(Exception):
    """No SQLite library new enough was found."""

    def __init__(self, found: str) -> None:
        needed = ".".join(map(str, SQLITE_NEEDED))
        super().__init__(
            f"This Python's SQLite is {found}; at least {needed} is needed. "
            "Install the package pysqlite3-binary, or a newer SQLite."
        )


def sqlite_module() -> ModuleType:
    """The DB-API module with the newest SQLite: the pysqlite3 package where there is one, else Python's own.

    Raises:
        SqliteTooOld: neither is new enough.
    """
    found = ""
    for name in ("pysqlite3", "sqlite3"):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        if module.sqlite_version_info >= SQLITE_NEEDED:
            return module
        found = module.sqlite_version
    raise SqliteTooOld(found)


def open_database(path: Path) -> Engine:
    """Open (or make) the SQLite database: WAL, synchronous FULL, foreign keys on, deleted bytes overwritten."""
    engine = create_engine(
        f"sqlite:///{path}",
        module=sqlite_module(),
        connect_args={"timeout": 30, "check_same_thread": False},
        # An error's words end in logs; the values of a statement are what people wrote.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver's own transactions begin too late (not before a SELECT) and would hide a stale read.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "busy_timeout=30000",
            "temp_store=MEMORY",
            "cache_size=-65536",
            "mmap_size=268435456",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def unit_of_work(sessions: Sessions, who: str = "") -> Iterator[Session]:
    """A session for reading and writing that rolls back unless `session.commit()` was called.

    The write lock is taken at the start: two writers wait for each other instead of failing half way. `who` asks: ""
    (nobody), "system", or the id of an account; it is kept in `session.info`.
    """
    session = sessions(info={"who": who})
    try:
        session.connection(execution_options={"writes": True})
        yield session
    finally:
        session.close()


@contextmanager
def reading(sessions: Sessions, who: str = "") -> Iterator[Session]:
    """A session for reading only: one consistent snapshot, nothing is ever written. `who` as with `unit_of_work`."""
    session = sessions(info={"who": who})
    try:
        yield session
    finally:
        session.close()
