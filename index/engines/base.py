"""The interface of full-text engines: the same letters for a query, in the caller's transaction, within a scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol, TypeAlias

from sqlalchemy import Connection, Select
from sqlalchemy.orm import Session

from index.query import Query

COUNT_LIMIT = 1_000
"""Hits are counted up to this limit; beyond it the total is only known to be more."""

FACET_LIMIT = 5_000
"""Facets are counted over this many of the newest hits."""

RANKED_LIMIT = 1_000
"""Relevance orders this many of the newest hits; older ones follow by date."""

CHARACTERS = 50_000_000
"""A search may match a pattern against so many characters of visible letters: about a second of work."""

SECONDS = 10
"""A search may take so long: many times what one takes on a busy server."""

Sort = Literal["date", "relevance"]
Scope: TypeAlias = Select[int]
"""One integer column: the ids of the cases that the reader may see, composed by the access package."""

Facets = Mapping[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True)
class Document:
    """A letter for the index. `text` is its lines joined with line breaks; `channel` and `state` are codes."""

    letter_id: int
    case_id: int
    date: date
    text: str
    title: str = ""
    sender: str = ""
    receipt_no: str = ""
    channel: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One letter found."""

    letter_id: int
    case_id: int
    date: date


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search within the scope: nothing in it depends on any letter outside of it.

    `total` is exact up to `COUNT_LIMIT`; beyond, it is that limit and `total_exact` is False ("1000+"). `facets` has
    `year`, `channel` and `state`, each value with its number of hits, the most frequent first (years: newest first).
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    total_exact: bool = True
    facets: Facets = field(default_factory=dict)


class Engine(Protocol):
    """A full-text engine. Nothing here commits; everything is part of the caller's transaction."""

    def ensure(self, connection: Connection) -> None:
        """Make missing tables of the index."""

    def put(self, session: Session, document: Document) -> None:
        """Add a letter, or replace it in the index.

        Raises:
            DayFull: more letters have this date than the index can tell apart.
        """

    def remove(self, session: Session, letter_id: int) -> None:
        """Remove a letter with all its words; a missing letter is ignored."""

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
        """Find the letters that match and whose case is in the scope, the newest (or the most relevant) first.

        The scope is part of each statement that finds, counts and ranks: it is applied before the text of a letter is
        read. A page and its total belong to the same instant when the caller's transaction reads one snapshot.

        Args:
            session: the caller's transaction; on PostgreSQL, a limit remains in force until it ends.
            query: what is searched.
            scope: the cases that may be seen.
            sort: the order of the hits.
            offset: so many hits are omitted.
            limit: so many are returned at most.
            facets: whether to count the values of facets.
            limited: whether the search has limits (`CHARACTERS`, `SECONDS`): all but those of the system itself.

        Raises:
            QueryTooBroad: the search was ended at one of the limits.
        """

    def similar(
        self, session: Session, word: str, *, scope: Scope, offset: int = 0, limit: int = 20, facets: bool = False
    ) -> Found:
        """Find the letters that have the word with one character wrong or missing (see `index.query.similar`).

        Raises:
            NotOneWord: the input is not one word of sufficient length.
            QueryTooBroad: the search was ended at one of the limits.
        """

    def clear(self, session: Session) -> None:
        """Remove all letters; what is added after that is current."""

    def count_documents(self, session: Session) -> int:
        """The number of letters in the index, visible or not: for the operator, never for a reader's page."""

    def letter_ids(self, session: Session, first: int, below: int) -> tuple[int, ...]:
        """The letters in the index with `first` ≤ id < `below`, ascending: for a rebuild."""

    def is_current(self, session: Session) -> bool:
        """Whether the letters were folded and cut as this program does it; if not, the index must be rebuilt."""

    def unfinished_rebuild(self, session: Session) -> int | None:
        """The letter id below which a rebuild has not come yet; None when no rebuild is running or interrupted."""

    def note_rebuild(self, session: Session, below: int | None) -> None:
        """Record how far a rebuild has come; None when it is done."""

    def settle(self, session: Session) -> bool:
        """Optimise the index by one step, after many changes. True when more steps are left."""
