"""Settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive_app.errors import AlreadyAnArchive, InvalidField, NotAnArchive
from archive_app.runtime.config import load_settings, write_settings
from tests.said import english


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
    with pytest.raises(NotAnArchive) as caught:
        load_settings(tmp_path)
    assert f"archive --archive {tmp_path} init" in english(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "prot = 1",
        'port = "80"',
        "secret_key = 'x'",
        "port = = 1",
        'engine = "abacus"',
        f"max_upload_bytes = {2**31}",
        'database_url = "records.db"',
        "mail_at = 24",
        'mail_host = "mail.test"',
        'mail_host = "mail.test"\naddress = "https://archive.test/"\nmail_from = "archive"',
        'mail_host = "mail.test"\naddress = "archive.test"\nmail_from = "archive@archive.test"',
        'database_url = "postgresql://archive@localhost/archive"',
        'database_owner_url = "postgresql+psycopg://archive@localhost:port/archive"',
    ],
)
def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path, line: str) -> None:
    write_settings(tmp_path / "a")
    (tmp_path / "a" / "archive.toml").write_text(line)
    with pytest.raises(InvalidField, match=r"archive\.toml"):
        load_settings(tmp_path / "a")


def test_the_queue_is_where_the_records_are(tmp_path: Path) -> None:
    assert write_settings(tmp_path / "a").queue == (tmp_path / "a" / "queue.db").resolve()
    url = "postgresql+psycopg://archive_app@localhost/archive"
    assert write_settings(tmp_path / "b", database_url=url).queue == url


def test_a_wrong_choice_leaves_no_archive(tmp_path: Path) -> None:
    with pytest.raises(InvalidField, match="database_url"):
        write_settings(tmp_path / "a", database_url="mysql://localhost")
    assert write_settings(tmp_path / "a").port == 8460
