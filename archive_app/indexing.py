"""What of a letter goes into the index: always in the transaction that changed it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, defer

from index.engines.base import Document, Engine
from storage.models import Case, Letter, Page, PageScan, TextVersion

HEADING_LENGTH = 60
INDEXED = ("ready", "attention")
"""The states of letters that are in the index: all their pages are read, or will not be."""


def current_texts(
    session: Session, letter_id: int, *, places: bool = True
) -> list[tuple[Page, PageScan, TextVersion | None]]:
    """A letter's pages in order, each with its current scan and the current version of its text (None: not read yet).

    Without `places`, the lines' polygons are left in the database until they are asked for.
    """
    scans, texts = aliased(PageScan), aliased(TextVersion)
    last_scan = select(func.max(scans.number)).where(scans.page_id == Page.id).correlate(Page).scalar_subquery()
    last_text = select(func.max(texts.number)).where(texts.scan_id == PageScan.id).correlate(PageScan).scalar_subquery()
    rows = session.execute(
        select(Page, PageScan, TextVersion)
        .select_from(Page)
        .join(PageScan, (PageScan.page_id == Page.id) & (PageScan.number == last_scan))
        .outerjoin(TextVersion, (TextVersion.scan_id == PageScan.id) & (TextVersion.number == last_text))
        .where(Page.letter_id == letter_id, Page.number > 0)
        .order_by(Page.number)
        .options(*([] if places else [defer(TextVersion.lines), defer(PageScan.report)]))
        .execution_options(populate_existing=True)
    )
    return [(page, scan, text) for page, scan, text in rows]


def letter_text(pages: Sequence[tuple[Page, PageScan, TextVersion | None]]) -> str:
    """A letter's text: the lines of its pages, one a row."""
    return "\n".join(text.text for _, _, text in pages if text is not None and text.text)


def heading_of(text: str) -> str:
    """What to call a letter that nobody has given a title: its first line."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first[:HEADING_LENGTH]


def index_letter(session: Session, index: Engine, letter: Letter) -> None:
    """Put a letter, as it stands in this transaction, into the index."""
    session.flush()
    text = letter_text(current_texts(session, letter.id, places=False))
    letter.heading = heading_of(text)
    index.put(session, _document(session, letter, text))


def documents(session: Session, below: int, count: int) -> list[Document]:
    """Letters that have been read, as documents: those with a lower id, highest first, at most so many."""
    wanted = select(Letter).where(Letter.id < below, Letter.state.in_(INDEXED)).order_by(Letter.id.desc()).limit(count)
    found = []
    for letter in session.scalars(wanted):
        text = letter_text(current_texts(session, letter.id, places=False))
        found.append(_document(session, letter, text))
    session.expunge_all()
    return found


def count_documents(session: Session) -> int:
    """How many letters a rebuild has before it."""
    return session.scalar(select(func.count()).select_from(Letter).where(Letter.state.in_(INDEXED))) or 0


def _document(session: Session, letter: Letter, text: str) -> Document:
    state = session.scalar(select(Case.state).where(Case.id == letter.case_id)) or ""
    return Document(
        letter_id=letter.id,
        case_id=letter.case_id,
        date=letter.letter_date or letter.received_at.astimezone().date(),
        title=letter.title,
        sender=letter.sender,
        receipt_no=letter.number,
        channel=letter.channel,
        state=state,
        text=text,
    )
