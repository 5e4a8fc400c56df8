"""The way of a case as a state machine: whatever anybody does, in whatever order, the promises of the rules hold.

The tests' own rules are written down once more here, from the clauses: they look at the steps that were kept, not at
the table that allowed them.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from archive_app.access.system import SYSTEM
from archive_app.cases import case_view
from archive_app.cases.actions import perform
from archive_app.cases.registration import register_spoken
from archive_app.cases.results import CaseView
from archive_app.domain.action_input import ActionInput
from archive_app.domain.errors import CaseError, CaseMoved
from archive_app.domain.workflow import ENDED, OPEN, STATES, TRANSITIONS
from archive_app.errors import NotFound, NotToBeChosen
from storage.models import CaseClock, CaseStep, Registration
from storage.session import reading
from tests.case_office import FORM, Office, assemble
from tests.office import open_office, public

PEOPLE = ("wang", "zhou", "fang", "he", "li", "tang", "han")
CODES = tuple(row.code for row in TRANSITIONS)
AFTER = {
    # an act, what must have been done before it, and since which act that counts
    "instruct": ("propose", "register"),
    "hand_over": ("instruct", "propose"),
    "acknowledge_receipt": ("hand_over", "instruct"),
    "record_finding": ("acknowledge_receipt", "hand_over"),
    "submit_result": ("record_finding", "acknowledge_receipt"),
    "sign_off": ("submit_result", "acknowledge_receipt"),
    "take_back": ("sign_off", "submit_result"),
    "give_feedback": ("take_back", "sign_off"),
    "close": ("take_back", "sign_off"),
}
ONWARD = {
    "registered": ("wang", "propose"),
    "returned": ("wang", "propose"),
    "reopened": ("wang", "propose"),
    "pending_instruction": ("fang", "instruct"),
    "instructed": ("wang", "hand_over"),
    "dispatched": ("tang", "acknowledge_receipt"),
    "in_handling": ("han", "submit_result", "record_finding"),
    "pending_signoff": ("li", "sign_off"),
    "signed_off": ("wang", "take_back"),
    "feedback_due": ("wang", "close", "give_feedback"),
}
"""Who carries a case on from each state, and how: the first that can be done."""

ORDINARY = (
    ("wang", "propose"),
    ("fang", "instruct"),
    ("wang", "hand_over"),
    ("tang", "acknowledge_receipt"),
    ("han", "record_finding"),
    ("han", "submit_result"),
    ("li", "sign_off"),
    ("wang", "take_back"),
    ("wang", "give_feedback"),
    ("wang", "close"),
)
WALKS = {
    "pending_signoff": ORDINARY[:6],
    "returned": (*ORDINARY[:4], ("tang", "decline")),
    "in_handling": (*ORDINARY[:6], ("li", "refuse_result"), *ORDINARY[4:6], ("li", "refuse_result")),
    "guided": (("wang", "redirect"),),
    "closed": ORDINARY,
    "reopened": (*ORDINARY, ("zhou", "reopen")),
    "feedback_due": (*ORDINARY[:4], ("tang", "decline"), *ORDINARY[:8]),
}
"""Acts that lead from a new case to a state, with all that is done in between."""

TIMED = ("instructed", "dispatched", "in_handling", "pending_signoff", "signed_off")


class Way(RuleBasedStateMachine):
    """One case after the other, in one office that goes on living."""

    office: Office
    reached: ClassVar[set[str]] = set()

    @initialize(channel=st.sampled_from(("letter", "visit", "telephone")), feedback=st.sampled_from(("letter", "none")))
    def begin(self, channel: str, feedback: str) -> None:
        form = replace(FORM, channel=channel, feedback_by=feedback)
        wang = self.office.staff["wang"]
        self.case = register_spoken(wang, self.office.archive, form, received_at=datetime.now(UTC))
        self.feedback = feedback
        self.number = self._look().register_no

    @rule(who=st.sampled_from(PEOPLE), code=st.sampled_from(CODES), fields=st.sets(st.sampled_from(("words", "more"))))
    def anybody_tries_anything(self, who: str, code: str, fields: set[str]) -> None:
        self._try(who, code, self._action_input("words" in fields, "more" in fields))

    @rule(who=st.sampled_from(PEOPLE), pick=st.integers(0, 9))
    def somebody_does_what_is_offered(self, who: str, pick: int) -> None:
        seen = self._seen(who)
        can = [] if seen is None else [offer.transition.code for offer in seen.offers if not offer.missing]
        if can:
            self._try(who, can[pick % len(can)], self._action_input(True, True), must=True)

    @rule(count=st.integers(1, 6))
    def the_ordinary_way_goes_on(self, count: int) -> None:
        for _ in range(count):
            seen = self._look()
            if seen.state not in ONWARD:
                return
            who, *codes = ONWARD[seen.state]
            mine = self._seen(who)
            assert mine is not None
            can = [offer.transition.code for offer in mine.offers if not offer.missing]
            self._try(who, next(code for code in codes if code in can), self._action_input(True, True), must=True)

    @rule(who=st.sampled_from(PEOPLE))
    def somebody_comes_late(self, who: str) -> None:
        """Who has looked before another one acted is told so, and changes nothing."""
        seen = self._seen(who)
        if seen is None or not seen.offers:
            return
        before = len(self._steps())
        code = seen.offers[0].transition.code
        with pytest.raises(CaseMoved):
            perform(self.office.staff[who], self.office.archive, self.case, code, ActionInput(), seen=before - 1)
        assert len(self._steps()) == before

    @invariant()
    def the_promises_hold(self) -> None:
        steps, seen = self._steps(), self._look()
        type(self).reached.add(seen.state)
        _lead_from_state_to_state(steps, seen)
        _come_in_order([step.act for step in steps], owes=self.feedback != "none")
        _custody_is_never_lost(steps, seen)
        with reading(self.office.archive.sessions, SYSTEM.key) as session:
            of_case = select(Registration.case_id).where(Registration.register_no == self.number).scalar_subquery()
            running = session.scalars(
                select(CaseClock).where(CaseClock.case_id == of_case, CaseClock.stopped_at.is_(None))
            ).all()
            numbers = session.scalars(select(Registration.sequence).order_by(Registration.id)).all()
        _time_runs_while_it_must(steps, seen, running)
        assert list(numbers) == list(range(1, len(numbers) + 1))

    def walk(self, steps: Iterable[tuple[str, str]]) -> None:
        """These acts one after the other, each of which is offered; the promises hold after each."""
        for who, code in steps:
            seen = self._seen(who)
            assert seen is not None
            assert code in [offer.transition.code for offer in seen.offers if not offer.missing]
            self._try(who, code, self._action_input(True, True), must=True)
            self.the_promises_hold()

    def _try(self, who: str, code: str, given: ActionInput, *, must: bool = False) -> None:
        before = len(self._steps())
        try:
            perform(self.office.staff[who], self.office.archive, self.case, code, given, seen=before)
            done = True
        except (CaseError, NotFound, NotToBeChosen):
            done = False
        assert len(self._steps()) == before + done
        # What is offered is done; but for another case that is not there, and an extension that comes too late.
        assert done or not must or code in ("merge", "grant_extension"), f"{code} was offered, then refused"

    def _action_input(self, words: bool, more: bool) -> ActionInput:
        office = self.office
        return ActionInput(
            words="如实办理" if words else "",
            unit=office.unit if more else "",
            instructor=public(office.archive, office.staff["fang"]) if more and words else "",
            days=3 if more else 0,
            authority="区人社局" if more else "",
            route="劳动仲裁" if more else "",
            way_of_handling="direct_reply" if more else "",
            feedback_by="letter" if more else "",
            other="XF1999-0001" if more else "",
        )

    def _seen(self, who: str) -> CaseView | None:
        try:
            return self.office.look(who, self.case)
        except NotFound:
            return None

    def _look(self) -> CaseView:
        return case_view.case(self.office.staff["wang"], self.office.archive, self.case)

    def _steps(self) -> list[CaseStep]:
        with reading(self.office.archive.sessions, SYSTEM.key) as session:
            of_case = select(Registration.case_id).where(Registration.register_no == self.number)
            rows = select(CaseStep).where(CaseStep.case_id == of_case.scalar_subquery()).order_by(CaseStep.number)
            return list(session.scalars(rows))


def _lead_from_state_to_state(steps: list[CaseStep], seen: CaseView) -> None:
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    for one, following in itertools.pairwise(steps):
        assert following.from_state == one.to_state
    assert all(step.to_state in STATES for step in steps)
    assert seen.state == steps[-1].to_state


def _come_in_order(acts: list[str], *, owes: bool) -> None:
    """Nothing is done before what must come first."""
    for place, code in enumerate(acts):
        if code in AFTER:
            needed, since = AFTER[code]
            before = acts[:place]
            last = max((at for at, each in enumerate(before) if each == since), default=-1)
            assert needed in before[last + 1 :], f"{code} without {needed} since {since}: {acts}"
    if acts[-1] == "close" and owes:
        assert "give_feedback" in acts[len(acts) - 1 - acts[::-1].index("take_back") :]


def _custody_is_never_lost(steps: list[CaseStep], seen: CaseView) -> None:
    """The papers are with the office, or with the one unit that has signed for them."""
    holder = "office"
    for step in steps:
        if step.act == "acknowledge_receipt":
            assert holder == "office", "signed for what somebody else has"
            holder = "unit"
        elif step.act in ("take_back", "propose"):
            holder = "office"
    assert (seen.with_unit != "") == (holder == "unit")
    if seen.state in (*ENDED, "registered", "instructed", "dispatched", "feedback_due"):
        assert holder == "office"


def _time_runs_while_it_must(steps: list[CaseStep], seen: CaseView, running: Sequence[CaseClock]) -> None:
    assert len(running) == (seen.state in TIMED)
    for clock in running:
        assert clock.first_due <= clock.due
        place = max(at for at, step in enumerate(steps) if step.act == "instruct")
        assert steps[place - 1].at <= clock.started_at <= steps[place].at


@pytest.fixture
def living_office() -> Iterator[Office]:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="way-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))  # noqa: S108
        stack.callback(shutil.rmtree, folder)
        archive = stack.enter_context(open_office("sqlite", folder / "archive"))
        yield assemble(archive)


def test_no_sequence_of_acts_breaks_a_promise(living_office: Office) -> None:
    Way.office = living_office
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Way,
        settings=settings(
            max_examples=7,
            stateful_step_count=35,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("feedback", ["letter", "none"])
@pytest.mark.parametrize("last", WALKS)
def test_the_promises_hold_on_the_way_to(living_office: Office, last: str, feedback: str) -> None:
    """To these states whatever is drawn above."""
    Way.office, Way.reached = living_office, set()
    way = Way()
    way.begin(channel="letter", feedback=feedback)
    way.walk(step for step in WALKS[last] if feedback != "none" or step[1] != "give_feedback")
    assert last in Way.reached


def test_every_open_state_has_a_way_on() -> None:
    """No case is stuck: from every open state an act leads to another, and every end is reached from some."""
    leads = {state: {row.to for row in TRANSITIONS if state in row.states and row.to} for state in OPEN}
    assert all(leads[state] - {state} for state in OPEN)
    reached = {"registered"}
    while new := {to for state in reached & set(leads) for to in leads[state]} - reached:
        reached |= new
    assert set(OPEN) - reached == {"reopened"}
    assert {row.to for row in TRANSITIONS if row.code == "reopen"} == {"reopened"}
    assert set(ENDED) - reached == {"filed", "bundled"}
