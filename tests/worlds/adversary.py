"""Makes a drawn history an adversary's: what an insider would do and write, kind by kind (`kinds.py`).

It goes by a chance of its own, so that a history of before keeps its shape.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.worlds import access_steps, history, moves
from tests.worlds.case_steps import DoSomething, Register
from tests.worlds.cast import ADMINISTRATORS, CAST, UNITS
from tests.worlds.history import Entry, History
from tests.worlds.kinds import drawn
from tests.worlds.steps import ANYBODY, COMPLAINT, Bring, Paper, ReplacePage, Step, Sweep
from tests.worlds.wording import file_name, mention, words

QUICKLY = timedelta(minutes=1)
ABOUT_ONE = (access_steps.Allow, access_steps.EndAllowance, access_steps.Review)
"""Steps whose reason is about one person, who may be named in it without being kept out by that."""


def draw(seed: int, chance: random.Random, most: int = history.MORE) -> History:
    """A history drawn from chance, and made an adversary's."""
    return hardened(history.draw(seed, chance, most))


def hardened(ordinary: History) -> History:
    """The history with all that its adversary adds."""
    return _Hardening(ordinary).history()


class _Hardening:
    def __init__(self, ordinary: History) -> None:
        self.of = ordinary
        self.chance = random.Random(f"{ordinary.seed} {ordinary.accused} {len(ordinary.entries)}")

    def history(self) -> History:
        entries: list[Entry] = []
        looks = set()
        for index, entry in enumerate(self.of.entries):
            harder = replace(entry, step=self._step(entry))
            for each in self._with_more(harder, index):
                entries.append(each)
                if isinstance(each.step, Sweep) and each.step.pages is not None:
                    looks.add(len(entries) - 1)
            if index in self.of.looks:
                looks.add(len(entries) - 1)
        return replace(self.of, entries=tuple(entries), looks=frozenset(looks))

    def _step(self, entry: Entry) -> Step:
        """The step, with other words in it."""
        step: Any = entry.step
        if isinstance(step, Bring):
            return replace(step, papers=tuple(map(self._paper, step.papers)))
        if isinstance(step, ReplacePage):
            return replace(step, file=self._file(of_complaint=entry.of_complaint))
        if not drawn("words") or self.chance.random() < 0.4:
            return step
        if isinstance(step, DoSomething):
            return replace(step, words=self._words(of_complaint=entry.of_complaint), place=self.chance.random())
        if hasattr(step, "reason") and not isinstance(step, ABOUT_ONE):
            return replace(step, reason=self._words(of_complaint=entry.of_complaint))
        return step

    def _words(self, *, of_complaint: bool) -> str:
        if of_complaint:
            return words(self.of.accused, self.chance)
        return mention(self._somebody(), self.chance) if self.chance.random() < 0.2 else "按规定办理"

    def _paper(self, paper: Paper) -> Paper:
        return replace(paper, file=self._file(of_complaint=paper.label == COMPLAINT))

    def _file(self, *, of_complaint: bool) -> str:
        if not drawn("file names") or not of_complaint:
            return "scan.pdf"
        return file_name(self.chance.choice(("", self.of.accused)), self.chance)

    def _with_more(self, entry: Entry, index: int) -> list[Entry]:
        """The entry, and what comes before and after it now."""
        brings = isinstance(entry.step, Bring) and any(paper.label == COMPLAINT for paper in entry.step.papers)
        if brings and drawn("between") and self.chance.random() < 0.4:
            return [entry, *self._between()]
        if self._is_read(index) and drawn("late") and self.chance.random() < 0.3:
            return [entry, Entry(Register(ANYBODY, COMPLAINT, "补偿款没有发放到户"), of_complaint=True)]
        if isinstance(entry.step, ReplacePage) and entry.of_complaint and drawn("between"):
            return [entry, *self._between()]
        if drawn("organisation") and self.chance.random() < 0.04:
            return [entry, Entry(self._organise())]
        return [entry]

    def _between(self) -> list[Entry]:
        """The worker comes as far as some page of the complaint, and somebody looks."""
        return [Entry(Sweep("", pages=self.chance.choice((0, 1, 1))), after=QUICKLY)]

    def _is_read(self, index: int) -> bool:
        """Whether this is the sweep that reads the complaint."""
        before = self.of.entries[index - 1].step if index else None
        return isinstance(before, Bring) and any(paper.label == COMPLAINT for paper in before.papers)

    def _organise(self) -> Step:
        by, unit = self.chance.choice(ADMINISTRATORS), self.chance.choice(list(UNITS)[1:])
        person, other = self._somebody(), self.chance.choice(list(UNITS)[1:])
        return self.chance.choice(
            (
                moves.Watch(by, unit, watched=self.chance.random() < 0.2),
                moves.ImportStaff(by, person, UNITS[unit][0]),
                moves.TakeOver(by, unit, other),
                moves.ChangeAccount(by, person, "password"),
            )
        )

    def _somebody(self) -> str:
        return self.chance.choice(CAST).key
