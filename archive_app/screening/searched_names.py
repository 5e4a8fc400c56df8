"""The names to search for: persons with what they are called, watched units, and the posts of units."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from index.names import Name, post_titles
from storage.models import Account, AccountRole, Membership, Person, PersonName, Post, Unit, UnitName

TITLES: Mapping[str, tuple[str, ...]] = {
    "registrar": ("登记员",),
    "office_head": ("主任", "科长"),
    "deputy_director": ("副局长", "副主任"),
    "director": ("局长", "主任"),
    "leader": ("副局长", "副主任"),
    "unit_head": ("处长", "科长", "主任"),
    "handler": ("承办人", "经办人"),
    "information_officer": ("信息员",),
    "records_manager": ("档案员", "档案管理员"),
    "access_reviewer": ("审查员",),
    "system_administrator": ("管理员",),
}
"""What people who hold a role are called after their surname, whatever their post."""

_WHERE = re.compile("^.{0,8}?[省市县区州旗]")
"""The place at the beginning of a unit's name, which people leave out."""

Key = tuple[str, int]
"""The owner of a name: ("person", id) or ("unit", id)."""


def names(session: Session) -> tuple[Name, ...]:
    """All names to search for: persons with their other names and posts, watched units with their short forms."""
    of_units, watched = _names_of_units(session)
    found = [Name(text, ("unit", unit), fuzzy=False) for unit in watched for text in of_units[unit]]
    posts: dict[int, list[str]] = {}
    for person, unit, title in session.execute(select(Post.person_id, Post.unit_id, Post.title).order_by(Post.id)):
        if title:
            posts.setdefault(person, []).append(title)
            titles = post_titles(of_units.get(unit, ()), title)
            found += [Name(text, ("person", person), fuzzy=False) for text in titles]
    roles = select(Account.person_id, AccountRole.role).join(AccountRole, AccountRole.account_id == Account.id)
    for person, role in session.execute(roles.order_by(AccountRole.id)):
        posts.setdefault(person, []).extend(TITLES.get(role, ()))
    units = _units_of_persons(session, of_units)
    persons = select(Person.id, Person.name).union_all(select(PersonName.person_id, PersonName.name))
    for person, text in session.execute(persons):
        called = tuple(dict.fromkeys(posts.get(person, ())))
        found.append(Name(text, ("person", person), personal=True, posts=called, units=units.get(person, ())))
    return tuple(dict.fromkeys(found))


def _names_of_units(session: Session) -> tuple[dict[int, list[str]], list[int]]:
    """The names of each unit, and the units that are watched."""
    names: dict[int, list[str]] = {}
    for unit, text in session.execute(select(Unit.id, Unit.name).union_all(select(UnitName.unit_id, UnitName.name))):
        names.setdefault(unit, []).append(text)
    return names, list(session.scalars(select(Unit.id).where(Unit.watched).order_by(Unit.id)))


def _units_of_persons(session: Session, of_units: Mapping[int, list[str]]) -> dict[int, tuple[str, ...]]:
    """By person the names of the units that they are, or were, in or responsible for, and of the units above."""
    above = {unit: parent for unit, parent in session.execute(select(Unit.id, Unit.parent_id))}
    words = {unit: tuple(form for text in texts for form in _forms(text)) for unit, texts in of_units.items()}
    found: dict[int, dict[str, None]] = {}
    memberships = select(Membership.person_id, Membership.unit_id)
    for person, unit in session.execute(memberships.union(select(Post.person_id, Post.unit_id))):
        own = found.setdefault(person, {})
        here: int | None = unit
        while here is not None:
            own.update(dict.fromkeys(words[here]))
            here = above[here]
    return {person: tuple(own) for person, own in found.items()}


def _forms(name: str) -> tuple[str, ...]:
    """A unit's name, and the same without the place: 临河市统计局 is also 统计局."""
    short = _WHERE.sub("", name)
    return (name, short) if len(short) > 2 and short != name else (name,)
