"""Opening a letter or a case: inside the door, and a restricted one never without a trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.access.lookups import find_case, find_letter, restricted_cases
from archive_app.audit.record import record
from archive_app.runtime.archive import Archive
from storage.models import Case, Letter
from storage.session import reading, unit_of_work


@contextmanager
def opened(
    reader: Reader, archive: Archive, public_id: str, action: str, *, page: int | None = None
) -> Iterator[tuple[Session, Letter]]:
    """A letter that the reader may see, with the session to read it in.

    Of a restricted case, the reading is written into the audit trail in the same transaction: what cannot be written
    down is not read. Raises NotFound.
    """
    with reading(archive.sessions, reader.key) as session:
        letter = find_letter(session, reader, public_id)
        if not restricted_cases(session, reader, [letter]):
            yield session, letter
            return
    with unit_of_work(archive.sessions, reader.key) as session:
        # Looked for once more: between the two transactions the reader may have lost sight of it.
        letter = find_letter(session, reader, public_id)
        record(session, reader, action, letter, page=page)
        yield session, letter
        session.commit()


@contextmanager
def opened_case(reader: Reader, archive: Archive, public_id: str, action: str) -> Iterator[tuple[Session, Case]]:
    """A case that the reader may see, with the session to read it in; of a restricted one as `opened` does."""
    with reading(archive.sessions, reader.key) as session:
        case = find_case(session, reader, public_id)
        if not case.restricted:
            yield session, case
            return
    with unit_of_work(archive.sessions, reader.key) as session:
        case = find_case(session, reader, public_id)
        record(session, reader, action, case_id=case.id)
        yield session, case
        session.commit()
