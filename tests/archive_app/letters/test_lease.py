"""Who works on a letter, for how long, and when it is tried again."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.letters import intake
from archive_app.letters.lease import LONGEST_DEFERRAL, Lease, unfinished
from archive_app.runtime.archive import Archive
from archive_app.values import Notice
from storage.models import Letter
from storage.session import reading, unit_of_work

REASON = Notice("worker_died", {})


@pytest.fixture
def letter(archive: Archive, reader: Reader) -> int:
    upload = intake.Upload("a", io.BytesIO(b"a"))
    intake.receive(reader, archive, [upload], grouping="one", channel="letter")
    (found,) = unfinished(archive)
    return found


def put(archive: Archive, **values: object) -> None:
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Letter).values(**values))
        session.commit()


def claim(archive: Archive, letter: int) -> Lease:
    lease = Lease.claim(archive, letter)
    assert lease is not None
    return lease


@pytest.mark.parametrize("days", [-400, 400])
def test_a_clock_put_right_leaves_no_letter_waiting(archive: Archive, letter: int, days: int) -> None:
    """A lease and a delay were written by a clock that was a year wrong: the letter wants work all the same."""
    then = datetime.now(UTC) + timedelta(days=days)
    put(archive, lease="dead", leased_until=then, not_before=then)
    assert unfinished(archive) == [letter]
    claim(archive, letter)
    assert unfinished(archive) == []


def test_what_fails_for_good_is_tried_less_and_less_often(archive: Archive, letter: int) -> None:
    waits = []
    for _ in range(20):
        claim(archive, letter).defer(REASON, longer_each_time=True)
        with reading(archive.sessions, SYSTEM.key) as session:
            not_before = session.scalars(select(Letter.not_before)).one()
        assert not_before is not None
        waits.append(not_before - datetime.now(UTC))
        put(archive, not_before=None)
    assert waits[0] < timedelta(seconds=archive.settings.defer_seconds)
    assert waits[5] > waits[2] * 4
    assert LONGEST_DEFERRAL - timedelta(minutes=1) < waits[-1] < LONGEST_DEFERRAL

    # Once it has been worked on, the count begins anew.
    claim(archive, letter).release()
    claim(archive, letter).defer(REASON, longer_each_time=True)
    with reading(archive.sessions, SYSTEM.key) as session:
        waiting = session.scalars(select(Letter.waiting_for)).one()
    assert (waiting or {})["tries"] == 1
