"""How a case stands, and on which sides somebody is: what the table of acts is asked with, out of the records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access import Asking, Holds, is_assigned
from archive_app.cases import clocks, timing
from archive_app.cases.way import Side, Standing
from archive_app.identity import HANDLES, INSTRUCTS, REGISTERS, Reader
from storage.models import Account, Case, CaseStep, Person, Registration

EXTENSION = ("ask_extension", "grant_extension", "refuse_extension")


def steps_of(session: Session, case: Case) -> Sequence[CaseStep]:
    """All that was done with a case, in order."""
    return session.scalars(select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.number)).all()


def standing_of(session: Session, case: Case, steps: Sequence[CaseStep], row: Registration | None) -> Standing:
    """How a case stands now."""
    now = datetime.now(UTC)
    running = timing.running(session, case)
    asked = [each.act for each in _since(steps, "instruct") if each.act in EXTENSION]
    return Standing(
        state=case.state,
        channel="" if row is None else row.channel,
        restricted=case.restricted,
        urgent=case.urgent,
        major=case.major,
        findings=sum(each.act == "find" for each in _since(steps, "sign_for")),
        feedback_owed=row is not None and row.feedback_by != "none" and not row.anonymous,
        fed_back=any(each.act == "give_feedback" for each in _since(steps, "take_back")),
        overdue=any(clocks.is_overdue(timing.clock_of(each), now) for each in running),
        running=bool(running),
        extension_asked=asked[-1:] == ["ask_extension"],
    )


def sides_of(session: Session, reader: Reader, case: Case, steps: Sequence[CaseStep]) -> frozenset[Side]:
    """On which sides the reader, who sees the case, is now.

    A restricted case is instructed by whom the office has named, and its result goes to who has instructed it only
    (三.3).
    """

    def holds(*roles: str) -> bool:
        return bool(session.scalar(select(Holds(Asking.of(reader), roles))))

    sides: set[Side] = set()
    if holds(*REGISTERS):
        sides.add("office")
    if holds("office_head"):
        sides.add("head")
    if holds(*HANDLES) and is_assigned(session, reader, case):
        sides.add("unit")
    if holds(*INSTRUCTS):
        if not case.restricted or named_instructor(session, steps) == reader.person_id:
            sides.add("instructor")
        if not case.restricted or who_instructed(session, steps) == reader.person_id:
            sides.add("signer")
    return frozenset(sides)


def named_instructor(session: Session, steps: Sequence[CaseStep]) -> int | None:
    """The id of the person whom the office named, the last time, to instruct the case."""
    named = [each.details.get("instructor") for each in steps if each.act == "propose"]
    return session.scalar(select(Person.id).where(Person.public_id == named[-1])) if named else None


def who_instructed(session: Session, steps: Sequence[CaseStep]) -> int | None:
    """The id of the person who instructed the case, the last time."""
    accounts = [each.account_id for each in steps if each.act == "instruct"]
    return session.scalar(select(Account.person_id).where(Account.id == accounts[-1])) if accounts else None


def _since(steps: Sequence[CaseStep], act: str) -> Sequence[CaseStep]:
    """The steps after the last one of a kind; none when there was none."""
    at = [place for place, each in enumerate(steps) if each.act == act]
    return steps[at[-1] + 1 :] if at else ()
