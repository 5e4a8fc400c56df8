"""Perform an action on a case: take one transition of the workflow, with all its effects.

The reader must see the case and belong to a party that may act now. The number of steps ensures that nobody else acted
in the meantime. The words of the action are screened for names in the same transaction. Whom they name is kept out
last, since that may hide the case from the reader.
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
from archive_app.access.lookups import find_case, letters_of, visible_cases
from archive_app.audit.record import record
from archive_app.cases import clock_rows, notifications
from archive_app.cases.state import parties_of, snapshot_of, steps_of
from archive_app.codes.service import load
from archive_app.domain.action_input import ActionInput, check_fields
from archive_app.domain.errors import CaseMoved, FieldMissing, NoSuchCase
from archive_app.domain.workflow import OPEN, Transition, check
from archive_app.errors import NotToBeChosen
from archive_app.people import signatures
from archive_app.review.allow_list import put_on_list
from archive_app.runtime.archive import Archive
from archive_app.screening.mentions import hand_over, keep_out, mentions_in_words
from storage.models import (
    Account,
    Assignment,
    Case,
    CaseStep,
    Page,
    Person,
    Registration,
)


@dataclass(slots=True)
class ActionContext:
    """The context of an action: the reader, the case, the input, and the details to be written into the step."""

    session: Session
    reader: Reader
    case: Case
    given: ActionInput
    now: datetime
    registration: Registration | None
    unit_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)


def perform(reader: Reader, archive: Archive, case: str, code: str, given: ActionInput, *, seen: int) -> bool:
    """Perform an action on a case; returns whether the reader still sees it.

    A unit that declines it does not, nor does somebody whom the words name.

    Args:
        reader: who acts.
        archive: the records.
        case: the public id of the case.
        code: the code of the transition.
        given: the input.
        seen: the number of steps of the case when the reader opened it.

    Raises:
        NotFound: the reader does not see the case.
        CaseMoved: somebody else has acted on the case since.
        NotOffered, StillMissing, FieldMissing: the workflow does not allow it (`archive_app.domain.workflow.check`).
        NotToBeChosen, NoSuchCase, CaseError: a field is wrong.
        NobodyLeft: the words name everybody who could see a restricted case.
    """
    with archive.changing(reader) as session:
        check_fields(given, load(session))
        found = find_case(session, reader, case)
        steps = steps_of(session, found)
        if len(steps) != seen:
            raise CaseMoved(author=_name_of(session, steps[-1].account_id) if steps else "")
        row = session.scalar(select(Registration).where(Registration.case_id == found.id))
        snapshot = snapshot_of(session, found, steps, row)
        allowed = check(code, snapshot, parties_of(session, reader, found, steps), given.filled_in)
        context = ActionContext(session, reader, found, given, datetime.now(UTC), row)
        _write_fields(context, allowed)
        if effect := EFFECTS.get(code):
            effect(context)
        step(
            session,
            reader,
            found,
            code,
            allowed.to or found.state,
            given.words,
            context.details,
            unit_id=context.unit_id,
        )
        new = mentions_in_words(session, found)
        notifications.notify(session, reader, found, code)
        letters = letters_of(session, reader, found)
        for letter in letters:
            archive.index.update(session, letter.id, state=found.state)
        record(session, reader, "acted", letters[0] if letters else None, case_id=found.id, act=code)
        hand_over(session, reader, found, new)
        keep_out(session, new)
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
    """Write a step, signed by the reader, and set the case to the resulting state."""
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
    """Return whom the office may name as instructor (id → public id): those with such a role who can be let in."""
    return _candidates(session, reader, case, INSTRUCTS)


def can_investigate(session: Session, reader: Reader, case: Case) -> dict[int, str]:
    """Return who can be appointed by name to handle a case (id → public id)."""
    return _candidates(session, reader, case, HANDLES)


def can_handle(session: Session, case: Case) -> dict[int, str]:
    """Return the units that can be assigned a case (id → public id): existing ones that it does not concern."""
    return candidates.units_that_can_handle(session, case.id)


def _candidates(session: Session, reader: Reader, case: Case, roles: tuple[str, ...]) -> dict[int, str]:
    holders = candidates.holders_of(session, roles)
    found = candidates.can_be_let_in(session, reader, case.id, "listed")
    return {person_id: public_id for person_id, public_id in found.items() if person_id in holders}


def _write_fields(context: ActionContext, allowed: Transition) -> None:
    """Copy the plain texts and codes of the input into the details of the step."""
    for name in ("evidence", "authority", "route", "way_of_handling", "feedback_by"):
        if name in (*allowed.needs, *allowed.takes) and (value := getattr(context.given, name)):
            context.details[name] = value


def _propose(context: ActionContext) -> None:
    """An instructor may be named; a restricted case is instructed by nobody else."""
    if context.given.instructor:
        person = _chosen(
            can_instruct(context.session, context.reader, context.case), context.given.instructor, "instructor"
        )
        context.details["instructor"] = context.given.instructor
        _add_to_allow_list(context, person)


def _instruct(context: ActionContext) -> None:
    session, case = context.session, context.case
    unit = _chosen(can_handle(session, case), context.given.unit, "unit")
    offered = can_investigate(session, context.reader, case)
    persons = [_chosen(offered, each, "investigators") for each in dict.fromkeys(context.given.investigators)]
    _end_assignments(context)
    for person in (None, *persons):
        session.add(Assignment(case_id=case.id, unit_id=unit, person_id=person, at=context.now))
    for person in persons:
        _add_to_allow_list(context, person)
    case.urgent = case.urgent or context.given.urgent
    context.unit_id = unit
    context.details |= {"urgent": case.urgent, "investigators": list(context.given.investigators)}
    clock_rows.start_handling(session, case, context.now)


def _hand_over(context: ActionContext) -> None:
    context.unit_id = _assigned_unit(context)
    more = [{"title": line.strip()} for line in context.given.papers.splitlines() if line.strip()]
    context.details["papers"] = [*_papers(context), *more]


def _acknowledge_receipt(context: ActionContext) -> None:
    context.unit_id = _assigned_unit(context)


def _decline(context: ActionContext) -> None:
    context.unit_id = _assigned_unit(context)
    _end_assignments(context)
    clock_rows.stop(context.session, context.case, context.now)


def _stop(context: ActionContext) -> None:
    clock_rows.stop(context.session, context.case, context.now)


def _merge(context: ActionContext) -> None:
    """Merge into an open case that everybody sees who sees this one: its end state would reveal the other to the rest.

    The step keeps what it tells of the other case, which does not change when that case is hidden later: its id, and
    its number if that is of the general series, which the whole office knows.
    """
    number, own = context.given.other.strip(), context.registration
    series = ("general",) if own is None or own.series == "general" else ("general", "separate")
    found = context.session.execute(
        visible_cases(context.reader)
        .add_columns(Registration.series)
        .join(Registration, Registration.case_id == Case.id)
        .where(Registration.register_no == number, Registration.series.in_(series))
        .where(Case.state.in_(OPEN), Case.id != context.case.id)
    ).first()
    if found is None or not candidates.see_also(context.session, context.case.id, found[0].id):
        raise NoSuchCase(field="other", number=number)
    context.details["case"] = found[0].public_id
    context.details["number"] = number if found[1] == "general" else ""
    _stop(context)


def _void(context: ActionContext) -> None:
    if context.registration is not None:
        context.registration.voided_at, context.registration.void_reason = context.now, context.given.words[:500]
    _stop(context)


def _report_major(context: ActionContext) -> None:
    context.case.major = True


def _mark_urgent(context: ActionContext) -> None:
    context.case.urgent = True
    clock_rows.mark_urgent(context.session, context.case, context.now)


def _ask_extension(context: ActionContext) -> None:
    context.details["days"] = context.given.days


def _grant_extension(context: ActionContext) -> None:
    asked = [each for each in steps_of(context.session, context.case) if each.act == "ask_extension"][-1]
    due = clock_rows.extend(context.session, context.case, asked.at, context.given.days)
    context.details |= {"days": context.given.days, "due": due.isoformat()}


EFFECTS: Mapping[str, Callable[[ActionContext], None]] = {
    "propose": _propose,
    "hand_on": _propose,
    "instruct": _instruct,
    "hand_over": _hand_over,
    "acknowledge_receipt": _acknowledge_receipt,
    "decline": _decline,
    "take_back": _stop,
    "resolve_on_site": _stop,
    "redirect": _stop,
    "transfer_out": _stop,
    "merge": _merge,
    "void": _void,
    "report_major": _report_major,
    "mark_urgent": _mark_urgent,
    "ask_extension": _ask_extension,
    "grant_extension": _grant_extension,
}
"""The effects of an action besides its step and the new state."""


def _chosen(offered: Mapping[int, str], public_id: str, field_name: str) -> int:
    for key, offered_id in offered.items():
        if offered_id == public_id:
            return key
    raise NotToBeChosen(field=field_name)


def _add_to_allow_list(context: ActionContext, person: int) -> None:
    """Add a person to the allow list of a restricted case, which only listed persons see."""
    if context.case.restricted:
        put_on_list(context.session, context.reader, context.case, person, "listed", None, "")


def _end_assignments(context: ActionContext) -> None:
    in_force = Assignment.case_id == context.case.id, Assignment.ended_at.is_(None)
    context.session.execute(update(Assignment).where(*in_force).values(ended_at=context.now))


def _assigned_unit(context: ActionContext) -> int:
    in_force = Assignment.case_id == context.case.id, Assignment.ended_at.is_(None)
    unit = context.session.scalar(select(Assignment.unit_id).where(*in_force).order_by(Assignment.id).limit(1))
    if unit is None:
        raise FieldMissing(field="unit")
    return unit


def _papers(context: ActionContext) -> list[dict[str, Any]]:
    """List the letters of a case as papers: number, pages, and the SHA-256 of each of its files (一.4).

    The original of a stack contains several letters, so its hash would reveal the others (`whole_sources`): such a
    letter is identified by its own A4 copy.
    """
    session = context.session
    papers: list[dict[str, Any]] = []
    for letter in letters_of(session, context.reader, context.case):
        pages = session.scalar(select(func.count(Page.id)).where(Page.letter_id == letter.id, Page.number > 0))
        if letter.intake.grouping == "stack":
            hashes = [letter.access_copy] if letter.access_copy else []
        else:
            hashes = [source.sha256 for source in letter.sources]
        papers.append({"title": letter.number, "pages": pages, "sha256": hashes})
    return papers


def _name_of(session: Session, account_id: int) -> str:
    return session.scalar(select(Person.name).join(Account).where(Account.id == account_id)) or ""
