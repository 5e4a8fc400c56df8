"""Classic cases of what somebody was told: later it says the same, whatever became of what it was about."""

from __future__ import annotations

from dataclasses import dataclass

from tests.worlds import access_steps, case_steps
from tests.worlds.history import Entry, History
from tests.worlds.paper import Sheet
from tests.worlds.reading_steps import Blur, GiveTurns, ReadPages
from tests.worlds.steps import Bring, Paper, Step, Sweep
from tests.worlds.wording import CANARY

CASES = ("cases.case",)
RECEIPTS = ("intakes.receipt", "intakes.progress")


def _paper(label: str, words: str = "小区北门外施工噪声扰民") -> Paper:
    return Paper(label, (Sheet((words,)),))


def _history(*entries: Step | Entry, asked_again: tuple[str, ...] = ()) -> History:
    every = tuple(each if isinstance(each, Entry) else Entry(each) for each in entries)
    return History(0, "registrar1", every, asked_again=asked_again)


def _about_its_bringer(reading: Step) -> History:
    """A letter names who brings it in; in the other world the machine cannot read it. Both are brought in alike."""
    upload = Bring("registrar1", (_paper("L1"), _paper("U", f"{CANARY}何雅琴"), _paper("L2")), "each")
    return _history(Blur("", CANARY), Entry(Blur("", ""), of_complaint=True), upload, reading)


def _own_case(by: str, label: str) -> tuple[Step, ...]:
    brought = Bring(by, (_paper(label),), "one")
    return brought, Sweep(""), case_steps.Register(by, label, "施工噪声扰民")


TWO_CASES = (*_own_case("office_head", "L2"), *_own_case("registrar1", "L1"))
FIRST_IS_HIDDEN = Entry(access_steps.Recuse("office_head", "L2", "registrar1"), of_complaint=True)


def _merge(by: str) -> Step:
    """The second case becomes part of the first."""
    return case_steps.DoSomething(by, "L1", code="merge")


@dataclass(frozen=True, slots=True)
class AccuseOrRestrict(access_steps.Accuse):
    """A case that the office knows accuses somebody; in the other world it is restricted for another reason."""

    def without_complaint(self) -> Step:
        return access_steps.Restrict(self.by, self.letter, restricted=True)


CLASSICS_TOLD: dict[str, History] = {
    "about_its_bringer_midway": _about_its_bringer(ReadPages("")),
    "about_its_bringer": _about_its_bringer(Sweep("")),
    "receipt_of_a_letter_accused_later": _history(
        Bring("registrar1", (_paper("L1"),), "one"),
        Sweep(""),
        Entry(access_steps.Recuse("office_head", "L1", "registrar1"), of_complaint=True),
        asked_again=RECEIPTS,
    ),
    # However many letters of others lie before it, one's own is the next or next but one.
    "behind_many_hidden_letters": _history(
        Entry(Bring("office_head", tuple(_paper(f"M{number}") for number in range(6)), "each"), of_complaint=True),
        Bring("registrar1", (_paper("L1"),), "one"),
        GiveTurns("", 2),
        asked_again=RECEIPTS,
    ),
    "merged_before": _history(*TWO_CASES, _merge("registrar1"), FIRST_IS_HIDDEN, asked_again=CASES),
    # The gap that it leaves is that of any restricted case.
    "accused_after_its_number": _history(
        *TWO_CASES, AccuseOrRestrict("director", "L2", person="registrar1", listed=("reviewer1",))
    ),
    "merged_after": _history(
        *TWO_CASES, FIRST_IS_HIDDEN, Entry(_merge("office_head"), of_complaint=True), asked_again=CASES
    ),
}
