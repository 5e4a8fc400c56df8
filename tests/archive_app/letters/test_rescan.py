"""Done again: a bad new scan hides nothing, a stack that is divided a second time, and who may see what comes of it."""

from __future__ import annotations

import io
import re
import threading

import pytest
from sqlalchemy import select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.errors import NotFound
from archive_app.letters import intake, receipts, separator_split
from archive_app.letters import queries as letter_queries
from archive_app.letters.intake import SEPARATOR_PAYLOAD, Upload
from archive_app.letters.lease import Lease
from archive_app.letters.processing import MAX_DEATHS, LetterProcessor, PendingScan
from archive_app.people.sign_in import add_account, local_reader
from archive_app.runtime.archive import Archive
from scanning.errors import WorkerDied
from scanning.sandbox import Workers
from scanning.values import PageRef
from storage.models import Intake, Letter, Page, PageScan
from storage.session import unit_of_work
from tests import made
from tests.archive_app.letters.test_processing import bring, found, settled, until, working
from tests.records import recuse, say_read


def test_a_bad_new_scan_hides_no_good_one_and_is_told(archive: Archive, reader: Reader) -> None:
    with working(archive):
        (letter,) = bring(archive, reader, [("a.jpg", made.jpeg(["烧烤店油烟"]))]).letters
        before = letter_queries.page_image(reader, archive, letter.public_id, 1, "a4").path
        intake.replace_page(reader, archive, letter.public_id, 1, Upload("b.pdf", io.BytesIO(b"no PDF")))
        until(lambda: settled(archive))
        shown = letter_queries.letter(reader, archive, letter.public_id)
        (page,) = shown.pages
        assert shown.state == "attention"
        assert (page.state, page.scan, page.error.code if page.error else "") == ("done", 1, "unknown_source")
        assert letter_queries.page_image(reader, archive, letter.public_id, 1, "a4").path == before
        assert found(reader, archive, "油烟") == [letter.public_id]
        assert letter_queries.access_copy(reader, archive, letter.public_id).path.stat().st_size > 0

        # What is turned is the page that is seen, and with a good scan nothing wants attention any more. Upside down it
        # cannot be read, and a letter that was never looked through with this page is for others to look at.
        intake.turn_page(reader, archive, letter.public_id, 1, turn=180)
        until(lambda: settled(archive))
        add_account(archive, "tao", "correct horse", display_name="陶主任", roles=("office_head",))
        shown = letter_queries.letter(local_reader(archive, "tao"), archive, letter.public_id)
        assert (shown.state, shown.pages[0].scan, shown.pages[0].error) == ("ready", 3, None)
        with pytest.raises(NotFound):
            letter_queries.letter(reader, archive, letter.public_id)


def test_a_page_that_takes_every_process_down_is_told_as_what_it_is(archive: Archive, reader: Reader) -> None:
    letter = stack(archive, reader)
    add_pages(archive, letter, "p")
    say_read(archive)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        scan = session.scalars(select(PageScan)).one()
        scan.state = "waiting"
        session.commit()
        item = PendingScan(scan.id, 1, scan.source.sha256, "b.pdf", PageRef(0), None)
        row = session.scalars(select(Letter.id)).one()
    lease = Lease.claim(archive, row)
    assert lease is not None
    work = LetterProcessor(archive, Workers(1), threading.Event(), archive.settings.work)
    told = []
    for _ in range(MAX_DEATHS):
        work._note_failure(lease, item, WorkerDied("b.pdf"))
        (page,) = letter_queries.letter(reader, archive, letter).pages
        told.append((page.state, page.error.code if page.error else ""))
    assert told == [*[("waiting", "")] * (MAX_DEATHS - 1), ("failed", "out_of_bounds")]


def add_pages(archive: Archive, letter: str, kinds: str) -> None:
    """Pages that were read, at the end of a letter: S is a separator sheet, p another page."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        row = session.scalars(select(Letter).where(Letter.public_id == letter)).one()
        last, source = max((page.number for page in row.pages), default=0), row.sources[0]
        for number, kind in enumerate(kinds, start=last + 1):
            page = Page(letter_id=row.id, number=number)
            session.add(page)
            separator = SEPARATOR_PAYLOAD if kind == "S" else None
            page.scans.append(PageScan(number=1, source=source, source_index=0, state="done", separator=separator))
        session.commit()


def divide(archive: Archive, letter: str) -> list[str]:
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        row = session.scalars(select(Letter).where(Letter.public_id == letter)).one()
        made_of_it = [each.public_id for each in separator_split.divide(session, row)]
        session.commit()
    return made_of_it


def stack(archive: Archive, reader: Reader) -> str:
    uploads = [Upload("李四来信.pdf", io.BytesIO(b"stack"))]
    number = intake.receive(reader, archive, uploads, grouping="stack", channel="letter")
    (letter,) = receipts.intake(reader, archive, number).letters
    return letter.public_id


def test_a_stack_is_divided_again_when_more_of_it_is_read(archive: Archive, reader: Reader) -> None:
    letter = stack(archive, reader)
    add_pages(archive, letter, "SpSp")
    assert len(divide(archive, letter)) == 2
    add_pages(archive, letter, "SpSp")  # a file that was refused at first, and tried again
    assert len(divide(archive, letter)) == 3
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        numbers = list(session.scalars(select(Letter.number).order_by(Letter.position)))
        counted = session.scalars(select(Intake.letter_count)).one()
    assert len(set(numbers)) == counted == 4
    assert all(re.fullmatch(r"SJ\d{8}-[0-9A-Z]{7}", number) for number in numbers), "numbers tell of no other letters"


def test_who_may_not_see_a_stack_may_not_see_the_letters_divided_off_it(archive: Archive, reader: Reader) -> None:
    add_account(archive, "li", "correct horse")
    li = local_reader(archive, "li")
    letter = stack(archive, reader)
    add_pages(archive, letter, "SpSp")
    recuse(archive, li, letter)
    divided = divide(archive, letter)
    say_read(archive)
    for each in divided:
        assert letter_queries.letter(reader, archive, each).number
        with pytest.raises(NotFound):
            letter_queries.letter(li, archive, each)


def test_a_stacks_name_and_size_are_only_for_who_may_see_all_of_it(archive: Archive, reader: Reader) -> None:
    add_account(archive, "li", "correct horse")
    li = local_reader(archive, "li")
    letter = stack(archive, reader)
    add_pages(archive, letter, "SpSp")
    mine, other = divide(archive, letter)
    say_read(archive)
    recuse(archive, li, other)
    assert [file.name for file in letter_queries.letter(reader, archive, mine).files] == ["李四来信.pdf"]
    assert letter_queries.letter(li, archive, mine).files == ()
