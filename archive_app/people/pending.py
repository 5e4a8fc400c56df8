"""Changes of staff and units that could show somebody a case: they wait for a second person who gains nothing by them.

One administrative action is one pending change. It takes effect in two parts: what it hides it hides at once, what it
shows (a membership or post that opens cases, a past end of one that closed them, a unit whose name is looked for no
more) waits until an access reviewer confirms it. That reviewer is neither the proposer nor somebody who would see more.
Where the change reaches every reviewer, two of them confirm it.

Whether something waits never depends on a case: an administrator would learn of one by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from archive_app.access.candidates import holders_of
from archive_app.access.identity import REVIEWS, Reader
from archive_app.access.predicates import Principal
from archive_app.access.trust import role_in_force
from archive_app.audit.record import record
from archive_app.errors import NotFound
from archive_app.people.errors import GainsByChange, OwnChange
from archive_app.people.results import ChangeWaiting
from archive_app.people.rules import why
from archive_app.runtime.archive import Archive
from archive_app.values import Notice
from storage.models.pending import PendingChange
from storage.models.person import Account, AccountRole, Person
from storage.models.types import new_public_id
from storage.models.unit import Membership, Post, Unit, UnitReach

KEY = "pending_change"


def propose(session: Session, reader: Reader, what: str, **values: str) -> int:
    """Add to the pending change of this transaction, which is one action of an administrator; returns its id."""
    change: PendingChange | None = session.info.get(KEY)
    if change is None:
        now = datetime.now(UTC)
        change = PendingChange(public_id=new_public_id(), proposed_by=reader.account_id, proposed_at=now, changes=[])
        session.add(change)
        session.info[KEY] = change
    change.changes = [*change.changes, {"what": what, "values": values}]
    session.flush()
    return change.id


def waiting(reader: Reader, archive: Archive) -> tuple[ChangeWaiting, ...]:
    """The changes that wait to be confirmed, the longest waiting first. Raises NotFound."""
    with archive.reading(reader) as session:
        _require_reviewer(session, reader)
        names = {key: name for key, name in session.execute(select(Account.id, Person.name).join(Person))}
        found = session.scalars(_waiting().order_by(PendingChange.proposed_at, PendingChange.id)).all()
        return tuple(
            ChangeWaiting(
                public_id=change.public_id,
                what=tuple(Notice(each["what"], each["values"]) for each in change.changes),
                by=names[change.proposed_by],
                at=change.proposed_at,
                first_by=names.get(change.first_by or 0, ""),
                obstacle=_obstacle(session, reader, change),
            )
            for change in found
        )


def confirm(reader: Reader, archive: Archive, change: str, *, reason: str) -> bool:
    """Confirm a change; returns whether it takes effect now (False: a second reviewer has to confirm it too).

    Raises:
        NotFound: no such change waits, or the reader is no access reviewer.
        ReasonMissing, TooLong: of the reason.
        OwnChange: the reader has proposed it, or has confirmed it already.
        GainsByChange: the reader would see more, and another reviewer would not.
    """
    said = why(reason)
    with archive.changing(reader) as session:
        _require_reviewer(session, reader)
        row = session.scalar(_waiting().where(PendingChange.public_id == change))
        if row is None:
            raise NotFound
        obstacle = _obstacle(session, reader, row)
        if obstacle == "own":
            raise OwnChange(field="reason")
        if obstacle == "gains":
            raise GainsByChange(field="reason")
        effective = reader.person_id not in _gaining(session, row) or row.first_by is not None
        record(session, reader, "change_confirmed", subject=row.public_id, reason=said, effective=effective)
        if effective:
            _apply(session, row)
            row.confirmed_by, row.confirmed_at, row.reason = reader.account_id, datetime.now(UTC), said
        else:
            row.first_by = reader.account_id
        session.commit()
        return effective


def _require_reviewer(session: Session, reader: Reader) -> None:
    """Raise NotFound unless the reader is an access reviewer now.

    Without `require`, since a reviewer who belongs to a new unit opens no letter until it is confirmed.
    """
    account = Account.id == reader.account_id, Account.active, Account.confirmed_at.is_not(None)
    held = exists().where(role_in_force(Principal.of(reader), AccountRole, REVIEWS))
    if session.scalar(select(Account.id).where(*account, held)) is None:
        raise NotFound


def _obstacle(session: Session, reader: Reader, change: PendingChange) -> str:
    """Why the reader may not confirm the change: `own`, `gains`, or "" if they may."""
    confirmers = {change.proposed_by, change.first_by} - {None}
    concerned = set(session.scalars(select(Account.person_id).where(Account.id.in_(confirmers))))
    if reader.person_id in concerned:
        return "own"
    gaining = _gaining(session, change)
    unconcerned = holders_of(session, REVIEWS) - gaining - concerned
    return "gains" if reader.person_id in gaining and unconcerned else ""


def _gaining(session: Session, change: PendingChange) -> set[int]:
    """The persons who could see more by the change."""
    found: set[int] = set()
    for model in (Membership, Post):
        rows = select(model.person_id).where(or_(model.pending_id == change.id, model.end_pending_id == change.id))
        found.update(session.scalars(rows))
    unwatched = select(UnitReach.member_unit_id).join(Unit, Unit.id == UnitReach.unit_id)
    reached = unwatched.where(Unit.unwatch_pending_id == change.id)
    above = select(UnitReach.unit_id).where(UnitReach.pending_id == change.id)
    found.update(session.scalars(select(Membership.person_id).where(Membership.unit_id.in_(reached))))
    found.update(session.scalars(select(Post.person_id).where(or_(Post.unit_id.in_(reached), Post.unit_id.in_(above)))))
    return found


def _waiting() -> Select[PendingChange]:
    """Select the changes that rows still wait for: an administrator may have undone all of one."""
    return select(PendingChange).where(PendingChange.confirmed_at.is_(None), or_(*_rows(PendingChange.id)))


def _rows(change: Any) -> Iterable[ColumnElement[bool]]:
    today = date.today()
    for model in (Membership, Post):
        lasting = or_(model.until.is_(None), model.until >= today)
        yield exists().where(and_(model.pending_id == change, lasting))
        yield exists().where(model.end_pending_id == change)
    yield exists().where(UnitReach.pending_id == change)
    yield exists().where(Unit.unwatch_pending_id == change)


def _apply(session: Session, change: PendingChange) -> None:
    for model in (Membership, Post, UnitReach):
        session.execute(update(model).where(model.pending_id == change.id).values(pending_id=None))
    for model in (Membership, Post):
        session.execute(update(model).where(model.end_pending_id == change.id).values(end_pending_id=None))
    unwatched = Unit.unwatch_pending_id == change.id
    session.execute(update(Unit).where(unwatched).values(watched=False, unwatch_pending_id=None))
