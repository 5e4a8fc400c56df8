"""The classic cases of what could not be read reliably, and of pages that are scanned anew."""

from __future__ import annotations

from collections.abc import Mapping

from tests.worlds.access_steps import LookThrough
from tests.worlds.history import Entry, History
from tests.worlds.paper import Sheet
from tests.worlds.steps import COMPLAINT, Bring, Paper, ReadOnly, ReplaceByComplaint, Step, Sweep
from tests.worlds.wording import CANARY

CLEAN = Sheet(("小区北门外施工噪声扰民，多次投诉没有结果，请求依法查处并书面答复。" * 2,) * 30)
"""A page of 2,000 characters, read without doubt."""

RING = Sheet((f"{CANARY}钟伯岩",), confidence=0.45)
COMMON = (Entry(Bring("registrar1", (Paper("L1", (CLEAN,)),), "one")), Entry(Sweep("")))


def unread(*sheets: Sheet, by: str = "registrar1") -> tuple[Entry, ...]:
    """C arrives; its reading cannot be trusted."""
    return (Entry(Bring(by, (Paper(COMPLAINT, sheets),), "one"), of_complaint=True), Entry(Sweep("")))


def done(*steps: Step) -> tuple[Entry, ...]:
    """Steps of the complaint."""
    return tuple(Entry(step, of_complaint=True) for step in steps)


def of(accused: str, *parts: tuple[Entry, ...]) -> History:
    """A history of these parts."""
    return History(0, accused, tuple(entry for part in parts for entry in part))


NEW_PAGE = Sheet((f"{CANARY}被人变卖，经办人何雅琴",))
AGAIN = Entry(ReplaceByComplaint("office_head", "L1", NEW_PAGE, f"{CANARY}.jpg"))

CLASSICS: Mapping[str, History] = {
    "unread_and_the_director": of("director", COMMON, unread(RING)),
    "unread_and_a_reviewer": of("reviewer1", COMMON, unread(RING)),
    "unread_and_a_checker_of_a_watched_unit": of("keeper", COMMON, unread(RING)),
    "one_has_looked_through": of("director", COMMON, unread(RING), done(LookThrough("checker", COMPLAINT))),
    "a_bad_page_behind_a_good_one": of("director", COMMON, unread(CLEAN, RING)),
    "a_back_with_ink": of("director", COMMON, unread(CLEAN, Sheet((), ink=0.004))),
    "ink_beside_the_lines": of("director", COMMON, unread(Sheet(CLEAN.lines, ink=0.004))),
    "a_failed_page": of("director", COMMON, unread(CLEAN, Sheet((CANARY,), broken=True))),
    "scanned_anew_not_screened": of("registrar1", COMMON, (AGAIN, Entry(ReadOnly("")))),
    "brought_in_anew": of("registrar1", COMMON, (AGAIN,)),
}
