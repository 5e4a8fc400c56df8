"""The full-text engine on PostgreSQL, in the database and the transaction of the records."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from index.engines import postgres_conditions, postgres_limits, postgres_tables, postgres_writing
from index.engines.base import Scope
from index.engines.common import TableEngine
from index.engines.conditions import Plan
from index.nodes import Node


class Postgres(TableEngine):
    """Implements `index.engines.base.Engine` on PostgreSQL 15 or later."""

    words = postgres_writing.VectorWords()

    def ensure(self, connection: Connection) -> None:
        """Make missing tables of the index; the connection is the owner's."""
        postgres_tables.create(connection)

    def plan(self, root: Node | None, scope: Scope) -> Plan:
        """Compose query and scope: words select candidates, texts decide."""
        return postgres_conditions.plan(root, scope)

    def matching(self, session: Session, *, limited: bool) -> AbstractContextManager[None]:
        """Limit the time of the search's statements."""
        return postgres_limits.limited(session) if limited else nullcontext()

    def settle(self, session: Session) -> bool:
        """Nothing to do: the pending list is merged gradually, and autovacuum removes the words of removed letters."""
        del session
        return False
