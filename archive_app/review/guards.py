"""Checks before every change of who may see a case: a reader who sees it, in an allowed role, with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from archive_app.access.candidates import somebody_is_left
from archive_app.access.identity import Reader
from archive_app.access.lookups import case_of, find_letter, require
from archive_app.errors import InvalidField, NobodyLeft, ReasonMissing
from archive_app.runtime.archive import Archive
from archive_app.screening.mentions import screen_words
from storage.models import Case, Letter

MAX_REASON = 500


def checked_reason(reason: str) -> str:
    """The reason in one line. Raises ReasonMissing, InvalidField."""
    why = " ".join(reason.split())
    if not why:
        raise ReasonMissing(field="reason")
    if len(why) > MAX_REASON:
        raise InvalidField(field="reason", reason=f"at most {MAX_REASON} characters")
    return why


@contextmanager
def editable_case(
    reader: Reader, archive: Archive, letter: str, roles: tuple[str, ...]
) -> Iterator[tuple[Session, Letter, Case]]:
    """A letter that the reader sees, and its case, for a change by one of the roles. Raises NotFound."""
    with archive.changing(reader) as session:
        require(session, reader, roles)
        row = find_letter(session, reader, letter)
        yield session, row, case_of(session, reader, row)


def screen_and_commit(session: Session, reader: Reader, case: Case) -> None:
    """Commit a change of who may see a case, with whom its reasons name kept out. Raises NobodyLeft."""
    screen_words(session, reader, case)
    session.commit()


def ensure_somebody_stays(
    session: Session, case: Case, *, without: Sequence[int] = (), new: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Raise NobodyLeft if nobody could see a restricted case without some persons, and with some new concerns."""
    if case.restricted and not somebody_is_left(session, case.id, without=without, new=new):
        raise NobodyLeft
