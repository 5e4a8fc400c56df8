"""The common part of the engines: all of `base.Engine` except word storage and the composition of statements."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager

from sqlalchemy import BigInteger, Connection, func, literal, select
from sqlalchemy.orm import Session

from index import query as queries
from index.engines import finding, keeping
from index.engines.base import Document, Found, Scope, Sort
from index.engines.conditions import Plan
from index.engines.tables import letters
from index.nodes import Node
from index.query import Query
from index.text import fingerprint


class TableEngine(ABC):
    """Implements `index.engines.base.Engine`. It has no state: sessions and connections are the caller's."""

    words: keeping.Words

    @abstractmethod
    def ensure(self, connection: Connection) -> None:
        """Make missing tables of the index."""

    @abstractmethod
    def plan(self, root: Node | None, scope: Scope) -> Plan:
        """Compose query and scope into a FROM clause and its condition."""

    @abstractmethod
    def matching(self, session: Session, *, limited: bool) -> AbstractContextManager[None]:
        """Prepare the database for the statements of one search, and limit their cost. Raises QueryTooBroad."""

    @abstractmethod
    def settle(self, session: Session) -> bool:
        """Optimise the index by one step. True when more steps are left."""

    def put(self, session: Session, document: Document) -> None:
        """Add a letter, or replace it in the index; unchanged words are not written again."""
        session.flush()
        keeping.put(session, self.words, document)

    def remove(self, session: Session, letter_id: int) -> None:
        """Remove a letter with all its words."""
        session.flush()
        keeping.remove(session, self.words, letter_id)

    def update(
        self,
        session: Session,
        letter_id: int,
        *,
        case_id: int | None = None,
        channel: str | None = None,
        state: str | None = None,
    ) -> None:
        """Change the metadata of one letter; None leaves a value as it is."""
        session.flush()
        values = {"case_id": case_id, "channel": channel, "state": state}
        changed = {name: value for name, value in values.items() if value is not None}
        if changed:
            keeping.change(session, letter_id, **changed)

    def search(
        self,
        session: Session,
        query: Query,
        *,
        scope: Scope,
        sort: Sort = "date",
        offset: int = 0,
        limit: int = 20,
        facets: bool = False,
        limited: bool = True,
    ) -> Found:
        """Find the letters that match and whose case is in the scope."""
        plan = self.plan(query.root, scope)
        with self.matching(session, limited=limited):
            return finding.find(session, plan, query, sort=sort, offset=offset, limit=limit, facets=facets)

    def similar(
        self, session: Session, word: str, *, scope: Scope, offset: int = 0, limit: int = 20, facets: bool = False
    ) -> Found:
        """Find the letters that have the word with one character wrong or missing."""
        return self.search(session, queries.similar(word), scope=scope, offset=offset, limit=limit, facets=facets)

    def clear(self, session: Session) -> None:
        """Remove all letters; what is added after that is current."""
        keeping.clear(session, self.words)

    def count_documents(self, session: Session) -> int:
        """The number of letters in the index."""
        return session.scalar(select(func.count()).select_from(letters)) or 0

    def letter_ids(self, session: Session, first: int, below: int) -> tuple[int, ...]:
        """The letters in the index with `first` ≤ id < `below`, ascending."""
        # The bounds may exceed the range of an id.
        bounds = literal(first, BigInteger), literal(below, BigInteger)
        between = (letters.c.letter_id >= bounds[0]) & (letters.c.letter_id < bounds[1])
        return tuple(session.scalars(select(letters.c.letter_id).where(between).order_by(letters.c.letter_id)))

    def is_current(self, session: Session) -> bool:
        """Whether the letters were folded and cut as this program does it."""
        return keeping.noted(session, "fingerprint") == fingerprint()

    def unfinished_rebuild(self, session: Session) -> int | None:
        """The letter id below which a rebuild has not come yet; None when no rebuild is running."""
        value = keeping.noted(session, "rebuild_below")
        return None if value is None else int(value)

    def note_rebuild(self, session: Session, below: int | None) -> None:
        """Record how far a rebuild has come; None when it is done."""
        keeping.note(session, "rebuild_below", None if below is None else str(below))
