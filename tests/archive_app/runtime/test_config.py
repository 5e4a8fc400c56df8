"""Settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive_app.errors import AlreadyAnArchive, InvalidField, NotAnArchive
from archive_app.runtime.config import Settings, load_settings, write_settings
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
        "defer_seconds = 7\nput_off_seconds = 5",
        "PORT = 80",
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


def test_an_archive_made_before_keeps_its_waiting_time(tmp_path: Path) -> None:
    write_settings(tmp_path / "a")
    settings = tmp_path / "a" / "archive.toml"
    settings.write_text("put_off_seconds = 5")
    assert load_settings(tmp_path / "a").defer_seconds == 5.0
    settings.write_text("defer_seconds = 7.5")
    assert load_settings(tmp_path / "a").defer_seconds == 7.5
    settings.write_text('put_off_seconds = "5"')
    with pytest.raises(InvalidField, match=r"put_off_seconds.*a value of kind float is needed"):
        load_settings(tmp_path / "a")


def test_the_environment_sets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_settings(tmp_path / "a")
    expected = load_settings(tmp_path / "a")
    for name in (*Settings.model_fields, "put_off_seconds"):
        monkeypatch.setenv(name, "1")
        monkeypatch.setenv(name.upper(), "1")
    (tmp_path / ".env").write_text("PORT=1")
    monkeypatch.chdir(tmp_path)
    assert load_settings(tmp_path / "a") == expected


def test_an_error_and_a_shown_value_tell_no_password(tmp_path: Path) -> None:
    url = "mysql://archive:very-secret@localhost/archive"
    with pytest.raises(InvalidField) as told:
        write_settings(tmp_path / "a", database_url=url)
    assert "very-secret" not in repr(told.value) + str(told.value) + str(told.value.__cause__)
    settings = write_settings(tmp_path / "a", mail_password="very-secret")
    assert "very-secret" not in repr(settings)
    assert settings.secret_key not in repr(settings)
