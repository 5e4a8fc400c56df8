"""Monotone veto: whatever is added that keeps somebody out, nobody sees more than before."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from archive_app.access.rule import visible
from archive_app.access.system import SYSTEM
from storage.models import Case, Concern, Person, Unit
from storage.session import reading, unit_of_work
from tests.worlds.cast import CAST
from tests.worlds.chance import in_hand
from tests.worlds.classics import paper
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
        reader = world.reader(role.key)
        with reading(world.archive.sessions, reader.key) as session:
            found[role.key] = set(session.scalars(visible(reader)))
    return found


def test_a_concern_more_never_lets_anybody_see_more(world: World) -> None:
    """One after the other, all kinds of all persons and units, and words that nobody has resolved, on both cases."""
    with reading(world.archive.sessions, SYSTEM.key) as session:
        persons = [(key, None) for key in session.scalars(select(Person.id).order_by(Person.id))]
        units = [(None, key) for key in session.scalars(select(Unit.id).order_by(Unit.id))]
        cases = session.scalars(select(Case.id)).all()
    before, less = seen(world), 0
    for number, (kind, (person, unit)) in enumerate(
        itertools.product(("mentioned", "recused", "accused"), [*persons[::3], *units[::2], (None, None)])
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


BY_ROLES = {role.key: role.roles for role in CAST}
