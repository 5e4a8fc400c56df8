"""Archives on both databases: SQLite with its trip wires, PostgreSQL with row-level security under the door.

A new archive's database is a copy of one that was made once in this process, in the way in which archives are made:
otherwise most of a test's time would go by with migrations, which have tests of their own (`tests/storage`).
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import time_machine

from archive_app.people.sign_in import add_account
from archive_app.runtime.archive import Archive, create
from tests.compiled import share_statements
from tests.postgres import Database, cluster

DATABASES = ("sqlite", "postgresql")
PASSWORD = "correct horse"
BEFORE = datetime(2007, 1, 1, tzinfo=UTC)
"""When wang came: before all that happens in a test, at whatever time it takes place."""


@contextmanager
def archive_on(backend: str, folder: Path, *, registrar: bool = False, **chosen: Any) -> Iterator[Archive]:
    """A new archive on one of the databases; closed, and a PostgreSQL database dropped, at the end.

    It has no account, or as its only one that of the `registrar` wang, who signs in with PASSWORD.
    """
    chosen = {"reserve_bytes": 0, "sweep_seconds": 0.2, "defer_seconds": 0.2, **chosen}
    database = None
    if backend == "postgresql":
        database = cluster().new_database(_postgres_template(registrar))
        chosen |= {"database_url": database.app_url, "database_owner_url": database.owner_url}
    else:
        shutil.copytree(sqlite_databases(registrar), folder)
    archive = create(folder, **chosen)
    share_statements(archive.database)
    try:
        yield archive
    finally:
        archive.close()
        if database is not None:
            cluster().drop(database)


READY: dict[bool, Path] = {}
"""Folders with the databases of a new archive and nothing else, without and with a registrar."""


def sqlite_databases(registrar: bool = False) -> Path:
    """The folder to copy; it is made when it is asked for first, and there as long as this process is."""
    if registrar not in READY:
        READY[registrar] = _new_databases(registrar)
    return READY[registrar]


def _new_databases(registrar: bool) -> Path:
    kept = Path(tempfile.mkdtemp(prefix="archive-template-"))
    atexit.register(shutil.rmtree, kept, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        _make(Path(folder) / "archive", registrar)
        for name in ("records.db", "queue.db"):
            shutil.copy(Path(folder) / "archive" / name, kept / name)
    return kept


@functools.cache
def _postgres_template(registrar: bool) -> Database:
    database = cluster().new_database()
    with tempfile.TemporaryDirectory() as folder:
        urls = {"database_url": database.app_url, "database_owner_url": database.owner_url}
        _make(Path(folder) / "archive", registrar, **urls)
    return database


def _make(folder: Path, registrar: bool, **chosen: Any) -> None:
    archive = create(folder, reserve_bytes=0, **chosen)
    if registrar:
        with time_machine.travel(BEFORE):
            add_account(archive, "wang", PASSWORD, display_name="王登记")
    archive.close()
