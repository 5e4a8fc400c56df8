"""Whose letter is read next, counted in turns and pages: no test here measures time."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.letters import intake
from archive_app.letters.correction import describe
from archive_app.letters.processing import LetterProcessor
from archive_app.letters.turns import TURN_PAGES, next_turn
from archive_app.runtime.archive import Archive
from storage.models import Intake, Letter, PageScan
from storage.session import reading, unit_of_work
from tests.office import on_both, open_office, people, read_letter
from tests.worlds.paper import Readers, Sheet, file_of


@pytest.fixture
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    with open_office(getattr(request, "param", "sqlite"), tmp_path / "archive") as opened:
        yield opened


def bring(archive: Archive, who: Reader, *contents: bytes) -> None:
    uploads = [intake.Upload(f"{number}.pdf", io.BytesIO(each)) for number, each in enumerate(contents)]
    intake.receive(who, archive, uploads, grouping="each", channel="letter")


def served(archive: Archive, *, done: bool = True) -> int | None:
    """Give a turn, and let its letter be finished; returns whose it was."""
    turn = next_turn(archive)
    if turn is None:
        return None
    if done:
        with unit_of_work(archive.sessions, SYSTEM.key) as session:
            letter = session.get_one(Letter, turn.lease.letter_id)
            letter.state, letter.access_copy_current, letter.lease, letter.leased_until = "ready", True, None, None
            session.commit()
    return turn.account_id


@on_both
def test_one_s_letter_is_the_next_or_next_but_one_however_many_lie_before_it(archive: Archive) -> None:
    office = people(archive)
    wang, zhou = office["wang"], office["zhou"]
    bring(archive, zhou, *(b"%d" % number for number in range(30)))
    # Three workers have taken three of them when the other person's come.
    assert [served(archive, done=False) for _ in range(3)] == [zhou.account_id] * 3
    bring(archive, wang, b"one", b"two")
    order = [served(archive) for _ in range(29)]
    assert order[:4] == [wang.account_id, zhou.account_id, wang.account_id, zhou.account_id]
    assert order[4:] == [zhou.account_id] * 25
    assert served(archive) is None


def test_what_is_done_anew_is_the_turn_of_who_asked_for_it(archive: Archive) -> None:
    """However often others work on a letter that somebody brought in, it is not that person's turn that it takes."""
    office = people(archive)
    wang, zhou = office["wang"], office["zhou"]
    for number in range(5):
        letter = read_letter(archive, wang, "建议改进办事指南", first=number)
        describe(zhou, archive, letter, title="建议", sender="", letter_date=None)
    bring(archive, wang, b"one")
    order = [served(archive) for _ in range(7)]
    assert order.index(wang.account_id) < 2
    assert (order.count(wang.account_id), order.count(zhou.account_id), order[-1]) == (1, 5, None)


def test_a_long_letter_gives_way_after_some_pages_and_not_to_its_own_bringer(archive: Archive) -> None:
    office, readers = people(archive), Readers()
    wang, zhou = office["wang"], office["zhou"]
    processor = LetterProcessor(archive, readers, threading.Event(), archive.settings.work)  # type: ignore[arg-type]
    bring(archive, zhou, file_of(*(Sheet((f"第{number}页",)) for number in range(20))), file_of(Sheet(("第二件",))))
    at_once = archive.settings.jobs + 1

    bring(archive, wang, file_of(Sheet(("王的信",))))
    assert processor.take_turn()
    assert TURN_PAGES <= pages_read(archive, zhou) <= TURN_PAGES + at_once
    assert pages_read(archive, wang) == 0
    assert processor.take_turn()
    assert pages_read(archive, wang) == 1
    assert processor.take_turn()
    assert pages_read(archive, zhou) == 20, "it stopped although nobody waited"
    assert processor.take_turn()
    assert pages_read(archive, zhou) == 21
    assert not processor.take_turn()


def pages_read(archive: Archive, who: Reader) -> int:
    with reading(archive.sessions, SYSTEM.key) as session:
        pages = select(PageScan.id).join(PageScan.source).where(PageScan.state == "done")
        own = pages.join(Intake).where(Intake.account_id == who.account_id)
        return len(session.scalars(own).all())
