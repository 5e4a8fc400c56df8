"""The workflow of a case: one table of transitions, with who may take each, in which states, and what it requires.

Source: clauses 二 to 四, 九 and 十一 of the rules. Nothing here queries a database: the table gets a `CaseSnapshot`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from archive_app.domain.errors import FieldMissing, NotOffered, StillMissing
from archive_app.domain.registration_form import SPOKEN

ActingParty = Literal["office", "head", "instructor", "unit", "signer"]
"""The party that acts: the petition office, its head, the instructor, the handling unit, the signer of the result."""

OPEN = (
    *("registered", "pending_instruction", "instructed", "dispatched", "in_handling", "pending_signoff", "signed_off"),
    *("feedback_due", "returned", "reopened"),
)
"""The states of an open case."""

ENDED = ("resolved_on_site", "guided", "transferred_out", "merged", "voided", "closed", "filed", "bundled")
"""The states of a case that has ended."""

STATES = ("received", *OPEN, *ENDED)

MAIN_PATH = (
    *("received", "registered", "pending_instruction", "instructed", "dispatched", "in_handling"),
    *("pending_signoff", "signed_off", "feedback_due", "closed"),
)
"""The states of a case that takes every main step, in order."""

WITH_THE_UNIT = ("in_handling", "pending_signoff", "signed_off")
"""The states in which the papers are with the handling unit."""


@dataclass(frozen=True, slots=True)
class CaseSnapshot:
    """The state of a case, as far as the table needs it.

    `findings` counts those of the current handling; `feedback_owed`: the petitioner wants an answer and can be reached;
    `fed_back`: they were answered; `extension_asked`: a request for extension is open; `leader_there`: the signer of a
    restricted case's result can still sign; `confirmed`: the check list of a visit is complete.
    """

    state: str
    channel: str
    restricted: bool = False
    urgent: bool = False
    major: bool = False
    findings: int = 0
    feedback_owed: bool = False
    fed_back: bool = False
    overdue: bool = False
    running: bool = False
    extension_asked: bool = False
    leader_there: bool = True
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition of a transition; `code` identifies the sentence that says what is missing."""

    code: str
    holds: Callable[[CaseSnapshot], bool]


FINDING = Requirement("finding_missing", lambda case: case.findings > 0)
ANSWERED = Requirement("feedback_missing", lambda case: case.fed_back or not case.feedback_owed)
ANSWERABLE = Requirement("feedback_impossible", lambda case: case.feedback_owed)
NOT_MAJOR = Requirement("major_to_be_signed", lambda case: not case.major)
SPOKEN_OF = Requirement("not_spoken", lambda case: case.channel in SPOKEN)
NOT_URGENT = Requirement("urgent_already", lambda case: not case.urgent)
NOT_REPORTED = Requirement("major_already", lambda case: not case.major)
IN_TIME = Requirement("time_has_run_out", lambda case: case.running and not case.overdue)
ASKED = Requirement("no_extension_asked", lambda case: case.extension_asked)
NOT_ASKED = Requirement("extension_asked_already", lambda case: not case.extension_asked)
RUNNING = Requirement("no_time_runs", lambda case: case.running)
CONFIRMED = Requirement("conduct_unconfirmed", lambda case: case.confirmed)
LEADER_GONE = Requirement("leader_still_there", lambda case: not case.leader_there)


ROUTING_ACTIONS = ("propose", "instruct", "hand_over")
"""The actions whose words say who is to handle a case next, and not why somebody must not."""

EXCEPTIONAL_ACTIONS = ("void", "reopen", "report_major", "mark_urgent", "ask_extension", "supervise")
"""The actions that are not part of the regular course of a case."""


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of the table.

    `needs` and `takes` are fields of `ActionInput`: the mandatory and the optional ones. `to` is the state afterwards;
    if it is empty, the state stays. `when_restricted` are fields that a restricted case needs in addition. A transition
    with `for_restricted` exists for restricted cases only.
    """

    code: str
    states: tuple[str, ...]
    to: str
    parties: tuple[ActingParty, ...]
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    requires: tuple[Requirement, ...] = ()
    when_restricted: tuple[str, ...] = ()
    for_restricted: bool = False

    @property
    def carries_on(self) -> bool:
        """Whether it belongs to the regular course of a case."""
        return self.code not in EXCEPTIONAL_ACTIONS


TRANSITIONS = (
    # 三.1–2: proposed action, instruction, delivery, receipt
    Transition("propose", ("registered", "returned", "reopened", "pending_instruction"), "pending_instruction",
        ("office",), ("words",), ("instructor",), when_restricted=("instructor",)),
    Transition("instruct", ("pending_instruction",), "instructed", ("instructor",), ("words", "unit"),
        ("urgent", "investigators"), when_restricted=("investigators",)),
    Transition("send_back", ("pending_instruction",), "registered", ("instructor",), ("words",)),
    Transition("hand_over", ("instructed",), "dispatched", ("office",), (), ("papers", "words")),
    Transition("acknowledge_receipt", ("dispatched",), "in_handling", ("unit",), (), ("words",)),
    Transition("decline", ("dispatched", "in_handling"), "returned", ("unit",), ("words",)),
    # 四.1–2: findings, result, signature, back to the office, feedback
    Transition("record_finding", ("in_handling",), "", ("unit",), ("words",), ("evidence",)),
    Transition("submit_result", ("in_handling",), "pending_signoff", ("unit",), ("words", "way_of_handling"), (),
        (FINDING,)),
    Transition("sign_off", ("pending_signoff",), "signed_off", ("signer",), ("words",)),
    Transition("refuse_result", ("pending_signoff",), "in_handling", ("signer",), ("words",)),
    # 三.3: only the instructor of a restricted case signs its result, and not if the case concerns them later
    Transition("hand_on", ("instructed", "dispatched", "in_handling", "pending_signoff"), "", ("office",),
        ("words", "instructor"), (), (LEADER_GONE,), for_restricted=True),
    Transition("take_back", ("signed_off",), "feedback_due", ("office",), (), ("words",)),
    Transition("give_feedback", ("feedback_due",), "", ("office",), ("words", "feedback_by"), (), (ANSWERABLE,)),
    Transition("close", ("feedback_due",), "closed", ("office",), ("words",), (), (ANSWERED,)),
    # 二, 四.3: cases that end early
    Transition("resolve_on_site", ("registered",), "resolved_on_site", ("office",), ("words",), (),
        (SPOKEN_OF, NOT_MAJOR, CONFIRMED)),
    Transition("redirect", ("registered", "pending_instruction"), "guided", ("office",), ("authority", "route"),
        ("words",)),
    Transition("transfer_out", ("registered", "pending_instruction", "instructed"), "transferred_out", ("office",),
        ("authority",), ("words",)),
    Transition("note_receipt", ("transferred_out",), "", ("office",), ("words",)),
    Transition("merge", ("registered", "pending_instruction"), "merged", ("office",), ("other",), ("words",)),
    Transition("void", ("registered", "pending_instruction"), "voided", ("head",), ("words",)),
    Transition("reopen", ("closed", "guided", "transferred_out", "resolved_on_site"), "reopened", ("head",),
        ("words",)),
    # 二.2, 四.2, 九: urgency and extensions
    Transition("report_major", OPEN, "", ("office",), ("words",), (), (NOT_REPORTED,)),
    Transition("mark_urgent", OPEN, "", ("head", "instructor"), ("words",), (), (NOT_URGENT,)),
    Transition("ask_extension", ("in_handling",), "", ("unit",), ("days", "words"), (), (IN_TIME, NOT_ASKED)),
    Transition("grant_extension", ("in_handling", "pending_signoff"), "", ("instructor",), ("days",), ("words",),
        (ASKED,)),
    Transition("refuse_extension", ("in_handling", "pending_signoff"), "", ("instructor",), ("words",), (), (ASKED,)),
    Transition("supervise", ("instructed", "dispatched", *WITH_THE_UNIT), "", ("office", "instructor"), ("words",), (),
        (RUNNING,)),
)  # fmt: skip
"""All transitions, except `register`, which creates the case (`archive_app.cases.registration`)."""

BY_CODE = {transition.code: transition for transition in TRANSITIONS}


@dataclass(frozen=True, slots=True)
class Offer:
    """A transition that is available now; `missing` are the codes of the requirements that do not hold yet."""

    transition: Transition
    missing: tuple[str, ...]


def offers(case: CaseSnapshot, parties: Collection[ActingParty]) -> Iterator[Offer]:
    """Yield the transitions that a member of these parties may take with the case, in the order of the table."""
    for transition in TRANSITIONS:
        if transition.for_restricted and not case.restricted:
            continue
        if case.state in transition.states and any(party in parties for party in transition.parties):
            yield Offer(transition, tuple(each.code for each in transition.requires if not each.holds(case)))


def check(code: str, case: CaseSnapshot, parties: Collection[ActingParty], filled_in: Collection[str]) -> Transition:
    """Return the transition, if it may be taken now with these fields filled in.

    Raises:
        NotOffered: not in this state, or not by these parties.
        StillMissing: a requirement does not hold.
        FieldMissing: a mandatory field is empty.
    """
    offer = next((each for each in offers(case, parties) if each.transition.code == code), None)
    if offer is None:
        raise NotOffered
    for missing in offer.missing:
        raise StillMissing(missing=missing)
    for field in needed(offer.transition, case):
        if field not in filled_in:
            raise FieldMissing(field=field)
    return offer.transition


def needed(transition: Transition, case: CaseSnapshot) -> tuple[str, ...]:
    """Return the fields that must be filled in for this case."""
    return (*transition.needs, *transition.when_restricted) if case.restricted else transition.needs


def holder_of_papers(steps: Iterable[tuple[str, int | None]]) -> int | None:
    """Return who has the papers (内部移交, 一.4): the id of a unit, or None for the office.

    Args:
        steps: the steps of the case in order, each as its action and its unit. Papers in transit stay with the sender
            until the receiver has acknowledged them.
    """
    holder: int | None = None
    for action, unit in steps:
        if action == "acknowledge_receipt":
            holder = unit
        elif action in ("take_back", "propose"):
            holder = None
    return holder
