"""Open a letter or a case through the access rule, and record every reading of a restricted one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.access.lookups import find_case, find_letter, restricted_cases
from archive_app.audit.record import record
from archive_app.runtime.archive import Archive
from storage.models import Case, Letter


@contextmanager
def opened(
    reader: Reader, archive: Archive, public_id: str, action: str, *, page: int | None = None
) -> Iterator[tuple[Session, Letter]]:
    """Yield a letter that the reader may see, with the session to read it in.

    The reading of a restricted case is recorded in the audit trail in the same transaction: if it cannot be recorded,
    nothing is read. Raises NotFound.
    """
    with archive.reading(reader) as session:
        letter = find_letter(session, reader, public_id)
        if not restricted_cases(session, reader, [letter]):
            yield session, letter
            return
    with archive.changing(reader) as session:
        # Look it up again: between the two transactions the reader may have lost access.
        letter = find_letter(session, reader, public_id)
        record(session, reader, action, letter, page=page)
        yield session, letter
        session.commit()


@contextmanager
def opened_case(reader: Reader, archive: Archive, public_id: str, action: str) -> Iterator[tuple[Session, Case]]:
    """Yield a case that the reader may see, with the session to read it in; records as `opened` does."""
    with archive.reading(reader) as session:
        case = find_case(session, reader, public_id)
        if not case.restricted:
            yield session, case
            return
    with archive.changing(reader) as session:
        case = find_case(session, reader, public_id)
        record(session, reader, action, case_id=case.id)
        yield session, case
        session.commit()
