"""A receipt never turns round: what it says of a letter is written once, and tells nothing of what came later."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.letters import intake, receipts, separator_split
from archive_app.letters.correction import describe
from archive_app.review import restrictions
from archive_app.runtime.archive import Archive
from archive_app.screening.reading import finish_reading
from archive_app.site import create_app
from storage.models import Case, Intake, Letter, Page, PageScan, Source
from storage.session import unit_of_work
from tests.archive_app.views.test_site import PASSWORD, sign_in
from tests.office import on_both, open_office, people, public, read_letter

Office = Mapping[str, Reader]


@pytest.fixture
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    with open_office(getattr(request, "param", "sqlite"), tmp_path / "archive") as opened:
        yield opened


@pytest.fixture
def office(archive: Archive) -> Office:
    return people(archive)


def accused_later(archive: Archive, office: Office, letter: str) -> None:
    restrictions.recuse(office["zhou"], archive, letter, person=public(archive, office["wang"]), reason="被反映")


def entitled_later(archive: Archive, office: Office, letter: str) -> None:
    describe(office["zhou"], archive, letter, title="反映某某虚报", sender="", letter_date=None)


def page_scanned_anew_later(archive: Archive, office: Office, letter: str) -> None:
    accused_later(archive, office, letter)
    upload = intake.Upload("举报王登记.png", io.BytesIO(b"new"))
    intake.replace_page(office["zhou"], archive, letter, 1, upload)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        row = session.scalars(select(Letter).where(Letter.public_id == letter)).one()
        finish_reading(session, row, failed=True)
        session.commit()


@on_both
@pytest.mark.parametrize("later", [accused_later, entitled_later, page_scanned_anew_later])
def test_what_comes_later_changes_no_byte_of_a_receipt(
    archive: Archive, office: Office, later: Callable[[Archive, Office, str], None]
) -> None:
    letter = read_letter(archive, office["wang"], "建议改进办事指南")
    (number,) = (each.public_id for each in receipts.recent(office["wang"], archive))
    with create_app(archive).test_client() as clerk:
        assert sign_in(clerk, "wang", PASSWORD).status_code == 303
        addresses = (f"/intakes/{number}", f"/intakes/{number}/progress")
        before = [_text(clerk.get(address)) for address in addresses]
        home = _lately(_text(clerk.get("/")))
        assert f'href="/letters/{letter}"' in before[0]
        later(archive, office, letter)
        assert [_text(clerk.get(address)) for address in addresses] == before
        assert _lately(_text(clerk.get("/"))) == home
        # The way to the letter answers like that to any hidden one.
        hidden = later is not entitled_later
        assert clerk.get(f"/letters/{letter}").status_code == (404 if hidden else 200)


def _text(answer: object) -> str:
    return re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", answer.get_data(as_text=True))  # type: ignore[attr-defined]


def _lately(page: str) -> str:
    """The receipts on the home page."""
    return page.partition('aria-labelledby="recent"')[2].partition("<aside")[0]


def test_progress_tells_how_many_pages_are_done_and_nothing_of_them(archive: Archive, office: Office) -> None:
    """Three uploads of two pages, the first done: read well, badly, and not at all."""
    wang, views = office["wang"], []
    for warnings, state in (((), "done"), (({"code": "low_confidence", "values": {}},), "done"), ((), "failed")):
        number = intake.receive(
            wang, archive, [intake.Upload("a.pdf", io.BytesIO(b"a"))], grouping="one", channel="letter"
        )
        with unit_of_work(archive.sessions, SYSTEM.key) as session:
            row = session.scalars(select(Letter).join(Intake).where(Intake.public_id == number)).one()
            source = session.scalars(select(Source).where(Source.intake_id == row.intake_id)).one()
            first, second = (Page(letter=row, number=each) for each in (1, 2))
            error = {"code": "damaged_source", "values": {"name": "a.pdf"}} if state == "failed" else None
            session.add_all(
                [
                    *(first, second),
                    PageScan(page=first, number=1, source=source, source_index=0, state=state, error=error,
                             report={"warnings": list(warnings)}),
                    PageScan(page=second, number=1, source=source, source_index=1),
                ]
            )  # fmt: skip
            row.heading = "信的第一行"
            session.commit()
        views.append(receipts.intake(wang, archive, number))
    assert {(view.pages, view.settled, view.done) for view in views} == {(2, 1, False)}
    with create_app(archive).test_client() as clerk:
        assert sign_in(clerk, "wang", PASSWORD).status_code == 303
        shown = set()
        for view in views:
            page = _text(clerk.get(f"/intakes/{view.public_id}/progress"))
            shown.add(page.replace(view.letters[0].public_id, "·"))
        assert len(shown) == 1


def test_letters_that_a_stack_is_divided_into_later_have_the_outcome_that_was_told(
    archive: Archive, office: Office
) -> None:
    """A refused file of the stack is tried again, after a complaint has hidden it."""
    letter = read_letter(archive, office["wang"], "建议改进办事指南")
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        row = session.scalars(select(Letter).where(Letter.public_id == letter)).one()
        row.intake.grouping = "stack"
        source = session.scalars(select(Source).where(Source.intake_id == row.intake_id)).one()
        for number, separator in ((2, "PETITION-ARCHIVE/SEPARATOR"), (3, None)):
            page = Page(letter=row, number=number)
            session.add(PageScan(page=page, number=1, source=source, source_index=number, state="done",
                                 separator=separator))  # fmt: skip
        session.flush()
        session.expire(row)
        accused = datetime.now(UTC)
        session.execute(update(Case).where(Case.id == row.case_id).values(handed_over_at=accused))
        for part in separator_split.divide(session, row):
            finish_reading(session, part, failed=False)
        session.commit()
    (view,) = receipts.recent(office["wang"], archive)
    assert [(each.outcome, each.pages) for each in view.letters] == [("read", 1), ("read", 1)]
