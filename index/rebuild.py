"""Rebuild the index from the records, while searches and intakes continue.

Batch by batch, highest letter id first, each batch in its own transaction that reads the letters and writes the index,
so that no correction is overwritten with an older text. A letter that arrives meanwhile is indexed by its own intake.
Each batch records the progress: an interrupted rebuild continues from there.

A current index is repaired in place, and every letter stays findable throughout. One that was folded differently
(another version of OpenCC or of this program), or with `anew`, is emptied first; then the letters come back, the latest
first, and `Engine.unfinished_rebuild` says that some are still missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from index.engines.base import Document, Engine

_ABOVE_ALL = (1 << 31) - 1
"""Above the id of any letter: PostgreSQL's integers have 32 bits, and cannot be compared with larger values."""

Source = Callable[[Session, int, int], Sequence[Document]]
"""Called with a session, an id and a number: the letters with a lower id, highest first, at most so many.

It may return fewer letters than requested; none means that there are no more.
"""

UnitOfWork = Callable[[], AbstractContextManager[Session]]
"""Opens a session that writes and rolls back unless committed."""

Progress = Callable[[int], None]
"""Called after each batch with the number of letters that this call has done."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The result: the number of letters indexed, and of letters removed because the records no longer have them."""

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
    """Make the index agree with the records; continue where an interrupted rebuild stopped.

    Args:
        engine: the index.
        unit_of_work: a new session for each batch.
        source: returns the current letters, read in the given session.
        anew: empty the index first, even a current one (it may be damaged).
        batch: letters per transaction; other writers wait for as long as one takes.
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
    """Index the letters and remove everything else that the index has between `first` and `below`."""
    gone = set(engine.letter_ids(session, first, below)) - {document.letter_id for document in documents}
    for letter_id in gone:
        engine.remove(session, letter_id)
    for document in documents:
        engine.put(session, document)
    return len(gone)
