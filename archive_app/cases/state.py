"""How a case stands, and on which parties somebody is: what the table of acts is asked with, out of the records."""

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

EXTENSION = ("ask_extension", "grant_extension", "refuse_extension")
NAMES_WHO_INSTRUCTS = ("propose", "hand_on")
NAMES_WHO_SIGNS = ("instruct", "hand_on")


def steps_of(session: Session, case: Case) -> Sequence[CaseStep]:
    """All that was done with a case, in order."""
    return session.scalars(select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.number)).all()


def snapshot_of(session: Session, case: Case, steps: Sequence[CaseStep], row: Registration | None) -> CaseSnapshot:
    """How a case stands now."""
    now = datetime.now(UTC)
    running = clock_rows.running(session, case)
    asked = [each.act for each in _since(steps, "instruct") if each.act in EXTENSION]
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
        extension_asked=asked[-1:] == ["ask_extension"],
        confirmed=row is None or is_confirmed(row.channel, row.conduct, row.conduct_note),
        leader_there=not case.restricted or not _is(session, case, without_leader()),
    )


def parties_of(session: Session, reader: Reader, case: Case, steps: Sequence[CaseStep]) -> frozenset[ActingParty]:
    """On which parties the reader, who sees the case, is now.

    A restricted case is instructed by whom the office has named, and its result goes to who has instructed it only, or
    to whom it was handed on when they could not any more (三.3).
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
        if not case.restricted or _is(session, case, instructed_by(reader.person_id)):
            parties.add("instructor")
        if not case.restricted or _is(session, case, signed_by(reader.person_id)):
            parties.add("signer")
    return frozenset(parties)


def named_instructor(session: Session, steps: Sequence[CaseStep]) -> int | None:
    """The id of the person whom the office named, the last time, to instruct the case."""
    named = [each.details.get("instructor") for each in steps if each.act in NAMES_WHO_INSTRUCTS]
    return session.scalar(select(Person.id).where(Person.public_id == named[-1])) if named else None


def who_instructed(session: Session, steps: Sequence[CaseStep]) -> int | None:
    """The id of the person who signs the result: who instructed the case the last time, or to whom it was handed on."""
    signs = [each for each in steps if each.act in NAMES_WHO_SIGNS]
    if signs and signs[-1].act == "hand_on":
        return named_instructor(session, signs)
    return session.scalar(select(Account.person_id).where(Account.id == signs[-1].account_id)) if signs else None


def instructed_by(person: int) -> ColumnElement[bool]:
    """Whether the case at hand is for this person to instruct: any leader's, or if it is restricted who was named."""
    own = Person.id == person
    return or_(not_(Case.restricted), _latest(NAMES_WHO_INSTRUCTS, lambda step: _names(step, own)))


def signed_by(person: int) -> ColumnElement[bool]:
    """Whether the result of the case at hand is for this person to sign: as `instructed_by`, for who has instructed."""
    own = Person.id == person
    return or_(not_(Case.restricted), _latest(NAMES_WHO_SIGNS, lambda step: _signs(step, own)))


def without_leader() -> ColumnElement[bool]:
    """Whether who signs the result of the restricted case at hand does not see it any more, or does not instruct."""
    there = Person.id.in_(candidates.listed_holders(INSTRUCTS))
    return and_(Case.restricted, not_(_latest(NAMES_WHO_SIGNS, lambda step: _signs(step, there))))


def extension_waits() -> ColumnElement[bool]:
    """Whether more time was asked for in the case at hand, and nobody has answered."""
    return _latest(("instruct", *EXTENSION), lambda step: step.act == "ask_extension")


Condition = Callable[[type[CaseStep]], ColumnElement[bool]]


def _latest(acts: Sequence[str], condition: Condition) -> ColumnElement[bool]:
    """Whether the latest of some acts on the case at hand is as the condition says."""
    step, later = aliased(CaseStep), aliased(CaseStep)
    newer = exists().where(later.case_id == step.case_id, later.act.in_(acts), later.number > step.number)
    return (
        exists()
        .where(step.case_id == Case.id, step.act.in_(acts), not_(newer.correlate_except(later)), condition(step))
        .correlate_except(step)
    )


def _names(step: type[CaseStep], who: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the step names such a person as who instructs."""
    named: ColumnElement[str] = step.details["instructor"].as_string()
    return named.in_(select(Person.public_id).where(who).correlate(Case))


def _signs(step: type[CaseStep], who: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether by this step it is for such a person to sign: they have instructed, or it was handed on to them."""
    accounts = select(Account.id).join(Person, Person.id == Account.person_id).where(who).correlate(Case)
    return or_(
        and_(step.act == "instruct", step.account_id.in_(accounts)), and_(step.act == "hand_on", _names(step, who))
    )


def _is(session: Session, case: Case, condition: ColumnElement[bool]) -> bool:
    """Whether something is so of a case that the session's reader has found."""
    return session.scalar(select(Case.id).where(Case.id == case.id, condition)) is not None


def _since(steps: Sequence[CaseStep], act: str) -> Sequence[CaseStep]:
    """The steps after the last one of a kind; none when there was none."""
    at = [place for place, each in enumerate(steps) if each.act == act]
    return steps[at[-1] + 1 :] if at else ()
