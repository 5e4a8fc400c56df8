"""Memberships and posts of persons in units, with their dates. Past ones are kept."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.audit.record import record
from archive_app.errors import NotFound
from archive_app.people.errors import EndBeforeBegin
from archive_app.people.pending import propose
from archive_app.people.rules import administering, clean, ensure_not_own, open_now, person_row, unit_row
from archive_app.runtime.archive import Archive
from storage.models.person import Person
from storage.models.unit import Membership, Post, Unit

MAX_TITLE = 40

PostKind = Literal["leads", "oversees"]


def join(reader: Reader, archive: Archive, person: str, unit: str, since: date | None = None) -> None:
    """Add a person to a unit from a day on (None: the day is unknown). A repeated call changes nothing.

    Raises NotFound, OwnPerson.
    """
    with administering(reader, archive) as session:
        who, where = person_row(session, person), unit_row(session, unit)
        ensure_not_own(reader, who.id)
        if not open_now(Membership, session, who, where):
            new_membership(session, reader, who, where, since)
        session.commit()


def leave(reader: Reader, archive: Archive, person: str, unit: str, until: date) -> None:
    """End a membership on a day, inclusive. A past day waits to be confirmed (`archive_app.people.pending`).

    Raises:
        NotFound: they do not belong to it, or the reader administers nothing.
        OwnPerson, EndBeforeBegin: it cannot be so.
    """
    with administering(reader, archive) as session:
        who, where = person_row(session, person), unit_row(session, unit)
        ensure_not_own(reader, who.id)
        _end_all(session, reader, open_now(Membership, session, who, where), until)
        record(session, reader, "left_unit", subject=who.public_id, unit=where.public_id, day=until.isoformat())
        session.commit()


def appoint(
    reader: Reader,
    archive: Archive,
    person: str,
    unit: str,
    *,
    kind: PostKind,
    title: str = "",
    since: date | None = None,
) -> None:
    """Appoint a person to lead or oversee a unit, with a title, from a day on. Screening looks for the title too.

    Raises NotFound, OwnPerson, PeopleError.
    """
    with administering(reader, archive) as session:
        who, where = person_row(session, person), unit_row(session, unit)
        ensure_not_own(reader, who.id)
        named = clean(title, "title", most=MAX_TITLE)
        held = [post for post in open_now(Post, session, who, where) if (post.kind, post.title) == (kind, named)]
        if not held:
            new_post(session, reader, who, where, kind=kind, title=named, since=since)
        session.commit()


def dismiss(reader: Reader, archive: Archive, person: str, unit: str, kind: PostKind, until: date) -> None:
    """End a post on a day, inclusive. A past day has the same effect as with `leave`.

    Raises NotFound, OwnPerson, EndBeforeBegin.
    """
    with administering(reader, archive) as session:
        who, where = person_row(session, person), unit_row(session, unit)
        ensure_not_own(reader, who.id)
        held = [post for post in open_now(Post, session, who, where) if post.kind == kind]
        _end_all(session, reader, held, until)
        record(session, reader, "dismissed", subject=who.public_id, unit=where.public_id, day=until.isoformat())
        session.commit()


def take_over(reader: Reader, archive: Archive, unit: str, successor: str, since: date) -> None:
    """Move all members of a unit except the reader to another one from a day on, their last day in the old one.

    Raises NotFound, EndBeforeBegin.
    """
    with administering(reader, archive) as session:
        old, new = unit_row(session, unit), unit_row(session, successor)
        if old is new:
            raise NotFound
        lasting = or_(Membership.until.is_(None), Membership.until >= date.today())
        others = Membership.person_id != reader.person_id
        members = session.scalars(
            select(Membership).where(Membership.unit_id == old.id, others, lasting).order_by(Membership.id)
        )
        for membership in members.all():
            who = membership.person
            if not open_now(Membership, session, who, new):
                new_membership(session, reader, who, new, since)
            end(session, reader, membership, since)
            record(session, reader, "left_unit", subject=who.public_id, unit=old.public_id, day=since.isoformat())
        session.commit()


def new_membership(
    session: Session, reader: Reader, person: Person, unit: Unit, since: date | None, until: date | None = None
) -> None:
    """Add a membership in this transaction. Raises EndBeforeBegin."""
    _ensure_order(since, until)
    waits_for = _proposed(session, reader, until, "place_member", person=person.name, unit=unit.name)
    row = Membership(person_id=person.id, unit_id=unit.id, since=since, until=until, pending_id=waits_for)
    session.add(row)
    # Near the words of the unit, screening looks for what the person is called there.
    person.matched = False
    session.flush()
    days = _days(since, until)
    record(session, reader, "joined_unit", subject=person.public_id, unit=unit.public_id, days=days)


def new_post(
    session: Session,
    reader: Reader,
    person: Person,
    unit: Unit,
    *,
    kind: PostKind,
    title: str,
    since: date | None,
    until: date | None = None,
) -> None:
    """Add a post in this transaction. Raises NotFound for an unknown kind, EndBeforeBegin."""
    if kind not in ("leads", "oversees"):
        raise NotFound
    _ensure_order(since, until)
    waits_for = _proposed(session, reader, until, f"place_{kind}", person=person.name, unit=unit.name)
    row = Post(person_id=person.id, unit_id=unit.id, kind=kind, title=title, since=since, until=until)
    row.pending_id = waits_for
    session.add(row)
    person.matched = person.matched and not title
    session.flush()
    days = _days(since, until)
    record(session, reader, "appointed", subject=person.public_id, unit=unit.public_id, kind=kind, days=days)


def end(session: Session, reader: Reader, entry: Membership | Post, until: date) -> None:
    """End a membership or a post in this transaction.

    An end in the past could show cases to the person, of events after it: for the vetoes it waits to be confirmed.

    Raises:
        EndBeforeBegin: it began later.
    """
    if entry.since is not None and until < entry.since:
        raise EndBeforeBegin(field="until")
    entry.until = until
    if until < date.today():
        named = {"person": entry.person.name, "unit": entry.unit.name, "day": until.isoformat()}
        entry.end_pending_id = propose(session, reader, "place_ended", **named)


def _end_all(session: Session, reader: Reader, entries: list[Membership] | list[Post], until: date) -> None:
    if not entries:
        raise NotFound
    for entry in entries:
        end(session, reader, entry, until)


def _proposed(session: Session, reader: Reader, until: date | None, what: str, **named: str) -> int | None:
    """The pending change that a new place waits for; None for a past one, which opens nothing."""
    return propose(session, reader, what, **named) if until is None or until >= date.today() else None


def _ensure_order(since: date | None, until: date | None) -> None:
    if since is not None and until is not None and until < since:
        raise EndBeforeBegin(field="until")


def _days(since: date | None, until: date | None) -> list[str | None]:
    return [None if day is None else day.isoformat() for day in (since, until)]
