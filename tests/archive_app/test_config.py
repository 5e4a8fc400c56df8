"""Settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive_app.config import load_settings, write_settings
from archive_app.errors import AlreadyAnArchive, InvalidField, NotAnArchive


def test_what_was_written_is_read(tmp_path: Path) -> None:
    written = write_settings(tmp_path / "a", port=9000, name="局“信访”档案", https=True)
    read = load_settings(tmp_path / "a")
    assert written == read
    assert (read.port, read.name, read.https) == (9000, "局“信访”档案", True)
    assert len(read.secret_key) > 40


def test_folder_and_secret_are_for_the_owner_only(tmp_path: Path) -> None:
    write_settings(tmp_path / "a")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "a" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_an_archive_is_not_made_twice(tmp_path: Path) -> None:
    first = write_settings(tmp_path / "a")
    with pytest.raises(AlreadyAnArchive):
        write_settings(tmp_path / "a")
    assert load_settings(tmp_path / "a") == first


def test_an_empty_folder_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="archive init"):
        load_settings(tmp_path)


@pytest.mark.parametrize("line", ["prot = 1", 'port = "80"', "secret_key = 'x'", "port = = 1", 'engine = "abacus"'])
def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path, line: str) -> None:
    write_settings(tmp_path / "a")
    (tmp_path / "a" / "archive.toml").write_text(line)
    with pytest.raises(InvalidField, match=r"archive\.toml"):
        load_settings(tmp_path / "a")
