"""Whose work a letter is: a worker holds a lease on it, and whoever lost the lease writes nothing more."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from archive_app.archive import Archive
from archive_app.results import Notice
from storage.models import Letter
from storage.session import reading, unit_of_work

log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker has taken the letter over; this one stops without a word."""


def unfinished(archive: Archive, *, limit: int = 100) -> list[int]:
    """The letters that want work now and that nobody works on, oldest first: what the sweep wakes a worker for."""
    with reading(archive.sessions) as session:
        return list(session.scalars(select(Letter.id).where(*_wants_work()).order_by(Letter.id).limit(limit)))


def _wants_work() -> tuple[Any, ...]:
    now = datetime.now(UTC)
    return (
        or_(Letter.state.in_(("kept", "reading")), Letter.access_copy_current.is_(False)),
        or_(Letter.leased_until.is_(None), Letter.leased_until < now),
        or_(Letter.not_before.is_(None), Letter.not_before <= now),
    )


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write on a letter, for as long as it is renewed. It dies with its holder, after `lease_seconds`."""

    archive: Archive
    letter_id: int
    token: str

    @classmethod
    def claim(cls, archive: Archive, letter_id: int) -> Lease | None:
        """Take the letter, if it wants work and nobody has it."""
        lease = cls(archive, letter_id, secrets.token_hex(8))
        with unit_of_work(archive.sessions) as session:
            taken = lease._update(session, *_wants_work(), lease=lease.token, leased_until=lease._end())
            session.commit()
        return lease if taken else None

    @contextmanager
    def holding(self) -> Iterator[Session]:
        """A unit of work that is only entered with the lease in hand, and that renews it. Raises LeaseLost."""
        with unit_of_work(self.archive.sessions) as session:
            if not self._update(session, Letter.lease == self.token, leased_until=self._end()):
                raise LeaseLost
            yield session

    def renew(self) -> None:
        """Hold on to the letter while its pages are being made. Raises LeaseLost."""
        with self.holding() as session:
            session.commit()

    def release(self) -> None:
        """Give the letter back: its work is done, or another worker may go on with it now."""
        try:
            self._give_back(not_before=None, waiting_for=None)
        except LeaseLost:
            log.info("letter %s was taken over", self.letter_id)

    def put_off(self, reason: Notice) -> None:
        """Give the letter back for a while, saying what it waits for. Never raises: the lease runs out by itself."""
        later = datetime.now(UTC) + timedelta(seconds=self.archive.settings.put_off_seconds)
        try:
            self._give_back(not_before=later, waiting_for={"code": reason.code, "values": dict(reason.values)})
        except LeaseLost:
            log.info("letter %s was taken over", self.letter_id)
        except Exception:
            # The disk may be full for the database too.
            log.exception("letter %s could not even be put off", self.letter_id)

    def _give_back(self, **values: Any) -> None:
        with self.holding() as session:
            self._update(session, lease=None, leased_until=None, **values)
            session.commit()

    def _end(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.archive.settings.lease_seconds)

    def _update(self, session: Session, *conditions: Any, **values: Any) -> bool:
        statement = update(Letter).where(Letter.id == self.letter_id, *conditions).values(**values)
        result = session.execute(statement.execution_options(synchronize_session=False))
        return isinstance(result, CursorResult) and result.rowcount == 1
