"""What the index contains of a letter, always updated in the transaction that changed the letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import TypeVarTuple

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, aliased

from archive_app.domain.registration_form import RegistrationForm
from archive_app.office_time import office_day
from index.engines.base import Document, Engine
from storage.models import Case, Letter, Page, PageScan, Registration, TextVersion

Columns = TypeVarTuple("Columns")

HEADING_LENGTH = 60
INDEXED = ("ready", "attention")
"""The states of letters in the index: all their pages are read, or failed for good."""


def current_texts(session: Session, letter_id: int) -> list[tuple[Page, PageScan, TextVersion | None]]:
    """A letter's pages in order, each with its current scan (`Page.current`) and its text (None: not read)."""
    rows = session.execute(
        _current(select(Page, PageScan, TextVersion))
        .where(Page.letter_id == letter_id, Page.number > 0)
        .order_by(Page.number)
        .execution_options(populate_existing=True)
    )
    return [(page, scan, text) for page, scan, text in rows]


def page_texts(session: Session, letter_ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    """For each letter, its pages in order: number and current text ("" when not read)."""
    rows = session.execute(
        _current(select(Page.letter_id, Page.number, TextVersion.text))
        .where(Page.letter_id.in_(letter_ids), Page.number > 0)
        .order_by(Page.letter_id, Page.number)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for letter_id, number, text in rows:
        found.setdefault(letter_id, []).append((number, text or ""))
    return found


def _current(statement: Select[*Columns]) -> Select[*Columns]:
    """The statement on pages, each joined with its current scan and the latest text of that scan."""
    return (
        statement.select_from(Page)
        .join(PageScan, PageScan.id == current_scan())
        .outerjoin(TextVersion, (TextVersion.scan_id == PageScan.id) & (TextVersion.number == _last_text()))
    )


@cache
def _last_text() -> ScalarSelect[int]:
    texts = aliased(TextVersion)
    return select(func.max(texts.number)).where(texts.scan_id == PageScan.id).correlate(PageScan).scalar_subquery()


@cache
def current_scan() -> ScalarSelect[int]:
    """The id of the current scan of the page in the enclosing statement: `Page.current` in SQL."""
    scans = aliased(PageScan)
    newest_that_did_not_fail = (scans.state == "failed", scans.number.desc())
    of_page = select(scans.id).where(scans.page_id == Page.id).correlate(Page)
    return of_page.order_by(*newest_that_did_not_fail).limit(1).scalar_subquery()


def registered_texts(session: Session, case_ids: Iterable[int]) -> dict[int, str]:
    """For each registered case, all words of its registration form."""
    rows = session.scalars(select(Registration).where(Registration.case_id.in_(list(case_ids))))
    return {row.case_id: form_of(row).text for row in rows}


def form_of(row: Registration) -> RegistrationForm:
    """A registration's form as a value."""
    return RegistrationForm.of({field.name: getattr(row, field.name) for field in fields(RegistrationForm)})


def letter_text(pages: Iterable[tuple[int, str]]) -> str:
    """A letter's text: the lines of its pages, one a row."""
    return "\n".join(text for _, text in pages if text)


def spoken_text(claims: str, verbatim_statement: str) -> str:
    """The text of a petition without paper: its claims and the verbatim statement."""
    return "\n".join(filter(None, (claims, verbatim_statement)))


def heading_of(text: str) -> str:
    """The heading of a letter without a title: its first line."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first[:HEADING_LENGTH]


def index_letter(session: Session, index: Engine, letter: Letter) -> None:
    """Index a letter as it is in this transaction."""
    session.flush()
    text = letter_text(page_texts(session, [letter.id]).get(letter.id, ()))
    letter.heading = heading_of(text)
    registered = registered_texts(session, [letter.case_id])
    index.put(session, _document(session, letter, text, registered))


def documents(session: Session, below: int, count: int) -> list[Document]:
    """Letters that have been read, as documents: those with a lower id, highest first, at most `count`."""
    wanted = select(Letter).where(Letter.id < below, Letter.state.in_(INDEXED)).order_by(Letter.id.desc()).limit(count)
    letters = session.scalars(wanted).all()
    texts = page_texts(session, [letter.id for letter in letters])
    registered = registered_texts(session, {letter.case_id for letter in letters})
    return [_document(session, letter, letter_text(texts.get(letter.id, ())), registered) for letter in letters]


def count_documents(session: Session) -> int:
    """The number of letters that a rebuild covers."""
    return session.scalar(select(func.count()).select_from(Letter).where(Letter.state.in_(INDEXED))) or 0


def _document(session: Session, letter: Letter, text: str, registered: Mapping[int, str]) -> Document:
    state = session.scalar(select(Case.state).where(Case.id == letter.case_id)) or ""
    return Document(
        letter_id=letter.id,
        case_id=letter.case_id,
        date=letter.letter_date or office_day(letter.received_at),
        title=letter.title,
        sender=letter.sender,
        receipt_no=letter.number,
        channel=letter.channel,
        state=state,
        text="\n".join(filter(None, (text, registered.get(letter.case_id, "")))),
    )
