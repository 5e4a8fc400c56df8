"""The database: how it is opened, and the unit of work that rolls back unless committed.

It is a SQLite file or a PostgreSQL database, with the same guarantees: one writer at a time, a reader sees one
snapshot, and a value that cannot be stored is refused or changed (`storage.postgres`).
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
"""FTS5 contentless tables with deletion need SQLite 3.43."""

WRITER_LOCK = 0x7065746974696F6E
"""PostgreSQL's advisory lock for writers of the records; it is valid within one database only."""

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
    """Open the database: a path is a SQLite file (made if missing), otherwise an SQLAlchemy URL of PostgreSQL."""
    if isinstance(target, Path):
        return _open_sqlite(target)
    # Imported here because the driver needs libpq, which an archive on SQLite does not require.
    from storage import postgres

    return postgres.open_database(make_url(target))


def _open_sqlite(path: Path) -> Engine:
    """Open SQLite with WAL, synchronous FULL, foreign keys on, deleted bytes overwritten."""
    engine = create_engine(
        f"sqlite:///{path}",
        module=sqlite_module(),
        connect_args={"timeout": 30, "check_same_thread": False},
        # Error texts appear in logs; the parameters of a statement are personal data.
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        # The driver's own transactions begin too late (not before a SELECT), which would hide a stale read.
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
    """Set the file to WAL mode. Connections that do so at once for a new file fail, whatever the timeout is."""
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

    There is one writer at a time, on both databases, and the services rely on it: what they have read is still true
    when they write. The lock is taken at the start, so two writers wait for each other instead of failing half way.
    SQLite has its own lock; on PostgreSQL it is an advisory lock, held until the transaction ends.

    Args:
        sessions: of the database.
        who: the reader: "" (nobody), "system", or the id of an account. On PostgreSQL each transaction sets it for
            itself only (`archive.who`), for row-level security.

    Raises:
        ValueError: `who` is none of the three.
    """
    session = sessions(info={"who": _checked(who), "writes": True})
    event.listen(session, "after_begin", _set_reader)
    try:
        session.connection(execution_options={"writes": True})
        yield session
    finally:
        session.close()


@contextmanager
def reading(sessions: Sessions, who: str = "") -> Iterator[Session]:
    """A session for reading only: one consistent snapshot, without writes. `who` as with `unit_of_work`."""
    bind = sessions.kw["bind"]
    if bind.dialect.name == "postgresql":
        bind = bind.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    session = sessions(bind=bind, info={"who": _checked(who), "writes": False})
    event.listen(session, "after_begin", _set_reader)
    try:
        yield session
    finally:
        session.close()


def lock_for_writing(connection: Connection) -> None:
    """Lock out other writers until this transaction ends. On SQLite, the connection's option `writes` does it."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")


def _checked(who: str) -> str:
    if who not in ("", "system") and not (who.isascii() and who.isdigit()):
        raise ValueError('who must be "" (nobody), "system" or the id of an account')
    return who


def _set_reader(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Set the reader on PostgreSQL at the beginning of each transaction, also of one after a commit."""
    if connection.dialect.name == "postgresql":
        lock = f", pg_advisory_xact_lock({WRITER_LOCK})" if session.info["writes"] else ""
        connection.exec_driver_sql(f"SELECT set_config('archive.who', '{session.info['who']}', true){lock}")
