"""The query guard on SQLite: raise an error for a statement that reads content without the access rule.

SQLite has no row-level security. The guard detects what a statement's text reveals: in a reader's session, a list of
cases or letters without the rule, and any content read before the rule was applied at all. A statement that applies the
rule incompletely must be found by the tests (two worlds). On PostgreSQL, row-level security does this:
`archive_app.access.row_security`.
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
        *(
            "concerns",
            "concern_reviews",
            "allowances",
            "event_date_proposals",
            "audit_events",
            "extracts",
            "teaching_cases",
        ),
        *("index_letters", "index_texts", "index_words"),
    }
)
"""Tables that a reader's session must not read before it has applied the access rule."""

ROOTS = frozenset({"cases", "letters"})
"""Tables that only statements with the rule may list; selecting a row by its key is not a list."""

_TABLES = re.compile(r"\b(?:FROM|JOIN)\s+\"?([a-z_]+)", re.I)
_RULE = re.compile(r"\bFROM concerns\b", re.I)
_BY_KEY = re.compile(r"\b(?:cases|letters)(?:_\d+)?\.id (?:= \?|IN \()", re.I)


class UnguardedQuery(Exception):
    """A statement would have read content without the access rule: a bug. The statement was not executed."""

    def __init__(self, statement: str) -> None:
        # The statement's text comes from the code; it does not contain its values, which may be content.
        super().__init__(f"content would be read without the access rule: {statement[:300]}")


def install(engine: Engine, sessions: sessionmaker[Session]) -> None:
    """Install the guard on a SQLite engine and its sessions."""
    event.listen(sessions, "after_begin", _store_principal)
    event.listen(engine, "before_cursor_execute", _check)


def _store_principal(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    connection.info["who"] = session.info.get("who", "")
    connection.info["guarded"] = False


def _check(connection: Connection, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    who = connection.info.get("who")
    if who is None or who == "system":
        return
    content, lists, has_rule = _classify(statement)
    if has_rule or context.execution_options.get("door", False):
        connection.info["guarded"] = True
    elif content and (lists or not connection.info["guarded"]):
        raise UnguardedQuery(statement)


@lru_cache(maxsize=2048)
def _classify(statement: str) -> tuple[bool, bool, bool]:
    """Return whether a statement reads content, lists cases or letters, and contains the rule."""
    if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
        return False, False, False
    tables = set(map(str.lower, _TABLES.findall(statement)))
    lists = bool(tables & ROOTS) and not _BY_KEY.search(statement)
    return bool(tables & CONTENT), lists, bool(_RULE.search(statement)) and bool(tables & (CONTENT - {"concerns"}))
