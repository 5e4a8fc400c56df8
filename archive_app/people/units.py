"""Units: their tree, their names, and their successors. They are never deleted: they end.

Every change of the tree updates the reach of all units in the same transaction (`rebuild_reach`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Literal

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.audit.record import record
from archive_app.people.errors import EndBeforeBegin, UnitCycle, UnitExists, UnitHasEnded, UnitsMissing, UnwatchedOwn
from archive_app.people.pending import propose
from archive_app.people.reach import rebuild_reach
from archive_app.people.rules import administering, clean, needed, unit_row
from archive_app.runtime.archive import Archive
from storage.models.person import Person
from storage.models.types import new_public_id
from storage.models.unit import Membership, Post, Unit, UnitName, UnitReach, UnitSuccession

__all__ = [
    "add_short_name",
    "add_unit",
    "connect",
    "end_unit",
    "move_unit",
    "rename_unit",
    "succeed",
    "watch_unit",
]

Kind = Literal["renamed", "merged", "split"]


def add_unit(
    reader: Reader,
    archive: Archive,
    *,
    name: str,
    parent: str | None = None,
    short_names: Iterable[str] = (),
    watched: bool = True,
    since: date | None = None,
) -> str:
    """Add a unit, below another one or at the top; returns its public id.

    Raises:
        NotFound: the reader administers nothing, or there is no such unit above.
        PeopleError: of the fields; UnitExists, UnitHasEnded.
    """
    with _changing(reader, archive) as session:
        above = unit_row(session, parent) if parent else None
        unit = new_unit(session, reader, name=name, above=above, short_names=short_names, watched=watched, since=since)
    return unit.public_id


def rename_unit(reader: Reader, archive: Archive, unit: str, *, name: str) -> None:
    """Change a unit's name; it stays the same unit, and screening still looks for the old name.

    Raises NotFound, UnitExists, PeopleError.
    """
    with _changing(reader, archive) as session:
        row, new = unit_row(session, unit), needed(name, "name")
        if new == row.name:
            return
        _ensure_free(session, new, row.parent_id)
        old, row.name, row.matched = row.name, new, False
        _note(row, old)
        _match_people_again(session, row)
        record(session, reader, "unit_renamed", subject=row.public_id)


def add_short_name(reader: Reader, archive: Archive, unit: str, *, name: str) -> None:
    """Add a short name of a unit. Raises NotFound, PeopleError."""
    with _changing(reader, archive) as session:
        note_short_name(session, reader, unit_row(session, unit), name)


def watch_unit(reader: Reader, archive: Archive, unit: str, *, watched: bool) -> None:
    """Set whether screening looks for the unit's names in letters (the bureau's own name is on every envelope).

    That they are looked for no more waits to be confirmed; until then they are.

    Raises:
        NotFound: no such unit, or the reader administers nothing.
        UnwatchedOwn: what names the unit would keep the reader out.
    """
    with _changing(reader, archive) as session:
        row = unit_row(session, unit)
        if watched == (row.watched and row.unwatch_pending_id is None):
            return
        if not watched and _reaches_own(session, reader, row):
            raise UnwatchedOwn(field="watched")
        if watched:
            _watch(row)
        else:
            row.unwatch_pending_id = propose(session, reader, "unit_unwatched", unit=row.name)
        record(session, reader, "unit_watched" if watched else "unit_unwatched", subject=row.public_id)


def move_unit(reader: Reader, archive: Archive, unit: str, parent: str | None) -> None:
    """Move a unit below another one, or to the top (None). Raises NotFound, UnitCycle, UnitHasEnded, UnitExists."""
    with _changing(reader, archive) as session:
        put_below(session, reader, unit_row(session, unit), unit_row(session, parent) if parent else None)


def succeed(
    reader: Reader,
    archive: Archive,
    predecessors: Sequence[str],
    successors: Sequence[str] = (),
    *,
    names: Sequence[str] = (),
    kind: Kind,
    at: date,
    goes_on: bool = False,
) -> tuple[str, ...]:
    """Record what units became: renamed (one into one), merged (several into one), split (one into several).

    The members stay where they are until they are moved (`memberships.take_over`); a concern of the old unit reaches
    the members of the new one, and the other way round. If the names of one of them are looked for, those of what it
    became are too.

    Args:
        reader: a system administrator.
        archive: the archive.
        predecessors: public ids of the units before.
        successors: public ids of existing units.
        names: names of units to make, with the parent of the first predecessor.
        kind: renamed, merged or split.
        at: the first day of the new units.
        goes_on: a part was split off, and the unit itself goes on.

    Returns:
        The public ids of the successors.

    Raises:
        NotFound: no such unit, or the reader administers nothing.
        UnitsMissing, UnitCycle, UnitExists, EndBeforeBegin: the input is not possible.
    """
    with _changing(reader, archive) as session:
        before = [unit_row(session, each) for each in dict.fromkeys(predecessors)]
        after = [unit_row(session, each) for each in dict.fromkeys(successors)]
        _ensure_counts(kind, len(before), len(after) + len(names))
        watched = any(each.watched for each in before)
        for new in after:
            if watched and (not new.watched or new.unwatch_pending_id is not None):
                _watch(new)
                record(session, reader, "unit_watched", subject=new.public_id)
        above = session.get(Unit, before[0].parent_id) if before[0].parent_id else None
        for name in names:
            after.append(new_unit(session, reader, name=name, above=above, watched=watched, since=at))
        for old in before:
            for new in after:
                _note_succession(session, reader, old, new, kind, at)
            if not (goes_on and kind == "split"):
                _end(old, at)
    return tuple(each.public_id for each in after)


def end_unit(reader: Reader, archive: Archive, unit: str, at: date) -> None:
    """End a unit; `at` is its last day. Its members stay its members. Raises NotFound, EndBeforeBegin."""
    with _changing(reader, archive) as session:
        row = unit_row(session, unit)
        if row.since is not None and at < row.since:
            raise EndBeforeBegin(field="until")
        row.until = at
        record(session, reader, "unit_ended", subject=row.public_id, day=at.isoformat())


def new_unit(
    session: Session,
    reader: Reader,
    *,
    name: str,
    above: Unit | None,
    short_names: Iterable[str] = (),
    watched: bool = True,
    since: date | None = None,
) -> Unit:
    """Add a unit in this transaction; the caller updates the reach before the commit. Raises PeopleError.

    That its names are not looked for (`watched`) waits to be confirmed; until then its members open no content. To look
    for them meanwhile would hide every letter, since this is wanted of a name that stands on every envelope.
    """
    _ensure_exists(above)
    unit = Unit(public_id=new_public_id(), name=needed(name, "name"), watched=watched, matched=False, since=since)
    if not watched:
        unit.unwatch_pending_id = propose(session, reader, "unit_unwatched", unit=unit.name)
    unit.parent_id = None if above is None else above.id
    _ensure_free(session, unit.name, unit.parent_id)
    session.add(unit)
    for each in short_names:
        _note(unit, clean(each, "short_names"))
    session.flush()
    record(session, reader, "unit_added", subject=unit.public_id)
    return unit


def note_short_name(session: Session, reader: Reader, unit: Unit, name: str) -> None:
    """Add another name of a unit in this transaction. Raises PeopleError."""
    if _note(unit, needed(name, "short_name")):
        unit.matched = False
        _match_people_again(session, unit)
        record(session, reader, "unit_name_added", subject=unit.public_id)


def put_below(session: Session, reader: Reader, unit: Unit, above: Unit | None) -> None:
    """Move a unit below another one in this transaction. Raises UnitCycle, UnitHasEnded, UnitExists."""
    _ensure_exists(above)
    higher = above
    while higher is not None:
        if higher is unit:
            raise UnitCycle(field="parent")
        higher = session.get(Unit, higher.parent_id) if higher.parent_id else None
    new = None if above is None else above.id
    if new == unit.parent_id:
        return
    _ensure_free(session, unit.name, new)
    unit.parent_id = new
    _match_people_again(session, unit)
    record(session, reader, "unit_moved", subject=unit.public_id, below=None if above is None else above.public_id)


def _match_people_again(session: Session, unit: Unit) -> None:
    """Have the letters searched again for what people of a unit and below it are called near its words."""
    reached = select(UnitReach.member_unit_id).where(UnitReach.unit_id == unit.id)
    for place in (Membership, Post):
        of_unit = select(place.person_id).where(or_(place.unit_id == unit.id, place.unit_id.in_(reached)))
        session.execute(update(Person).where(Person.id.in_(of_unit)).values(matched=False))


@contextmanager
def _changing(reader: Reader, archive: Archive) -> Iterator[Session]:
    with administering(reader, archive) as session:
        yield session
        connect(session, reader)
        session.commit()


def connect(session: Session, reader: Reader) -> None:
    """Update the reach of the units in this transaction."""

    def proposed(connected: Iterable[int]) -> int:
        names = session.scalars(select(Unit.name).where(Unit.id.in_(connected)).order_by(Unit.id))
        return propose(session, reader, "units_connected", units="、".join(names))

    rebuild_reach(session, proposed)


def _note(unit: Unit, name: str) -> bool:
    if not name or name in {unit.name, *(each.name for each in unit.names)}:
        return False
    unit.names.append(UnitName(name=name))
    return True


def _watch(unit: Unit) -> None:
    """Look for the names of a unit from now on; the worker also screens the letters that are there for them."""
    if not unit.watched:
        unit.watched, unit.matched = True, False
    unit.unwatch_pending_id = None


def _ensure_exists(unit: Unit | None) -> None:
    if unit is not None and unit.until is not None and unit.until < date.today():
        raise UnitHasEnded(field="parent", name=unit.name)


def _ensure_free(session: Session, name: str, parent_id: int | None) -> None:
    """Raise UnitExists if a current unit with the same parent has this name."""
    lasting = or_(Unit.until.is_(None), Unit.until >= date.today())
    same = select(Unit.id).where(Unit.name == name, Unit.parent_id == parent_id, lasting)
    if session.scalar(same.limit(1)) is not None:
        raise UnitExists(field="name", name=name)


def _ensure_counts(kind: Kind, before: int, after: int) -> None:
    possible = {"renamed": before == after == 1, "merged": before >= 1 and after == 1, "split": before == 1 <= after}
    if not possible.get(kind, False):
        raise UnitsMissing(field="names")


def _note_succession(session: Session, reader: Reader, old: Unit, new: Unit, kind: Kind, at: date) -> None:
    if old is new or _came_from(session, old, new):
        raise UnitCycle(field="names")
    if session.get(UnitSuccession, (old.id, new.id)) is None:
        session.add(UnitSuccession(predecessor_id=old.id, successor_id=new.id, kind=kind, at=at))
        session.flush()
    record(session, reader, "unit_succeeded", subject=old.public_id, by=new.public_id, kind=kind, day=at.isoformat())


def _came_from(session: Session, unit: Unit, earlier: Unit) -> bool:
    """Whether a unit descends from an earlier one, over any number of steps."""
    seen, ahead = {unit.id}, [unit.id]
    while ahead:
        before = select(UnitSuccession.predecessor_id).where(UnitSuccession.successor_id == ahead.pop())
        new = set(session.scalars(before)) - seen
        seen |= new
        ahead += new
    return earlier.id in seen


def _end(unit: Unit, at: date) -> None:
    last = date.fromordinal(at.toordinal() - 1)
    if unit.since is not None and last < unit.since:
        raise EndBeforeBegin(field="at")
    unit.until = last if unit.until is None else min(unit.until, last)


def _reaches_own(session: Session, reader: Reader, unit: Unit) -> bool:
    reached = select(UnitReach.member_unit_id).where(UnitReach.unit_id == unit.id)
    return any(
        session.scalar(select(model.id).where(model.person_id == reader.person_id, model.unit_id.in_(reached)).limit(1))
        is not None
        for model in (Membership, Post)
    )
