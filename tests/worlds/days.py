"""The databases of a history: a new one for each, a copy of the one that was made first."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from archive_app.runtime.archive import Archive, create
from tests import postgres
from tests.databases import sqlite_databases

MAIL = {"mail_host": "mail.test", "mail_from": "archive@office.test", "address": "http://archive.test/"}
"""Mail goes out, into `World.mails`."""


class SqliteDay:
    """The first day, in SQLite: files that are copied."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template"

    def begin(self) -> Archive:
        """Make the template."""
        shutil.copytree(sqlite_databases(), self.template)
        return create(self.template, reserve_bytes=0, **MAIL)

    def new(self, folder: Path) -> None:
        """Make an archive as it was on the first day."""
        shutil.copytree(self.template, folder)

    def put_back(self, folder: Path) -> None:
        """Make an archive again as it was on the first day."""
        for each in ("records.db-wal", "records.db-shm", "queue.db-wal", "queue.db-shm"):
            (folder / each).unlink(missing_ok=True)
        for each in ("records.db", "queue.db"):
            shutil.copyfile(self.template / each, folder / each)


class PostgresDay:
    """The first day, in PostgreSQL: a database that others are copied from."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template"
        self.database = postgres.cluster().new_database()
        self.copies: dict[Path, postgres.Database] = {}

    def begin(self) -> Archive:
        """Make the template."""
        urls = {"database_url": self.database.app_url, "database_owner_url": self.database.owner_url}
        return create(self.template, reserve_bytes=0, **MAIL, **urls)

    def new(self, folder: Path) -> None:
        """Make an archive as it was on the first day."""
        shutil.copytree(self.template, folder)
        copy = self.copies[folder] = postgres.cluster().new_database(self.database)
        settings = folder / "archive.toml"
        settings.write_text(
            settings.read_text()
            .replace(f'"{self.database.app_url}"', f'"{copy.app_url}"')
            .replace(f'"{self.database.owner_url}"', f'"{copy.owner_url}"')
        )

    def put_back(self, folder: Path) -> None:
        """Make an archive again as it was on the first day."""
        name = self.copies[folder].name
        with psycopg.connect(self._server(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {name} OWNER {postgres.OWNER} TEMPLATE {self.database.name}".encode())

    def _server(self) -> str:
        host = make_url(self.database.app_url).query["host"]
        return f"host={host} user=postgres dbname=postgres"
