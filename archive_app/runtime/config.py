"""One frozen Settings: what `archive.toml` in the archive's folder says, or the defaults."""

from __future__ import annotations

import re
import secrets
import tomllib
from pathlib import Path
from typing import Any, Literal, cast

from pydantic import AliasChoices, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from archive_app.errors import AlreadyAnArchive, InvalidField, NotAnArchive
from scanning.values import EngineName

SETTINGS_FILE = "archive.toml"
SECRET_FILE = "secret.key"  # noqa: S105 - the name of a file, not a secret

LAST_HOUR = 23

LARGEST_FILE = 2**31 - 1
"""Bytes: the size of an original is an integer of 32 bits in the records on PostgreSQL."""


KINDS = {"string_type": "str", "int_type": "int", "float_type": "float", "bool_type": "bool"}
"""How the kind of a value is named when it is another one, by pydantic's code of the error."""


class _SettingsFile(TomlConfigSettingsSource):
    """The settings file of an archive; where the archive lies and its secret key are not set there."""

    def __call__(self) -> dict[str, Any]:
        for name in ("folder", "secret_key"):
            if name in self.toml_data:
                raise InvalidField(field=f"{SETTINGS_FILE}: {name}", reason="there is no such setting")
        # As it was written: an error then names a setting as the file does.
        return self.toml_data


class Settings(BaseSettings):
    """All that can be set. Sizes are bytes, times seconds unless the name says otherwise.

    `database_url` is the PostgreSQL database as the role that the archive works as ("": SQLite in the folder),
    `database_owner_url` the same as the role that owns the tables; it is needed only where the schema is brought up to
    date. A password need not stand in them: libpq's PGPASSWORD and PGPASSFILE are honoured.

    `address` is where people find the site; with `mail_host`, a digest is sent at the hour `mail_at` of the office's
    clock ("": no mail), from `mail_from`.
    """

    model_config = SettingsConfigDict(frozen=True, strict=True, extra="forbid", hide_input_in_errors=True)

    folder: Path
    secret_key: str = Field(repr=False)
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
    session_limit_hours: float = 12.0
    lease_seconds: float = 30.0
    sweep_seconds: float = 3.0
    # Archives made before it was renamed have it by its old name.
    defer_seconds: float = Field(default=30.0, validation_alias=AliasChoices("defer_seconds", "put_off_seconds"))
    # Before the two that are needed with it.
    mail_host: str = ""
    address: str = Field(default="", validate_default=True)
    mail_port: int = 587
    mail_tls: Literal["starttls", "tls", "none"] = "starttls"
    mail_user: str = ""
    mail_password: str = Field(default="", repr=False)
    mail_from: str = Field(default="", validate_default=True)
    mail_at: int = 8

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The settings file alone: a HOST or LANGUAGE in the environment is not about the archive."""
        folder: Path = cast(InitSettingsSource, init_settings).init_kwargs["folder"]
        return init_settings, _SettingsFile(settings_cls, toml_file=folder / SETTINGS_FILE)

    @field_validator("max_upload_bytes")
    @classmethod
    def _fits_the_records(cls, value: int) -> int:
        if value > LARGEST_FILE:
            raise ValueError(f"at most {LARGEST_FILE} bytes")
        return value

    @field_validator("mail_at")
    @classmethod
    def _is_an_hour(cls, value: int) -> int:
        if not 0 <= value <= LAST_HOUR:
            raise ValueError("an hour of the day is needed, 0 to 23")
        return value

    @field_validator("address")
    @classmethod
    def _is_there_for_mail(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("mail_host") and not value.startswith(("http://", "https://")):
            raise ValueError("with mail_host, the address of the site is needed")
        return value

    @field_validator("mail_from")
    @classmethod
    def _can_send_mail(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("mail_host") and "@" not in value:
            raise ValueError("with mail_host, the address of the sender is needed")
        return value

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _is_of_postgresql(cls, value: str) -> str:
        """The address of a PostgreSQL database for the driver there is, or ""."""
        if value and not value.startswith("postgresql+psycopg://"):
            raise ValueError("an address like postgresql+psycopg://role@host/database is needed")
        try:
            make_url(value or "postgresql+psycopg://")
        except (ArgumentError, ValueError) as error:
            raise ValueError("this is no address of a database") from error
        return value

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
    secret_key = (folder / SECRET_FILE).read_text().strip()
    try:
        return Settings(folder=folder.resolve(), secret_key=secret_key)
    except tomllib.TOMLDecodeError as error:
        raise InvalidField(field=file.name, reason=str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InvalidField(field=f"{file.name}: {first['loc'][0]}", reason=_reason(first)) from error


def _reason(error: ErrorDetails) -> str:
    """What is wrong with a setting, in our words."""
    match error["type"]:
        case "extra_forbidden":
            return "there is no such setting"
        case "literal_error":
            words = re.findall("'(.+?)'", error["ctx"]["expected"])
            return f"one of {', '.join(words)} is needed"
        case "value_error":
            return str(error["ctx"]["error"])
        case kind:
            return f"a value of kind {KINDS.get(kind, kind)} is needed"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(value)
