"""A real archive in a temporary folder, and its people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_app.accounts import local_reader
from archive_app.archive import Archive
from archive_app.identity import Reader
from tests.floors import archive_on


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with archive_on("sqlite", tmp_path / "archive", registrar=True) as made:
        yield made


@pytest.fixture
def reader(archive: Archive) -> Reader:
    return local_reader(archive, "wang")
