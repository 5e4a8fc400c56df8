"""Persons, units and accounts as system administrators see them; and the accounts that wait for an access reviewer.

Nothing here depends on a case, so everybody who may see these lists sees the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from archive_app.access.identity import ADMINISTERS, REVIEWS, Reader
from archive_app.access.lookups import require
from archive_app.errors import NotFound
from archive_app.people.persons import of_name
from archive_app.people.results import (
    AccountView,
    AccountWaiting,
    PeoplePage,
    PersonRow,
    PersonView,
    PlaceView,
    RoleHeld,
    UnitStep,
    UnitView,
)
from archive_app.runtime.archive import Archive
from archive_app.values import Choice, Notice
from storage.models.person import Account, AccountRole, Person, PersonName
from storage.models.unit import Membership, Post, Unit, UnitSuccession

PAGE = 50

T = TypeVar("T")


def people(reader: Reader, archive: Archive, query: str = "", page: int = 1) -> PeoplePage:
    """The persons whose name, other name, staff number or account contains the words (all if none). Raises NotFound."""
    words = " ".join(query.split())
    with archive.reading(reader) as session:
        require(session, reader, ADMINISTERS)
        found = [(key, name) for key, name in session.execute(_persons_with(words))]
        keys = [key for key, _ in sorted(found, key=lambda row: (_sound(row[1]), row[0]))]
        pages = max(1, -(-len(keys) // PAGE))
        page = min(max(page, 1), pages)
        rows = _rows(session, keys[(page - 1) * PAGE : page * PAGE])
    return PeoplePage(words, rows, len(keys), page, pages)


def ensure_administers(reader: Reader, archive: Archive) -> None:
    """Raise NotFound unless the reader administers persons and units: for pages that show none of them."""
    with archive.reading(reader) as session:
        require(session, reader, ADMINISTERS)


def named(reader: Reader, archive: Archive, name: str) -> tuple[PersonRow, ...]:
    """The persons of this name, to tell namesakes apart. Raises NotFound."""
    with archive.reading(reader) as session:
        require(session, reader, ADMINISTERS)
        return _rows(session, [person.id for person in of_name(session, name)])


def person(reader: Reader, archive: Archive, public_id: str) -> PersonView:
    """A person with all data except cases. Raises NotFound."""
    with archive.reading(reader) as session:
        require(session, reader, ADMINISTERS)
        row = session.scalar(select(Person).where(Person.public_id == public_id).options(selectinload(Person.names)))
        if row is None:
            raise NotFound
        accounts = session.scalars(select(Account).where(Account.person_id == row.id).order_by(Account.name))
        return PersonView(
            public_id=row.public_id,
            name=row.name,
            staff_no=row.staff_no or "",
            other_names=tuple(each.name for each in row.names),
            places=_places(session, Membership.person_id == row.id, Post.person_id == row.id),
            accounts=tuple(_account(each) for each in accounts),
            own=row.id == reader.person_id,
        )


def units(reader: Reader, archive: Archive) -> tuple[UnitView, ...]:
    """The tree of units, ended ones included, in depth-first order. Raises NotFound."""
    with archive.reading(reader) as session:
        require(session, reader, ADMINISTERS)
        return _tree(session)


def unit(reader: Reader, archive: Archive, public_id: str) -> tuple[UnitView, tuple[PlaceView, ...]]:
    """A unit with its members, leaders and overseers, past ones included. Raises NotFound."""
    with archive.reading(reader) as session:
        require(session, reader, ADMINISTERS)
        key = session.scalar(select(Unit.id).where(Unit.public_id == public_id))
        if key is None:
            raise NotFound
        view = next(each for each in _tree(session) if each.public_id == public_id)
        return view, _places(session, Membership.unit_id == key, Post.unit_id == key)


def unit_choices(views: Iterable[UnitView]) -> tuple[Choice, ...]:
    """The current units as choices of a form; units of the same name are shown with their parents."""
    lasting = [each for each in views if each.is_open]
    names = [each.name for each in lasting]
    return tuple(
        Choice(
            each.public_id,
            each.name,
            each.name if names.count(each.name) == 1 else f"{each.name} · {each.parent or each.public_id[:6]}",
        )
        for each in lasting
    )


def waiting_accounts(reader: Reader, archive: Archive) -> tuple[AccountWaiting, ...]:
    """The accounts that an access reviewer has to confirm, the longest waiting first. Raises NotFound."""
    with archive.reading(reader) as session:
        require(session, reader, REVIEWS)
        found = session.scalars(
            select(Account).where(Account.active, Account.confirmed_at.is_(None)).options(selectinload(Account.roles))
        ).all()
        labels = {row.public_id: row for row in _rows(session, [account.person_id for account in found])}
        people_of = {
            key: (person, name)
            for key, person, name in session.execute(select(Account.id, Account.person_id, Person.name).join(Person))
        }
        waiting = [_waiting(reader, account, labels[account.person.public_id], people_of) for account in found]
    return tuple(sorted(waiting, key=lambda each: (each.changed_at, each.name)))


def _waiting(
    reader: Reader, account: Account, row: PersonRow, people_of: Mapping[int, tuple[int, str]]
) -> AccountWaiting:
    now = datetime.now(UTC)
    changers = {each["by"] for each in account.changes} | {account.changed_by}
    return AccountWaiting(
        public_id=account.public_id,
        name=account.name,
        person=" · ".join(filter(None, (row.name, *row.units, row.staff_no))),
        roles=tuple(each.role for each in account.roles if each.until is None or each.until > now),
        changed_at=account.changed_at or account.created_at,
        changed_by=people_of[account.changed_by][1] if account.changed_by else "",
        what=tuple(Notice(each["what"], each["values"]) for each in account.changes),
        mine=reader.person_id in {account.person_id, *(people_of[each][0] for each in changers if each)},
    )


def _persons_with(words: str) -> Select[int, str]:
    query = select(Person.id, Person.name)
    if not words:
        return query
    pattern = f"%{words.replace('/', '//').replace('%', '/%').replace('_', '/_')}%".lower()

    def has(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return func.lower(column).like(pattern, escape="/")

    others = select(PersonName.person_id).where(has(PersonName.name))
    accounts = select(Account.person_id).where(has(Account.name))
    in_unit = select(Membership.person_id).join(Unit).where(has(Unit.name), _lasting(Membership))
    elsewhere = (Person.id.in_(each) for each in (others, accounts, in_unit))
    return query.where(or_(has(Person.name), has(Person.staff_no), *elsewhere))


def _lasting(model: type[Membership] | type[Post] | type[Unit]) -> ColumnElement[bool]:
    return or_(model.until.is_(None), model.until >= date.today())


def _rows(session: Session, keys: Sequence[int]) -> tuple[PersonRow, ...]:
    found = {
        each.id: each
        for each in session.scalars(select(Person).where(Person.id.in_(keys)).options(selectinload(Person.names)))
    }
    units = _grouped(
        session.execute(
            select(Membership.person_id, Unit.name)
            .join(Unit)
            .where(Membership.person_id.in_(keys), _lasting(Membership))
            .order_by(Unit.name)
        )
    )
    accounts = _grouped(
        (account.person_id, (account.name, account.active, account.confirmed_at is None))
        for account in session.scalars(select(Account).where(Account.person_id.in_(keys)).order_by(Account.name))
    )
    return tuple(
        PersonRow(
            public_id=found[key].public_id,
            name=found[key].name,
            staff_no=found[key].staff_no or "",
            other_names=tuple(each.name for each in found[key].names),
            units=tuple(dict.fromkeys(units.get(key, ()))),
            accounts=tuple(accounts.get(key, ())),
        )
        for key in keys
    )


def _places(session: Session, of_members: ColumnElement[bool], of_posts: ColumnElement[bool]) -> tuple[PlaceView, ...]:
    """Memberships and posts: open ones first, then by end and begin."""
    today = date.today()
    memberships = session.scalars(select(Membership).where(of_members))
    posts = session.scalars(select(Post).where(of_posts))
    found = [
        PlaceView(
            person_id=each.person.public_id,
            person=each.person.name,
            unit_id=each.unit.public_id,
            unit=each.unit.name,
            kind="member" if isinstance(each, Membership) else each.kind,
            title="" if isinstance(each, Membership) else each.title,
            since=each.since,
            until=each.until,
            is_open=each.until is None or each.until >= today,
            waits=each.pending_id is not None or each.end_pending_id is not None,
        )
        for each in (*memberships, *posts)
    ]
    kinds = ("leads", "oversees", "member")
    found.sort(key=lambda each: (_sound(each.person), _sound(each.unit), each.since or date.min))
    found.sort(key=lambda each: (each.until or date.max, -kinds.index(each.kind)), reverse=True)
    return tuple(found)


def _account(account: Account) -> AccountView:
    now = datetime.now(UTC)
    return AccountView(
        public_id=account.public_id,
        name=account.name,
        active=account.active,
        waiting=account.confirmed_at is None,
        password_set=bool(account.password_hash),
        created_at=account.created_at,
        roles=tuple(_role(each, now) for each in account.roles),
    )


def _role(held: AccountRole, now: datetime) -> RoleHeld:
    return RoleHeld(held.role, held.since, held.until, held.until is None or held.until > now)


def _tree(session: Session) -> tuple[UnitView, ...]:
    rows = session.scalars(select(Unit).options(selectinload(Unit.names))).all()
    names = {row.id: row.name for row in rows}
    below = _grouped((row.parent_id or 0, row) for row in rows)
    members = select(Membership.unit_id, func.count(Membership.person_id.distinct())).where(_lasting(Membership))
    counts = {unit: count for unit, count in session.execute(members.group_by(Membership.unit_id))}
    leads = _grouped(
        session.execute(
            select(Post.unit_id, Person.name)
            .join(Person)
            .where(Post.kind == "leads", _lasting(Post))
            .order_by(Person.name)
        )
    )
    became, came_from = _successions(session, {row.id: row for row in rows})
    found: list[UnitView] = []

    def walk(key: int, depth: int) -> None:
        for row in sorted(below.get(key, ()), key=lambda each: (each.until is not None, _sound(each.name), each.id)):
            found.append(
                UnitView(
                    public_id=row.public_id,
                    name=row.name,
                    depth=depth,
                    parent=names.get(row.parent_id or 0, ""),
                    other_names=tuple(each.name for each in row.names),
                    watched=row.watched,
                    unwatch_waits=row.unwatch_pending_id is not None,
                    since=row.since,
                    until=row.until,
                    is_open=row.until is None or row.until >= date.today(),
                    members=counts.get(row.id, 0),
                    leads=tuple(leads.get(row.id, ())),
                    became=tuple(became.get(row.id, ())),
                    came_from=tuple(came_from.get(row.id, ())),
                )
            )
            walk(row.id, depth + 1)

    walk(0, 0)
    return tuple(found)


def _successions(
    session: Session, rows: Mapping[int, Unit]
) -> tuple[Mapping[int, list[UnitStep]], Mapping[int, list[UnitStep]]]:
    became: dict[int, list[UnitStep]] = {}
    came_from: dict[int, list[UnitStep]] = {}
    steps = session.scalars(select(UnitSuccession)).all()
    for step in sorted(steps, key=lambda each: (each.at, _sound(rows[each.successor_id].name))):
        old, new = rows[step.predecessor_id], rows[step.successor_id]
        became.setdefault(old.id, []).append(UnitStep(new.public_id, new.name, step.kind, step.at))  # type: ignore[arg-type]
        came_from.setdefault(new.id, []).append(UnitStep(old.public_id, old.name, step.kind, step.at))  # type: ignore[arg-type]
    return became, came_from


def _grouped(pairs: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _sound(name: str) -> bytes:
    """The key that sorts a name by sound: the national standard orders common characters by pronunciation."""
    return name.encode("gb18030", "replace")
