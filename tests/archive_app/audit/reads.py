"""Every function that reads cases for a reader: how it is called, and what it records in the audit trail."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.cases import case_view, deadlines, handling_days, holidays, inbox, register
from archive_app.commands import days_off as days_off_command
from archive_app.commands import intake as intake_command
from archive_app.commands import search as search_command
from archive_app.domain.deadlines import Chosen
from archive_app.learning import suggestions
from archive_app.letters import queries as letter_queries
from archive_app.letters import read_log, receipts
from archive_app.letters.extracts import queries
from archive_app.mailing import digest
from archive_app.office_time import ZONE
from archive_app.printing import service
from archive_app.review import explanation, queue
from archive_app.review import queries as review_queries
from archive_app.runtime.archive import Archive
from archive_app.search import search
from archive_app.search.results import SearchRequest
from storage.models import Case
from storage.session import unit_of_work
from tests.archive_app.announced import TABLE_2027

WORDS = "夜间施工噪声扰民"
TITLE, SENDER, FILE = "关于噪声的举报", "陈某某", "a.jpg"
SECRETS = (WORDS, TITLE, SENDER, "方致远")
ASKED = SearchRequest(text="扰民")
FILES = b"a file"
STARTED, DUE = datetime(2027, 1, 22, 9, tzinfo=ZONE), date(2027, 2, 8)
"""A time limit by weekdays alone; by the table of 2027 it ends four days later."""

MONTH = Chosen(month=DUE.replace(day=1))
SHA = hashlib.sha256(FILES).hexdigest()


@dataclass(frozen=True, slots=True)
class ReaderWithLetter:
    """A reader who holds every role that reads, and a letter that they brought in themselves."""

    archive: Archive
    reader: Reader
    letter: str
    intake: str
    case_id: int
    case: str


@dataclass(frozen=True, slots=True)
class Read:
    """A function that reads: how it is called, what it records of a restricted letter, what of any other.

    `is_list`: it raises nothing for a letter that is hidden, it leaves it out. `hidden` is what it records of a hidden
    letter where the reader may ask about one that they may not open. A receipt `names_letter`: it has a link to it,
    whatever became of it.
    """

    call: Callable[[ReaderWithLetter], Any]
    restricted: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    is_list: bool = False
    hidden: tuple[str, ...] = ()
    names_letter: bool = False


def _opened(desk: ReaderWithLetter) -> str:
    with read_log.opened(desk.reader, desk.archive, desk.letter, "opened") as (_, row):
        return row.title


def _opened_case(desk: ReaderWithLetter) -> str:
    with read_log.opened_case(desk.reader, desk.archive, desk.case, "case_opened") as (_, row):
        return row.state


def _to_register(desk: ReaderWithLetter) -> Any:
    """As it is before the letter is registered."""
    _set_state(desk, "received")
    try:
        return register.to_register(desk.reader, desk.archive, desk.letter)
    finally:
        _set_state(desk, "registered")


def _set_state(desk: ReaderWithLetter, state: str) -> None:
    with unit_of_work(desk.archive.sessions, SYSTEM.key) as session:
        session.execute(update(Case).where(Case.id == desk.case_id).values(state=state))
        session.commit()


def _unregistered(desk: ReaderWithLetter) -> Any:
    _set_state(desk, "received")
    try:
        return register.unregistered(desk.reader, desk.archive)
    finally:
        _set_state(desk, "registered")


def _printed(command: Callable[[], object]) -> str:
    """What a command writes to the terminal."""
    with redirect_stdout(io.StringIO()) as written:
        command()
    return written.getvalue()


def _days_off_command(desk: ReaderWithLetter) -> str:
    with TemporaryDirectory() as folder:
        table = Path(folder) / "2027.csv"
        table.write_bytes(TABLE_2027)
        return _printed(lambda: days_off_command.run(desk.reader, desk.archive, table, year=None, does=False))


def _search_command(desk: ReaderWithLetter) -> str:
    return _printed(
        lambda: search_command.run(desk.reader, desk.archive, ASKED, everything=True, as_json=True),
    )


def _register_on_paper(desk: ReaderWithLetter) -> str:
    page = service.register_on_paper(desk.reader, desk.archive, 2026)
    sheet = service.register_on_paper(desk.reader, desk.archive, 2026, sheet=True)
    return _text_of_pages(page) + _text_of_sheet(sheet)


def _text_of_pages(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "".join(page.get_textpage().get_text_bounded() for page in document)


def _text_of_sheet(content: bytes) -> str:
    return repr(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())


READS: Mapping[str, Read] = {
    "letters.queries.letter": Read(
        lambda d: letter_queries.letter(d.reader, d.archive, d.letter, query=WORDS), ("opened",)
    ),
    "letters.queries.page_image": Read(
        lambda d: letter_queries.page_image(d.reader, d.archive, d.letter, 1, "a4"), ("looked_at",)
    ),
    "letters.queries.original": Read(
        lambda d: letter_queries.original(d.reader, d.archive, d.letter, 1),
        ("downloaded_original",),
        ("downloaded_original",),
    ),
    "letters.queries.access_copy": Read(
        lambda d: letter_queries.access_copy(d.reader, d.archive, d.letter),
        ("downloaded_access_copy",),
        ("downloaded_access_copy",),
    ),
    "letters.queries.versions": Read(
        lambda d: letter_queries.versions(d.reader, d.archive, d.letter, 1), ("read_versions",)
    ),
    "letters.queries.history": Read(lambda d: letter_queries.history(d.reader, d.archive, d.letter), ("read_history",)),
    "letters.read_log.opened": Read(_opened, ("opened",)),
    "letters.read_log.opened_case": Read(_opened_case, ("case_opened",)),
    "letters.extracts.queries.draft": Read(lambda d: queries.draft(d.reader, d.archive, d.letter), ("opened",)),
    "cases.case_view.case": Read(lambda d: case_view.case(d.reader, d.archive, d.case), ("case_opened",)),
    "cases.case_view.field_choices": Read(
        lambda d: case_view.field_choices(d.reader, d.archive, d.case), ("case_opened",)
    ),
    "cases.case_view.versions": Read(
        lambda d: case_view.versions(d.reader, d.archive, d.case), ("form_versions_read",)
    ),
    "cases.case_view.printed": Read(
        lambda d: case_view.printed(d.reader, d.archive, d.case, 1), ("downloaded_print",), ("downloaded_print",)
    ),
    "cases.case_view.of_letter": Read(lambda d: case_view.of_letter(d.reader, d.archive, d.letter), is_list=True),
    "cases.case_view.repeats": Read(
        lambda d: case_view.repeats(d.reader, d.archive, petitioner=SENDER, telephone=""), is_list=True
    ),
    "cases.register.to_register": Read(_to_register, ("opened",)),
    "learning.suggestions.likely": Read(
        lambda d: suggestions.likely(d.reader, d.archive, main_problem=TITLE, verbatim_statement=WORDS), is_list=True
    ),
    "cases.register.unregistered": Read(_unregistered, is_list=True),
    "cases.register.register_page": Read(lambda d: register.register_page(d.reader, d.archive, None), is_list=True),
    "cases.register.whole_register": Read(lambda d: register.whole_register(d.reader, d.archive, 2026), is_list=True),
    "cases.register.work": Read(lambda d: register.work(d.reader, d.archive), is_list=True),
    "cases.deadlines.deadlines": Read(lambda d: deadlines.deadlines(d.reader, d.archive, MONTH), is_list=True),
    "cases.deadlines.whole_list": Read(lambda d: deadlines.whole_list(d.reader, d.archive, MONTH), is_list=True),
    "cases.register.ensure_registrar": Read(lambda d: register.ensure_registrar(d.reader, d.archive), is_list=True),
    "cases.handling_days.handling_days": Read(
        lambda d: handling_days.handling_days(d.reader, d.archive, ("locality", "street", "unit")), is_list=True
    ),
    "cases.inbox.new": Read(lambda d: inbox.new(d.reader, d.archive), is_list=True),
    "cases.inbox.notifications": Read(lambda d: inbox.notifications(d.reader, d.archive), is_list=True),
    "review.queries.restrictions": Read(
        lambda d: review_queries.restrictions(d.reader, d.archive, d.letter), ("read_access",)
    ),
    "review.queries.handed_over": Read(lambda d: review_queries.handed_over(d.reader, d.archive), is_list=True),
    "review.queue.waiting": Read(lambda d: queue.waiting(d.reader, d.archive), ("found",), is_list=True),
    "search.search.search": Read(lambda d: search.search(d.reader, d.archive, ASKED), ("found",), is_list=True),
    "letters.receipts.intake": Read(
        lambda d: receipts.intake(d.reader, d.archive, d.intake), is_list=True, names_letter=True
    ),
    "letters.receipts.recent": Read(lambda d: receipts.recent(d.reader, d.archive), is_list=True, names_letter=True),
    "letters.receipts.receipt_with": Read(
        lambda d: receipts.receipt_with(d.reader, d.archive, FILE, SHA), is_list=True
    ),
    "letters.receipts.need_a_look": Read(lambda d: receipts.need_a_look(d.reader, d.archive), is_list=True),
    "letters.receipts.status": Read(lambda d: receipts.status(d.reader, d.archive), is_list=True),
    "cases.holidays.preview": Read(
        lambda d: holidays.preview(d.reader, d.archive, TABLE_2027, "2027.csv"), is_list=True
    ),
    "commands.days_off.run": Read(_days_off_command, is_list=True),
    "commands.intake.receipt": Read(lambda d: intake_command.receipt(d.reader, d.archive, d.intake), is_list=True),
    "commands.search.run": Read(_search_command, ("found",), is_list=True),
    "mailing.digest.due": Read(lambda d: digest.due(d.reader, d.archive, STARTED), is_list=True),
    "printing.service.make": Read(
        lambda d: service.make(d.reader, d.archive, d.case, "reception_form"), ("case_opened", "printed"), ("printed",)
    ),
    "printing.service.register_on_paper": Read(_register_on_paper, is_list=True),
    "printing.service.deadlines_as_table": Read(
        lambda d: _text_of_sheet(service.deadlines_as_table(d.reader, d.archive, MONTH)), is_list=True
    ),
    # An access reviewer explains cases that they may not open; that they asked is always recorded.
    "review.explanation.explain": Read(
        lambda d: explanation.explain(d.reader, d.archive, account="fang", case=d.case),
        ("explained",),
        ("explained",),
        hidden=("explained",),
    ),
}
"""All that reads a case for a reader, by its place in `archive_app`."""
