"""Import a staff table in one transaction, row by row, recording what was done and what is wrong.

A preview runs the same code without a commit, so what is applied is what was shown. Persons missing from the table are
not removed; an end needs a date in the table. Roles are given, never ended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.errors import ArchiveError
from archive_app.language.label_lookup import role_names
from archive_app.people import accounts, memberships, persons, units
from archive_app.people.errors import (
    AccountOfAnother,
    ConflictingParents,
    NumberNeeded,
    NumberUnknown,
    RelationUnknown,
    RoleUnknown,
    SeveralUnits,
    TwoNames,
    UnitCycle,
)
from archive_app.people.results import ImportChange, ImportProblem, NewAccount
from archive_app.people.rules import clean, ensure_not_own, is_open, needed
from archive_app.tabular.tables import TableRow, read_day
from archive_app.values import Notice
from index.text import fold
from storage.models.person import Account, Person, PersonName
from storage.models.unit import Membership, Post, Unit, UnitName

SEVERAL = re.compile(r"[、，,;；/]")
RELATIONS = {"": "", "领导": "leads", "leads": "leads", "分管": "oversees", "oversees": "oversees"}

COLUMN_OF = {
    "name": "name",
    "staff_no": "staff_no",
    "other_name": "former",
    "other_names": "former",
    "short_names": "short",
    "short_name": "short",
    "parent": "above",
    "title": "title",
    "until": "until",
    "account": "account",
    "role": "roles",
}
"""The fields that errors name, and the table columns that they come from."""


@dataclass
class ImportRun:
    """The import of one table."""

    session: Session
    reader: Reader
    rows: Sequence[TableRow]
    changes: list[ImportChange] = field(default_factory=list)
    problems: list[ImportProblem] = field(default_factory=list)
    accounts: list[NewAccount] = field(default_factory=list)
    _units: dict[str, Unit] = field(default_factory=dict)
    _named: dict[str, list[Person]] = field(default_factory=dict)

    def carry_out(self) -> None:
        """Import everything: units first, each after its parent, then people row by row."""
        self._know_names()
        above = self._units_above()
        for row in self.rows:
            with self._of(row):
                self._unit_of(row, above)
        for row in self.rows:
            if row["name"]:
                with self._of(row):
                    self._person_of(row)
        units.connect(self.session, self.reader)

    @contextmanager
    def _of(self, row: TableRow) -> Iterator[None]:
        """Record whatever is wrong with a row at its column, and go on to the next row."""
        try:
            yield
        except ArchiveError as error:
            named = str(error.values.get("field", "name"))
            self._problem(row, COLUMN_OF.get(named, named), error)

    def _problem(self, row: TableRow, column: str, error: ArchiveError) -> None:
        problem = ImportProblem(row.number, column, Notice(error.code, error.values))
        if problem not in self.problems:
            self.problems.append(problem)

    def _done(self, row: TableRow, kind: str, code: str, **values: Any) -> None:
        self.changes.append(ImportChange(row.number, kind, Notice(f"import_{code}", values)))  # type: ignore[arg-type]

    def _know_names(self) -> None:
        people = self.session.scalars(select(Person).order_by(Person.id)).all()
        others: dict[int, list[str]] = {}
        for key, name in self.session.execute(select(PersonName.person_id, PersonName.name)):
            others.setdefault(key, []).append(name)
        for person in people:
            for name in (person.name, *others.get(person.id, ())):
                self._know(person, name)

    def _know(self, person: Person, name: str) -> None:
        known = self._named.setdefault(fold(name).text, [])
        if person not in known:
            known.append(person)

    # Units

    def _units_above(self) -> dict[str, str]:
        """The parent unit that the table gives for each unit."""
        above: dict[str, str] = {}
        for row in self.rows:
            with self._of(row):
                unit, parent = clean(row["unit"], "unit"), clean(row["above"], "above")
                if unit and parent and above.setdefault(unit, parent) != parent:
                    raise ConflictingParents(field="above", name=unit)
        return above

    def _unit_of(self, row: TableRow, above: dict[str, str]) -> None:
        name = needed(row["unit"], "unit")
        self._ensure_unit(row, name, above, ())
        for short in _several(row["short"], "short"):
            unit = self._units[name]
            if short not in {unit.name, *(each.name for each in unit.names)}:
                units.note_short_name(self.session, self.reader, unit, short)
                self._done(row, "changed", "unit_named", unit=unit.name, name=short)

    def _ensure_unit(self, row: TableRow, name: str, above: dict[str, str], below: tuple[str, ...]) -> Unit:
        if name in below:
            raise UnitCycle(field="above")
        if name in self._units:
            return self._units[name]
        parent = self._ensure_unit(row, above[name], above, (*below, name)) if name in above else None
        unit = self._existing(name, parent)
        if unit is None:
            # The bureau's own name is on every envelope.
            watched = parent is not None or name not in above.values()
            unit = units.new_unit(self.session, self.reader, name=name, above=parent, watched=watched)
            code, values = ("unit_added", {}) if parent is None else ("unit_added_below", {"above": parent.name})
            self._done(row, "added", code, unit=name, **values)
            if not watched:
                self._done(row, "added", "unit_unwatched", unit=name)
        elif parent is not None and unit.parent_id != parent.id:
            units.put_below(self.session, self.reader, unit, parent)
            self._done(row, "changed", "unit_moved", unit=unit.name, above=parent.name)
        self._units[name] = unit
        return unit

    def _existing(self, name: str, parent: Unit | None) -> Unit | None:
        """The unit of this name: current units before ended ones, those with the right parent before others."""
        own = select(UnitName.unit_id).where(UnitName.name == name)
        found = self.session.scalars(select(Unit).where((Unit.name == name) | Unit.id.in_(own)).order_by(Unit.id)).all()
        tests: tuple[Callable[[Unit], bool], ...] = (
            lambda unit: unit.until is None or unit.until >= date.today(),
            lambda unit: unit.name == name,
            lambda unit: parent is not None and unit.parent_id == parent.id,
        )
        for test in tests:
            found = [unit for unit in found if test(unit)] or found
        if len(found) > 1:
            raise SeveralUnits(field="unit", name=name)
        return found[0] if found else None

    # People

    def _person_of(self, row: TableRow) -> None:
        unit = self._units.get(clean(row["unit"], "unit"))
        if unit is None or not self._is_readable(row):
            return
        since, until = read_day(row["since"], "since"), read_day(row["until"], "until")
        person = self._find(row, unit) or self._add(row)
        self._name(row, person)
        relation = _relation(row["relation"])
        if relation != "oversees":
            self._add_place(row, person, unit, "", since, until)
        if relation:
            self._add_place(row, person, unit, relation, since, until)
        if row["account"]:
            self._account(row, person)

    def _is_readable(self, row: TableRow) -> bool:
        """Whether all cells with a fixed format are valid; problems are recorded at their columns."""
        before = len(self.problems)
        for column, read in (("since", read_day), ("until", read_day), ("relation", _relation), ("roles", _roles)):
            with self._of(row):
                read(row[column], column)
        return len(self.problems) == before

    def _find(self, row: TableRow, unit: Unit) -> Person | None:
        """The person of a row: by the staff number, or without one by the name if it is unique."""
        name = needed(row["name"], "name")
        number = clean(row["staff_no"], "staff_no", most=persons.MAX_STAFF_NUMBER)
        alike = self._named.get(fold(name).text, [])
        if number:
            others = (other["name"] for other in self.rows if other["staff_no"] == number)
            if (other := next((each for each in others if each != row["name"]), None)) is not None:
                raise TwoNames(field="staff_no", number=number, name=other or "—")
            found = self.session.scalar(select(Person).where(Person.staff_no == number))
            if found is None and any(each.staff_no is None for each in alike):
                raise NumberUnknown(field="staff_no", name=name)
            return found
        elsewhere = any(each["name"] == row["name"] and each["unit"] != row["unit"] for each in self.rows)
        if elsewhere or len(alike) > 1:
            raise NumberNeeded(field="staff_no", name=name)
        if alike and not self._is_here(alike[0], unit):
            raise NumberNeeded(field="staff_no", name=name)
        return alike[0] if alike else None

    def _is_here(self, person: Person, unit: Unit) -> bool:
        """Whether somebody belongs to this unit, or to no unit at all."""
        of = [
            self.session.scalars(select(model.unit_id).where(model.person_id == person.id)).all()
            for model in (Membership, Post)
        ]
        known = {each for units_of in of for each in units_of}
        return not known or unit.id in known

    def _add(self, row: TableRow) -> Person:
        person = persons.new_person(self.session, self.reader, name=row["name"], staff_no=row["staff_no"])
        code = "namesake_added" if self._named.get(fold(person.name).text) else "person_added"
        self._know(person, person.name)
        self._done(row, "added", code, person=_label(person))
        return person

    def _name(self, row: TableRow, person: Person) -> None:
        new, old = needed(row["name"], "name"), person.name
        known = {person.name, *(each.name for each in person.names)}
        if fold(new).text not in {fold(each).text for each in known}:
            ensure_not_own(self.reader, person.id)
            persons.rename(self.session, self.reader, person, new)
            self._know(person, new)
            self._done(row, "changed", "person_renamed", person=_label(person), old=old)
        for former in _several(row["former"], "former"):
            if former not in known:
                ensure_not_own(self.reader, person.id)
                persons.note_name(self.session, self.reader, person, former)
                self._know(person, former)
                self._done(row, "changed", "person_named", person=_label(person), name=former)

    def _add_place(
        self, row: TableRow, person: Person, unit: Unit, relation: str, since: date | None, until: date | None
    ) -> None:
        """Add the membership (relation "") or post of the row; an existing one stays as it is."""
        title = clean(row["title"], "title", most=memberships.MAX_TITLE)
        held = [each for each in self._of_person(person, unit, relation, title) if is_open(each)]
        values = {"person": _label(person), "unit": unit.name, "title": title}
        if until is not None and held:
            for entry in held:
                if entry.until != until:
                    ensure_not_own(self.reader, person.id)
                    memberships.end(self.session, self.reader, entry, until)
                    self._done(row, "ended", f"{relation or 'member'}_ended", **values, day=until.isoformat())
            return
        before = [each.until for each in self._of_person(person, unit, relation, title)]
        if held or (until is not None and until in before):
            return
        ensure_not_own(self.reader, person.id)
        if relation:
            kind: memberships.PostKind = "leads" if relation == "leads" else "oversees"
            memberships.new_post(
                self.session, self.reader, person, unit, kind=kind, title=title, since=since, until=until
            )
        else:
            memberships.new_membership(self.session, self.reader, person, unit, since, until)
        self._done(row, "added", f"{relation or 'member'}_added", **values)

    def _of_person(self, person: Person, unit: Unit, relation: str, title: str) -> list[Membership] | list[Post]:
        """The memberships in a unit, or the posts of this kind and title, ended ones included."""
        if not relation:
            return list(
                self.session.scalars(
                    select(Membership).where(Membership.person_id == person.id, Membership.unit_id == unit.id)
                )
            )
        same = Post.kind == relation, Post.title == title
        return list(
            self.session.scalars(select(Post).where(Post.person_id == person.id, Post.unit_id == unit.id, *same))
        )

    def _account(self, row: TableRow, person: Person) -> None:
        name = needed(row["account"], "account")
        roles = _roles(row["roles"])
        account = self.session.scalar(select(Account).where(Account.name == name))
        if account is not None and account.person_id != person.id:
            raise AccountOfAnother(field="account", name=name, person=account.person.name)
        if account is None:
            account, code = accounts.new_account(self.session, self.reader, person, name=name, roles=())
            self.accounts.append(NewAccount(_label(person), name, code))
            self._done(row, "added", "account_made", person=_label(person), account=name)
        held = {each.role for each in account.roles if each.until is None}
        for role in dict.fromkeys(roles):
            if role not in held:
                accounts.new_role(self.session, self.reader, account, role)
                self._done(row, "added", "role_given", account=name, role=role)


def _several(cell: str, column: str) -> list[str]:
    return [name for each in SEVERAL.split(cell) if (name := clean(each, column))]


def _relation(cell: str, column: str = "relation") -> str:
    """The kind of a post; "" for a member. Raises RelationUnknown."""
    found = RELATIONS.get(cell.casefold())
    if found is None:
        raise RelationUnknown(field=column)
    return found


def _roles(cell: str, column: str = "roles") -> list[str]:
    """The roles in a cell, by their codes. Raises RoleUnknown."""
    names = _several(cell, column)
    for name in names:
        if name.casefold() not in role_names():
            raise RoleUnknown(field=column, name=name)
    return [role_names()[name.casefold()] for name in names]


def _label(person: Person) -> str:
    return f"{person.name} {person.staff_no}" if person.staff_no else person.name
