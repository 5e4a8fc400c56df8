"""Intake of letters: store the files, then the rows, then return the receipt; a worker derives the rest later."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.access.lookups import case_of, find_letter, require_scanning
from archive_app.audit.record import record
from archive_app.codes.service import load
from archive_app.errors import FileTooLarge, InvalidField, NoRoom, NotFound, NothingReceived, TooManyFiles
from archive_app.letters.results import Grouping
from archive_app.office_time import office_day
from archive_app.runtime.archive import Archive
from archive_app.screening.mentions import screen_words
from storage.files import NoSpace, StoredFile, TooManyBytes
from storage.models import Case, Intake, Letter, LetterSource, Page, PageScan, ReceiptEntry, Source
from storage.written_words import leave_to_reading

CHANNELS = ("letter", "visit", "telephone", "fax", "online", "leader_mailbox", "other")
GROUPINGS: tuple[Grouping, ...] = ("one", "each", "stack")
SEPARATOR_PAYLOAD = "PETITION-ARCHIVE/SEPARATOR"
"""The content of the QR code on a separator sheet (the scan pipeline recognizes it by this prefix)."""

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH = 7
MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file: its name on the uploader's machine, and its bytes."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """An upload whose bytes are stored."""

    name: str
    file: StoredFile


def receive(reader: Reader, archive: Archive, uploads: Iterable[Upload], *, grouping: Grouping, channel: str) -> str:
    """Receive files and acknowledge them; returns the public id of the receipt.

    When this returns, all bytes and rows are stored durably: the letters will be read even after a crash.

    Raises:
        NothingReceived, TooManyFiles, FileTooLarge, NoRoom, InvalidField: nothing of this upload was acknowledged.
        NotFound: the reader may not bring letters in.
    """
    with archive.changing(reader) as session:
        require_scanning(session, reader)
        if grouping not in GROUPINGS or channel not in load(session).offered("channel"):
            raise InvalidField(field="grouping / channel", reason=f"{grouping} / {channel}")
    kept = _store_all(archive, uploads)
    with archive.changing(reader) as session:
        intake = _new_intake(session, reader, kept, grouping, channel)
        letters = _new_letters(session, intake, grouping)
        intake.letter_count = len(letters)
        leave_to_reading(session)
        for letter in letters:
            record(session, reader, "received", letter)
        session.commit()
        public_id, letter_ids = intake.public_id, [letter.id for letter in letters]
    archive.queue.wake(letter_ids)
    return public_id


def turn_page(reader: Reader, archive: Archive, letter_id: str, number: int, *, turn: int) -> None:
    """Process a page again, turned by 90, 180 or 270 degrees clockwise from its current orientation.

    Raises:
        NotFound: the reader sees no such page.
        InvalidField: `turn` is another angle.
    """
    if turn not in (90, 180, 270):
        raise InvalidField(field="turn", reason="90, 180 or 270 degrees")
    with archive.changing(reader) as session:
        letter, page = _page(session, reader, letter_id, number)
        seen = page.current
        _add_scan(
            page,
            seen.source,
            seen.source_index,
            part=seen.source_part,
            turn=(seen.upright + turn) % 360,
            scan=page.scans[-1].number + 1,
        )
        _reopen(reader, letter)
        record(session, reader, "turned", letter, page=number, degrees=turn)
        session.commit()
        row = letter.id
    archive.queue.wake([row])


def replace_page(reader: Reader, archive: Archive, letter_id: str, number: int, upload: Upload) -> None:
    """Replace a page by a new scan (the first page of the upload); the old scan is kept.

    Raises:
        NotFound: the reader sees no such page.
        NothingReceived, FileTooLarge, NoRoom: nothing was changed.
    """
    with archive.changing(reader) as session:
        _page(session, reader, letter_id, number)
    (kept,) = _store_all(archive, [upload])
    with archive.changing(reader) as session:
        letter, page = _page(session, reader, letter_id, number)
        position = _next_position(session, letter.intake_id)
        source = Source(
            intake_id=letter.intake_id,
            position=position,
            name=kept.name,
            size=kept.file.size,
            sha256=kept.file.sha256,
            replaces_page=True,
        )
        session.add(source)
        session.flush()
        session.add(LetterSource(letter_id=letter.id, source_id=source.id, position=position))
        _add_scan(page, source, 0, part="whole", turn=None, scan=page.scans[-1].number + 1)
        case = case_of(session, reader, letter)
        # Until the new page is screened, the letter is open to the person who brought it, like any new letter.
        case.screened, case.brought_by = False, reader.account_id
        _reopen(reader, letter)
        record(session, reader, "rescanned", letter, page=number, sha256=source.sha256)
        screen_words(session, reader, case)
        session.commit()
        row = letter.id
    archive.queue.wake([row])


def retry(reader: Reader, archive: Archive, letter_id: str, number: int | None = None) -> None:
    """Process failed pages again: all of them, or the given one. Raises NotFound."""
    with archive.changing(reader) as session:
        require_scanning(session, reader)
        letter = find_letter(session, reader, letter_id)
        pages = [page for page in letter.pages if number is None or page.number == number]
        if not pages and number is not None:
            raise NotFound
        for page in pages:
            scan = page.scans[-1]
            if scan.state == "failed":
                scan.state, scan.error, scan.attempts = "waiting", None, 0
        for source in letter.sources:
            source.error = None if source.page_count is None else source.error
        _reopen(reader, letter)
        record(session, reader, "retried", letter, page=number)
        session.commit()
        row = letter.id
    archive.queue.wake([row])


def _store_all(archive: Archive, uploads: Iterable[Upload]) -> list[StoredUpload]:
    kept: list[StoredUpload] = []
    limit = archive.settings.max_upload_bytes
    for upload in uploads:
        if len(kept) >= archive.settings.max_files:
            raise TooManyFiles(found=len(kept) + 1, limit=archive.settings.max_files)
        name = clean_name(upload.name)
        try:
            kept.append(StoredUpload(name, archive.files.put(upload.stream, limit=limit)))
        except TooManyBytes as error:
            raise FileTooLarge(name=name, limit_mb=limit // 2**20) from error
        except NoSpace as error:
            raise NoRoom(name=name) from error
    if not kept:
        raise NothingReceived
    return kept


def clean_name(name: str) -> str:
    """Return a file name without folders and control characters, safe for pages, logs and headers."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if unicodedata.category(c)[0] != "C" or c == "\u200d").strip()
    return clean[-MAX_NAME:] or "unnamed"


def _new_intake(
    session: Session, reader: Reader, kept: Sequence[StoredUpload], grouping: Grouping, channel: str
) -> Intake:
    now = datetime.now(UTC)
    intake = Intake(
        number=new_number(now),
        account_id=reader.account_id,
        grouping=grouping,
        channel=channel,
        received_at=now,
    )
    intake.sources = [
        Source(position=position, name=item.name, size=item.file.size, sha256=item.file.sha256)
        for position, item in enumerate(kept, start=1)
    ]
    session.add(intake)
    session.flush()
    return intake


def new_number(day: datetime) -> str:
    """Return a number for a receipt or a letter: the day, and a random part that reveals neither order nor count.

    It is not checked for uniqueness, since that would query hidden letters: with a thousand numbers a day, a collision
    occurs once in sixty thousand days; the action then fails and can be repeated.
    """
    return f"SJ{office_day(day):%Y%m%d}-" + "".join(secrets.choice(CROCKFORD) for _ in range(NUMBER_LENGTH))


def _new_letters(session: Session, intake: Intake, grouping: Grouping) -> list[Letter]:
    groups = [[source] for source in intake.sources] if grouping == "each" else [list(intake.sources)]
    letters = []
    for position, sources in enumerate(groups, start=1):
        letter = new_letter(session, intake, position, of=len(groups))
        for order, source in enumerate(sources, start=1):
            session.add(LetterSource(letter_id=letter.id, source_id=source.id, position=order))
        letters.append(letter)
    return letters


def new_letter(session: Session, intake: Intake, position: int, *, of: int, case: Case | None = None) -> Letter:
    """Add a letter to an intake of `of` letters, in a new case or in the given one.

    A single letter has its receipt's number; several letters have numbers of their own, which do not reveal each other.
    """
    case = case or Case(created_at=intake.received_at, brought_by=intake.account_id)
    session.add(case)
    session.flush()
    letter = Letter(
        number=intake.number if of == 1 else new_number(intake.received_at),
        case_id=case.id,
        intake=intake,
        position=position,
        channel=intake.channel,
        received_at=intake.received_at,
    )
    session.add(letter)
    session.flush()
    session.add(ReceiptEntry(intake_id=intake.id, position=position, letter=letter.public_id))
    return letter


def _page(session: Session, reader: Reader, letter_id: str, number: int) -> tuple[Letter, Page]:
    require_scanning(session, reader)
    letter = find_letter(session, reader, letter_id)
    for page in letter.pages:
        if page.number == number:
            return letter, page
    raise NotFound


def _next_position(session: Session, intake_id: int) -> int:
    """The position of one more file of an intake: counted by the database, since others of its files may be hidden."""
    return 1 + (session.scalar(select(func.max(Source.position)).where(Source.intake_id == intake_id)) or 0)


def _add_scan(page: Page, source: Source, index: int, *, part: str, turn: int | None, scan: int) -> None:
    page.scans.append(PageScan(number=scan, source=source, source_index=index, source_part=part, turn=turn))


def _reopen(reader: Reader, letter: Letter) -> None:
    letter.state = "reading"
    letter.not_before = None
    letter.waiting_for = None
    letter.access_copy_current = False
    letter.asked_by = reader.account_id
