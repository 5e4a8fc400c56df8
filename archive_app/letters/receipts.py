"""Receipts and progress: a reader's own intakes, with the letters of them that the reader may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
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
from archive_app.letters.notices import notice, page_state, received_file, warnings_of
from archive_app.letters.results import IntakeView, LetterProgress, PageProgress
from archive_app.people.mailbox import failing
from archive_app.runtime.archive import Archive
from archive_app.values import ArchiveStatus
from storage.models import Intake, Letter, Source, WorkerBeat

LOW_SPACE_BYTES = 2 * 2**30
"""Warn when less than this is free above the reserve, in bytes."""


def intake(reader: Reader, archive: Archive, public_id: str) -> IntakeView:
    """Return a receipt and the progress of its letters. Raises NotFound if it is absent or another account's."""
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
        same = Intake.sources.any((Source.name == name) & (Source.sha256 == sha256))
        newest = session.scalar(own_intakes(reader).where(same).order_by(Intake.id.desc()).limit(1))
        return None if newest is None else newest.public_id


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
    """Build a receipt with the progress of letters in processing, and of the read letters that the reader sees.

    Read letters that the reader does not see count as handed over, whatever the reason.
    """
    in_processing = own_letters_in_processing(reader).where(Letter.intake_id == row.id)
    read = visible_letters(reader).where(Letter.intake_id == row.id)
    parts: list[tuple[Letter, Sequence[Source], bool]] = [
        (letter, letter.sources, False) for letter in session.scalars(in_processing)
    ]
    parts += [(letter, whole_sources(session, reader, letter), True) for letter in session.scalars(read).all()]
    parts.sort(key=lambda part: part[0].position)
    restricted = restricted_cases(session, reader, [letter for letter, _, can_open in parts if can_open])
    progress = tuple(
        _progress(letter, sources, can_open=can_open, restricted=letter.case_id in restricted)
        for letter, sources, can_open in parts
    )
    return IntakeView(
        public_id=row.public_id,
        number=row.number,
        received_at=row.received_at,
        received_by=reader.display_name,
        grouping=row.grouping,  # type: ignore[arg-type]
        channel=row.channel,
        files=tuple(received_file(source, outcome=False) for source in row.sources),
        letters=progress,
        handed_over=row.letter_count - len(parts),
        done=all(each.state in ("ready", "attention") for each in progress),
    )


def _progress(letter: Letter, sources: Iterable[Source], *, can_open: bool, restricted: bool) -> LetterProgress:
    return LetterProgress(
        public_id=letter.public_id,
        can_open=can_open,
        # The title of a restricted letter is content: it is shown only where the reading is recorded.
        title="" if restricted else letter.title or letter.heading,
        state=letter.state,  # type: ignore[arg-type]
        files=tuple(received_file(source) for source in sources),
        pages=tuple(
            PageProgress(
                number=page.number,
                state=page_state(page.current.state),
                separator=page.current.separator is not None,
                warnings=warnings_of(page.current.report),
                error=notice(page.scans[-1].error),
            )
            for page in letter.pages
            if page.number > 0
        ),
        waiting_for=notice(letter.waiting_for),
        has_access_copy=letter.access_copy is not None,
        restricted=restricted,
    )
