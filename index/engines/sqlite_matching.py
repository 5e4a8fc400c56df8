"""The function by which SQLite verifies a pattern against a letter's text, and the limits of one search."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from index import patterns
from index.engines import base
from index.errors import QueryTooBroad
from index.nodes import Similar, Textual, Wild, Word

FUNCTION = "index_has"
"""The name of the function in SQL: a leaf as `written`, and a text."""

_STEPS = 20_000
"""Steps of SQLite's virtual machine between two looks at the clock: some milliseconds."""

_KEPT = "index.engines.sqlite_matching"
_SIGNS: dict[type[Textual], str] = {Wild: "*", Similar: "~"}


def written(leaf: Textual) -> str:
    """A leaf as a short text for the function: SQLite copies it for each letter."""
    if (characters := patterns.literal(leaf)) is not None:
        return f"={characters}"
    return f"{_SIGNS.get(type(leaf), ' ')}{leaf.folded}"


@contextmanager
def matching(session: Session, *, limited: bool) -> Iterator[None]:
    """Give the function to the session's connection, and limit what the statements of one search cost together.

    The characters that are matched are those of letters in the scope, so whether they are too many does not depend on
    a letter outside of it. The seconds protect the server.

    Raises:
        QueryTooBroad: the search was ended.
    """
    raw, ours = _function_of(session)
    if not limited:
        yield
        return
    ours.begin()
    raw.set_progress_handler(ours.is_late, _STEPS)
    try:
        yield
    except OperationalError:
        if ours.ended:
            raise QueryTooBroad from None
        raise
    finally:
        ours.left = None
        raw.set_progress_handler(None, 0)


def _function_of(session: Session) -> tuple[Any, _Matching]:
    connection = session.connection()
    raw: Any = connection.connection.dbapi_connection
    if (ours := connection.info.get(_KEPT)) is None:
        ours = connection.info[_KEPT] = _Matching()
        raw.create_function(FUNCTION, 2, ours.has, deterministic=True)
    return raw, ours


class _Matching:
    """The function of one connection, and what is left of the limits of its current search."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.until = 0.0
        self.ended = False

    def begin(self) -> None:
        """Begin a limited search."""
        self.left, self.until, self.ended = base.CHARACTERS, time.monotonic() + base.SECONDS, False

    def has(self, leaf: str, text: str) -> bool:
        """Whether the text has the leaf (`written`)."""
        if self.left is not None:
            self.left -= len(text)
            if self.left < 0:
                self.ended = True
                raise QueryTooBroad
        return patterns.stands_in(_read(leaf), text)

    def is_late(self) -> bool:
        """Whether SQLite must interrupt the statement."""
        self.ended = self.ended or time.monotonic() > self.until
        return self.ended


@lru_cache(maxsize=256)
def _read(leaf: str) -> Textual:
    sign, text = leaf[0], leaf[1:]
    if sign == "=":
        return Word(text, exact=True)
    return Wild(text) if sign == "*" else Similar(text) if sign == "~" else Word(text)
