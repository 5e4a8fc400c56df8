"""What is brought in anew for a letter that is open: nobody sees it before the letter was screened with it."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from unittest import mock

import pytest
from sqlalchemy import select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.errors import NotFound
from archive_app.letters import intake, processing, receipts
from archive_app.letters import queries as letter_queries
from archive_app.letters.intake import Upload
from archive_app.letters.processing import LetterProcessor
from archive_app.review.look_through import look_through
from archive_app.runtime.archive import Archive
from storage.models import Case, Letter
from storage.session import reading, unit_of_work
from tests.archive_app.review.test_restrictions import who_sees
from tests.office import on_both, open_office, people
from tests.worlds.paper import Readers, Sheet, file_of

Office = Mapping[str, Reader]
TEXT = "反映小区停车收费"
EVERYBODY = {"wang", "zhou", "fang", "he", "cui"}


@pytest.fixture
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    with open_office(getattr(request, "param", "sqlite"), tmp_path / "archive") as opened:
        yield opened


@pytest.fixture
def office(archive: Archive) -> Office:
    return people(archive)


@pytest.fixture
def readers() -> Readers:
    return Readers()


@pytest.fixture
def work(archive: Archive, readers: Readers) -> Callable[[], None]:
    """Do all that a worker would do with all letters."""
    archive.settings.work.mkdir(parents=True, exist_ok=True)
    processor = LetterProcessor(archive, readers, threading.Event(), archive.settings.work)  # type: ignore[arg-type]

    def does() -> None:
        with reading(archive.sessions, SYSTEM.key) as session:
            letters = list(session.scalars(select(Letter.id).order_by(Letter.id)))
        for letter in letters:
            processor.on_letter(letter)

    return does


def bring(archive: Archive, who: Reader, *sheets: Sheet) -> str:
    """A letter of one file, not read yet; the public id of the letter."""
    upload = Upload("来信.pdf", io.BytesIO(file_of(*sheets)))
    number = intake.receive(who, archive, [upload], grouping="one", channel="letter")
    (letter,) = receipts.intake(who, archive, number).letters
    return letter.public_id


def replace(archive: Archive, who: Reader, letter: str, *sheets: Sheet, content: bytes = b"", page: int = 1) -> None:
    upload = Upload("控告崔档案.pdf", io.BytesIO(content or file_of(*sheets)))
    intake.replace_page(who, archive, letter, page, upload)


def shown(archive: Archive, who: Reader, letter: str) -> object:
    """All that a page can show of the letter's scans and files."""
    view = letter_queries.letter(who, archive, letter)
    (receipt,) = receipts.recent(who, archive)
    texts = [letter_queries.versions(who, archive, letter, page.number) for page in view.pages if page.version]
    images = [letter_queries.page_image(who, archive, letter, page.number, "a4") for page in view.pages]
    return view.heading, view.pages, view.files, receipt.files, texts, images


def ready(archive: Archive, office: Office, work: Callable[[], None]) -> str:
    letter = bring(archive, office["wang"], Sheet((TEXT,)))
    work()
    assert who_sees(archive, office, letter) == EVERYBODY
    return letter


@on_both
def test_a_page_scanned_anew_is_shown_only_when_the_letter_was_screened_with_it(
    archive: Archive, office: Office, work: Callable[[], None]
) -> None:
    letter = ready(archive, office, work)
    before = shown(archive, office["wang"], letter)
    replace(archive, office["wang"], letter, Sheet((f"{TEXT}，经办人崔档案",)))
    assert shown(archive, office["wang"], letter) == before, "brought in, not read"
    with mock.patch.object(processing.new_scans, "show_new_scans", side_effect=SystemError):
        work()
    assert shown(archive, office["wang"], letter) == before, "read, not screened"
    for kind in ("a4", "source"):
        with pytest.raises(NotFound):
            letter_queries.page_image(office["wang"], archive, letter, 1, kind, scan=2)
    assert who_sees(archive, office, letter) == EVERYBODY
    due(archive)
    work()
    assert who_sees(archive, office, letter) == EVERYBODY - {"cui"} | {"shen", "mei"}
    view = letter_queries.letter(office["wang"], archive, letter)
    assert (view.pages[0].scan, [file.name for file in view.files]) == (2, ["来信.pdf", "控告崔档案.pdf"])
    assert letter_queries.page_image(office["wang"], archive, letter, 1, "a4", scan=1).path.is_file()


@on_both
def test_a_page_scanned_anew_that_cannot_be_trusted_closes_the_letter_to_the_two(
    archive: Archive, office: Office, work: Callable[[], None]
) -> None:
    letter = ready(archive, office, work)
    replace(archive, office["wang"], letter, Sheet((TEXT, "某某某某某某"), confidence=0.8))
    work()
    assert who_sees(archive, office, letter) == {"gao"}
    look_through(office["gao"], archive, letter, reason="看过")
    look_through(office["shen"], archive, letter, reason="看过")
    assert who_sees(archive, office, letter) == EVERYBODY
    replace(archive, office["zhou"], letter, Sheet((TEXT,), confidence=0.8))
    work()
    assert who_sees(archive, office, letter) == {"gao"}, "another paper is looked through anew"


def test_a_file_that_cannot_be_read_replaces_nothing_and_is_not_named(
    archive: Archive, office: Office, work: Callable[[], None]
) -> None:
    letter = ready(archive, office, work)
    before = letter_queries.letter(office["fang"], archive, letter)
    replace(archive, office["wang"], letter, content=b"no recipe")
    work()
    after = letter_queries.letter(office["fang"], archive, letter)
    assert (after.files, after.pages[0].scan, after.pages[0].lines) == (before.files, 1, before.pages[0].lines)
    assert after.pages[0].error is not None
    assert "控告" not in str((after, receipts.recent(office["wang"], archive)))
    assert letter_queries.history(office["fang"], archive, letter)[0].action in ("failed", "read")


def test_a_page_that_is_turned_stays_as_it_was_until_it_is_screened_and_worse_closes_the_letter(
    archive: Archive, office: Office, work: Callable[[], None], readers: Readers
) -> None:
    letter = ready(archive, office, work)
    before = shown(archive, office["wang"], letter)
    intake.turn_page(office["wang"], archive, letter, 1, turn=90)
    assert shown(archive, office["wang"], letter) == before
    work()
    assert who_sees(archive, office, letter) == EVERYBODY, "read as well as before"
    readers.blurred = TEXT
    intake.turn_page(office["wang"], archive, letter, 1, turn=90)
    work()
    assert who_sees(archive, office, letter) == {"gao"}


def test_paper_that_was_looked_through_is_not_looked_through_again_for_being_turned(
    archive: Archive, office: Office, work: Callable[[], None]
) -> None:
    letter = bring(archive, office["wang"], Sheet((TEXT,), confidence=0.5))
    work()
    assert who_sees(archive, office, letter) == {"gao"}
    look_through(office["gao"], archive, letter, reason="看过")
    look_through(office["shen"], archive, letter, reason="看过")
    intake.turn_page(office["wang"], archive, letter, 1, turn=180)
    work()
    assert who_sees(archive, office, letter) == EVERYBODY


def test_a_file_that_is_read_at_the_second_try_is_screened_before_it_is_shown(
    archive: Archive, office: Office, work: Callable[[], None]
) -> None:
    with mock.patch.dict("tests.worlds.paper.INSTEAD", clear=False):
        letter = bring(archive, office["wang"], Sheet((TEXT,)), Sheet(("另页",), broken=True))
        work()
    assert who_sees(archive, office, letter) == {"gao"}
    look_through(office["gao"], archive, letter, reason="看过")
    look_through(office["shen"], archive, letter, reason="看过")
    before = shown_pages(archive, office["wang"], letter)
    sheet = Sheet(("经办人崔档案推诿扯皮",))
    with mock.patch("tests.worlds.paper.sheets_of", return_value=[Sheet((TEXT,)), sheet]):
        intake.retry(office["wang"], archive, letter)
        with mock.patch.object(processing.new_scans, "show_new_scans", side_effect=SystemError):
            work()
        assert [lines for _, lines in shown_pages(archive, office["wang"], letter)] == [lines for _, lines in before]
        due(archive)
        work()
    assert not who_sees(archive, office, letter) & {"cui"}
    assert shown_pages(archive, office["wang"], letter)[1] == ("done", ("经办人崔档案推诿扯皮",))


def shown_pages(archive: Archive, who: Reader, letter: str) -> list[tuple[str, tuple[str, ...]]]:
    view = letter_queries.letter(who, archive, letter)
    return [(page.state, tuple(line.text for line in page.lines)) for page in view.pages]


def due(archive: Archive) -> None:
    """What was deferred is due now."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        for letter in session.scalars(select(Letter)):
            letter.not_before = None
        session.commit()


@pytest.mark.parametrize(
    ("sheets", "opens"),
    [
        ((Sheet((TEXT,)), Sheet(("第二页",))), True),
        ((Sheet((TEXT,)), Sheet((), ink=0.0)), True),
        ((Sheet((TEXT,)), Sheet((), ink=0.004)), False),
        ((Sheet((TEXT,)), Sheet(("圆圈上的字圆圈上的字",), confidence=0.45)), False),
        ((Sheet((TEXT,), ink=0.003),), False),
        ((Sheet((TEXT,), confidence=0.84),), False),
        ((Sheet((), ink=0.0),), False),
    ],
    ids=["clean", "blank back", "a back with ink", "a ring of text", "ink beside", "cursive", "nothing at all"],
)
def test_trust_is_by_page_and_no_page_hides_behind_another(
    archive: Archive, office: Office, work: Callable[[], None], sheets: tuple[Sheet, ...], opens: bool
) -> None:
    letter = bring(archive, office["wang"], *sheets)
    work()
    assert who_sees(archive, office, letter) == (EVERYBODY if opens else {"gao"})
    with reading(archive.sessions, SYSTEM.key) as session:
        assert session.scalars(select(Case.screened)).one() == opens
