"""Trip wires under the door, on SQLite: a statement that touches content past the door is refused, loudly.

SQLite has no row-level security. What can be told from a statement's text is told: in a session of a reader, a list of
cases or letters without the rule in it, and any content before the door was asked at all. A statement that asks the
door and still forgets somebody is for the tests to find (two worlds). On PostgreSQL
row-level security stands under it: `archive_app.access.row_security`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

CONTENT = frozenset(
    {
        *("cases", "letters", "letter_sources", "pages", "page_scans", "text_versions"),
        *("registrations", "registration_versions", "case_steps", "assignments", "case_clocks", "case_prints"),
        "notifications",
        *("concerns", "concern_reviews", "allowances", "audit_events", "extracts", "teaching_cases"),
        *("index_letters", "index_texts", "index_words"),
    }
)
"""Tables that no reader's session reads before it asked the door."""

ROOTS = frozenset({"cases", "letters"})
"""Tables that are only listed by statements which have the rule in them; one row by its key is not a list."""

_TABLES = re.compile(r"\b(?:FROM|JOIN)\s+\"?([a-z_]+)", re.I)
_RULE = re.compile(r"\bFROM concerns\b", re.I)
_BY_KEY = re.compile(r"\b(?:cases|letters)(?:_\d+)?\.id (?:= \?|IN \()", re.I)


class UnguardedQuery(Exception):
    """A statement would have read content past the door. It is a mistake of ours: the statement was not executed."""

    def __init__(self, statement: str) -> None:
        # The statement's words are ours; its values, which people wrote, are not in it.
        super().__init__(f"content was to be read past the door: {statement[:300]}")


def install(engine: Engine, sessions: sessionmaker[Session]) -> None:
    """Put the wires under a SQLite database and the sessions on it."""
    event.listen(sessions, "after_begin", _note_who)
    event.listen(engine, "before_cursor_execute", _look)


def _note_who(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    connection.info["who"] = session.info.get("who", "")
    connection.info["asked"] = False


def _look(connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    who = connection.info.get("who")
    if who is None or who == "system":
        return
    content, lists, asks = _touches(statement)
    if asks or context.execution_options.get("door", False):
        connection.info["asked"] = True
    elif content and (lists or not connection.info["asked"]):
        raise UnguardedQuery(statement)


@lru_cache(maxsize=2048)
def _touches(statement: str) -> tuple[bool, bool, bool]:
    """Whether a statement reads content; whether it lists cases or letters; whether it has the rule in it."""
    if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        return False, False, False
    tables = set(map(str.lower, _TABLES.findall(statement)))
    lists = bool(tables & ROOTS) and not _BY_KEY.search(statement)
    return bool(tables & CONTENT), lists, bool(_RULE.search(statement)) and bool(tables & (CONTENT - {"concerns"}))
