"""Receipts: what a reader brought in, how far its reading is, and the outcome of each letter, which never changes.

A receipt shows what its reader knew when they brought the letters in, how many pages are done, and what was written
into it when the reading ended. Nothing of it is derived from the letters: the reader may be one whom they concern.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.access.lookups import (
    own_intakes,
    own_letters_in_processing,
    restricted_cases,
    visible_letters,
    whole_sources,
)
from archive_app.errors import NotFound
from archive_app.letters.notices import notice, received_file
from archive_app.letters.results import IntakeView, NeedsLook, ReceiptLetter
from archive_app.people.mailbox import failing
from archive_app.runtime.archive import Archive
from archive_app.values import ArchiveStatus, Notice
from storage.models import Intake, Letter, Page, PageScan, ReceiptEntry, Source, WorkerBeat

LOW_SPACE_BYTES = 2 * 2**30
"""Warn when less than this is free above the reserve, in bytes."""


def intake(reader: Reader, archive: Archive, public_id: str) -> IntakeView:
    """Return a receipt and its progress. Raises NotFound if it is absent or another account's."""
    with archive.reading(reader) as session:
        row = session.scalar(own_intakes(reader).where(Intake.public_id == public_id))
        if row is None:
            raise NotFound
        return _view(session, reader, row)


def recent(reader: Reader, archive: Archive, limit: int = 20) -> tuple[IntakeView, ...]:
    """Return the reader's newest receipts."""
    with archive.reading(reader) as session:
        rows = session.scalars(own_intakes(reader).order_by(Intake.id.desc()).limit(limit))
        return tuple(_view(session, reader, row) for row in rows)


def receipt_with(reader: Reader, archive: Archive, name: str, sha256: str) -> str | None:
    """Return the public id of the reader's newest receipt for a file of this name and content, or None."""
    with archive.reading(reader) as session:
        same = Intake.sources.any((Source.name == name) & (Source.sha256 == sha256) & ~Source.replaces_page)
        newest = session.scalar(own_intakes(reader).where(same).order_by(Intake.id.desc()).limit(1))
        return None if newest is None else newest.public_id


def need_a_look(reader: Reader, archive: Archive, limit: int = 20) -> tuple[NeedsLook, ...]:
    """Return the newest letters that the reader brought in and sees, of which some page or file could not be read."""
    with archive.reading(reader) as session:
        own = own_intakes(reader).with_only_columns(Intake.id)
        wanted = visible_letters(reader).where(Letter.state == "attention", Letter.intake_id.in_(own))
        rows = session.scalars(wanted.order_by(Letter.id.desc()).limit(limit)).all()
        restricted = restricted_cases(session, reader, rows)
        return tuple(
            NeedsLook(
                public_id=letter.public_id,
                # The title of a restricted letter is content: it is shown only where the reading is recorded.
                title="" if letter.case_id in restricted else letter.title or letter.heading,
                files=tuple(received_file(source) for source in whole_sources(session, reader, letter)),
                pages=tuple((page.number, notice(page.scans[-1].error)) for page in letter.pages if page.number > 0),
            )
            for letter in rows
        )


def status(reader: Reader, archive: Archive) -> ArchiveStatus:
    """Return the archive's status, as far as this reader may see it."""
    free = archive.files.free_bytes()
    since, problem = failing(archive) or (None, "")
    with archive.reading(reader) as session:
        counts: Counter[str] = Counter()
        for statement in (visible_letters(reader), own_letters_in_processing(reader)):
            letters = statement.subquery()
            counted = select(letters.c.state, func.count()).group_by(letters.c.state).execution_options(door=True)
            counts.update({state: count for state, count in session.execute(counted)})
        beat = session.execute(
            select(WorkerBeat.seen_at, WorkerBeat.engine).order_by(WorkerBeat.seen_at.desc())
        ).first()
        seen_at: datetime | None = None if beat is None else beat[0]
        return ArchiveStatus(
            letters=dict(sorted(counts.items())),
            worker_seen_at=seen_at,
            engine="" if beat is None else beat[1],
            free_bytes=free,
            room_is_low=free < archive.settings.reserve_bytes + LOW_SPACE_BYTES,
            mail_failing_since=since,
            mail_problem=problem,
        )


def _view(session: Session, reader: Reader, row: Intake) -> IntakeView:
    """Build a receipt from its entries, and from the pages of the letters that are being read."""
    entries = session.scalars(
        select(ReceiptEntry).where(ReceiptEntry.intake_id == row.id).order_by(ReceiptEntry.position)
    ).all()
    told = sum(each.pages for each in entries if each.outcome)
    done = all(each.outcome for each in entries)
    found, settled, waiting_for = (0, 0, None) if done else _progress(session, reader, row)
    files = tuple(received_file(source, outcome=False) for source in row.sources if not source.replaces_page)
    return IntakeView(
        public_id=row.public_id,
        number=row.number,
        received_at=row.received_at,
        received_by=reader.display_name,
        grouping=row.grouping,  # type: ignore[arg-type]
        channel=row.channel,
        files=files,
        letters=tuple(
            ReceiptLetter(
                position=each.position,
                public_id=each.letter,
                name=_name(row.grouping, each.position, [file.name for file in files]),
                pages=each.pages,
                outcome=each.outcome,  # type: ignore[arg-type]
            )
            for each in entries
        ),
        pages=told + found,
        settled=told + settled,
        waiting_for=waiting_for,
        done=done,
    )


def _name(grouping: str, position: int, files: list[str]) -> str:
    """The name of the file that a letter came in; "" for one that came without a file."""
    at = position - 1 if grouping == "each" else 0
    return files[at] if at < len(files) else ""


def _progress(session: Session, reader: Reader, row: Intake) -> tuple[int, int, Notice | None]:
    """Count the pages of the letters that are being read, and those that are done, readable or not.

    Also returns what delays the reading.
    """
    being_read = own_letters_in_processing(reader).where(Letter.intake_id == row.id)
    letters = being_read.subquery()
    pages = (
        select(func.count(), func.count(case((PageScan.state != "waiting", 1))))
        .select_from(letters)
        .join(Page, Page.letter_id == letters.c.id)
        .join(PageScan, PageScan.page_id == Page.id)
        .execution_options(door=True)
    )
    found, settled = session.execute(pages).one()
    delays = [each.waiting_for for each in session.scalars(being_read.order_by(Letter.position)) if each.waiting_for]
    return found, settled, notice(delays[0]) if delays else None
