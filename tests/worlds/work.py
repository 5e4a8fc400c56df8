"""What an answer costs the database: statements, rows that they give, calls of functions that Python lends it.

A hidden row that is read and thrown away, or that a pattern is tried on, shows nothing on the page; here it counts.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event

from storage.session import sqlite_module

WORK = "statements, rows, calls:"


@dataclass
class Work:
    """Counted since it was last taken."""

    statements: int = 0
    rows: int = 0
    calls: int = 0

    def take(self) -> tuple[int, int, int]:
        """What was counted, in the order of the fields; the count begins anew."""
        found = self.statements, self.rows, self.calls
        self.statements = self.rows = self.calls = 0
        return found


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector out while work is counted: it drops objects that a session would not load again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def counted(engine: Engine) -> Work:
    """Count from now on what is asked of this database."""
    work = Work()

    @event.listens_for(engine, "after_cursor_execute")
    def _count(_connection: Any, cursor: Any, *_rest: Any) -> None:
        work.statements += 1
        work.rows += max(cursor.rowcount, 0) if engine.dialect.name == "postgresql" else 0

    if engine.dialect.name == "sqlite":
        factory = _connections(work)

        @event.listens_for(engine, "do_connect")
        def _connect(_dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
            options["factory"] = factory

        engine.dispose()
    return work


def _connections(work: Work) -> type[Any]:
    """Connections to SQLite that count rows and calls."""
    module = sqlite_module()

    class Cursor(module.Cursor):  # type: ignore[misc, name-defined]
        def fetchall(self) -> list[Any]:
            rows: list[Any] = super().fetchall()
            work.rows += len(rows)
            return rows

        def fetchmany(self, *size: int) -> list[Any]:
            rows: list[Any] = super().fetchmany(*size)
            work.rows += len(rows)
            return rows

        def fetchone(self) -> Any:
            row = super().fetchone()
            work.rows += row is not None
            return row

        def __iter__(self) -> Iterator[Any]:
            for row in super().__iter__():
                work.rows += 1
                yield row

    class Connection(module.Connection):  # type: ignore[misc, name-defined]
        def cursor(self, _factory: Any = Cursor) -> Any:
            return super().cursor(Cursor)

        def create_function(self, name: str, count: int, lent: Callable[..., Any], **more: Any) -> None:
            def called(*values: Any) -> Any:
                work.calls += 1
                return lent(*values)

            super().create_function(name, count, called, **more)

    return Connection
