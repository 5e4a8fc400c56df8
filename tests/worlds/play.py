"""Plays a history in both worlds and lets the adversaries look: what they see is the same, or it is a leak."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from itertools import islice
from typing import Any

from sqlalchemy import select

from archive_app.access.system import SYSTEM
from archive_app.errors import ArchiveError
from archive_app.office_time import office_day
from scanning import traces
from storage.models import Account, Case, Concern, Intake, Letter, RegisterYear, Registration, Source
from storage.session import reading, unit_of_work
from tests.worlds import oracle
from tests.worlds.asked_again import ask_again
from tests.worlds.case_steps import Register
from tests.worlds.cast import BY_KEY, CAST, REVIEWERS
from tests.worlds.chance import BEGINNING, Chance, Clock
from tests.worlds.crawl import Crawl
from tests.worlds.disk import left_in
from tests.worlds.findings import Difference, Reach, Secret
from tests.worlds.history import Entry, History, without
from tests.worlds.kinds import drawn
from tests.worlds.steps import COMPLAINT, Bring, sign_in
from tests.worlds.wording import CANARY
from tests.worlds.world import Browser, Question, World, Worlds

NO_SECRET = Secret((CANARY,), ("none-of-these",))


@dataclass
class Outcome:
    """What came of a history. `blind` counts the adversaries who had to know nothing, `seen` who rightly saw it."""

    reach: Reach = field(default_factory=Reach)
    differences: list[Difference] = field(default_factory=list)
    mistakes: list[Difference] = field(default_factory=list)
    blind: int = 0
    seen: int = 0


class Player:
    """Plays histories in two worlds, one after the other."""

    def __init__(self, worlds: Worlds, chance: Chance, clock: Clock) -> None:
        self.worlds, self.chance, self.clock = worlds, chance, clock
        self.a, self.b = worlds.a, worlds.b
        self.mistakes: Counter[str] = Counter()
        self.bringer = ""
        self.given: set[str] = set()
        self.mailed: list[str] = []
        self.numbered_openly = False

    def focus(self, history: History, first: Sequence[str] = ()) -> Outcome:
        """One classic case: only the accused looks, at what matters, `first` at this, until the first difference."""
        with logs() as lines:
            outcome = self.set_up(history)
            outcome.differences += self._told(lines, history)
            outcome.blind = int(self._is_blind(history.accused))
            if outcome.blind and not outcome.differences:
                crawl = Crawl(self.a, self.b, history.accused, self._secret(), "focus", None)
                crawl.given = self.given
                if history.asked_again:
                    ask_again(crawl, history.asked_again)
                else:
                    crawl.focus(first)
                outcome.reach = crawl.reach
                outcome.mistakes += crawl.mistakes
                outcome.differences += crawl.differences
        outcome.differences += self._told(lines, history)
        return outcome

    def set_up(self, history: History) -> Outcome:
        """Play a history from the first day on, without a look."""
        outcome, now = Outcome(), BEGINNING
        self._begin(history.accused)
        for index, entry in enumerate(history.entries):
            now += entry.after
            self.clock.set(now)
            self._step(history, index, entry, outcome)
        return outcome

    def _begin(self, accused: str) -> None:
        self.worlds.put_back()
        self.a.accused = self.b.accused = accused
        self.given.clear()
        self.mailed.clear()
        self.bringer = ""
        self.numbered_openly = False

    def play(self, history: History, effort: int | None) -> Outcome:
        """One history, from the first day on. `effort`: requests of an adversary's look (None: all there are)."""
        outcome = Outcome()
        self._begin(history.accused)
        now = BEGINNING
        chance = random.Random(f"crawl {history.seed}")
        with logs() as lines:
            for index, entry in enumerate(history.entries):
                now += entry.after
                self.clock.set(now)
                self._step(history, index, entry, outcome)
                if index in history.looks:
                    self._look(history, f"{index}", chance, effort, outcome, also_act=False)
            self._look(history, "end", chance, effort, outcome, also_act=True)
            outcome.seen = self._count_who_see(history)
        outcome.differences += self._told(lines, history)
        return outcome

    def _step(self, history: History, index: int, entry: Entry, outcome: Outcome) -> None:
        if isinstance(entry.step, Bring) and any(paper.label == COMPLAINT for paper in entry.step.papers):
            self.bringer = entry.step.by
        blind = entry.step.by == history.accused and self._is_blind(history.accused)
        told = self._play(self.a, f"{history.seed}/{index}", entry)
        if entry.of_complaint:
            self._note_number(entry)
            return
        other = self._play(self.b, f"{history.seed}/{index}", Entry(entry.step.without_complaint()))
        outcome.differences += self._mails(entry)
        if blind:
            outcome.reach.compared += 1
            if told != other:
                difference = Difference(
                    history.accused, repr(entry.step), f"{told!r} with the complaint, {other!r} without"
                )
                outcome.differences.append(difference)

    def _mails(self, entry: Entry) -> Iterator[Difference]:
        """The mails of a step, which follow from what their readers see: who is blind gets the same in both worlds."""
        sent = [tuple(world.mails) for world in (self.a, self.b)]
        for world in (self.a, self.b):
            self.mailed += [_words_of(content) for _, content in world.mails]
            world.mails.clear()
        for role in CAST:
            own = [[content for to, content in mails if to == f"{role.key}@office.test"] for mails in sent]
            if own[0] != own[1] and self._is_blind(role.key):
                yield Difference(role.key, f"mail after {entry.step}", f"{own[0]} with the complaint, {own[1]} without")

    def _play(self, world: World, key: str, entry: Entry) -> object:
        self.worlds.coupling.world = world
        world.begin(key)
        try:
            return entry.step.play(world)
        except ArchiveError as error:
            return error.code, sorted(error.values.items())
        except Exception as error:
            # A mistake of ours, told apart: it is no difference, but it must not hide one.
            self.mistakes[f"{type(entry.step).__name__}: {type(error).__name__} at {traces.of(error)}"] += 1
            return type(error).__name__
        finally:
            self.worlds.coupling.world = None

    def _note_number(self, entry: Entry) -> None:
        """C may get a number in order only while there is nobody who must not know of it.

        The gap that it leaves when it accuses somebody later is told (0020): the other world has it too, so that all
        else is compared.
        """
        if isinstance(entry.step, Register) and not self.numbered_openly:
            with reading(self.a.archive.sessions, SYSTEM.key) as session:
                case_id = self._case(session)
                series = session.scalar(select(Registration.series).where(Registration.case_id == case_id))
                self.numbered_openly = series == "general" and oracle.is_for_all(session, case_id)
            if self.numbered_openly:
                leave_gap(self.b)

    def _look(
        self,
        history: History,
        when: str,
        chance: random.Random,
        effort: int | None,
        outcome: Outcome,
        *,
        also_act: bool,
    ) -> None:
        """Those who must know nothing look: the accused, and one other whom the case must be hidden from."""
        secret = self._secret()
        for who in self._lookers(history, chance, also_act=also_act):
            outcome.blind += 1
            crawl = Crawl(self.a, self.b, who, secret, f"{history.seed} {when} {who}", effort)
            crawl.given = self.given
            crawl.reasons = not self._may_ask_why(who)
            crawl.look()
            if also_act:
                crawl.act()
            outcome.reach.add(crawl.reach)
            outcome.mistakes += crawl.mistakes
            outcome.differences += crawl.differences

    def _lookers(self, history: History, chance: random.Random, *, also_act: bool) -> Iterator[str]:
        """The accused, and one other, each asked for when it is their turn.

        What the accused did by then may have let the other in: an access reviewer confirms accounts.
        """
        if is_blind := self._is_blind(history.accused):
            yield history.accused
        if also_act or not is_blind:
            others = chance.sample([role.key for role in CAST if role.key != history.accused], len(CAST) - 1)
            yield from islice(filter(self._is_blind, others), 1)

    def _is_blind(self, key: str) -> bool:
        if key == self.bringer:
            return False  # who brought the complaint in knows of it; `test_uploader.py` is about them
        if self.numbered_openly and not drawn("late"):
            return False  # all the office saw its number, which no other case can have any more (0020)
        with reading(self.a.archive.sessions, SYSTEM.key) as session:
            case_id = self._case(session)
            return case_id is None or oracle.is_blind(session, key, case_id)

    def _may_ask_why(self, key: str) -> bool:
        """Whether somebody reviews access, and the case does not concern them: they may ask who sees it, and why."""
        if key not in REVIEWERS:
            return False
        with reading(self.a.archive.sessions, SYSTEM.key) as session:
            case_id = self._case(session)
            person = session.scalars(select(Account.person_id).where(Account.name == key)).one()
            return case_id is not None and not oracle.is_kept_out(session, person, session.get_one(Case, case_id))

    def _case(self, session: Any) -> Any:
        return session.scalar(select(Letter.case_id).where(Letter.public_id == self.a.letter(COMPLAINT)))

    def _secret(self) -> Secret:
        """What of the complaint can be told: ids and numbers, in the world in which it is."""
        with reading(self.a.archive.sessions, SYSTEM.key) as session:
            letter = session.scalar(select(Letter).where(Letter.public_id == self.a.letter(COMPLAINT)))
            if letter is None:
                return NO_SECRET
            case = session.get_one(Case, letter.case_id)
            concerns = session.scalars(select(Concern.public_id).where(Concern.case_id == case.id)).all()
            taken = session.get_one(Intake, letter.intake_id)
            alone = taken.letter_count == 1
            files = session.scalars(select(Source.sha256).where(Source.intake_id == taken.id)).all() if alone else ()
            entry = session.scalar(select(Registration.register_no).where(Registration.case_id == case.id))
            own = (taken.public_id, taken.number) if alone else ()
            ids = (letter.public_id, case.public_id, *filter(None, (entry,)), *own, *concerns[:2])
            file = self.a.archive.files.path(files[0]).read_bytes() if files else b""
            return Secret((CANARY,), (*ids, *files, letter.number), file)

    def _told(self, lines: list[str], history: History) -> Iterator[Difference]:
        """What was logged and mailed; and what is left on the disk, where only the records may have words."""
        yield from _told_in([*lines, *self.mailed], self._secret(), history)
        folders = (self.a.folder, self.a.folder.parent / "tmp")
        for name in left_in(folders, CANARY):
            yield Difference("the operator", "the disk", f"{name} tells {CANARY!r}")

    def _count_who_see(self, history: History) -> int:
        """How many of the cast open the complaint's letter and read its words: who must not are not among them."""
        count = 0
        for role in CAST:
            if role.key in (history.accused, "stranger") or self._is_blind(role.key):
                continue
            browser = Browser()
            sign_in(self.a, browser, role.key)
            answer = self.a.ask(browser, Question("GET", f"/letters/{self.a.letter(COMPLAINT)}"))
            if CANARY.encode() in answer.body:
                return count + 1
        return count


def leave_gap(world: World) -> None:
    """Let a number of this year's register be that of no case."""
    year = office_day(datetime.now(UTC)).year
    with unit_of_work(world.archive.sessions, SYSTEM.key) as session:
        row = session.get(RegisterYear, year) or RegisterYear(year=year, last=0)
        row.last += 1
        session.add(row)
        session.commit()


@contextmanager
def logs() -> Iterator[list[str]]:
    """Everything that is logged meanwhile, as the operator of the machine reads it."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    root, keeper = logging.getLogger(), Keeper()
    keeper.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root.addHandler(keeper)
    try:
        yield lines
    finally:
        root.removeHandler(keeper)


def shrunk(player: Player, history: History, effort: int | None) -> History:
    """The history without the steps that the difference does not need."""
    index = len(history.entries) - 1
    while index >= 0:
        shorter = without(history, index)
        if player.play(shorter, effort).differences:
            history = shorter
        index -= 1
    return history


def _words_of(mail: bytes) -> str:
    message = message_from_bytes(mail, policy=policy.default)
    return f"{message.items()} {message.get_content()}"  # type: ignore[attr-defined]


def _told_in(lines: list[str], secret: Secret, history: History) -> list[Difference]:
    """Log lines are read by operators, who may be accused: no content, no names, no ids of the complaint."""
    names = [role.name for role in CAST] + [BY_KEY[history.accused].name]
    forbidden = [each for each in (*secret.words, *secret.ids, *names) if each and each != "none-of-these"]
    return [
        Difference("the operator", "the log", f"{line!r} tells {each!r}")
        for line in lines
        for each in forbidden
        if each in line
    ]
