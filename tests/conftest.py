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

SLOW = (
    *LONGEST,
    "tests/bench",
    "tests/browser",
    "tests/faults",
    "tests/samples",
    "tests/scanning",
    "tests/worlds",
    "tests/archive_app/audit/test_verification.py",
    "tests/archive_app/cases/test_replay.py",
    "tests/archive_app/cases/test_workflow_properties.py",
    "tests/archive_app/commands",
    "tests/archive_app/domain/test_clock_properties.py",
    "tests/archive_app/forms/test_rendering.py",
    "tests/archive_app/forms/test_what_is_printed.py",
    "tests/archive_app/learning",
    "tests/archive_app/letters/test_extracts.py",
    "tests/archive_app/letters/test_processing.py",
    "tests/archive_app/letters/test_rescan.py",
    "tests/archive_app/printing",
    "tests/archive_app/runtime",
    "tests/archive_app/suggesting/test_measured.py",
    "tests/archive_app/views/api/test_schemathesis.py",
    "tests/index/test_conformance.py",
    "tests/index/test_petitions.py",
    "tests/index/test_postgres.py",
)
"""What `make quick` leaves to `make test`: whole programs, engines, browsers, and long searches at random."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `make quick` leaves out, and begin with the longest.

    Of several processes that share the tests, none has a long one to go at the end.
    """
    slow = {REPOSITORY / name for name in SLOW}
    assert all(path.exists() for path in slow), "SLOW names what is not there any more"
    for item in items:
        if not slow.isdisjoint((item.path, *item.path.parents)):
            item.add_marker("slow")
        if "postgresql" in item.name.partition("[")[2]:
            item.add_marker("postgresql")
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
