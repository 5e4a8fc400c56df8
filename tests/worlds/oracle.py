"""The rule once more, in plain Python and from the specification, not from the door: whom a case must be hidden from.

It decides only when an adversary's view may be compared: the tests compare nothing while somebody may rightly know. That
it is another program than `archive_app.access` is the point: a clause that the door forgets is still in here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Account, Allowance, Case, Concern, Membership, Post, Unit, UnitSuccession


def is_blind(session: Session, account_name: str, case_id: int) -> bool:
    """Whether this account may know nothing of the case, now: it was kept out, or never let in."""
    account = session.scalars(select(Account).where(Account.name == account_name)).one()
    case = session.get_one(Case, case_id)
    if is_kept_out(session, account.person_id, case):
        return True
    return case.read_at is None or (case.restricted and not _allowed(session, case, account.person_id, _LETS_IN))


def is_kept_out(session: Session, person_id: int, case: Case) -> bool:
    """Whether the case concerns the person (`confidentiality.md`, what is vetoed, 1 to 5)."""
    concerns = session.scalars(select(Concern).where(Concern.case_id == case.id, Concern.ended_at.is_(None))).all()
    return any(_concerns(session, concern, person_id, case) for concern in concerns)


def reach(units: Iterable[tuple[int, int | None]], successions: Iterable[tuple[int, int]]) -> Mapping[int, set[int]]:
    """Whom a concern of each unit reaches: itself, what it became, what became it, and everything below those."""
    below: dict[int, set[int]] = {}
    became: dict[int, set[int]] = {}
    came_of: dict[int, set[int]] = {}
    ids = []
    for unit, parent in units:
        ids.append(unit)
        if parent is not None:
            below.setdefault(parent, set()).add(unit)
    for old, new in successions:
        became.setdefault(old, set()).add(new)
        came_of.setdefault(new, set()).add(old)
    found = {}
    for unit in ids:
        line = _closure({unit}, became) | _closure({unit}, came_of)
        found[unit] = _closure(line, below)
    return found


_LETS_IN = ("listed", "granted")


def _concerns(session: Session, concern: Concern, person_id: int, case: Case) -> bool:
    if concern.person_id is not None:
        return concern.person_id == person_id
    if concern.unit_id is None:
        return concern.kind == "accused" and not _allowed(session, case, person_id, ("listed",))
    reaches = _reach_of(session)
    if _since_event(session, Membership, person_id, case.event_date) & reaches[concern.unit_id]:
        return True
    if _since_event(session, Post, person_id, case.event_date, "leads") & reaches[concern.unit_id]:
        return True
    overseen = _since_event(session, Post, person_id, case.event_date, "oversees")
    under = any(concern.unit_id in reaches[unit] for unit in overseen)
    return concern.kind == "accused" and under and not _allowed(session, case, person_id, ("overseer",))


def _allowed(session: Session, case: Case, person_id: int, kinds: tuple[str, ...]) -> bool:
    now = datetime.now(UTC)
    return any(
        entry.kind in kinds and entry.ended_at is None and (entry.until is None or entry.until > now)
        for entry in session.scalars(
            select(Allowance).where(Allowance.case_id == case.id, Allowance.person_id == person_id)
        )
    )


def _since_event(
    session: Session, model: type[Membership] | type[Post], person_id: int, event: date | None, kind: str = ""
) -> set[int]:
    rows = session.scalars(select(model).where(model.person_id == person_id)).all()
    return {
        row.unit_id
        for row in rows
        if (row.until is None or event is None or row.until >= event) and (not kind or getattr(row, "kind", "") == kind)
    }


def _reach_of(session: Session) -> Mapping[int, set[int]]:
    units = session.execute(select(Unit.id, Unit.parent_id)).all()
    successions = session.execute(select(UnitSuccession.predecessor_id, UnitSuccession.successor_id)).all()
    return reach([(unit, parent) for unit, parent in units], [(old, new) for old, new in successions])


def _closure(start: set[int], steps: Mapping[int, set[int]]) -> set[int]:
    found, new = set(start), set(start)
    while new:
        new = set().union(*(steps.get(each, set()) for each in new)) - found
        found |= new
    return found
