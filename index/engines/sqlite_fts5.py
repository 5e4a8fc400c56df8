"""The full-text engine on SQLite FTS5, in the database and the transaction of the records."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import Session

from index import query as queries
from index.engines import base, sqlite_tables, sqlite_writing
from index.engines.base import Document, Facets, Found, Hit, Scope, Sort
from index.engines.sqlite_conditions import Plan, plan
from index.engines.sqlite_tables import letters, texts
from index.nodes import Word
from index.query import Query
from index.relevance import score
from index.text import fingerprint


class SqliteFts5:
    """Implements `index.engines.base.Engine`. It has no state: sessions and connections are the caller's."""

    def ensure(self, connection: Connection) -> None:
        """Make the tables of the index where they are not there yet."""
        sqlite_tables.create(connection)

    def put(self, session: Session, document: Document) -> None:
        """Add a letter, or replace what the index has of it; words that did not change are not written again."""
        session.flush()
        sqlite_writing.put(session, document)

    def remove(self, session: Session, letter_id: int) -> None:
        """Take a letter out, leaving no word of it behind."""
        session.flush()
        sqlite_writing.remove(session, letter_id)

    def update(
        self,
        session: Session,
        letter_id: int,
        *,
        case_id: int | None = None,
        channel: str | None = None,
        state: str | None = None,
    ) -> None:
        """Change what is not text of one letter; None leaves a value as it is."""
        session.flush()
        values = {"case_id": case_id, "channel": channel, "state": state}
        changed = {name: value for name, value in values.items() if value is not None}
        if changed:
            sqlite_writing.change(session, letter_id, **changed)

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
    ) -> Found:
        """Find the letters that match and whose case is in the scope."""
        found = plan(query.root, scope)
        if sort == "relevance" and query.words:
            hits = _ranked(session, found, query, offset, limit)
        else:
            hits = _newest(session, found, offset, limit)
        if facets:
            counted, total = _count_facets(session, found)
        elif len(hits) < limit and (hits or not offset):
            counted, total = {}, offset + len(hits)
        else:
            counted, total = {}, _count(session, found)
        return Found(hits, min(total, base.COUNT_LIMIT), total <= base.COUNT_LIMIT, counted)

    def similar(
        self, session: Session, word: str, *, scope: Scope, offset: int = 0, limit: int = 20, facets: bool = False
    ) -> Found:
        """Find the letters that have the word with one character wrong or missing."""
        return self.search(session, queries.similar(word), scope=scope, offset=offset, limit=limit, facets=facets)

    def clear(self, session: Session) -> None:
        """Take all letters out; what is put in after that is current."""
        sqlite_writing.clear(session)

    def count_documents(self, session: Session) -> int:
        """How many letters are in the index."""
        return session.scalar(select(func.count()).select_from(letters)) or 0

    def letter_ids(self, session: Session, first: int, below: int) -> tuple[int, ...]:
        """The letters in the index with `first` ≤ id < `below`, ascending."""
        between = (letters.c.letter_id >= first) & (letters.c.letter_id < below)
        return tuple(session.scalars(select(letters.c.letter_id).where(between).order_by(letters.c.letter_id)))

    def is_current(self, session: Session) -> bool:
        """Whether the letters were folded and cut as this program does it."""
        return sqlite_writing.noted(session, "fingerprint") == fingerprint()

    def unfinished_rebuild(self, session: Session) -> int | None:
        """The letter id below which a rebuild has not come yet; None when none is under way."""
        value = sqlite_writing.noted(session, "rebuild_below")
        return None if value is None else int(value)

    def note_rebuild(self, session: Session, below: int | None) -> None:
        """Note how far a rebuild has come; None when it is done."""
        sqlite_writing.note(session, "rebuild_below", None if below is None else str(below))

    def settle(self, session: Session) -> bool:
        """A step of merging the index into one piece. True when more is left."""
        return sqlite_writing.merge(session)


def _hits(found: Plan, *columns: Any) -> Select[Any]:
    return select(*columns).select_from(found.source).where(found.condition).order_by(found.key.desc())


def _newest(session: Session, found: Plan, offset: int, limit: int) -> tuple[Hit, ...]:
    statement = _hits(found, letters.c.letter_id, letters.c.case_id, letters.c.date)
    return tuple(Hit(*row) for row in session.execute(statement.limit(limit).offset(offset)))


def _count(session: Session, found: Plan) -> int:
    some = _hits(found, letters.c.key).limit(base.COUNT_LIMIT + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _count_facets(session: Session, found: Plan) -> tuple[Facets, int]:
    names = ("year", "channel", "state")
    newest = _hits(found, *(letters.c[name] for name in names)).limit(base.FACET_LIMIT).subquery()
    rows = session.execute(select(*newest.c, func.count()).group_by(*newest.c)).all()
    counted: dict[str, tuple[tuple[str, int], ...]] = {}
    for place, name in enumerate(names):
        values: Counter[str] = Counter()
        for row in rows:
            values[str(row[place])] += row[-1]
        by_year, by_count = (lambda item: -int(item[0])), (lambda item: (-item[1], item[0]))
        counted[name] = tuple(sorted(values.items(), key=by_year if name == "year" else by_count))
    return counted, sum(row[-1] for row in rows)


def _ranked(session: Session, found: Plan, query: Query, offset: int, limit: int) -> tuple[Hit, ...]:
    """The newest hits by relevance; where the page goes on behind them, the older ones by date."""
    leaves = query.words
    written = any(isinstance(leaf, Word) and leaf.as_written for leaf in leaves)
    more = (texts.c.text_written, texts.c.title_written) if written else ()
    newest = _hits(found, found.key.label("key"), letters.c.letter_id, letters.c.case_id, letters.c.date)
    some = newest.limit(base.RANKED_LIMIT).subquery()
    rows = session.execute(
        select(some.c.letter_id, some.c.case_id, some.c.date, some.c.key, texts.c.text, texts.c.title, *more).join_from(
            some, texts, texts.c.key == some.c.key
        )
    ).all()
    scored = sorted(rows, key=lambda row: (score(leaves, row[4], row[5], tuple(row[6:])), row[3]), reverse=True)
    hits = tuple(Hit(*row[:3]) for row in scored[offset : offset + limit])
    if len(rows) == base.RANKED_LIMIT and (missing := limit - len(hits)):
        hits += _newest(session, found, max(offset, base.RANKED_LIMIT), missing)
    return hits
