"""Leases on letters: a worker holds a lease on the letter it processes, and writes nothing after losing it."""

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

from archive_app.access.system import SYSTEM
from archive_app.runtime.archive import Archive
from archive_app.values import Notice
from scanning import traces
from storage.models import Letter

log = logging.getLogger(__name__)

LONGEST_DEFERRAL = timedelta(hours=1)


class LeaseLost(Exception):
    """Another worker has taken over the letter; this one stops silently."""


def unfinished(archive: Archive, *, limit: int = 100) -> list[int]:
    """Return the letters that need processing and are not leased, oldest first; the sweep wakes workers for them."""
    with archive.reading(SYSTEM) as session:
        return list(
            session.scalars(select(Letter.id).where(*needs_processing(archive)).order_by(Letter.id).limit(limit))
        )


def needs_processing(archive: Archive) -> tuple[Any, ...]:
    """The conditions of a letter that can be claimed now."""
    now = datetime.now(UTC)
    # A time later than any that can have been set comes from a system clock that has since been set back.
    latest_lease = now + timedelta(seconds=2 * archive.settings.lease_seconds)
    latest_deferral = now + 2 * max(LONGEST_DEFERRAL, timedelta(seconds=archive.settings.defer_seconds))
    return (
        or_(Letter.state.in_(("kept", "reading")), Letter.access_copy_current.is_(False)),
        or_(Letter.leased_until.is_(None), Letter.leased_until < now, Letter.leased_until > latest_lease),
        or_(Letter.not_before.is_(None), Letter.not_before <= now, Letter.not_before > latest_deferral),
    )


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write on a letter, as long as it is renewed. It expires after `lease_seconds`."""

    archive: Archive
    letter_id: int
    token: str

    @classmethod
    def claim(cls, archive: Archive, letter_id: int) -> Lease | None:
        """Claim the letter, if it needs processing and is not leased."""
        with archive.changing(SYSTEM) as session:
            lease = cls.claim_in(session, archive, letter_id)
            session.commit()
            return lease

    @classmethod
    def claim_in(cls, session: Session, archive: Archive, letter_id: int) -> Lease | None:
        """Claim the letter as `claim` does, in a transaction that the caller commits."""
        lease = cls(archive, letter_id, secrets.token_hex(8))
        taken = lease._update(session, *needs_processing(archive), lease=lease.token, leased_until=lease._end())
        return lease if taken else None

    @contextmanager
    def holding(self) -> Iterator[Session]:
        """Open a unit of work while the lease is held, and renew it. Raises LeaseLost."""
        with self.archive.changing(SYSTEM) as session:
            if not self._update(session, Letter.lease == self.token, leased_until=self._end()):
                raise LeaseLost
            yield session

    def renew(self) -> None:
        """Renew the lease while pages are being processed. Raises LeaseLost."""
        with self.holding() as session:
            session.commit()

    def release(self) -> None:
        """Release the letter: it is done, or another worker may continue now."""
        try:
            with self.holding() as session:
                self._update(session, lease=None, leased_until=None, not_before=None, waiting_for=None)
                session.commit()
        except LeaseLost:
            log.info("letter %s was taken over", self.letter_id)

    def defer(self, reason: Notice, *, longer_each_time: bool = False) -> None:
        """Release the letter for a while, with the reason. Never raises: the lease expires by itself.

        With `longer_each_time` the wait doubles with each deferral in a row, up to an hour, so that a permanent failure
        does not keep the workers busy.
        """
        try:
            with self.holding() as session:
                tries = (session.get_one(Letter, self.letter_id).waiting_for or {}).get("tries", 0) + 1
                wait = timedelta(seconds=self.archive.settings.defer_seconds)
                if longer_each_time:
                    wait = min(wait * 2 ** min(tries - 1, 20), LONGEST_DEFERRAL)
                self._update(
                    session,
                    lease=None,
                    leased_until=None,
                    not_before=datetime.now(UTC) + wait,
                    waiting_for={"code": reason.code, "values": dict(reason.values), "tries": tries},
                )
                session.commit()
        except LeaseLost:
            log.info("letter %s was taken over", self.letter_id)
        except Exception as error:
            # The disk may be full for the database too.
            log.error("letter %s could not be deferred: %s", self.letter_id, traces.of(error))

    def _end(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.archive.settings.lease_seconds)

    def _update(self, session: Session, *conditions: Any, **values: Any) -> bool:
        statement = update(Letter).where(Letter.id == self.letter_id, *conditions).values(**values)
        result = session.execute(statement.execution_options(synchronize_session=False))
        return isinstance(result, CursorResult) and result.rowcount == 1
