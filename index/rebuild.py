"""Making the index again from the records, while people go on searching and letters go on coming in.

Batch by batch, highest letter id first, each batch in a transaction of its own that reads the letters and writes the
index, so nothing that is corrected meanwhile is overwritten with an older text. A letter that arrives meanwhile is
indexed by its own intake. How far the work has come is noted with each batch: interrupted, it goes on from there.

An index that is current is mended in place, and every letter stays findable throughout. One that was folded otherwise
(another version of OpenCC or of this program), or that is to be made `anew`, is emptied first; then the letters come
back, the latest first, and `Engine.unfinished_rebuild` says that some are still missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from index.engines.base import Document, Engine

_ABOVE_ALL = (1 << 31) - 1
"""Above the id of any letter: PostgreSQL's integers have 32 bits, and refuse to be compared with more."""

Source = Callable[[Session, int, int], Sequence[Document]]
"""Called with a session, an id and a number: the letters with a lower id, highest first, at most so many.

It may give fewer letters than asked for; none means that there are no more."""

UnitOfWork = Callable[[], AbstractContextManager[Session]]
"""Opens a session that writes and rolls back unless committed."""

Progress = Callable[[int], None]
"""Told after each batch how many letters were done by this call."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was done: letters put in, and letters taken out because the records do not have them any more."""

    put: int
    removed: int


def rebuild(
    engine: Engine,
    unit_of_work: UnitOfWork,
    source: Source,
    *,
    anew: bool = False,
    batch: int = 200,
    progress: Progress = lambda done: None,
) -> Rebuilt:
    """Make the index agree with the records; go on where an interrupted rebuild stopped.

    Args:
        engine: the index.
        unit_of_work: a new session for each batch.
        source: gives the letters as they are now, read in the session it is given.
        anew: empty the index first, also when it is current (it may be damaged).
        batch: letters a transaction; other writers wait for as long as one takes.
        progress: called after each batch.
    """
    with unit_of_work() as session:
        below = engine.unfinished_rebuild(session)
        if anew or not engine.is_current(session):
            engine.clear(session)
            below = None
        below = _ABOVE_ALL if below is None else below
        engine.note_rebuild(session, below)
        session.commit()
    put = removed = 0
    while True:
        with unit_of_work() as session:
            documents = source(session, below, batch)
            lowest = documents[-1].letter_id if documents else 0
            removed += _mend(engine, session, documents, lowest, below)
            engine.note_rebuild(session, lowest if documents else None)
            session.commit()
        if not documents:
            break
        put += len(documents)
        below = lowest
        progress(put)
    _settle(engine, unit_of_work)
    return Rebuilt(put, removed)


def _settle(engine: Engine, unit_of_work: UnitOfWork) -> None:
    more = True
    while more:
        with unit_of_work() as session:
            more = engine.settle(session)
            session.commit()


def _mend(engine: Engine, session: Session, documents: Sequence[Document], first: int, below: int) -> int:
    """Put the letters in and take out what else the index has between `first` and `below`."""
    gone = set(engine.letter_ids(session, first, below)) - {document.letter_id for document in documents}
    for letter_id in gone:
        engine.remove(session, letter_id)
    for document in documents:
        engine.put(session, document)
    return len(gone)
