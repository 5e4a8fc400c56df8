"""An office for tests: people in their roles, units, and letters that were read and looked through for names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.people.sign_in import local_reader
from archive_app.runtime.archive import Archive
from archive_app.screening.reading import finish_reading
from storage.models import (
    Account,
    AccountRole,
    Case,
    Letter,
    LetterSource,
    Membership,
    Person,
    Post,
    Source,
    Unit,
    UnitReach,
)
from storage.session import reading, unit_of_work
from tests.archive_app.search.test_search import add_letters
from tests.databases import DATABASES, archive_on

STAFF = {
    "zhou": ("周正清", "office_head"),
    "fang": ("方致远", "deputy_director"),
    "he": ("何局长", "director"),
    "shen": ("沈从新", "access_reviewer"),
    "mei": ("梅映雪", "access_reviewer"),
    "cui": ("崔档案", "records_manager"),
}

on_both = pytest.mark.parametrize("archive", DATABASES, indirect=True)
"""A test that runs on SQLite and on PostgreSQL: what is written there, and in which order, meets row-level security."""


@contextmanager
def open_office(backend: str, folder: Path) -> Iterator[Archive]:
    """A new archive on one of the databases, with the registrar wang who can sign in."""
    with archive_on(backend, folder, registrar=True) as archive:
        yield archive


def people(archive: Archive) -> Mapping[str, Reader]:
    """An account in each role, beside the registrar wang that every test archive has; nobody signs in with them."""
    for name, (display_name, role) in STAFF.items():
        _employ(archive, name, display_name, role)
    return {name: local_reader(archive, name) for name in (*STAFF, "wang")}


def public(archive: Archive, reader: Reader) -> str:
    """The public id of a reader's person."""
    with reading(archive.sessions) as session:
        return session.scalars(select(Person.public_id).where(Person.id == reader.person_id)).one()


def read_letter(
    archive: Archive, reader: Reader, text: str, *, channel: str = "letter", failed: bool = False, first: int = 0
) -> str:
    """A letter brought in by the reader and read to the end, as the worker leaves it; returns its public id."""
    (made,) = add_letters(archive, reader, [text], channel=channel, first=first)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        letter = session.get_one(Letter, made.id)
        source = session.scalars(select(Source).where(Source.intake_id == letter.intake_id)).one()
        session.add(LetterSource(letter_id=letter.id, source_id=source.id, position=1))
        letter.intake.letter_count = 1
        session.execute(
            update(Case)
            .where(Case.id == letter.case_id)
            .values(brought_by=reader.account_id, read_at=None, screened=False)
        )
        finish_reading(session, letter, failed=failed)
        session.commit()
    return made.public_id


def unit(archive: Archive, name: str, *members: Reader, until: date | None = None) -> str:
    """A unit of its own with members, whose names were matched; returns its public id."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        row = Unit(name=name, matched=True)
        session.add(row)
        session.flush()
        session.add(UnitReach(unit_id=row.id, member_unit_id=row.id))
        session.add_all(Membership(person_id=each.person_id, unit_id=row.id, until=until) for each in members)
        session.commit()
        return row.public_id


def oversees(archive: Archive, reader: Reader, unit_id: str) -> None:
    """Let somebody oversee a unit."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        row = session.scalars(select(Unit).where(Unit.public_id == unit_id)).one()
        session.add(Post(person_id=reader.person_id, unit_id=row.id, kind="oversees", title=""))
        session.commit()


def namesake(archive: Archive, name: str, of: str) -> Reader:
    """Another person of the same name, a deputy director."""
    _employ(archive, name, of, "deputy_director")
    return local_reader(archive, name)


def employ(archive: Archive, name: str, display_name: str, role: str) -> Reader:
    """Somebody more, in one role."""
    _employ(archive, name, display_name, role)
    return local_reader(archive, name)


def _employ(archive: Archive, name: str, display_name: str, role: str) -> None:
    now = datetime.now(UTC)
    with unit_of_work(archive.sessions) as session:
        person = Person(name=display_name, matched=True)
        roles = [AccountRole(role=role, since=now)]
        session.add(
            Account(person=person, name=name, password_hash="none", roles=roles, created_at=now, confirmed_at=now)
        )
        session.commit()
