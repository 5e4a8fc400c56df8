"""Steps that change who may see a case: accusations, recusals, allow-lists, restrictions, reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.errors import ArchiveError, NotFound
from archive_app.review import decisions, event_dates, queries, restrictions
from storage.models import Concern, Letter
from storage.session import reading
from tests.worlds.steps import AccountAction
from tests.worlds.world import World


@dataclass(frozen=True, slots=True)
class Accuse(AccountAction):
    """Somebody is accused: one of the cast, a unit, or words."""

    person: str = ""
    unit: str = ""
    words: str = ""
    listed: tuple[str, ...] = ()
    reason: str = "被反映"

    def do(self, world: World, reader: Reader, letter: str) -> object:
        restrictions.accuse(
            reader,
            world.archive,
            letter,
            person=f"person-{self.person}" if self.person else None,
            unit=f"unit-{self.unit}" if self.unit else None,
            words=self.words,
            reason=self.reason,
            listed=[f"person-{each}" for each in self.listed],
        )
        return None


@dataclass(frozen=True, slots=True)
class Resolve(AccountAction):
    """It is said whom the words of an accusation mean."""

    person: str = ""
    unit: str = ""
    reason: str = "查明"

    def do(self, world: World, reader: Reader, letter: str) -> object:
        person = f"person-{self.person}" if self.person else None
        unit = f"unit-{self.unit}" if self.unit else None
        for concern in concerns_of(world, self.letter, "accused"):
            restrictions.resolve(reader, world.archive, letter, concern, person=person, unit=unit, reason=self.reason)
        return None


@dataclass(frozen=True, slots=True)
class Recuse(AccountAction):
    """Somebody is recused."""

    person: str
    reason: str = "回避"

    def do(self, world: World, reader: Reader, letter: str) -> object:
        restrictions.recuse(reader, world.archive, letter, person=f"person-{self.person}", reason=self.reason)
        return None


@dataclass(frozen=True, slots=True)
class Allow(AccountAction):
    """Somebody is let in, perhaps until a day."""

    person: str
    kind: str
    until: datetime | None
    reason: str = "工作需要"

    def do(self, world: World, reader: Reader, letter: str) -> object:
        restrictions.allow(
            reader,
            world.archive,
            letter,
            person=f"person-{self.person}",
            kind=self.kind,  # type: ignore[arg-type]
            until=self.until,
            reason=self.reason,
        )
        return None


@dataclass(frozen=True, slots=True)
class EndAllowance(AccountAction):
    """Somebody is let in no more."""

    person: str
    kind: str
    reason: str = "不再需要"

    def do(self, world: World, reader: Reader, letter: str) -> object:
        restrictions.end_allowance(
            reader,
            world.archive,
            letter,
            person=f"person-{self.person}",
            kind=self.kind,  # type: ignore[arg-type]
            reason=self.reason,
        )
        return None


@dataclass(frozen=True, slots=True)
class Restrict(AccountAction):
    """A case is restricted, or open to the roles again."""

    restricted: bool
    reason: str = "内容敏感"

    def do(self, world: World, reader: Reader, letter: str) -> object:
        restrictions.restrict(reader, world.archive, letter, restricted=self.restricted, reason=self.reason)
        return None


@dataclass(frozen=True, slots=True)
class DateEvent(AccountAction):
    """It is said when that happened which the letter tells of."""

    day: date | None
    reason: str = "信中所述"

    def do(self, world: World, reader: Reader, letter: str) -> object:
        event_dates.set_event_date(reader, world.archive, letter, self.day, reason=self.reason)
        return None


@dataclass(frozen=True, slots=True)
class ConfirmDate(AccountAction):
    """A second person confirms the day that somebody has proposed."""

    def do(self, world: World, reader: Reader, letter: str) -> object:
        waiting = queries.restrictions(reader, world.archive, letter).event_date_waiting
        if waiting is None:
            raise NotFound
        event_dates.confirm_event_date(reader, world.archive, letter, waiting.public_id, reason="信中所述")
        return None


@dataclass(frozen=True, slots=True)
class LookThrough(AccountAction):
    """A letter that could not be read is looked through."""

    reason: str = "已阅"

    def do(self, world: World, reader: Reader, letter: str) -> object:
        restrictions.look_through(reader, world.archive, letter, reason=self.reason)
        return None


@dataclass(frozen=True, slots=True)
class Review(AccountAction):
    """An access reviewer says of the letter's concerns of a kind that they are wrong, or true."""

    decision: str
    kind: str = "mentioned"
    reason: str = "核对"

    def do(self, world: World, reader: Reader, letter: str) -> object:
        for concern in concerns_of(world, self.letter, self.kind):
            try:
                decisions.decide(reader, world.archive, concern, self.decision, reason=self.reason)  # type: ignore[arg-type]
            except ArchiveError:
                continue
        return len(decisions.waiting(reader, world.archive))


def concerns_of(world: World, label: str, kind: str) -> list[str]:
    """The addresses of a letter's concerns in force, of a kind, in the order in which they came."""
    with reading(world.archive.sessions, SYSTEM.key) as session:
        case_id = session.scalar(select(Letter.case_id).where(Letter.public_id == world.letter(label)))
        rows = select(Concern.public_id).where(
            Concern.case_id == case_id, Concern.kind == kind, Concern.ended_at.is_(None)
        )
        return list(session.scalars(rows.order_by(Concern.id)))
