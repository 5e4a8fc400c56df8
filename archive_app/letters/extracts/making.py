"""Make redacted extracts 摘转: the part of a letter that others may handle, as a letter of its own.

A letter that accuses somebody often contains an ordinary request as well. The accusation is blacked out, and the
resulting images are stored like a new scan and read anew: no text, title, sender or date of the old letter is copied.
A reader who sees only the new letter sees a scan with black areas; its origin is shown only to readers who see both
letters (`storage.models.Extract`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session

from archive_app.access.identity import REGISTERS, Reader
from archive_app.access.lookups import case_of, find_letter, require
from archive_app.audit.record import record
from archive_app.errors import ExtractFailed, ExtractTooEarly, NamesStillReadable, NoRoom
from archive_app.letters.extracts.plan import ExtractPlan, Sheet, areas_of, check, names_left, sheets_of
from archive_app.letters.intake import new_letter, new_number
from archive_app.runtime.archive import Archive
from scanning import redaction
from scanning.errors import DiskFull, ScanError
from scanning.redaction import Leaf
from scanning.sandbox import Workers
from scanning.values import DocumentInfo
from storage.files import NoSpace
from storage.models import Extract, Intake, Letter, LetterSource, Page, PageScan, Source
from storage.written_words import leave_to_reading

SCAN = "scan.pdf"
"""The name of an extract's file, as a scanner gives it: its letter is not told from a scanned one by it."""

SECONDS, SECONDS_A_PAGE = 60.0, 10.0
"""The time limit for the redaction, in seconds."""


def make(reader: Reader, archive: Archive, letter: str, plan: ExtractPlan) -> str:
    """Make an extract of a letter; returns the public id of its receipt.

    When this returns, the extract is stored as an original of its own, and will be read, screened and registered like
    any letter; if it raises, nothing is stored.

    Raises:
        NotFound: the reader does not see the letter, or is not of the petition office.
        ExtractTooEarly: the letter is being read, or has not been screened.
        LetterChanged: a page or its text has changed since the plan was made.
        NothingCovered, NothingLeftOver: the extract would be a full copy, or empty.
        NamesStillReadable: names of staff or units stay readable, and the plan does not accept that.
        ExtractFailed, NoRoom: the images could not be made or stored.
    """
    with archive.reading(reader) as session:
        row = find_to_extract(session, reader, letter)
        sheets = sheets_of(session, archive, row)
        check(plan, sheets)
        left = names_left(session, sheets, plan)
        if left and not plan.knowing:
            raise NamesStillReadable(names=", ".join(dict.fromkeys(each.name for each in left)))
    now = datetime.now(UTC)
    number = new_number(now)
    with _redacted(archive, sheets, plan, number, now) as file:
        return _store(reader, archive, letter, plan, file, number, now)


def find_to_extract(session: Session, reader: Reader, letter: str) -> Letter:
    """Return a letter that the reader may make an extract of. Raises NotFound, ExtractTooEarly."""
    require(session, reader, REGISTERS)
    row = find_letter(session, reader, letter)
    if not case_of(session, reader, row).screened or row.state not in ("ready", "attention"):
        raise ExtractTooEarly
    return row


@contextmanager
def _redacted(
    archive: Archive, sheets: Mapping[int, Sheet], plan: ExtractPlan, number: str, now: datetime
) -> Iterator[Path]:
    """Yield the extract as a temporary file."""
    leaves = [
        Leaf(sheet.layer, sheet.suffix, areas_of(sheet, page), sheet.spread)
        for page in sorted(plan.pages, key=lambda page: page.number)
        for sheet in (sheets[page.number],)
    ]
    about = DocumentInfo(number, now.isoformat(timespec="seconds"), number)
    with TemporaryDirectory(dir=archive.settings.work, prefix="extract-") as folder:
        out = Path(folder, "extract.pdf")
        try:
            with Workers(1, folder=Path(folder)) as workers:
                seconds = SECONDS + SECONDS_A_PAGE * len(leaves)
                workers.submit(redaction.write_redacted, leaves, out, about, name=number, seconds=seconds).result()
        except DiskFull as error:
            raise NoRoom(name=number) from error
        except ScanError as error:
            raise ExtractFailed from error
        yield out


def _store(
    reader: Reader, archive: Archive, letter: str, plan: ExtractPlan, file: Path, number: str, now: datetime
) -> str:
    """Write the rows, then the file, then commit: a failure before that leaves neither."""
    with archive.changing(reader) as session:
        row = find_to_extract(session, reader, letter)
        # Check again: during the redaction, somebody may have corrected or turned a page.
        check(plan, sheets_of(session, archive, row))
        child = new_scan(session, reader, file, number, now, channel=row.channel, pages=len(plan.pages))
        session.add(Extract(letter_id=child.id, of_letter_id=row.id, at=now, account_id=reader.account_id))
        record(session, reader, "extract_made", row, pages=len(plan.pages))
        record(session, reader, "received", child)
        leave_to_reading(session)
        try:
            with file.open("rb") as stream:
                archive.files.put(stream)
        except NoSpace as error:
            raise NoRoom(name=number) from error
        session.commit()
        receipt, made = child.intake.public_id, child.id
    archive.queue.wake([made])
    return receipt


def new_scan(
    session: Session,
    reader: Reader,
    file: Path,
    number: str,
    now: datetime,
    *,
    channel: str,
    pages: int,
    name: str = SCAN,
) -> Letter:
    """Add the rows of a PDF of upright pages that the reader brings in now, as a letter of its own.

    It uses no data of another letter: a reader who sees only this letter sees all that is created here. The pages have
    a fixed orientation, since black areas could mislead the orientation detection.
    """
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    intake = Intake(number=number, account_id=reader.account_id, grouping="one", channel=channel, received_at=now)
    source = Source(
        intake=intake,
        position=1,
        name=name,
        size=file.stat().st_size,
        sha256=sha256,
        media_type="application/pdf",
        page_count=pages,
    )
    session.add_all([intake, source])
    session.flush()
    letter = new_letter(session, intake, 1, of=1)
    session.add(LetterSource(letter_id=letter.id, source_id=source.id, position=1))
    for index in range(pages):
        page = Page(letter=letter, number=index + 1)
        page.scans.append(PageScan(number=1, source=source, source_index=index, turn=0))
        session.add(page)
    session.flush()
    return letter
