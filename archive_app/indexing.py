"""What of a letter goes into the index: always in the transaction that changed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from index.engines.base import Document, Engine
from storage.models import Case, Letter, Page, PageScan, TextVersion

HEADING_LENGTH = 60


def current_texts(session: Session, letter_id: int) -> list[tuple[Page, PageScan, TextVersion | None]]:
    """A letter's pages in order, each with its current scan and the current version of its text (None: not read yet)."""
    last_scan = select(func.max(PageScan.number)).where(PageScan.page_id == Page.id).scalar_subquery()
    last_text = select(func.max(TextVersion.number)).where(TextVersion.scan_id == PageScan.id).scalar_subquery()
    rows = session.execute(
        select(Page, PageScan, TextVersion)
        .join(PageScan, (PageScan.page_id == Page.id) & (PageScan.number == last_scan))
        .outerjoin(TextVersion, (TextVersion.scan_id == PageScan.id) & (TextVersion.number == last_text))
        .where(Page.letter_id == letter_id, Page.number > 0)
        .order_by(Page.number)
        .execution_options(populate_existing=True)
    )
    return [(page, scan, text) for page, scan, text in rows]


def page_lines(text: TextVersion | None) -> list[str]:
    """The lines of a version of a page's text; none when there is none."""
    return [] if text is None else [str(line["text"]) for line in text.lines]


def letter_text(pages: Sequence[tuple[Page, PageScan, TextVersion | None]]) -> str:
    """A letter's text: the lines of its pages, one a row."""
    return "\n".join(line for _, _, text in pages for line in page_lines(text))


def heading_of(text: str) -> str:
    """What to call a letter that nobody has given a title: its first line."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first[:HEADING_LENGTH]


def index_letter(session: Session, index: Engine, letter: Letter) -> None:
    """Put a letter, as it stands in this transaction, into the index."""
    session.flush()
    text = letter_text(current_texts(session, letter.id))
    letter.heading = heading_of(text)
    index.put(session, _document(session, letter, text))


def documents(session: Session) -> Iterator[Document]:
    """All letters that have been read, newest last: for a rebuild of the index."""
    ids = session.scalars(
        select(Letter.id).where(Letter.state.in_(("ready", "attention"))).order_by(Letter.received_at)
    ).all()
    for letter_id in ids:
        letter = session.get_one(Letter, letter_id)
        yield _document(session, letter, letter_text(current_texts(session, letter_id)))
        session.expunge_all()


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
