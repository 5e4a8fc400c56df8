"""Text correction and the description of a letter: every version is kept, and the index is updated with the commit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.access.lookups import find_letter, require_scanning
from archive_app.audit.record import record
from archive_app.errors import EditConflict, InvalidField, NotFound
from archive_app.letters.text_lines import corrected, text_of
from archive_app.runtime.archive import Archive
from archive_app.screening.mentions import screen
from archive_app.search.indexing import current_texts, index_letter
from storage.models import Account, Letter, PageScan, Person, TextVersion

MAX_LINE = 2_000


def correct(
    reader: Reader,
    archive: Archive,
    public_id: str,
    number: int,
    *,
    base_version: int,
    lines: Sequence[str],
    confirmed: Collection[int] = (),
) -> int:
    """Save a page's text as a new version; returns its number (the old one if nothing changed).

    `confirmed` are the numbers (from 0) of unchanged lines that are correct, and no longer doubtful.

    Raises:
        NotFound: the reader sees no such page, or the page has not been read yet.
        EditConflict: somebody saved a version after `base_version`.
        InvalidField: the number of lines differs from the page's, or a line is too long.
    """
    with archive.changing(reader) as session:
        require_scanning(session, reader)
        letter = find_letter(session, reader, public_id)
        scan, current = _current(session, letter, number)
        clean = [" ".join(line.split()) if line.strip() else "" for line in lines]
        if current.number != base_version:
            raise EditConflict(author=_author(session, current), version=current.number)
        if len(clean) != len(current.lines) or any(len(line) > MAX_LINE for line in clean):
            raise InvalidField(
                field="lines", reason=f"{len(current.lines)} lines of at most {MAX_LINE} characters are needed"
            )
        rows = [
            corrected(row, text, confirmed=index in confirmed)
            for index, (row, text) in enumerate(zip(current.lines, clean, strict=True))
        ]
        if rows == current.lines:
            return current.number
        last = session.scalar(select(func.max(TextVersion.number)).where(TextVersion.page_id == scan.page_id)) or 0
        session.add(
            TextVersion(
                page_id=scan.page_id,
                scan_id=scan.id,
                number=last + 1,
                account_id=reader.account_id,
                at=datetime.now(UTC),
                text=text_of(rows),
                lines=rows,
            )
        )
        changed = sum(old != new for old, new in zip(current.lines, rows, strict=True))
        record(session, reader, "corrected", letter, page=number, lines=changed, version=last + 1)
        _refresh(session, reader, archive, letter)
        session.commit()
        row_id = letter.id
    archive.queue.wake([row_id])
    return last + 1


def describe(
    reader: Reader, archive: Archive, public_id: str, *, title: str, sender: str, letter_date: date | None
) -> None:
    """Save a letter's description: title, sender, date.

    Raises:
        NotFound: the reader sees no such letter.
        InvalidField: a field is too long.
    """
    title, sender = " ".join(title.split()), " ".join(sender.split())
    if len(title) > 200:
        raise InvalidField(field="title", reason="at most 200 characters")
    if len(sender) > 100:
        raise InvalidField(field="sender", reason="at most 100 characters")
    with archive.changing(reader) as session:
        require_scanning(session, reader)
        letter = find_letter(session, reader, public_id)
        if (letter.title, letter.sender, letter.letter_date) == (title, sender, letter_date):
            return
        letter.title, letter.sender, letter.letter_date = title, sender, letter_date
        record(session, reader, "described", letter)
        _refresh(session, reader, archive, letter)
        session.commit()
        row_id = letter.id
    archive.queue.wake([row_id])


def _refresh(session: Session, reader: Reader, archive: Archive, letter: Letter) -> None:
    """Update the index and screen the letter in this transaction; a worker renews the A4 copy later."""
    letter.access_copy_current, letter.asked_by = False, reader.account_id
    if letter.state in ("ready", "attention"):
        index_letter(session, archive.index, letter)
    screen(session, letter)


def _current(session: Session, letter: Letter, number: int) -> tuple[PageScan, TextVersion]:
    for page, scan, text in current_texts(session, letter.id):
        if page.number == number and text is not None:
            return scan, text
    raise NotFound


def _author(session: Session, version: TextVersion) -> str:
    name = session.scalar(select(Person.name).join(Account).where(Account.id == version.account_id))
    return name or "OCR"
