"""PostgreSQL as the database: its settings, and the values that it cannot store.

It stores no NUL in text. This module alone replaces a NUL by U+FFFD, in stored values and in search values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext

OPTIONS = {
    "timezone": "UTC",
    # A writer that waits longer than this fails, as with SQLite (busy_timeout).
    "lock_timeout": "30s",
    # A vanished host or a stopped process must not hold the writers' lock for hours.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "10min",
}
"""Settings of each connection, independent of the server's own settings."""


def open_database(url: URL) -> Engine:
    """Open a PostgreSQL database: READ COMMITTED, UTC; a connection that the server has closed is replaced.

    The password may be in the URL, or come from libpq's own sources: PGPASSWORD, PGPASSFILE, a service file. A number
    that no column can hold raises OverflowError, like the driver of SQLite.
    """
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=as_json,
        connect_args=_connecting(url, OPTIONS),
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: psycopg.Connection, _record: Any) -> None:
        connection.adapters.register_dumper(str, _TextWithoutNul)

    @event.listens_for(engine, "handle_error")
    def _too_large(context: ExceptionContext) -> None:
        if isinstance(context.original_exception, psycopg.errors.NumericValueOutOfRange):
            raise OverflowError("a number is too large for the database") from None

    return engine


def connect(url: str, options: Mapping[str, str]) -> psycopg.Connection:
    """A connection of the driver, for code that does not use the records (the queue).

    Args:
        url: the database, as an SQLAlchemy URL.
        options: settings of the server for this connection, beside `OPTIONS`.
    """
    made = make_url(url)
    _, address = made.get_dialect()().create_connect_args(made)
    return psycopg.connect(**{**address, **_connecting(made, {**OPTIONS, **options})})


def _connecting(url: URL, options: Mapping[str, str]) -> dict[str, Any]:
    given = str(url.query.get("options", ""))
    return {
        "application_name": "petition-archive",
        "connect_timeout": 10,
        "client_encoding": "utf8",
        "options": " ".join([given, *(f"-c {name}={value}" for name, value in options.items())]),
    }


class _TextWithoutNul(StrDumperUnknown):
    """Text for PostgreSQL, which ends text at a NUL."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def as_json(value: Any) -> str:
    """JSON without NULs. JSON writes them as an escape, which an escaped backslash can imitate."""
    written = json.dumps(value, ensure_ascii=False)
    return re.sub(r"(?<!\\)((?:\\\\)*)\\u0000", "\\1\N{REPLACEMENT CHARACTER}", written)
