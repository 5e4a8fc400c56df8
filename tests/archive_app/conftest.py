"""A real archive in a temporary folder, and its people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_app.access.identity import Reader
from archive_app.people.sign_in import local_reader
from archive_app.runtime.archive import Archive
from tests.case_office import office as office
from tests.databases import archive_on


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with archive_on("sqlite", tmp_path / "archive", registrar=True) as made:
        yield made


@pytest.fixture
def reader(archive: Archive) -> Reader:
    return local_reader(archive, "wang")
