"""PostgreSQL as the database: its settings, and what it cannot keep.

It keeps no NUL in text. Here, and nowhere else, a NUL becomes U+FFFD, in what is kept and in what is looked for.
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
    # A writer that waits for longer than this gives up, as with SQLite (busy_timeout).
    "lock_timeout": "30s",
    # A host that vanished, or a process that was stopped half way, must not hold the writers' lock for hours.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "10min",
}
"""What each connection sets for itself, whatever the server's own settings are."""


def open_database(url: URL) -> Engine:
    """Open a PostgreSQL database: READ COMMITTED, UTC; a connection that the server has closed is replaced.

    The password may be in the URL, or come from libpq's own places: PGPASSWORD, PGPASSFILE, a service file. A number
    that no column can hold raises OverflowError, as the driver of SQLite does.
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
    """A connection of the driver's own, for who has no business with the records (the queue).

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
    """Text on its way to PostgreSQL, which ends text at a NUL."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def as_json(value: Any) -> str:
    """JSON without NULs. They are written as an escape there, which an escaped backslash may only look like."""
    written = json.dumps(value, ensure_ascii=False)
    return re.sub(r"(?<!\\)((?:\\\\)*)\\u0000", "\\1\N{REPLACEMENT CHARACTER}", written)
