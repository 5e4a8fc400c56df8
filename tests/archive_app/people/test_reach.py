"""The reach of a unit, against a definition of its own, and never smaller than it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from archive_app.access.identity import Reader
from archive_app.people import units
from archive_app.people.errors import PeopleError
from archive_app.people.reach import reach
from archive_app.runtime.archive import Archive
from storage.models import Unit, UnitReach, UnitSuccession
from storage.session import reading, unit_of_work

DAY = date.today() + timedelta(days=1)

Tree = dict[int, int | None]
Steps = list[tuple[int, int]]


def below(parents: Tree, unit: int) -> Iterator[int]:
    """By recursion, as the rule is written: the unit, and what is below it."""
    yield unit
    for each, parent in parents.items():
        if parent == unit:
            yield from below(parents, each)


def afterwards(steps: Steps, unit: int) -> Iterator[int]:
    for before, after in steps:
        if before == unit:
            yield after
            yield from afterwards(steps, after)


def reached(parents: Tree, steps: Steps, unit: int) -> set[int]:
    """A unit, those it became and those that became it, each with what is below."""
    whole = [unit, *afterwards(steps, unit), *afterwards([(after, before) for before, after in steps], unit)]
    return {each for beginning in whole for each in below(parents, beginning)}


@st.composite
def offices(draw: st.DrawFn) -> tuple[Tree, Steps]:
    """A forest in which parents come before their children, and successions that run in one direction."""
    count = draw(st.integers(1, 9))
    parents: Tree = {unit: draw(st.sampled_from([None, *range(unit)])) for unit in range(count)}
    order = draw(st.permutations(range(count)))
    possible = [(order[a], order[b]) for a in range(count) for b in range(a + 1, count)]
    steps = draw(st.lists(st.sampled_from(possible), max_size=6, unique=True)) if possible else []
    return parents, steps


@given(offices())
def test_the_closure_is_what_the_rule_says(office: tuple[Tree, Steps]) -> None:
    parents, steps = office
    assert reach(parents, steps) == {unit: reached(parents, steps, unit) for unit in parents}


@given(offices(), st.data())
def test_a_new_unit_or_succession_never_shrinks_it(office: tuple[Tree, Steps], data: st.DataObject) -> None:
    parents, steps = office
    new = len(parents)
    more = {**parents, new: data.draw(st.sampled_from([None, *parents]))}
    step = data.draw(st.sampled_from([(new, each) for each in parents] + [(each, new) for each in parents]))
    before, after = reach(parents, steps), reach(more, [*steps, step])
    assert all(before[unit] <= after[unit] for unit in parents)


def test_what_became_of_predecessors_otherwise_is_not_reached() -> None:
    # 1 was split into 2 and 3: a concern of 2 reaches who was in 1, not who is in 3.
    assert reach({1: None, 2: None, 3: None}, [(1, 2), (1, 3)])[2] == {1, 2}


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["add", "add", "move", "rename", "merge", "split", "end"]), *[st.integers(0, 99)] * 3),
    max_size=14,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ACTIONS)
def test_the_records_follow_the_rule_through_any_history(
    office: Archive, admin: Reader, history: list[tuple[str, int, int, int]]
) -> None:
    with unit_of_work(office.sessions) as session:
        session.execute(update(Unit).values(parent_id=None))
        for model in (UnitReach, UnitSuccession, Unit):
            session.execute(delete(model))
        session.commit()
    told: list[dict[int, set[int]]] = [{}]
    for number, action in enumerate(history):
        act(office, admin, number, *action)
        parents, steps, kept = records(office)
        now = {unit: reached(parents, steps, unit) for unit in parents}
        # What the rule says now, and nothing of what was reached before is lost.
        assert kept == {unit: now[unit] | told[-1].get(unit, set()) for unit in parents}
        told.append(kept)
    for earlier, later in pairwise(told):
        assert all(earlier[unit] <= later[unit] for unit in earlier)


def act(archive: Archive, admin: Reader, number: int, what: str, first: int, second: int, third: int) -> None:
    with reading(archive.sessions) as session:
        known = list(session.scalars(select(Unit.public_id).order_by(Unit.id)))
    name = f"单位{number}"
    if not known:
        units.add_unit(admin, archive, name=name)
        return
    a, b, c = (known[each % len(known)] for each in (first, second, third))
    try:
        if what == "add":
            units.add_unit(admin, archive, name=name, parent=a if second % 3 else None)
        elif what == "move":
            units.move_unit(admin, archive, a, b if third % 4 else None)
        elif what == "rename":
            units.succeed(admin, archive, [a], names=[name], kind="renamed", at=DAY)
        elif what == "merge":
            units.succeed(admin, archive, [a, b], [c], kind="merged", at=DAY)
        elif what == "split":
            units.succeed(admin, archive, [a], [b], names=[name], kind="split", at=DAY, goes_on=third % 2 == 0)
        else:
            units.end_unit(admin, archive, a, DAY)
    except PeopleError:
        pass


def records(archive: Archive) -> tuple[Tree, Steps, dict[int, set[int]]]:
    with reading(archive.sessions) as session:
        parents: Tree = {unit: parent for unit, parent in session.execute(select(Unit.id, Unit.parent_id))}
        steps = [(row.predecessor_id, row.successor_id) for row in session.scalars(select(UnitSuccession))]
        kept: dict[int, set[int]] = {unit: set() for unit in parents}
        for unit, member in session.execute(select(UnitReach.unit_id, UnitReach.member_unit_id)):
            kept[unit].add(member)
    return parents, steps, kept


@pytest.mark.parametrize("missing", ["down", "on", "back"])
def test_the_definition_would_see_a_missing_part(missing: str) -> None:
    parents, steps = {1: None, 2: 1, 3: None, 4: None}, [(1, 3), (4, 1)]
    without = {"down": (dict.fromkeys(parents), steps), "on": (parents, steps[1:]), "back": (parents, steps[:1])}
    assert reach(*without[missing])[1] != reached(parents, steps, 1) == {1, 2, 3, 4}
