"""Monotone veto: whatever is added that keeps somebody out, nobody sees more than before."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from archive_app.access.rule import visible
from archive_app.access.system import SYSTEM
from archive_app.errors import ArchiveError, UnknownAccount
from archive_app.people import accounts, memberships, persons, units
from archive_app.screening.matching import catch_up
from storage.models import Assignment, Case, Concern, PendingChange, Person, Unit
from storage.session import reading, unit_of_work
from tests.worlds.cast import CAST, UNITS
from tests.worlds.chance import in_hand
from tests.worlds.parts import paper
from tests.worlds.steps import Bring, Sweep
from tests.worlds.world import World, two_worlds


@pytest.fixture
def world() -> Iterator[World]:
    with in_hand() as (chance, _clock), two_worlds(chance) as worlds:
        worlds.coupling.world = worlds.a
        for step in (Bring("registrar1", (paper("L1"), paper("L2", "反映何雅琴")), "each"), Sweep("")):
            worlds.a.begin(repr(step))
            step.play(worlds.a)
        yield worlds.a


def seen(world: World) -> dict[str, set[int]]:
    """For each of the cast, the cases they see."""
    found = {}
    for role in CAST:
        found[role.key] = set[int]()
        try:
            reader = world.reader(role.key)
        except UnknownAccount:
            continue
        with reading(world.archive.sessions, reader.key) as session:
            found[role.key] = set(session.scalars(visible(reader)))
    return found


def test_a_concern_more_never_lets_anybody_see_more(world: World) -> None:
    """One after the other, all kinds of all persons and units, and words that nobody has resolved, on both cases."""
    with reading(world.archive.sessions, SYSTEM.key) as session:
        of_persons = [(key, None) for key in session.scalars(select(Person.id).order_by(Person.id))]
        of_units = [(None, key) for key in session.scalars(select(Unit.id).order_by(Unit.id))]
        cases = session.scalars(select(Case.id)).all()
    before, less = seen(world), 0
    for number, (kind, (person, unit)) in enumerate(
        itertools.product(("mentioned", "recused", "accused"), [*of_persons[::3], *of_units[::2], (None, None)])
    ):
        with unit_of_work(world.archive.sessions, SYSTEM.key) as session:
            of = cases[number % len(cases)]
            at = datetime.now(UTC)
            session.add(
                Concern(case_id=of, kind=kind, person_id=person, unit_id=unit, words="某人", contexts=[], at=at)
            )
            session.commit()
        now = seen(world)
        # A waiting mention is what brings a case to the access reviewers: for them it is the way in.
        more = {who for who in now if now[who] - before[who] and "access_reviewer" not in BY_ROLES[who]}
        assert not more, f"{kind} of person {person}, unit {unit}: {more} see more"
        less += now != before
        before = now
    assert less > 5, "hardly anything was hidden: nothing was tested"


EVENT = date(2025, 12, 31)
"""The day of the events: between the ends of memberships that were and those that are tried."""

BY_ROLES = {role.key: role.roles for role in CAST}


def test_nothing_that_an_administrator_does_alone_shows_anybody_more(world: World) -> None:
    """Steps at random: places, backdated ends, renamed, moved, merged and unwatched units, accounts, by one person."""
    draw = random.Random(11)
    _concern_and_assign(world, draw)
    before, tried = seen(world), 0
    for number in range(40):
        world.begin(f"step {number}")
        tried += _does(world, draw)
        catch_up(world.archive)
        now = seen(world)
        more = {who for who in now if now[who] - before[who]}
        assert not more, f"{more} see more after step {number}"
        before = now
    assert tried > 20, "hardly anything was possible: nothing was tested"
    with reading(world.archive.sessions, SYSTEM.key) as session:
        waiting = session.scalars(select(PendingChange.id)).all()
    assert len(waiting) > 10, "hardly anything had to wait: nothing was tested"


def _concern_and_assign(world: World, draw: random.Random) -> None:
    """Cases of days between the ends of the memberships, units that they concern, and units that handle them."""
    with unit_of_work(world.archive.sessions, SYSTEM.key) as session:
        keys = session.scalars(select(Unit.id).order_by(Unit.id)).all()
        named = {key: unit for key, unit in session.execute(select(Unit.public_id, Unit.id))}
        at = datetime.now(UTC)
        cases = session.scalars(select(Case.id).order_by(Case.id)).all()
        for case, unit in zip(cases, ("building", "letters"), strict=True):
            session.execute(update(Case).where(Case.id == case).values(event_date=EVENT))
            session.add(Concern(case_id=case, kind="accused", unit_id=named[f"unit-{unit}"], contexts=[], at=at))
            session.add(Assignment(case_id=case, unit_id=draw.choice(keys), at=at))
        session.commit()


def _does(world: World, draw: random.Random) -> bool:
    """One step of one administrator; whether it was possible."""
    admin, archive = world.reader(draw.choice(["admin1", "admin2"])), world.archive
    role = draw.choice(CAST)
    own = [each for each, _ in role.units] or ["bureau"]
    person, unit = f"person-{role.key}", f"unit-{draw.choice(own if draw.random() < 0.7 else sorted(UNITS))}"
    other = f"unit-{draw.choice(sorted(UNITS))}"
    past, kind = (
        draw.choice([EVENT - timedelta(days=1), EVENT - timedelta(days=400)]),
        draw.choice(["leads", "oversees"]),
    )
    name = f"新{draw.randrange(10**6)}"
    steps: list[Callable[[], object]] = [
        lambda: memberships.join(admin, archive, person, unit, None),
        lambda: memberships.leave(admin, archive, person, unit, past),
        lambda: memberships.appoint(admin, archive, person, unit, kind=kind, title="主任"),  # type: ignore[arg-type]
        lambda: memberships.dismiss(admin, archive, person, unit, kind, past),  # type: ignore[arg-type]
        lambda: memberships.take_over(admin, archive, unit, other, past),
        lambda: units.rename_unit(admin, archive, unit, name=name),
        lambda: units.move_unit(admin, archive, unit, other),
        lambda: units.move_unit(admin, archive, unit, None),
        lambda: units.succeed(admin, archive, [unit], [other], kind="renamed", at=past),
        lambda: units.succeed(admin, archive, [unit], names=[name], kind="renamed", at=past),
        lambda: units.watch_unit(admin, archive, unit, watched=draw.random() < 0.2),
        lambda: units.end_unit(admin, archive, unit, past),
        lambda: persons.rename_person(admin, archive, person, name=name),
        lambda: persons.set_staff_number(admin, archive, person, staff_no=name),
        lambda: accounts.give_role(admin, archive, person.replace("person", "account"), "director"),
        lambda: accounts.set_active(admin, archive, person.replace("person", "account"), draw.random() < 0.5),
    ]
    # Not many that connect units: soon everything would concern everybody.
    weights = [2, 12, 2, 4, 2, 1, *(0.5,) * 4, 3, 1, 1, 1, 1, 0.5]
    try:
        draw.choices(steps, weights)[0]()
    except ArchiveError:
        return False
    return True
