"""What the administration does: persons, units, posts, accounts. None of it is ever a step of a complaint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.worlds.steps import Step
from tests.worlds.world import World

try:
    from archive_app.people import holding, persons, places, units
    HERE = True
except ImportError:
    HERE = False
from storage.models import *
from storage.session import unit_of_work
from sqlalchemy import select
from archive_app.system import SYSTEM


@dataclass(frozen=True, slots=True)
class RenamePerson(Step):
    """Somebody has another name from now on."""

    person: str
    name: str

    def play(self, world: World) -> object:
        with unit_of_work(world.archive.sessions, SYSTEM.key) as session:
            person = session.scalars(select(Person).where(Person.public_id == f"person-{self.person}")).one()
            session.add(PersonName(person_id=person.id, name=person.name))
            person.name, person.matched = self.name, False
            session.commit()


@dataclass(frozen=True, slots=True)
class Join(Step):
    """Somebody joins a unit."""

    person: str
    unit: str
    since: date | None

    def play(self, world: World) -> object:
        with unit_of_work(world.archive.sessions, SYSTEM.key) as session:
            person = session.scalars(select(Person).where(Person.public_id == f"person-{self.person}")).one()
            unit = session.scalars(select(Unit).where(Unit.public_id == f"unit-{self.unit}")).one()
            session.add(Membership(person_id=person.id, unit_id=unit.id, since=self.since))
            session.commit()


@dataclass(frozen=True, slots=True)
class Leave(Step):
    """Somebody leaves a unit."""

    person: str
    unit: str
    until: date

    def play(self, world: World) -> object:
        with unit_of_work(world.archive.sessions, SYSTEM.key) as session:
            person = session.scalars(select(Person).where(Person.public_id == f"person-{self.person}")).one()
            unit = session.scalars(select(Unit).where(Unit.public_id == f"unit-{self.unit}")).one()
            for m in session.scalars(select(Membership).where(Membership.person_id == person.id, Membership.unit_id == unit.id, Membership.until.is_(None))):
                m.until = self.until
            session.commit()


@dataclass(frozen=True, slots=True)
class Unconfirmed(Step):
    """An administrator has changed an account: it waits for its confirmation."""

    person: str

    def play(self, world: World) -> object:
        with unit_of_work(world.archive.sessions, SYSTEM.key) as session:
            session.scalars(select(Account).where(Account.name == self.person)).one().confirmed_at = None
            session.commit()
