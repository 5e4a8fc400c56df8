"""Archives on both databases: SQLite with its trip wires, PostgreSQL with row-level security under the door."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from archive_app.archive import Archive, create
from tests.postgres import cluster

FLOORS = ("sqlite", "postgresql")


@contextmanager
def archive_on(floor: str, folder: Path, **chosen: Any) -> Iterator[Archive]:
    """A new archive on one of the databases; closed, and a PostgreSQL database dropped, at the end."""
    chosen = {"reserve_bytes": 0, "sweep_seconds": 0.2, "put_off_seconds": 0.2, **chosen}
    database = cluster().new_database() if floor == "postgresql" else None
    if database is not None:
        chosen |= {"database_url": database.app_url, "database_owner_url": database.owner_url}
    archive = create(folder, **chosen)
    try:
        yield archive
    finally:
        archive.close()
        if database is not None:
            cluster().drop(database)
