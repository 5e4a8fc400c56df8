"""The rule once more, in plain Python and from the specification, not from the door: whom a case must be hidden from.

It decides only when an adversary's view may be compared: the tests compare nothing while somebody may rightly know.
That it is another program than `archive_app.access.rule` is the point: a clause that the door forgets is still in here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.domain.registration_form import LENGTHS
from storage.models import (
    Account,
    Allowance,
    Case,
    CaseStep,
    Concern,
    EventDateProposal,
    Letter,
    LetterSource,
    Membership,
    Person,
    PersonName,
    Post,
    Registration,
    Source,
    Unit,
    UnitName,
    UnitSuccession,
)
from tests.worlds.called import is_called
from tests.worlds.kinds import drawn

BUREAU = "自然资源和规划局"
"""The bureau of the worlds, without its place (`cast.UNITS`)."""


def is_blind(session: Session, account_name: str, case_id: int) -> bool:
    """Whether this account may know nothing of the case, now: it was kept out, or never let in."""
    account = session.scalars(select(Account).where(Account.name == account_name)).one()
    case = session.get_one(Case, case_id)
    if is_kept_out(session, account.person_id, case) or not _is_trusted(session, account):
        return True
    return case.read_at is None or (case.restricted and not _allowed(session, case, account.person_id, _LETS_IN))


def is_for_all(session: Session, case_id: int) -> bool:
    """Whether there is nobody who must not know of the case, now."""
    case = session.get_one(Case, case_id)
    return not case.restricted and not any(is_kept_out(session, each, case) for each in session.scalars(_EVERYBODY))


_EVERYBODY = select(Person.id)


def is_kept_out(session: Session, person_id: int, case: Case) -> bool:
    """Whether the case concerns the person (`confidentiality.md`, what is vetoed, 1 to 5)."""
    concerns = session.scalars(select(Concern).where(Concern.case_id == case.id)).all()
    in_force = [concern for concern in concerns if not _was_cleared(concern)]
    if any(_concerns(session, concern, person_id, case) for concern in in_force):
        return True
    cleared = {concern.person_id or -(concern.unit_id or 0) for concern in concerns if _was_cleared(concern)}
    own, addressed = _names(session, person_id), _is_leader(session, person_id)
    if person_id not in cleared:
        accused = [each.person_id for each in in_force if each.kind == "accused" and each.person_id is not None]
        if any(own & _names(session, each) for each in accused) or any(
            _stands_in(name, case, session, addressed=addressed) for name in own
        ):
            return True
        if any(_is_called(session, person_id, name, case) for name in own):
            return True
    units = _since_event(session, Membership, person_id, _event_date(session, case))
    return any(-unit not in cleared and _unit_stands_in(session, unit, case) for unit in units)


def _is_trusted(session: Session, account: Account) -> bool:
    """Whether two persons have made the account what it is, and its names were looked for in all letters."""
    units = session.scalars(
        select(Unit).join(Membership, Membership.unit_id == Unit.id).where(Membership.person_id == account.person_id)
    )
    confirmed = account.active and account.confirmed_at is not None
    return confirmed and account.person.matched and all(unit.matched for unit in units)


def _was_cleared(concern: Concern) -> bool:
    """Whether two reviewers, two persons, have agreed in one round that the concern is wrong."""
    rounds: dict[int, set[int]] = {}
    for review in concern.reviews:
        if review.decision == "cleared":
            rounds.setdefault(review.round, set()).add(review.person_id)
    return any(len(persons) > 1 for persons in rounds.values())


def _names(session: Session, person_id: int) -> set[str]:
    others = session.scalars(select(PersonName.name).where(PersonName.person_id == person_id))
    return {session.get_one(Person, person_id).name, *others}


def _unit_stands_in(session: Session, unit_id: int, case: Case) -> bool:
    unit = session.get_one(Unit, unit_id)
    others = session.scalars(select(UnitName.name).where(UnitName.unit_id == unit_id))
    return _is_watched(session, unit) and any(
        name in _text(session, case, addressed=True) for name in (unit.name, *others)
    )


def _is_watched(session: Session, unit: Unit) -> bool:
    """Whether letters are looked through for the unit's names, or had to be for those of a unit that it was before."""
    before = select(Unit).join(UnitSuccession, UnitSuccession.predecessor_id == Unit.id)
    return unit.watched or any(
        _is_watched(session, each) for each in session.scalars(before.where(UnitSuccession.successor_id == unit.id))
    )


def _stands_in(name: str, case: Case, session: Session, *, addressed: bool) -> bool:
    """Whether a name stands in the case's letters; of three characters and more, one may be wrong."""
    text, size = _text(session, case, addressed=addressed), len(name)
    wrong = 1 if size > 2 else 0
    if drawn("pieces") and re.search(_PIECES.join(map(re.escape, name)), text):
        return True
    windows = (text[start : start + size] for start in range(len(text) - size + 1))
    return any(sum(x != y for x, y in zip(name, window, strict=True)) <= wrong for window in windows)


def _is_called(session: Session, person_id: int, name: str, case: Case) -> bool:
    """Whether one of the case's letters means somebody of this name without the whole of it."""
    accounts = session.scalars(select(Account).where(Account.person_id == person_id))
    roles = {each.role for account in accounts for each in account.roles}
    letters = session.scalars(select(Letter).where(Letter.case_id == case.id))
    return any(
        is_called(name, roles, BUREAU, [page.current.texts[-1].text for page in letter.pages if page.current.texts])
        for letter in letters
    )


_PIECES = "[·，、| \n]?"
"""What may stand between two characters of a name."""


def _is_leader(session: Session, person_id: int) -> bool:
    """Whether they may have been asked for instructions at any time."""
    accounts = session.scalars(select(Account).where(Account.person_id == person_id))
    held = {each.role for account in accounts for each in account.roles}
    return not held.isdisjoint(("director", "deputy_director", "leader"))


def _text(session: Session, case: Case, *, addressed: bool) -> str:
    """All that the letters of a case say, as far as it was read, and all that people wrote about it.

    `addressed`: without the words that say who is to handle it, which may name units and leaders.

    Of a page it is the last text of its newest scan.
    """
    parts = [*_written(session, case, addressed=addressed)]
    for letter in session.scalars(select(Letter).where(Letter.case_id == case.id)):
        parts += [letter.title, letter.sender]
        form = session.scalar(select(Registration).where(Registration.case_id == case.id))
        parts += [] if form is None else [getattr(form, name) for name in LENGTHS]
        parts += [page.current.texts[-1].text for page in letter.pages if page.current.texts]
    return "\n".join(parts)


_SAYS_WHO = ("propose", "instruct", "hand_over")


def _written(session: Session, case: Case, *, addressed: bool) -> Iterator[str]:
    """The words of acts and of accusations, and the names of its files."""
    for step in session.scalars(select(CaseStep).where(CaseStep.case_id == case.id)):
        if not (addressed and step.act in _SAYS_WHO):
            yield step.words
        yield from (each for each in step.details.values() if isinstance(each, str))
    for concern in session.scalars(select(Concern).where(Concern.case_id == case.id)):
        yield from (concern.words, concern.reason)
    of_case = select(Source.name).join(LetterSource, LetterSource.source_id == Source.id)
    yield from session.scalars(
        of_case.join(Letter, Letter.id == LetterSource.letter_id).where(Letter.case_id == case.id)
    )


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
    event = _event_date(session, case)
    if _since_event(session, Membership, person_id, event) & reaches[concern.unit_id]:
        return True
    if _since_event(session, Post, person_id, event, "leads") & reaches[concern.unit_id]:
        return True
    overseen = _since_event(session, Post, person_id, event, "oversees")
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


def _event_date(session: Session, case: Case) -> date | None:
    """The day of the events, as far as two persons have said that it was not before it."""
    said = session.scalars(
        select(EventDateProposal.day).where(
            EventDateProposal.case_id == case.id,
            EventDateProposal.confirmed_by.is_not(None),
            EventDateProposal.confirmed_by != EventDateProposal.by_account,
        )
    )
    return case.event_date if case.event_date is not None and any(day >= case.event_date for day in said) else None


def _since_event(
    session: Session, model: type[Membership] | type[Post], person_id: int, event: date | None, kind: str = ""
) -> set[int]:
    rows = session.scalars(select(model).where(model.person_id == person_id)).all()
    return {
        row.unit_id
        for row in rows
        if (row.until is None or row.end_pending_id is not None or event is None or row.until >= event)
        and (not kind or getattr(row, "kind", "") == kind)
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
