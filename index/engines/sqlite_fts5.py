"""The full-text engine on SQLite FTS5, in the database and the transaction of the records."""

from __future__ import annotations

from contextlib import AbstractContextManager

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from index.engines import sqlite_conditions, sqlite_matching, sqlite_tables, sqlite_writing
from index.engines.base import Scope
from index.engines.common import TableEngine
from index.engines.conditions import Plan
from index.nodes import Node


class SqliteFts5(TableEngine):
    """Implements `index.engines.base.Engine` on SQLite."""

    words = sqlite_writing.FtsWords()

    def ensure(self, connection: Connection) -> None:
        """Make missing tables of the index."""
        sqlite_tables.create(connection)

    def plan(self, root: Node | None, scope: Scope) -> Plan:
        """Compose query and scope; FTS5 leads where it can."""
        return sqlite_conditions.plan(root, scope)

    def matching(self, session: Session, *, limited: bool) -> AbstractContextManager[None]:
        """Give the connection the function that matches, and limit the search."""
        return sqlite_matching.matching(session, limited=limited)

    def settle(self, session: Session) -> bool:
        """Merge the index by one step. True when more steps are left."""
        return sqlite_writing.merge(session)
