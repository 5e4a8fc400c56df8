"""A database of each kind, so that every promise of the storage is tested on both."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from storage import schema
from storage.session import Sessions, open_database
from tests.postgres import Database, cluster

KINDS = ("sqlite", "postgresql")


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """Where a database without any table is; on PostgreSQL as the role that may make them."""
    if request.param == "sqlite":
        yield tmp_path / "records.db"
    else:
        made = cluster().new_database()
        yield made.owner_url
        cluster().drop(made)


@pytest.fixture(scope="session")
def lite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with the newest schema, to be copied."""
    file = tmp_path_factory.mktemp("template") / "records.db"
    _upgrade(file)
    return file


@pytest.fixture(scope="session")
def postgres_template() -> Database:
    """A PostgreSQL database with the newest schema, to be copied."""
    made = cluster().new_database()
    _upgrade(made.owner_url)
    return made


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with the newest schema and no row, opened; on PostgreSQL by the owner."""
    if request.param == "sqlite":
        engine = open_database(Path(shutil.copy(request.getfixturevalue("lite_template"), tmp_path / "records.db")))
        yield engine
        engine.dispose()
    else:
        made = cluster().new_database(request.getfixturevalue("postgres_template"))
        engine = open_database(made.owner_url)
        yield engine
        engine.dispose()
        cluster().drop(made)


@pytest.fixture
def sessions(database: Engine) -> Sessions:
    return sessionmaker(database, expire_on_commit=False)


def _upgrade(target: Path | str) -> None:
    engine = open_database(target)
    schema.upgrade(engine)
    engine.dispose()
