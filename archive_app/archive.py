"""An archive, wired: settings, database, file store, index and queue in one value that services are given."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy.orm import sessionmaker

from archive_app.config import Settings, load_settings, write_settings
from archive_app.jobs import Queue
from index.engines.base import Engine as Index
from index.engines.sqlite_fts5 import SqliteFts5
from storage import schema
from storage.files import FileStore, LocalFiles
from storage.session import Sessions, open_database


@dataclass(frozen=True, slots=True)
class Archive:
    """What every service works on. Making one connects to nothing until it is used."""

    settings: Settings
    database: Database
    sessions: Sessions
    files: FileStore
    index: Index
    queue: Queue

    def close(self) -> None:
        """Let go of the database."""
        self.database.dispose()
        self.queue.close()


def create(folder: Path, **chosen: Any) -> Archive:
    """Make a new archive in `folder` with the chosen settings. Raises AlreadyAnArchive."""
    write_settings(folder, **chosen)
    return open_archive(folder)


def open_archive(folder: Path) -> Archive:
    """Open the archive in `folder`, and bring its database to the newest schema.

    Raises:
        NotAnArchive: there is none.
    """
    settings = load_settings(folder)
    os.umask(0o077)
    settings.work.mkdir(exist_ok=True, mode=0o700)
    files = LocalFiles(settings.files, reserve=settings.reserve_bytes)
    files.ensure()
    database = open_database(settings.database)
    index = SqliteFts5()
    if not schema.is_current(database):
        schema.upgrade(database)
    # The write lock from the start: a worker may be writing while this process opens the archive.
    with database.execution_options(writes=True).begin() as connection:
        index.ensure(connection)
    return Archive(
        settings=settings,
        database=database,
        sessions=sessionmaker(database, expire_on_commit=False),
        files=files,
        index=index,
        queue=Queue(settings.queue),
    )
