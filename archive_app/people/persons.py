"""Persons, who are never deleted. Screening looks for their names in every letter, so no name is removed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.audit.record import record
from archive_app.people.errors import NamesakeExists, StaffNumberTaken
from archive_app.people.rules import administering, clean, ensure_not_own, needed, person_row
from archive_app.runtime.archive import Archive
from index.text import fold
from storage.models.person import Person, PersonName
from storage.models.types import new_public_id

MAX_STAFF_NUMBER = 40


def add_person(
    reader: Reader,
    archive: Archive,
    *,
    name: str,
    staff_no: str = "",
    other_names: Iterable[str] = (),
    namesake: bool = False,
) -> str:
    """Add a person; returns the public id. An account that is made again belongs to the existing person.

    Args:
        reader: a system administrator.
        archive: the archive.
        name: the name in use.
        staff_no: the staff number, which no other person has; "" for none.
        other_names: former names, nicknames.
        namesake: confirmed as another person than those of the same name.

    Raises:
        NotFound: the reader administers nothing.
        NamesakeExists: somebody has this name, and `namesake` is not set.
        PeopleError: of the fields.
    """
    with administering(reader, archive) as session:
        if not namesake and of_name(session, needed(name, "name")):
            raise NamesakeExists(field="name", name=" ".join(name.split()))
        person = new_person(session, reader, name=name, staff_no=staff_no, other_names=other_names)
        session.commit()
        return person.public_id


def rename_person(reader: Reader, archive: Archive, person: str, *, name: str) -> None:
    """Change a person's name; screening still looks for the old one. Raises NotFound, OwnPerson, PeopleError."""
    with administering(reader, archive) as session:
        row = person_row(session, person)
        ensure_not_own(reader, row.id)
        rename(session, reader, row, name)
        session.commit()


def add_name(reader: Reader, archive: Archive, person: str, *, name: str) -> None:
    """Add another name of a person: a former one, a nickname. Raises NotFound, OwnPerson, PeopleError."""
    with administering(reader, archive) as session:
        row = person_row(session, person)
        ensure_not_own(reader, row.id)
        note_name(session, reader, row, name)
        session.commit()


def set_staff_number(reader: Reader, archive: Archive, person: str, *, staff_no: str) -> None:
    """Set a person's staff number; "" for none. Raises NotFound, OwnPerson, PeopleError."""
    with administering(reader, archive) as session:
        row = person_row(session, person)
        ensure_not_own(reader, row.id)
        number(session, reader, row, staff_no)
        session.commit()


def new_person(
    session: Session, reader: Reader, *, name: str, staff_no: str = "", other_names: Iterable[str] = ()
) -> Person:
    """Add a person in this transaction. Raises PeopleError."""
    person = Person(public_id=new_public_id(), name=needed(name, "name"), matched=False)
    person.staff_no = _free_number(session, staff_no, None)
    others = dict.fromkeys(clean(each, "other_names") for each in other_names)
    person.names = [PersonName(name=each) for each in others if each and each != person.name]
    session.add(person)
    session.flush()
    record(session, reader, "person_added", subject=person.public_id)
    return person


def rename(session: Session, reader: Reader, person: Person, name: str) -> None:
    """Change a person's name in this transaction. Raises PeopleError."""
    new = needed(name, "name")
    if new == person.name:
        return
    if person.name not in {each.name for each in person.names}:
        person.names.append(PersonName(name=person.name))
    person.name, person.matched = new, False
    record(session, reader, "person_renamed", subject=person.public_id)


def note_name(session: Session, reader: Reader, person: Person, name: str) -> None:
    """Add another name of a person in this transaction. Raises PeopleError."""
    new = needed(name, "other_name")
    if new in {person.name, *(each.name for each in person.names)}:
        return
    person.names.append(PersonName(name=new))
    person.matched = False
    record(session, reader, "person_name_added", subject=person.public_id)


def number(session: Session, reader: Reader, person: Person, staff_no: str) -> None:
    """Set a person's staff number in this transaction. Raises PeopleError."""
    new = _free_number(session, staff_no, person)
    if new == person.staff_no:
        return
    person.staff_no = new
    record(session, reader, "person_numbered", subject=person.public_id)


def of_name(session: Session, name: str) -> list[Person]:
    """The persons who have or had this name, as their own or another name, in any writing of it."""
    wanted = fold(name).text
    others: dict[int, list[str]] = {}
    for person_id, text in session.execute(select(PersonName.person_id, PersonName.name)):
        others.setdefault(person_id, []).append(text)
    return [
        person
        for person in session.scalars(select(Person).order_by(Person.id))
        if wanted in {fold(each).text for each in (person.name, *others.get(person.id, ()))}
    ]


def _free_number(session: Session, staff_no: str, person: Person | None) -> str | None:
    number = clean(staff_no, "staff_no", most=MAX_STAFF_NUMBER)
    if not number:
        return None
    other = session.scalar(select(Person).where(Person.staff_no == number))
    if other is not None and other is not person:
        raise StaffNumberTaken(field="staff_no", number=number, name=other.name)
    return number
