"""Classic cases of what somebody was told: later it says the same, whatever became of what it was about."""

from __future__ import annotations

from tests.worlds import access_steps
from tests.worlds.history import Entry, History
from tests.worlds.paper import Sheet
from tests.worlds.reading_steps import Blur, GiveTurns, ReadPages
from tests.worlds.steps import Bring, Paper, Step, Sweep
from tests.worlds.wording import CANARY

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
}
