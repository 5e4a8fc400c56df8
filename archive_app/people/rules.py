"""Checks before every change of persons, units and accounts: an administrator, not for themself, with valid names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive_app.access.identity import ADMINISTERS, Reader
from archive_app.access.lookups import require
from archive_app.errors import NotFound, ReasonMissing
from archive_app.people.errors import BadCharacters, FieldMissing, OwnPerson, TooLong
from archive_app.runtime.archive import Archive
from storage.models.person import Account, Person
from storage.models.unit import Membership, Post, Unit

MAX_NAME = 100
MAX_REASON = 500

FORMULA_SIGNS = "=+-@|%"
"""Characters with which spreadsheets begin a formula; no name begins with one."""

Dated = TypeVar("Dated", Membership, Post)


@contextmanager
def administering(reader: Reader, archive: Archive) -> Iterator[Session]:
    """A session for a change by a system administrator; the caller commits. Raises NotFound."""
    with archive.changing(reader) as session:
        require(session, reader, ADMINISTERS)
        yield session


def person_row(session: Session, public_id: str) -> Person:
    """Find a person's row. Raises NotFound."""
    found = session.scalar(select(Person).where(Person.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def unit_row(session: Session, public_id: str) -> Unit:
    """Find a unit's row. Raises NotFound."""
    found = session.scalar(select(Unit).where(Unit.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def account_row(session: Session, public_id: str) -> Account:
    """Find an account's row. Raises NotFound."""
    found = session.scalar(select(Account).where(Account.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def ensure_not_own(reader: Reader, person_id: int) -> None:
    """Raise OwnPerson for the reader's own person, so that an accused administrator cannot move themself."""
    if reader.person_id == person_id:
        raise OwnPerson


def clean(text: str, field: str, *, most: int = MAX_NAME) -> str:
    """A name in one line, without spaces at its ends; "" stays "". Raises TooLong, BadCharacters."""
    name = " ".join(text.split())
    if len(name) > most:
        raise TooLong(field=field, most=most)
    if name.startswith(tuple(FORMULA_SIGNS)) or not name.isprintable():
        raise BadCharacters(field=field)
    return name


def needed(text: str, field: str, *, most: int = MAX_NAME) -> str:
    """Like `clean`, for a field that may not be empty. Raises FieldMissing, TooLong, BadCharacters."""
    name = clean(text, field, most=most)
    if not name:
        raise FieldMissing(field=field)
    return name


def open_now(model: type[Dated], session: Session, person: Person, unit: Unit) -> list[Dated]:
    """The memberships or posts of a person in a unit that have not ended."""
    lasting = or_(model.until.is_(None), model.until >= date.today())
    rows = session.scalars(
        select(model).where(model.person_id == person.id, model.unit_id == unit.id, lasting).order_by(model.id)
    )
    return list(rows)


def is_open(entry: Membership | Post | Unit) -> bool:
    """Whether it has not ended."""
    return entry.until is None or entry.until >= date.today()


def why(reason: str) -> str:
    """The reason in one line. Raises ReasonMissing, TooLong."""
    said = " ".join(reason.split())
    if not said:
        raise ReasonMissing(field="reason")
    if len(said) > MAX_REASON:
        raise TooLong(field="reason", most=MAX_REASON)
    return said


def require_reconfirmation(account: Account, reader: Reader | None, what: str, **details: str) -> None:
    """Record a change of an account: it opens nothing until an access reviewer has confirmed it.

    `reader` is the administrator, or None at the server.
    """
    now = datetime.now(UTC)
    account.confirmed_at = None
    by = None if reader is None else reader.account_id
    account.changed_at, account.changed_by = now, by
    account.changes = [
        *account.changes,
        {"what": what, "at": now.isoformat(), "by": by, "values": details},
    ]
