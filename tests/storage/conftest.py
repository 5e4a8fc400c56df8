"""A database of each kind, so that every promise of the storage is tested on both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from storage import schema
from storage.session import Sessions, open_database
from tests import postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table; on PostgreSQL opened by the role that may make them."""
    if request.param == "sqlite":
        target: Path | str = tmp_path / "records.db"
    else:
        made: postgres.Database = request.getfixturevalue("postgres_database")
        target = made.owner_url
    engine = open_database(target)
    yield engine
    engine.dispose()


@pytest.fixture
def database(empty_database: Engine) -> Engine:
    """The same with the newest schema."""
    schema.upgrade(empty_database)
    return empty_database


@pytest.fixture
def sessions(database: Engine) -> Sessions:
    return sessionmaker(database, expire_on_commit=False)
