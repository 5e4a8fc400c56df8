"""A real archive in a temporary folder, and its people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_app.accounts import add_account, local_reader
from archive_app.archive import Archive, create
from archive_app.identity import Reader

PASSWORD = "correct horse"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = create(tmp_path / "archive", reserve_bytes=0, sweep_seconds=0.2, put_off_seconds=0.2)
    add_account(made, "wang", PASSWORD, display_name="王登记")
    yield made
    made.close()


@pytest.fixture
def reader(archive: Archive) -> Reader:
    return local_reader(archive, "wang")
