"""One frozen Settings: what `archive.toml` in the archive's folder says, or the defaults."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from archive_app.errors import AlreadyAnArchive, InvalidField, NotAnArchive
from scanning.values import EngineName

SETTINGS_FILE = "archive.toml"
SECRET_FILE = "secret.key"  # noqa: S105 - the name of a file, not a secret

LAST_HOUR = 23

LARGEST_FILE = 2**31 - 1
"""Bytes: the size of an original is an integer of 32 bits in the records on PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that can be set. Sizes are bytes, times seconds unless the name says otherwise.

    `database_url` is the PostgreSQL database as the role that the archive works as ("": SQLite in the folder),
    `database_owner_url` the same as the role that owns the tables; it is needed only where the schema is brought up to
    date. A password need not stand in them: libpq's PGPASSWORD and PGPASSFILE are honoured.

    `address` is where people find the site; with `mail_host`, a digest is sent at the hour `mail_at` of the office's
    clock ("": no mail), from `mail_from`.
    """

    folder: Path
    secret_key: str
    name: str = "信访档案系统"
    language: str = "zh"
    database_url: str = ""
    database_owner_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8460
    https: bool = False
    trusted_proxies: int = 0
    engine: EngineName = "auto"
    a3: Literal["reduce", "tile"] = "reduce"
    jobs: int = 2
    max_upload_bytes: int = 512 * 2**20
    max_files: int = 200
    reserve_bytes: int = 256 * 2**20
    session_hours: float = 10.0
    lease_seconds: float = 30.0
    sweep_seconds: float = 3.0
    put_off_seconds: float = 30.0
    address: str = ""
    mail_host: str = ""
    mail_port: int = 587
    mail_tls: Literal["starttls", "tls", "none"] = "starttls"
    mail_user: str = ""
    mail_password: str = ""
    mail_from: str = ""
    mail_at: int = 8

    @property
    def database(self) -> Path:
        """The SQLite file of the records and the index, where there is no `database_url`."""
        return self.folder / "records.db"

    @property
    def queue(self) -> Path | str:
        """Where the queue lies: a SQLite file of its own, or the database's URL."""
        return self.database_url or self.folder / "queue.db"

    @property
    def files(self) -> Path:
        """The folder of the content-addressed files."""
        return self.folder / "files"

    @property
    def work(self) -> Path:
        """The folder for half-done work; everything in it can be thrown away."""
        return self.folder / "work"


def write_settings(folder: Path, **chosen: Any) -> Settings:
    """Make a new archive's folder, for its owner only, with its settings file and its secret key.

    Raises:
        AlreadyAnArchive: there is one in this folder.
        InvalidField: a chosen value cannot be taken; no archive is made.
    """
    file = folder / SETTINGS_FILE
    if file.exists():
        raise AlreadyAnArchive(folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    secret = folder / SECRET_FILE
    secret.touch(mode=0o600)
    secret.write_text(secrets.token_urlsafe(48))
    lines = ["# Settings of this archive; what is not named here has its default (see the manual)."]
    lines += [f"{name} = {_toml(value)}" for name, value in sorted(chosen.items())]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        return load_settings(folder)
    except InvalidField:
        remove_settings(folder)
        raise


def remove_settings(folder: Path) -> None:
    """Undo `write_settings`: no archive came of it."""
    for name in (SETTINGS_FILE, SECRET_FILE):
        (folder / name).unlink(missing_ok=True)


def load_settings(folder: Path) -> Settings:
    """Read the settings of the archive in `folder`.

    Raises:
        NotAnArchive: there is none.
        InvalidField: a setting has an unknown name or a value of the wrong kind.
    """
    file = folder / SETTINGS_FILE
    if not file.is_file():
        raise NotAnArchive(folder=folder)
    try:
        chosen = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InvalidField(field=file.name, reason=str(error)) from error
    known = {name: kind for name, kind in get_type_hints(Settings).items() if name not in ("folder", "secret_key")}
    for name, value in chosen.items():
        if name not in known:
            raise InvalidField(field=f"{file.name}: {name}", reason="there is no such setting")
        _check(f"{file.name}: {name}", value, known[name])
    if chosen.get("max_upload_bytes", 0) > LARGEST_FILE:
        raise InvalidField(field=f"{file.name}: max_upload_bytes", reason=f"at most {LARGEST_FILE} bytes")
    _check_mail(file.name, chosen)
    for name in ("database_url", "database_owner_url"):
        _check_url(f"{file.name}: {name}", chosen.get(name, ""))
    return Settings(folder=folder.resolve(), secret_key=(folder / SECRET_FILE).read_text().strip(), **chosen)


def _check(field: str, value: Any, kind: Any) -> None:
    """Raise InvalidField unless the value is of the kind: a type, or one of the words of a Literal."""
    if words := get_args(kind):
        if value not in words:
            raise InvalidField(field=field, reason=f"one of {', '.join(words)} is needed")
    elif type(value) is not kind and not (kind is float and type(value) is int):
        raise InvalidField(field=field, reason=f"a value of kind {kind.__name__} is needed")


def _check_mail(file: str, chosen: Mapping[str, Any]) -> None:
    """Raise InvalidField when mail is to be sent and something that every mail needs is missing."""
    if not 0 <= chosen.get("mail_at", 0) <= LAST_HOUR:
        raise InvalidField(field=f"{file}: mail_at", reason="an hour of the day is needed, 0 to 23")
    if chosen.get("mail_host"):
        if not chosen.get("address", "").startswith(("http://", "https://")):
            raise InvalidField(field=f"{file}: address", reason="with mail_host, the address of the site is needed")
        if "@" not in chosen.get("mail_from", ""):
            raise InvalidField(field=f"{file}: mail_from", reason="with mail_host, the address of the sender is needed")


def _check_url(field: str, value: str) -> None:
    """Raise InvalidField unless the value is the address of a PostgreSQL database for the driver there is, or ""."""
    if value and not value.startswith("postgresql+psycopg://"):
        raise InvalidField(field=field, reason="an address like postgresql+psycopg://role@host/database is needed")
    try:
        make_url(value or "postgresql+psycopg://")
    except (ArgumentError, ValueError) as error:
        raise InvalidField(field=field, reason="this is no address of a database") from error


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
