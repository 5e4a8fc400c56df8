"""Whose work is done next: everybody who waits gets a turn, one after the other, whoever has brought in how much.

A person's work waits for their own work, and beyond that for one turn of each of the others. So how long their letter
takes says nothing of how many letters of others, which they may not see, lie before it. What is charged to a person is
what they asked for: their letters' first reading, and pages and A4 copies made anew (`Letter.asked_by`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from archive_app.access.system import SYSTEM
from archive_app.letters.lease import Lease, needs_processing
from archive_app.runtime.archive import Archive
from storage.models import Intake, Letter, ReadingTurn

TURN_PAGES = 4
"""So many pages are a turn, while others wait: a long letter does not keep them waiting."""


class TurnOver(Exception):
    """Others wait for their turn; the rest of the letter is done in a later one."""


@dataclass(slots=True)
class Turn:
    """A person's turn: the lease on one of the letters that they wait for."""

    archive: Archive
    lease: Lease
    account_id: int
    pages: int = field(default=0)

    def goes_on(self) -> bool:
        """Count a page that is done; whether another one may follow in this turn."""
        self.pages += 1
        return self.pages < TURN_PAGES or not self._others_wait()

    def _others_wait(self) -> bool:
        with self.archive.reading(SYSTEM) as session:
            others = _waiting(self.archive).where(_ASKED_BY.is_distinct_from(self.account_id))
            return session.execute(others.limit(1)).first() is not None


def next_turn(archive: Archive) -> Turn | None:
    """Give a turn to the person who has waited longest for one: their oldest letter is claimed. None: nobody waits."""
    with archive.changing(SYSTEM) as session:
        for letter_id, account_id in _in_order(session, archive):
            lease = Lease.claim_in(session, archive, letter_id)
            if lease is not None:
                last = session.scalar(select(func.max(ReadingTurn.number))) or 0
                session.merge(ReadingTurn(account_id=account_id, number=last + 1))
                session.commit()
                return Turn(archive, lease, account_id)
    return None


_ASKED_BY = func.coalesce(Letter.asked_by, Intake.account_id)


def _waiting(archive: Archive) -> Select[int, int]:
    every = select(Letter.id.label("letter_id"), _ASKED_BY.label("account_id"))
    return every.join(Intake, Intake.id == Letter.intake_id).where(*needs_processing(archive))


def _in_order(session: Session, archive: Archive) -> Iterator[tuple[int, int]]:
    """The oldest letter of each person who waits, in the order of their last turns."""
    waiting = _waiting(archive).subquery()
    oldest = func.min(waiting.c.letter_id)
    rows = session.execute(
        select(oldest, waiting.c.account_id)
        .join(ReadingTurn, ReadingTurn.account_id == waiting.c.account_id, isouter=True)
        .group_by(waiting.c.account_id)
        .order_by(func.max(func.coalesce(ReadingTurn.number, 0)), oldest)
    ).all()
    return iter((row[0], row[1]) for row in rows)
