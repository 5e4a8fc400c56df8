"""The state of a case and the parties of a reader, read from the records: the input of the workflow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlalchemy.orm import Session, aliased

from archive_app.access import candidates
from archive_app.access.identity import HANDLES, INSTRUCTS, REGISTERS, Reader
from archive_app.access.lookups import is_assigned
from archive_app.access.predicates import Principal
from archive_app.access.trust import Holds
from archive_app.cases import clock_rows
from archive_app.domain import clocks
from archive_app.domain.registration_form import is_confirmed
from archive_app.domain.workflow import ActingParty, CaseSnapshot
from storage.models import Account, Case, CaseStep, Person, Registration

EXTENSION_ACTIONS = ("ask_extension", "grant_extension", "refuse_extension")
INSTRUCTOR_ACTIONS = ("propose", "hand_on")
SIGNER_ACTIONS = ("instruct", "hand_on")


def steps_of(session: Session, case: Case) -> Sequence[CaseStep]:
    """Return the steps of a case in order."""
    return session.scalars(select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.number)).all()


def snapshot_of(session: Session, case: Case, steps: Sequence[CaseStep], row: Registration | None) -> CaseSnapshot:
    """Build the workflow's snapshot of a case."""
    now = datetime.now(UTC)
    running = clock_rows.running(session, case)
    extension = [each.act for each in _since(steps, "instruct") if each.act in EXTENSION_ACTIONS]
    return CaseSnapshot(
        state=case.state,
        channel="" if row is None else row.channel,
        restricted=case.restricted,
        urgent=case.urgent,
        major=case.major,
        findings=sum(each.act == "record_finding" for each in _since(steps, "acknowledge_receipt")),
        feedback_owed=row is not None and row.feedback_by != "none" and not row.anonymous,
        fed_back=any(each.act == "give_feedback" for each in _since(steps, "take_back")),
        overdue=any(clocks.is_overdue(clock_rows.clock_of(each), now) for each in running),
        running=bool(running),
        extension_asked=extension[-1:] == ["ask_extension"],
        confirmed=row is None or is_confirmed(row.channel, row.conduct, row.conduct_note),
        leader_there=not case.restricted or not _holds(session, case, without_leader()),
    )


def parties_of(session: Session, reader: Reader, case: Case, steps: Sequence[CaseStep]) -> frozenset[ActingParty]:
    """Return the parties of a reader who sees the case.

    A restricted case is instructed only by the person whom the office has named. Its result is signed only by its
    instructor, or by the person it was handed on to when the instructor no longer could (三.3).
    """

    def holds(*roles: str) -> bool:
        return bool(session.scalar(select(Holds(Principal.of(reader), roles))))

    parties: set[ActingParty] = set()
    if holds(*REGISTERS):
        parties.add("office")
    if holds("office_head"):
        parties.add("head")
    if holds(*HANDLES) and is_assigned(session, reader, case):
        parties.add("unit")
    if holds(*INSTRUCTS):
        if not case.restricted or _holds(session, case, instructed_by(reader.person_id)):
            parties.add("instructor")
        if not case.restricted or _holds(session, case, signed_by(reader.person_id)):
            parties.add("signer")
    return frozenset(parties)


def named_instructor(session: Session, steps: Sequence[CaseStep]) -> int | None:
    """Return the id of the person whom the office named last as instructor."""
    named = [each.details.get("instructor") for each in steps if each.act in INSTRUCTOR_ACTIONS]
    return session.scalar(select(Person.id).where(Person.public_id == named[-1])) if named else None


def result_signer(session: Session, steps: Sequence[CaseStep]) -> int | None:
    """Return the id of the person who signs the result: the last instructor, or whom the case was handed on to."""
    signs = [each for each in steps if each.act in SIGNER_ACTIONS]
    if signs and signs[-1].act == "hand_on":
        return named_instructor(session, signs)
    return session.scalar(select(Account.person_id).where(Account.id == signs[-1].account_id)) if signs else None


def instructed_by(person: int) -> ColumnElement[bool]:
    """SQL: whether this person may instruct the case: any leader, or for a restricted case the named instructor."""
    own = Person.id == person
    return or_(not_(Case.restricted), _latest(INSTRUCTOR_ACTIONS, lambda step: _names_instructor(step, own)))


def signed_by(person: int) -> ColumnElement[bool]:
    """SQL: whether this person may sign the result: any leader, or for a restricted case its signer."""
    own = Person.id == person
    return or_(not_(Case.restricted), _latest(SIGNER_ACTIONS, lambda step: _makes_signer(step, own)))


def without_leader() -> ColumnElement[bool]:
    """SQL: whether the signer of a restricted case's result no longer sees it, or no longer instructs."""
    there = Person.id.in_(candidates.listed_holders(INSTRUCTS))
    return and_(Case.restricted, not_(_latest(SIGNER_ACTIONS, lambda step: _makes_signer(step, there))))


def extension_pending() -> ColumnElement[bool]:
    """SQL: whether a request for extension of the case is open."""
    return _latest(("instruct", *EXTENSION_ACTIONS), lambda step: step.act == "ask_extension")


Condition = Callable[[type[CaseStep]], ColumnElement[bool]]


def _latest(actions: Sequence[str], condition: Condition) -> ColumnElement[bool]:
    """SQL: whether the case's latest step with one of the actions meets the condition."""
    step, later = aliased(CaseStep), aliased(CaseStep)
    newer = exists().where(later.case_id == step.case_id, later.act.in_(actions), later.number > step.number)
    return (
        exists()
        .where(step.case_id == Case.id, step.act.in_(actions), not_(newer.correlate_except(later)), condition(step))
        .correlate_except(step)
    )


def _names_instructor(step: type[CaseStep], who: ColumnElement[bool]) -> ColumnElement[bool]:
    """SQL: whether the step names such a person as instructor."""
    named: ColumnElement[str] = step.details["instructor"].as_string()
    return named.in_(select(Person.public_id).where(who).correlate(Case))


def _makes_signer(step: type[CaseStep], who: ColumnElement[bool]) -> ColumnElement[bool]:
    """SQL: whether the step makes such a person the signer: they instructed, or the case was handed on to them."""
    accounts = select(Account.id).join(Person, Person.id == Account.person_id).where(who).correlate(Case)
    return or_(
        and_(step.act == "instruct", step.account_id.in_(accounts)),
        and_(step.act == "hand_on", _names_instructor(step, who)),
    )


def _holds(session: Session, case: Case, condition: ColumnElement[bool]) -> bool:
    """Evaluate a condition for a case that the reader sees."""
    return session.scalar(select(Case.id).where(Case.id == case.id, condition)) is not None


def _since(steps: Sequence[CaseStep], action: str) -> Sequence[CaseStep]:
    """Return the steps after the last one with the action; none if there is none."""
    positions = [position for position, each in enumerate(steps) if each.act == action]
    return steps[positions[-1] + 1 :] if positions else ()
