"""How one unit leads to another, in words: a part of it, renamed, merged, split off. For explanations only.

The access rule uses `UnitReach`; this module finds a path that explains an entry of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.values import Notice
from storage.models import Unit, UnitSuccession

# Successors and predecessors of a unit are reached, over any number of steps, with all units below any of these; not
# other successors of its predecessors, nor predecessors of a unit below it.
_THEN: Mapping[str, tuple[str, ...]] = {
    "": ("down", "on", "back"),
    "on": ("on", "down"),
    "back": ("back", "down"),
    "down": ("down",),
}

Step = tuple[str, int, Notice]
"""The kind of a step, the unit that it leads to, and its description."""


def unit_path(session: Session, first: int, last: int) -> tuple[Notice, ...]:
    """The shortest path from a unit to one that it reaches; empty when they are the same.

    Where the records no longer show a path (the units were changed since), the result says that the one counts as the
    other.
    """
    if first == last:
        return ()
    names = {key: name for key, name in session.execute(select(Unit.id, Unit.name))}
    steps = _steps(session, names)
    seen = {("", first)}
    ahead: deque[tuple[str, int, tuple[Notice, ...]]] = deque([("", first, ())])
    while ahead:
        kind, unit, said = ahead.popleft()
        for next_kind, next_unit, notice in steps.get(unit, ()):
            if next_kind not in _THEN[kind] or (next_kind, next_unit) in seen:
                continue
            if next_unit == last:
                return (*said, notice)
            seen.add((next_kind, next_unit))
            ahead.append((next_kind, next_unit, (*said, notice)))
    return (Notice("unit_counts_as", {"unit": names[last], "of": names[first]}),)


def _steps(session: Session, names: Mapping[int, str]) -> Mapping[int, list[Step]]:
    steps: dict[int, list[Step]] = {}
    for begin, step in (*_below(session, names), *_successions(session, names)):
        steps.setdefault(begin, []).append(step)
    return steps


def _below(session: Session, names: Mapping[int, str]) -> Iterator[tuple[int, Step]]:
    for unit, parent in session.execute(select(Unit.id, Unit.parent_id).order_by(Unit.id)):
        if parent is not None:
            yield parent, ("down", unit, Notice("unit_below", {"unit": names[unit], "of": names[parent]}))


def _successions(session: Session, names: Mapping[int, str]) -> Iterator[tuple[int, Step]]:
    for row in session.scalars(select(UnitSuccession).order_by(UnitSuccession.predecessor_id, UnitSuccession.at)):
        before, after = row.predecessor_id, row.successor_id
        notice = Notice(f"unit_{row.kind}", {"before": names[before], "after": names[after], "at": row.at})
        yield before, ("on", after, notice)
        yield after, ("back", before, notice)
