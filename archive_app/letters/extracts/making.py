"""Redacted extracts 摘转: what of a letter is for others to handle, as a letter of its own.

A letter that accuses somebody often asks for something ordinary as well. What accuses is blacked out, the pictures that
are left are kept like any scan that was brought in just now, and the archive reads them anew: nothing of the old letter
goes with them, neither text nor title nor sender nor day. So whoever sees only the new letter sees a scan with black
places; that it comes from another letter, and from which, is told to who sees both (`storage.models.Extract`).
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
from storage.session import reading, unit_of_work

SECONDS, SECONDS_A_PAGE = 60.0, 10.0
"""How long the pictures may take."""


def make(reader: Reader, archive: Archive, letter: str, plan: ExtractPlan) -> str:
    """Make an extract of a letter; returns the public id of the receipt for it.

    When this returns, the extract is kept as an original of its own, and will be read, looked through for names and
    registered like any letter; when it raises, there is nothing of it.

    Raises:
        NotFound: the reader does not see the letter, or is not of the petition office.
        ExtractTooEarly: the letter is being read, or waits to be looked through.
        LetterChanged: a page or its text is not any more as it was seen.
        NothingCovered, NothingLeftOver: it would be a copy, or empty.
        NamesStillReadable: of staff or units, and the plan does not say that this is known.
        ExtractFailed, NoRoom: the pictures could not be made or kept.
    """
    with reading(archive.sessions, reader.key) as session:
        row = find_to_extract(session, reader, letter)
        sheets = sheets_of(session, archive, row)
        check(plan, sheets)
        left = names_left(session, sheets, plan)
        if left and not plan.knowing:
            raise NamesStillReadable(names=", ".join(dict.fromkeys(each.name for each in left)))
    now = datetime.now(UTC)
    number = new_number(now)
    with _redacted(archive, sheets, plan, number, now) as file:
        return _keep(reader, archive, letter, plan, file, number, now)


def find_to_extract(session: Session, reader: Reader, letter: str) -> Letter:
    """A letter that the reader may make an extract of. Raises NotFound, ExtractTooEarly."""
    require(session, reader, REGISTERS)
    row = find_letter(session, reader, letter)
    if not case_of(session, reader, row).screened or row.state not in ("ready", "attention"):
        raise ExtractTooEarly
    return row


@contextmanager
def _redacted(
    archive: Archive, sheets: Mapping[int, Sheet], plan: ExtractPlan, number: str, now: datetime
) -> Iterator[Path]:
    """The extract as a file that is gone afterwards."""
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


def _keep(
    reader: Reader, archive: Archive, letter: str, plan: ExtractPlan, file: Path, number: str, now: datetime
) -> str:
    """The rows, then the file, then the commit: what fails before leaves neither."""
    with unit_of_work(archive.sessions, reader.key) as session:
        row = find_to_extract(session, reader, letter)
        # Looked at once more: while the pictures were made, somebody may have corrected a page, or turned it.
        check(plan, sheets_of(session, archive, row))
        child = new_scan(session, reader, file, number, now, channel=row.channel, pages=len(plan.pages))
        session.add(Extract(letter_id=child.id, of_letter_id=row.id, at=now, account_id=reader.account_id))
        record(session, reader, "extract_made", row, pages=len(plan.pages))
        record(session, reader, "received", child)
        session.flush()
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
    session: Session, reader: Reader, file: Path, number: str, now: datetime, *, channel: str, pages: int
) -> Letter:
    """The rows of a PDF of upright pages that the reader brings in now, as a letter of its own.

    It knows of no other letter: what it makes is all that there is to see for who sees nothing else. The pages are not
    turned any more: black places could mislead who looks for what is up.
    """
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    intake = Intake(number=number, account_id=reader.account_id, grouping="one", channel=channel, received_at=now)
    source = Source(
        intake=intake,
        position=1,
        name=f"{number}.pdf",
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
