"""A history: up to forty steps of an office's life, some of which belong to the complaint C.

World A plays all of it, world B all but what belongs to C. Whatever an accused party can see must be the same in both.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from archive_app.access.identity import ROLES
from tests.worlds import access_steps, case_steps, moves, steps
from tests.worlds.cast import ADMINISTRATORS, BRINGERS, BY_KEY, CAST, REVIEWERS, UNITS
from tests.worlds.chance import BEGINNING
from tests.worlds.paper import Sheet
from tests.worlds.steps import ANYBODY, COMPLAINT, AccountAction, Bring, Paper, Step, Sweep
from tests.worlds.wording import CANARY, mention

TELLS = (
    "夜间施工噪声扰民多次投诉未果",
    "小区北门外违章建筑长期无人拆除",
    "宅基地确权登记手续办理缓慢",
    "征地补偿款至今没有发放到户",
    "规划许可公示期不足请求复核",
    "感谢贵局工作人员热情接待",
    "邻里采光纠纷请求调解处理",
    "道路开挖后未恢复影响出行",
)
MORE = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """A step, whether it belongs to the complaint, and how long after the one before it comes."""

    step: Step
    of_complaint: bool = False
    after: timedelta = timedelta(minutes=7)


@dataclass(frozen=True, slots=True)
class History:
    """What happens, and to whom the complaint must stay unknown: `accused` above all."""

    seed: int
    accused: str
    entries: tuple[Entry, ...]
    looks: frozenset[int] = frozenset()
    """After which entries the adversaries look, besides at the end."""
    asked_again: tuple[str, ...] = ()
    """Pages that alone are compared: what the accused knew before, and may still open."""


def draw(seed: int, chance: random.Random, most: int = MORE) -> History:
    """A history drawn from chance."""
    return _Drawing(seed, chance, most).history()


class _Drawing:
    def __init__(self, seed: int, chance: random.Random, most: int) -> None:
        self.seed, self.chance, self.most = seed, chance, most
        self.accused = chance.choice(CAST).key
        self.labels: list[str] = []
        self.entries: list[Entry] = []
        self.renamed = 0

    def history(self) -> History:
        length = self.chance.randint(4, self.chance.choice((8, 12, self.most)))
        before = self.chance.randint(0, length // 2)
        while len(self.entries) < before:
            self._common()
        self._complaint()
        while len(self.entries) < length:
            self._common() if self.chance.random() < 0.6 else self._of_complaint()
        self._add(Sweep(""))
        looks = frozenset({self.chance.randrange(len(self.entries))} if self.chance.random() < 0.3 else ())
        if self.chance.random() < 0.3:
            self.entries.insert(self.chance.randrange(len(self.entries)), Entry(case_steps.Train("")))
        return History(self.seed, self.accused, tuple(self.entries), looks)

    def _add(self, step: Step, *, of_complaint: bool = False) -> None:
        minutes = self.chance.choice((1, 7, 7, 7, 45, 600, 1440, 60 * 24 * 40))
        self.entries.append(Entry(step, of_complaint, timedelta(minutes=minutes)))

    # Steps of everybody's day

    def _common(self) -> None:
        kinds: list[tuple[int, Callable[[], None]]] = [
            (5, self._bring),
            (4, lambda: self._add(Sweep(""))),
            (2, lambda: self._add(steps.Look(self._somebody(), self.chance.random() < 0.5))),
            (
                2,
                lambda: self._add(
                    steps.Search(self._somebody(), self._word(), self.chance.choice(("date", "relevance")))
                ),
            ),
            (1, lambda: self._add(steps.Rebuild(""))),
            (2, self._administer),
            (2, self._visit),
            (1, lambda: self._add(case_steps.LookAtWork(self._somebody()))),
        ]
        if self.labels:
            kinds.append((9, lambda: self._on_letter(self.chance.choice(self.labels), of_complaint=False)))
            kinds.append((6, lambda: self._carry_on(self.chance.choice(self.labels))))
        self._one_of(kinds)

    def _one_of(self, kinds: Sequence[tuple[int, Callable[[], None]]]) -> None:
        weights, does = zip(*kinds, strict=True)
        self.chance.choices(does, weights)[0]()

    def _bring(self) -> None:
        count = self.chance.choice((1, 1, 2, 3))
        self._add(Bring(self._bringer(), *self._papers(count)))
        if self.chance.random() < 0.8:
            self._add(Sweep(""))

    def _visit(self) -> None:
        label = f"L{len(self.labels) + 1}"
        self.labels.append(label)
        words = self.chance.choice(TELLS)
        if self.chance.random() < 0.25:
            words += self._mention(self.chance.choice(CAST).key)
        self._add(case_steps.RegisterSpoken(self._bringer(), label, words, self.chance.choice(("visit", "telephone"))))

    def _carry_on(self, label: str, *, of_complaint: bool = False) -> None:
        """A case goes on its way: whoever may does it, or somebody who perhaps may not."""
        by = ANYBODY if of_complaint or self.chance.random() < 0.7 else self._somebody()
        words = f"{CANARY}一事" if of_complaint else self.chance.choice(TELLS)
        kinds: list[tuple[int, Callable[[], AccountAction]]] = [
            (3, lambda: case_steps.Register(by, label, words, self.chance.choice(("TJ3", "TJ0", "TJ8")))),
            (1, lambda: case_steps.ChangeForm(by, label, words if of_complaint else self._mention(self._somebody()))),
            (9, lambda: case_steps.DoSomething(by, label, whom=self.chance.random())),
            (2, lambda: case_steps.DoSomething(by, label, self.chance.random(), self.chance.random())),
        ]
        weights, makes = zip(*kinds, strict=True)
        step = self.chance.choices(makes, weights)[0]()
        # A case that goes on goes on by several hands.
        for _ in range(self.chance.choice((1, 3, 9)) if isinstance(step, case_steps.DoSomething) else 1):
            if len(self.entries) < self.most:
                self._add(step, of_complaint=of_complaint)

    def _papers(self, count: int) -> tuple[tuple[Paper, ...], str, str]:
        papers = []
        for _ in range(count):
            label = f"L{len(self.labels) + 1}"
            self.labels.append(label)
            papers.append(Paper(label, tuple(self._sheet() for _ in range(self.chance.choice((1, 1, 2))))))
        grouping = self.chance.choice(("each", "stack") if count > 1 else ("each", "one", "one"))
        return tuple(papers), grouping, self.chance.choice(("letter", "visit", "fax"))

    def _sheet(self, *more: str) -> Sheet:
        lines = [self.chance.choice(TELLS), *more]
        if self.chance.random() < 0.25:
            lines += self._mention(self.chance.choice(CAST).key).split("\n")
        kind = self.chance.random()
        if kind < 0.06:
            return Sheet(tuple(lines), broken=True)
        return Sheet(tuple(lines), confidence=0.3 if kind < 0.12 else 0.97)

    def _mention(self, key: str) -> str:
        return mention(key, self.chance)

    def _on_letter(self, label: str, *, of_complaint: bool) -> None:
        by = ANYBODY if of_complaint else self._somebody()
        words = f"{CANARY}一事" if of_complaint else self.chance.choice(TELLS)
        person, chance = self._somebody(), self.chance
        kinds: list[tuple[int, Callable[[], AccountAction]]] = [
            (3, lambda: steps.Read(by, label)),
            (2, lambda: steps.Correct(by, label, words if chance.random() < 0.6 else self._mention(person))),
            (2, lambda: steps.Describe(by, label, words[:9], chance.choice(("", "陈淑珍", "赵大爷")), self._day())),
            (1, lambda: steps.Turn(by, label)),
            (1, lambda: steps.ReplacePage(by, label, self._sheet(*([CANARY] if of_complaint else ())))),
            (1, lambda: steps.Retry(by, label)),
            (2, lambda: access_steps.Accuse(by, label, person=person, listed=self._listed())),
            (1, lambda: access_steps.Accuse(by, label, unit=chance.choice(list(UNITS)[1:]), listed=self._listed())),
            (1, lambda: access_steps.Accuse(by, label, words="管事的那个人", listed=self._listed())),
            (1, lambda: access_steps.Resolve(by, label, person=person)),
            (2, lambda: access_steps.Recuse(by, label, person)),
            (3, lambda: self._allow(by, label, person)),
            (1, lambda: access_steps.EndAllowance(by, label, person, chance.choice(("listed", "granted")))),
            (1, lambda: access_steps.Restrict(by, label, chance.random() < 0.6)),
            (1, lambda: access_steps.DateEvent(by, label, self._day())),
            (1, lambda: access_steps.LookThrough(by, label)),
            (3, lambda: access_steps.Review(chance.choice(REVIEWERS), label, chance.choice(("cleared", "confirmed")))),
        ]
        weights, makes = zip(*kinds, strict=True)
        self._add(chance.choices(makes, weights)[0](), of_complaint=of_complaint)

    def _administer(self) -> None:
        by, person, chance = self.chance.choice(ADMINISTRATORS), self._somebody(), self.chance
        unit = chance.choice(list(UNITS)[1:])
        self.renamed += 1
        makes: list[Callable[[], Step]] = [
            lambda: moves.RenamePerson(by, person, self._new_name(person)),
            lambda: moves.AddPerson(by, chance.choice((BY_KEY[person].name, "欧阳新来")), chance.choice(ROLES)),
            lambda: moves.Join(by, person, unit, None),
            lambda: moves.Leave(by, person, chance.choice([*BY_KEY[person].units, (unit, None)])[0], moves.WHEN),
            lambda: moves.Appoint(by, person, unit, chance.choice(("leads", "oversees"))),
            lambda: moves.ChangeUnit(
                by, unit, chance.choice(("renamed", "moved", "merged", "split")), chance.choice(list(UNITS)[1:])
            ),
            lambda: moves.ChangeAccount(
                by,
                person,
                chance.choice(("role", "password", "off and on")),
                chance.choice(ROLES),
                chance.choice(("", *REVIEWERS)),
            ),
        ]
        self._add(chance.choice(makes)())

    # The complaint

    def _complaint(self) -> None:
        """C arrives, and what makes the accused blind to it happens."""
        how = self.chance.choice(
            ("person", "unit", "words", "resolved", "mention", "recused", "namesake", "unit_before")
        )
        mentions = self._mention(self.accused).split("\n") if how == "mention" else []
        paper = Paper(COMPLAINT, (Sheet((f"{CANARY}被人变卖", self.chance.choice(TELLS), *mentions)),))
        alone = self.chance.random() < 0.7
        bringers = [key for key in BRINGERS if key != self.accused]
        if alone:
            bring = Bring(self.chance.choice(bringers), (paper,), self.chance.choice(("one", "each")))
            self._add(bring, of_complaint=True)
        else:
            papers, _, channel = self._papers(3)
            place = self.chance.randint(1, 3)
            papers = (*papers[:place], paper, *papers[place:])
            self._add(Bring(self.chance.choice(bringers), papers, self.chance.choice(("each", "stack")), channel))
        self._add(Sweep(""))
        for act in self._acts(how):
            self._add(act, of_complaint=True)

    def _acts(self, how: str) -> list[Step]:
        accused, listed = self.accused, self._listed()
        namesake = next(
            (role.key for role in CAST if role.name == BY_KEY[accused].name and role.key != accused), accused
        )
        units = [unit for unit, _ in BY_KEY[accused].units if unit != "bureau"] or ["letters"]
        unit = BY_KEY[accused].leads or BY_KEY[accused].oversees or self.chance.choice(units)
        before = {"enforcement": "old_survey", "patrol": "enforcement", "survey": "old_survey"}
        does: dict[str, list[Step]] = {
            "person": [access_steps.Accuse(ANYBODY, COMPLAINT, person=accused, listed=listed)],
            "unit": [access_steps.Accuse(ANYBODY, COMPLAINT, unit=unit, listed=listed)],
            "unit_before": [access_steps.Accuse(ANYBODY, COMPLAINT, unit=before.get(unit, unit), listed=listed)],
            "words": [access_steps.Accuse(ANYBODY, COMPLAINT, words="他们头儿", listed=listed)],
            "resolved": [
                access_steps.Accuse(ANYBODY, COMPLAINT, words="他们头儿", listed=listed),
                access_steps.Resolve(ANYBODY, COMPLAINT, person=accused),
            ],
            "mention": [],
            "recused": [access_steps.Recuse(ANYBODY, COMPLAINT, accused)],
            "namesake": [access_steps.Accuse(ANYBODY, COMPLAINT, person=namesake, listed=listed)],
        }
        return does[how]

    def _of_complaint(self) -> None:
        if self.chance.random() < 0.15:
            self._add(self._allow(ANYBODY, COMPLAINT, self.accused), of_complaint=True)
        elif self.chance.random() < 0.5:
            self._carry_on(COMPLAINT, of_complaint=True)
        else:
            self._on_letter(COMPLAINT, of_complaint=True)

    # Details

    def _somebody(self) -> str:
        return self.chance.choice(CAST).key

    def _bringer(self) -> str:
        return self.accused if self.accused in BRINGERS and self.chance.random() < 0.5 else self.chance.choice(BRINGERS)

    def _listed(self) -> tuple[str, ...]:
        others = [role.key for role in CAST if role.key != self.accused]
        return tuple(
            dict.fromkeys(("director" if self.accused != "director" else "office_head", self.chance.choice(others)))
        )

    def _word(self) -> str:
        return self.chance.choice(("施工", "补偿", "*", "like:补偿款", "title:噪声", self.chance.choice(CAST).name))

    def _day(self) -> date | None:
        return self.chance.choice((None, date(2025, 3, 1), date(2025, 9, 1), date(2026, 2, 1)))

    def _new_name(self, person: str) -> str:
        return f"{BY_KEY[person].name[0]}改{'甲乙丙丁戊己庚辛壬癸'[self.renamed % 10]}"

    def _allow(self, by: str, label: str, person: str) -> AccountAction:
        kind = self.chance.choice(("listed", "granted", "overseer"))
        until = BEGINNING + timedelta(days=self.chance.choice((1, 200))) if kind == "granted" else None
        return access_steps.Allow(by, label, person, kind, until)


def without(history: History, index: int) -> History:
    """The same history without one entry."""
    entries = history.entries[:index] + history.entries[index + 1 :]
    looks = frozenset(look - (look >= index) for look in history.looks if look != index)
    return replace(history, entries=entries, looks=looks)
