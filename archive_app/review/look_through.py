"""Looking a letter through: by two persons where its reading cannot be trusted, by one who takes it over otherwise.

A letter checker looks first, records whom the letter concerns, and says so; then an access reviewer looks. Only the
second opens the letter to those who work on cases.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from archive_app.access.identity import CHECKS, REVIEWS, TAKES_OVER, Reader
from archive_app.access.lookups import case_of, find_letter, require
from archive_app.access.predicates import Principal
from archive_app.access.system import SYSTEM
from archive_app.access.vetoes import Vetoed
from archive_app.audit.record import record
from archive_app.errors import NotFound
from archive_app.review.guards import checked_reason
from archive_app.runtime.archive import Archive
from storage.models import Account, Case, Letter

Looked = Literal["checked", "checked_again", "looked_through"]
"""What came of it: a reviewer looks next; another checker must look first; the letter is open."""


def look_through(reader: Reader, archive: Archive, letter: str, *, reason: str) -> Looked:
    """Record that the reader has looked a letter through. A repeated call changes nothing.

    Whom the letter concerns must be recorded before (`accuse`, `recuse`): it applies at once.

    Raises:
        NotFound: the reader does not see the letter, or it does not wait for one of their roles.
        ReasonMissing, InvalidField: of the reason.
    """
    why = checked_reason(reason)
    # As the system: a reviewer who opens a letter to others does not see it afterwards.
    with archive.changing(SYSTEM) as session:
        row = find_letter(session, reader, letter)
        case = case_of(session, reader, row)
        if case.screened:
            looked = _take_over(session, reader, row, case, why)
        elif case.checked_by is None:
            looked = _check(session, reader, row, case, why)
        else:
            looked = _open(session, reader, row, case, why)
        session.commit()
        return looked


def _take_over(session: Session, reader: Reader, letter: Letter, case: Case, why: str) -> Looked:
    """A screened letter that the person who brought it in does not go on with."""
    require(session, reader, TAKES_OVER)
    if case.handed_over_at is None:
        raise NotFound
    if case.looked_through_at is None:
        case.looked_through_at = datetime.now(UTC)
        record(session, reader, "looked_through", letter, reason=why)
    return "looked_through"


def _check(session: Session, reader: Reader, letter: Letter, case: Case, why: str) -> Looked:
    """The first look at a letter whose reading cannot be trusted."""
    require(session, reader, CHECKS)
    case.checked_by = reader.account_id
    record(session, reader, "checked", letter, reason=why)
    return "checked"


def _open(session: Session, reader: Reader, letter: Letter, case: Case, why: str) -> Looked:
    """The second look, which opens the letter; unless the case concerns the checker, whose look does not count then."""
    checker = session.scalar(select(Account.person_id).where(Account.id == case.checked_by))
    if checker == reader.person_id:
        return "checked"
    require(session, reader, REVIEWS)
    if _is_vetoed(session, case, checker or 0):
        case.checked_by = None
        record(session, reader, "checked_again", letter, reason=why)
        return "checked_again"
    case.looked_through_at, case.screened = datetime.now(UTC), True
    record(session, reader, "looked_through", letter, reason=why)
    return "looked_through"


def _is_vetoed(session: Session, case: Case, person_id: int) -> bool:
    principal = Principal(literal(0), literal(person_id), literal(datetime.now(UTC)))
    return session.scalar(select(Case.id).where(Case.id == case.id, Vetoed(principal))) is not None
