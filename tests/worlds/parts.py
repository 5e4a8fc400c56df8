"""The parts of the classic cases: a complaint that arrives, letters of the accused's own, steps of the complaint."""

from __future__ import annotations

from tests.worlds import access_steps, case_steps
from tests.worlds.history import Entry, History
from tests.worlds.paper import Sheet
from tests.worlds.steps import ANYBODY, COMPLAINT, Bring, Paper, Step, Sweep
from tests.worlds.wording import CANARY

C_TEXT = (f"{CANARY}被人变卖", "请求依法查处")


def paper(label: str, *lines: str, confidence: float = 0.97, broken: bool = False) -> Paper:
    """A letter of one page."""
    sheets = [Sheet(lines or ("小区北门外施工噪声扰民",), confidence=confidence)]
    return Paper(label, (*sheets, Sheet(("坏页",), broken=True)) if broken else tuple(sheets))


def complaint(*more: str, confidence: float = 0.97, by: str = "office_head") -> list[Entry]:
    """C arrives and is read."""
    brought = Bring(by, (paper(COMPLAINT, *C_TEXT, *more, confidence=confidence),), "one")
    return [Entry(brought, of_complaint=True), Entry(Sweep(""))]


def own(by: str, label: str = "L1", *lines: str) -> list[Entry]:
    """A letter that the accused brings in, and sees."""
    return [Entry(Bring(by, (paper(label, *lines),), "one")), Entry(Sweep(""))]


def acts(*done: Step) -> list[Entry]:
    """Steps of the complaint."""
    return [Entry(step, of_complaint=True) for step in done]


def of(accused: str, *parts: list[Entry]) -> History:
    """A history of these parts."""
    return History(0, accused, tuple(entry for part in parts for entry in part))


def registered(*done: Step) -> list[Entry]:
    """C is registered when it is known whom it concerns, and goes its way."""
    return acts(case_steps.Register(ANYBODY, COMPLAINT, f"{CANARY}被人变卖"), *done)


def own_case(by: str, label: str = "L1") -> list[Entry]:
    """A case that the accused registers, and sees."""
    return [*own(by, label), Entry(case_steps.Register(by, label, "施工噪声扰民"))]


def onward(count: int, unit: str = "") -> list[Step]:
    """C is carried on so many times, by this unit."""
    return [case_steps.DoSomething(ANYBODY, COMPLAINT, unit=unit)] * count


def accuse(**whom: str) -> Step:
    """Somebody is accused by the director, who lets a reviewer in beside: that one may open the case to roles again."""
    return access_steps.Accuse("director", COMPLAINT, listed=("reviewer1",), **whom)  # type: ignore[arg-type]


FIRST = own("registrar1")
ACCUSED_TO_THE_OFFICE = access_steps.Accuse("director", COMPLAINT, person="registrar1", listed=("office_head",))
