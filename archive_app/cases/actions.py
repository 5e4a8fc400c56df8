"""Something is done with a case: one row of the table of acts is carried out, with all that follows from it.

Whoever does it sees the case and is on the right side now; that nobody else was at work on it meanwhile is made sure by
the number of its steps. What may hide the case from who is at work on it would come last; no act here does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive_app.access import candidates
from archive_app.access.identity import HANDLES, INSTRUCTS, Reader
from archive_app.access.rule import find_case, letters_of, visible_cases
from archive_app.audit.record import record
from archive_app.cases import clock_rows, notifications
from archive_app.cases.state import sides_of, standing_of, steps_of
from archive_app.codes.service import load
from archive_app.domain.action_input import Deed, check_fields
from archive_app.domain.errors import CaseMoved, FieldMissing, NoSuchCase
from archive_app.domain.workflow import OPEN, Act, check
from archive_app.errors import NotToBeChosen
from archive_app.people import signatures
from archive_app.review.allow_list import put_on_list
from archive_app.runtime.archive import Archive
from storage.models import (
    Account,
    Assignment,
    Case,
    CaseStep,
    Page,
    Person,
    Registration,
)
from storage.session import unit_of_work


@dataclass(slots=True)
class Doing:
    """An act under way: who does what with which case, and what is to be written into its step."""

    session: Session
    reader: Reader
    case: Case
    deed: Deed
    now: datetime
    registration: Registration | None
    unit_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


def act(reader: Reader, archive: Archive, case: str, code: str, deed: Deed, *, seen: int) -> bool:
    """Do something with a case; returns whether the reader still sees it: who gives one back has it no more.

    Args:
        reader: who does it.
        archive: the records.
        case: the public id of the case.
        code: which act of the table.
        deed: what is written down.
        seen: how many steps the case had when the reader looked at it.

    Raises:
        NotFound: the reader does not see the case.
        CaseMoved: somebody was at work on it since.
        NotOffered, StillMissing, FieldMissing: the table does not allow it (`archive_app.domain.workflow.check`).
        NotToBeChosen, NoSuchCase, CaseError: what is wrong with the fields.
    """
    with unit_of_work(archive.sessions, reader.key) as session:
        check_fields(deed, load(session))
        found = find_case(session, reader, case)
        steps = steps_of(session, found)
        if len(steps) != seen:
            raise CaseMoved(author=_name_of(session, steps[-1].account_id) if steps else "")
        row = session.scalar(select(Registration).where(Registration.case_id == found.id))
        standing = standing_of(session, found, steps, row)
        allowed = check(code, standing, sides_of(session, reader, found, steps), deed.filled_in)
        doing = Doing(session, reader, found, deed, datetime.now(UTC), row)
        _write_fields(doing, allowed)
        if effect := EFFECTS.get(code):
            effect(doing)
        step(session, reader, found, code, allowed.to or found.state, deed.words, doing.details, unit_id=doing.unit_id)
        notifications.tell(session, reader, found, code)
        letters = letters_of(session, reader, found)
        for letter in letters:
            archive.index.update(session, letter.id, state=found.state)
        record(session, reader, "acted", letters[0] if letters else None, case_id=found.id, act=code)
        still_seen = session.scalar(visible_cases(reader).where(Case.id == found.id)) is not None
        session.commit()
        return still_seen


def step(
    session: Session,
    reader: Reader,
    case: Case,
    code: str,
    to: str,
    words: str = "",
    details: Mapping[str, Any] | None = None,
    *,
    unit_id: int | None = None,
) -> None:
    """Write a step down, signed by who does it, and let the case be in the state that it leads to."""
    last = session.scalar(select(func.max(CaseStep.number)).where(CaseStep.case_id == case.id)) or 0
    session.add(
        CaseStep(
            case_id=case.id,
            number=last + 1,
            act=code,
            from_state=case.state,
            to_state=to,
            at=datetime.now(UTC),
            account_id=reader.account_id,
            unit_id=unit_id,
            words=words.replace("\0", "\N{REPLACEMENT CHARACTER}"),
            details=dict(details or {}),
            signature=signatures.current(session, reader),
        )
    )
    case.state = to
    session.flush()


def can_instruct(session: Session, reader: Reader, case: Case) -> dict[int, str]:
    """Whom the office may name to instruct a case (id → public id): who holds such a role and can be let in."""
    return _who_can(session, reader, case, INSTRUCTS)


def can_investigate(session: Session, reader: Reader, case: Case) -> dict[int, str]:
    """Who can be appointed to handle a case by name (id → public id)."""
    return _who_can(session, reader, case, HANDLES)


def can_handle(session: Session, case: Case) -> dict[int, str]:
    """The units that can be given a case (id → public id): those that exist and whom it does not concern."""
    return candidates.units_that_can_handle(session, case.id)


def _who_can(session: Session, reader: Reader, case: Case, roles: tuple[str, ...]) -> dict[int, str]:
    holders = candidates.holders_of(session, roles)
    found = candidates.can_be_let_in(session, reader, case.id, "listed")
    return {person_id: public_id for person_id, public_id in found.items() if person_id in holders}


def _write_fields(doing: Doing, allowed: Act) -> None:
    """What is plain text or a code stands in the step as it was written."""
    for name in ("evidence", "authority", "route", "way_of_handling", "feedback_by"):
        if name in (*allowed.needs, *allowed.takes) and (value := getattr(doing.deed, name)):
            doing.details[name] = value


def _propose(doing: Doing) -> None:
    """Somebody may be named to instruct it; of a restricted case nobody else does."""
    if doing.deed.instructor:
        person = _chosen(can_instruct(doing.session, doing.reader, doing.case), doing.deed.instructor, "instructor")
        doing.details["instructor"] = doing.deed.instructor
        _let_in(doing, person)


def _instruct(doing: Doing) -> None:
    session, case = doing.session, doing.case
    unit = _chosen(can_handle(session, case), doing.deed.unit, "unit")
    offered = can_investigate(session, doing.reader, case)
    persons = [_chosen(offered, each, "investigators") for each in dict.fromkeys(doing.deed.investigators)]
    _end_assignments(doing)
    for person in (None, *persons):
        session.add(Assignment(case_id=case.id, unit_id=unit, person_id=person, at=doing.now))
    for person in persons:
        _let_in(doing, person)
    case.urgent = case.urgent or doing.deed.urgent
    doing.unit_id = unit
    doing.details |= {"urgent": case.urgent, "investigators": list(doing.deed.investigators)}
    clock_rows.start_handling(session, case, doing.now)


def _dispatch(doing: Doing) -> None:
    doing.unit_id = _unit_at_work(doing)
    more = [{"title": line.strip()} for line in doing.deed.papers.splitlines() if line.strip()]
    doing.details["papers"] = [*_papers(doing), *more]


def _sign_for(doing: Doing) -> None:
    doing.unit_id = _unit_at_work(doing)


def _decline(doing: Doing) -> None:
    doing.unit_id = _unit_at_work(doing)
    _end_assignments(doing)
    clock_rows.stop(doing.session, doing.case, doing.now)


def _stop(doing: Doing) -> None:
    clock_rows.stop(doing.session, doing.case, doing.now)


def _merge(doing: Doing) -> None:
    """Into an open case that the reader sees; its number is said by whoever sees it, so its id is kept.

    What all the office knows of is not merged into what somebody must not know of: its end would tell of the other.
    """
    number, own = doing.deed.other.strip(), doing.registration
    series = ("general",) if own is None or own.series == "general" else ("general", "separate")
    other = doing.session.scalar(
        visible_cases(doing.reader)
        .join(Registration, Registration.case_id == Case.id)
        .where(Registration.register_no == number, Registration.series.in_(series))
        .where(Case.state.in_(OPEN), Case.id != doing.case.id)
    )
    if other is None:
        raise NoSuchCase(field="other", number=number)
    doing.details["case"] = other.public_id
    _stop(doing)


def _void(doing: Doing) -> None:
    if doing.registration is not None:
        doing.registration.voided_at, doing.registration.void_reason = doing.now, doing.deed.words[:500]
    _stop(doing)


def _report_major(doing: Doing) -> None:
    doing.case.major = True


def _hurry(doing: Doing) -> None:
    doing.case.urgent = True
    clock_rows.hurry(doing.session, doing.case, doing.now)


def _ask_extension(doing: Doing) -> None:
    doing.details["days"] = doing.deed.days


def _grant_extension(doing: Doing) -> None:
    asked = [each for each in steps_of(doing.session, doing.case) if each.act == "ask_extension"][-1]
    due = clock_rows.extend(doing.session, doing.case, asked.at, doing.deed.days)
    doing.details |= {"days": doing.deed.days, "due": due.isoformat()}


EFFECTS: Mapping[str, Callable[[Doing], None]] = {
    "propose": _propose,
    "hand_on": _propose,
    "instruct": _instruct,
    "dispatch": _dispatch,
    "sign_for": _sign_for,
    "decline": _decline,
    "take_back": _stop,
    "resolve_on_site": _stop,
    "guide": _stop,
    "transfer_out": _stop,
    "merge": _merge,
    "void": _void,
    "report_major": _report_major,
    "hurry": _hurry,
    "ask_extension": _ask_extension,
    "grant_extension": _grant_extension,
}
"""What follows from an act besides its step and the new state."""


def _chosen(offered: Mapping[int, str], public_id: str, field_name: str) -> int:
    for key, offered_id in offered.items():
        if offered_id == public_id:
            return key
    raise NotToBeChosen(field=field_name)


def _let_in(doing: Doing, person: int) -> None:
    """A restricted case is seen by its list only."""
    if doing.case.restricted:
        put_on_list(doing.session, doing.reader, doing.case, person, "listed", None, "")


def _end_assignments(doing: Doing) -> None:
    in_force = Assignment.case_id == doing.case.id, Assignment.ended_at.is_(None)
    doing.session.execute(update(Assignment).where(*in_force).values(ended_at=doing.now))


def _unit_at_work(doing: Doing) -> int:
    in_force = Assignment.case_id == doing.case.id, Assignment.ended_at.is_(None)
    unit = doing.session.scalar(select(Assignment.unit_id).where(*in_force).order_by(Assignment.id).limit(1))
    if unit is None:
        raise FieldMissing(field="unit")
    return unit


def _papers(doing: Doing) -> list[dict[str, Any]]:
    """The letters of a case as papers: number, pages, and the SHA-256 of each file of it (一.4).

    The original of a stack is of all letters in it, so that its sum would tell of the others (`whole_sources`): such a
    letter is told by its own A4 copy.
    """
    session = doing.session
    papers: list[dict[str, Any]] = []
    for letter in letters_of(session, doing.reader, doing.case):
        pages = session.scalar(select(func.count(Page.id)).where(Page.letter_id == letter.id, Page.number > 0))
        if letter.intake.grouping == "stack":
            sums = [letter.access_copy] if letter.access_copy else []
        else:
            sums = [source.sha256 for source in letter.sources]
        papers.append({"title": letter.number, "pages": pages, "sha256": sums})
    return papers


def _name_of(session: Session, account_id: int) -> str:
    return session.scalar(select(Person.name).join(Account).where(Account.id == account_id)) or ""
