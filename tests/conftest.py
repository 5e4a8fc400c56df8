"""What all tests share: where the real pages and petitions lie, when they are there at all."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import settings

from tests import compiled, hashing, postgres

# No test is a matter of time: how long an example takes is for the machine to say, and for what else runs on it.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# A run that a shell put into the background ignores Ctrl-C, and so would all programs that the tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

compiled.keep_templates()
compiled.keep_addresses()

REPOSITORY = Path(__file__).resolve().parent.parent

LONGEST = (
    "tests/worlds/test_leaks.py",
    "tests/faults/test_kills.py",
    "tests/worlds/test_two_worlds.py",
    "tests/test_manual.py",
    "tests/faults/test_races.py",
)
"""Single tests in these take a minute and more."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest: of several processes that share the tests, none has a long one to go at the end."""
    place = {REPOSITORY / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes() -> Iterator[None]:
    """Passwords are hashed cheaply, also in what several tests share."""
    with hashing.cheap_hashes():
        yield


@pytest.fixture(autouse=True)
def _real_hashes(request: pytest.FixtureRequest) -> Iterator[None]:
    """But in a test with the marker `real_hashes`, where they are hashed as in use."""
    with hashing.real_hashes() if request.node.get_closest_marker("real_hashes") else nullcontext():
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real pages and petitions; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("ARCHIVE_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"needs the shared test data, which is not at {folder} (set ARCHIVE_TEST_DATA)")
    return folder


@pytest.fixture
def postgres_database() -> Iterator[postgres.Database]:
    """An empty database on the PostgreSQL of this test process; dropped afterwards."""
    database = postgres.cluster().new_database()
    yield database
    postgres.cluster().drop(database)


def pytest_unconfigure() -> None:
    """Stop the PostgreSQL of this process, if a test started one."""
    postgres.stop()
