"""An archive as one value for the services: settings, database, file store, index and queue."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine as Database
from sqlalchemy.orm import Session, sessionmaker

from archive_app.access import query_guard
from archive_app.access.identity import Nobody, Reader, System
from archive_app.runtime.config import Settings, load_settings, remove_settings, write_settings
from archive_app.runtime.database import open_postgres, open_sqlite
from archive_app.runtime.queue import Queue
from index.engines.base import Engine as Index
from index.engines.sqlite_fts5 import SqliteFts5
from storage import written_words
from storage.files import FileStore, LocalFiles
from storage.session import Sessions, reading, unit_of_work


@dataclass(frozen=True, slots=True)
class Archive:
    """What every service works on. Nothing connects until it is used."""

    settings: Settings
    database: Database
    sessions: Sessions
    files: FileStore
    index: Index
    queue: Queue

    def reading(self, reader: Reader | System | Nobody) -> AbstractContextManager[Session]:
        """A session for reading only, in the name of `reader`: one consistent snapshot (`storage.session.reading`)."""
        return reading(self.sessions, reader.key)

    @contextmanager
    def changing(self, reader: Reader | System | Nobody) -> Iterator[Session]:
        """A session for reading and writing, in the name of `reader` (`storage.session.unit_of_work`).

        There is one writer at a time. All changes are rolled back unless `session.commit()` is called. Words about a
        case that were not screened are not committed (`storage.written_words`).
        """
        with unit_of_work(self.sessions, reader.key) as session:
            written_words.watch(session)
            yield session

    def close(self) -> None:
        """Close the database."""
        self.database.dispose()
        self.queue.close()


def create(folder: Path, **chosen: Any) -> Archive:
    """Make a new archive in `folder` with the chosen settings; remove it again when its database fails.

    Raises:
        AlreadyAnArchive: there is one in this folder.
        ArchiveError: as `open_archive`.
    """
    write_settings(folder, **chosen)
    try:
        return open_archive(folder)
    except BaseException:
        remove_settings(folder)
        raise


def open_archive(folder: Path) -> Archive:
    """Open the archive in `folder`, and upgrade its database to the newest schema.

    Raises:
        NotAnArchive: there is none.
        ArchiveError: its PostgreSQL database cannot be used (`archive_app.runtime.database`).
    """
    settings = load_settings(folder)
    os.umask(0o077)
    settings.work.mkdir(exist_ok=True, mode=0o700)
    files = LocalFiles(settings.files, reserve=settings.reserve_bytes)
    files.ensure()
    index, database = _open_database(settings)
    sessions = sessionmaker(database, expire_on_commit=False)
    if database.dialect.name == "sqlite":
        query_guard.install(database, sessions)
    return Archive(
        settings=settings,
        database=database,
        sessions=sessions,
        files=files,
        index=index,
        queue=Queue(settings.queue),
    )


def _open_database(settings: Settings) -> tuple[Index, Database]:
    if not settings.database_url:
        lite = SqliteFts5()
        return lite, open_sqlite(settings.database, lite)
    # Imported here because its driver needs libpq, which an archive on SQLite does not require.
    from index.engines.postgres import Postgres

    index = Postgres()
    return index, open_postgres(settings.database_url, settings.database_owner_url, index)
