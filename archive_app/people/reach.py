"""The reach of a concern of a unit: the unit, its subunits, successors and predecessors, with their subunits.

Pairs are never removed: a unit that moves away stays in reach of what was written about its former parent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storage.models.unit import Unit, UnitReach, UnitSuccession


def rebuild_reach(session: Session, propose: Callable[[Iterable[int]], int | None]) -> None:
    """Update the closure, in the transaction that has changed the units.

    Pairs of units that were both there before could show cases to those who oversee one of them: they wait for the
    pending change that `propose` returns for the units.
    """
    session.flush()
    parents = {unit: parent for unit, parent in session.execute(select(Unit.id, Unit.parent_id))}
    became = session.execute(select(UnitSuccession.predecessor_id, UnitSuccession.successor_id)).all()
    wanted = {(unit, each) for unit, members in reach(parents, became).items() for each in members}
    there = set(session.execute(select(UnitReach.unit_id, UnitReach.member_unit_id)))
    known = {unit for unit, member in there if unit == member}
    new = sorted(wanted - there)
    waiting = [pair for pair in new if known.issuperset(pair)]
    waits_for = propose({unit for pair in waiting for unit in pair}) if waiting else None
    for pairs, pending_id in ((waiting, waits_for), ([pair for pair in new if pair not in waiting], None)):
        rows = [{"unit_id": unit, "member_unit_id": member, "pending_id": pending_id} for unit, member in pairs]
        if rows:
            session.execute(insert(UnitReach), rows)


def reach(parents: Mapping[int, int | None], became: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """The closure of a tree of units (unit → parent) and of (predecessor, successor) pairs."""
    below: dict[int, set[int]] = {}
    later: dict[int, set[int]] = {}
    earlier: dict[int, set[int]] = {}
    for unit, parent in parents.items():
        if parent is not None:
            below.setdefault(parent, set()).add(unit)
    for before, after in became:
        later.setdefault(before, set()).add(after)
        earlier.setdefault(after, set()).add(before)
    return {unit: _followed(_followed({unit}, later) | _followed({unit}, earlier), below) for unit in parents}


def _followed(begin: Iterable[int], steps: Mapping[int, set[int]]) -> frozenset[int]:
    """All nodes reachable from the starting nodes, these included."""
    found, ahead = set(begin), list(begin)
    while ahead:
        for each in steps.get(ahead.pop(), set()) - found:
            found.add(each)
            ahead.append(each)
    return frozenset(found)
