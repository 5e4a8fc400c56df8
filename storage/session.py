"""The database: how it is opened, who asks it, and the unit of work that rolls back unless committed.

It is a SQLite file or a PostgreSQL database, and both keep the same promises: one writer at a time, a reader sees one
instant, and a value that cannot be kept is refused or changed (`storage.postgres`).
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

SQLITE_NEEDED = (3, 43, 0)
"""FTS5 contentless tables that can delete a row came with SQLite 3.43."""

WRITER_LOCK = 0x7065746974696F6E
"""The advisory lock of PostgreSQL that whoever writes to the records holds; it counts within one database only."""

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


def open_database(target: Path | str) -> Engine:
    """Open the database: a path is a SQLite file (made where there is none), else an SQLAlchemy URL of PostgreSQL."""
    if isinstance(target, Path):
        return _open_sqlite(target)
    # Only now: the driver needs libpq, which an archive on SQLite can do without.
    from storage import postgres

    return postgres.open_database(make_url(target))


def _open_sqlite(path: Path) -> Engine:
    """WAL, synchronous FULL, foreign keys on, deleted bytes overwritten."""
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
        _write_ahead(cursor)
        for pragma in (
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


def _write_ahead(cursor: Any) -> None:
    """Let the file be in WAL mode. Several that make a new one at once refuse each other, whatever the timeout says."""
    for pause in (*(0.01, 0.02, 0.05) * 3, *(0.1, 0.25, 0.5) * 5, None):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite_module().OperationalError as error:
            if pause is None or "locked" not in str(error):
                raise
            time.sleep(pause)
        else:
            return


@contextmanager
def unit_of_work(sessions: Sessions, who: str = "") -> Iterator[Session]:
    """A session for reading and writing that rolls back unless `session.commit()` was called.

    There is one writer at a time, on both databases, and the services rely on it: what they have read is still so when
    they write. The lock is taken at the start, so two writers wait for each other instead of failing half way. SQLite
    has it by itself; on PostgreSQL it is an advisory lock, which lasts as long as the transaction.

    Args:
        sessions: of the database.
        who: asks: "" (nobody), "system", or the id of an account. On PostgreSQL each transaction says so to the server,
            and only for itself (`archive.who`): row-level security goes by it.

    Raises:
        ValueError: `who` is none of the three.
    """
    session = sessions(info={"who": _checked(who), "writes": True})
    event.listen(session, "after_begin", _introduce)
    try:
        session.connection(execution_options={"writes": True})
        yield session
    finally:
        session.close()


@contextmanager
def reading(sessions: Sessions, who: str = "") -> Iterator[Session]:
    """A session for reading only: one consistent snapshot, nothing is ever written. `who` as with `unit_of_work`."""
    bind = sessions.kw["bind"]
    if bind.dialect.name == "postgresql":
        bind = bind.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    session = sessions(bind=bind, info={"who": _checked(who), "writes": False})
    event.listen(session, "after_begin", _introduce)
    try:
        yield session
    finally:
        session.close()


def lock_for_writing(connection: Connection) -> None:
    """Let no other writer in until this transaction ends. On SQLite, `writes` of the connection has done it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")


def _checked(who: str) -> str:
    if who not in ("", "system") and not (who.isascii() and who.isdigit()):
        raise ValueError("who asks is nobody, the system, or an account")
    return who


def _introduce(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Tell PostgreSQL at the beginning of each transaction, also of one after a commit, who asks."""
    if connection.dialect.name == "postgresql":
        lock = f", pg_advisory_xact_lock({WRITER_LOCK})" if session.info["writes"] else ""
        connection.exec_driver_sql(f"SELECT set_config('archive.who', '{session.info['who']}', true){lock}")
