"""Queries for a letter, its pages, files, text versions and history."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.access.lookups import case_of, find_letter, whole_sources
from archive_app.audit.record import record
from archive_app.errors import NotFound
from archive_app.letters.hit_marks import marks_of
from archive_app.letters.links import extract_of, extracts_of
from archive_app.letters.notices import neutral_name, notice, page_state, received_file, warnings_of
from archive_app.letters.read_log import opened
from archive_app.letters.results import HistoryEntry, LetterView, LineView, Mark, PageView, TextVersionView
from archive_app.letters.text_lines import polygon_of
from archive_app.runtime.archive import Archive
from archive_app.search.indexing import current_scan, current_texts
from archive_app.values import FileContent, Notice
from storage.models import (
    Account,
    AuditEvent,
    Page,
    PageScan,
    Person,
    TextVersion,
)

DOUBTFUL = 0.9
"""Lines below this confidence should be checked: from .90 to .95 the engine is right in 94 %, below in at most 84 %."""

IMAGE_TYPES = {"a4": "preview", "source": "source_preview"}


def letter(reader: Reader, archive: Archive, public_id: str, *, query: str = "", similar: bool = False) -> LetterView:
    """Return a letter with its pages, and the marks of a query's hits. Raises NotFound."""
    with opened(reader, archive, public_id, "opened") as (session, row):
        case = case_of(session, reader, row)
        pages = current_texts(session, row.id)
        marks = marks_of([[] if text is None else text.lines for _, _, text in pages], query, near=similar)
        failures = _failures(session, row.id)
        # The names of files on their bringer's machine are the bringer's own.
        own = row.intake.account_id == reader.account_id
        return LetterView(
            public_id=row.public_id,
            number=row.number,
            intake_id=row.intake.public_id,
            title=row.title,
            heading=row.title or row.heading or row.number,
            sender=row.sender,
            letter_date=row.letter_date,
            received_at=row.received_at,
            received_by=_name(session, row.intake.account_id) or "",
            channel=row.channel,
            case_state=case.state,
            case_id="" if case.state == "received" else case.public_id,
            restricted=case.restricted,
            screened=case.screened,
            handed_over=case.looked_through_at is None and (case.handed_over_at is not None or not case.screened),
            state=row.state,  # type: ignore[arg-type]
            waiting_for=notice(row.waiting_for, name=None if own else row.number),
            files=tuple(
                received_file(each, position=position, name=None if own else neutral_name(row.number, position, each))
                for position, each in enumerate(whole_sources(session, reader, row), start=1)
            ),
            pages=tuple(
                _page(page, scan, text, found, notice(failures.get(page.id), name=None if own else row.number))
                for (page, scan, text), found in zip(pages, marks, strict=True)
            ),
            has_access_copy=row.access_copy is not None,
            access_copy_current=row.access_copy_current,
            extract_of=extract_of(session, reader, row.id),
            extracts=extracts_of(session, reader, row.id),
        )


def page_image(
    reader: Reader, archive: Archive, public_id: str, number: int, kind: str, scan: int | None = None
) -> FileContent:
    """Return a page's image (JPEG): `a4` processed, `source` as scanned; `scan` selects an earlier scan.

    Raises NotFound.
    """
    with opened(reader, archive, public_id, "looked_at", page=number) as (session, row):
        found = session.scalar(
            select(PageScan)
            .join(Page)
            .where(Page.letter_id == row.id, Page.number == number, Page.number > 0)
            .where(PageScan.number == scan if scan else PageScan.id == current_scan())
        )
        sha256 = getattr(found, IMAGE_TYPES[kind]) if found is not None and kind in IMAGE_TYPES else None
        if sha256 is None:
            raise NotFound
        return FileContent(archive.files.path(sha256), "image/jpeg", f"{row.number}-{number}.jpg")


def original(reader: Reader, archive: Archive, public_id: str, position: int) -> FileContent:
    """Return an unchanged original, and record the download. Raises NotFound.

    `position` counts the letter's own originals, from 1: counted among all files of the upload, it would reveal other
    letters. A stack's original contains several letters: only the person who brought it gets it, if they see them all.
    """
    with archive.changing(reader) as session:
        row = find_letter(session, reader, public_id)
        sources = whole_sources(session, reader, row)
        if not 1 <= position <= len(sources):
            raise NotFound
        source = sources[position - 1]
        record(session, reader, "downloaded_original", row, sha256=source.sha256)
        session.commit()
        name = neutral_name(row.number, position, source)
        return FileContent(archive.files.path(source.sha256), source.media_type or "application/octet-stream", name)


def access_copy(reader: Reader, archive: Archive, public_id: str) -> FileContent:
    """Return the A4 PDF/A, and record the download. Raises NotFound, also while it does not exist yet."""
    with archive.changing(reader) as session:
        row = find_letter(session, reader, public_id)
        if row.access_copy is None:
            raise NotFound
        record(session, reader, "downloaded_access_copy", row, sha256=row.access_copy)
        session.commit()
        return FileContent(archive.files.path(row.access_copy), "application/pdf", f"{row.number}.pdf")


def versions(reader: Reader, archive: Archive, public_id: str, number: int) -> tuple[TextVersionView, ...]:
    """Return all versions of a page's text, newest first, each with its author or engine. Raises NotFound."""
    with opened(reader, archive, public_id, "read_versions", page=number) as (session, row):
        found = session.execute(
            select(TextVersion, PageScan.engine)
            .join(PageScan, TextVersion.scan_id == PageScan.id)
            .join(Page, PageScan.page_id == Page.id)
            .where(Page.letter_id == row.id, Page.number == number, Page.number > 0)
            .order_by(TextVersion.number.desc())
        ).all()
        if not found:
            raise NotFound
        return tuple(
            TextVersionView(
                page=number,
                version=text.number,
                author=_name(session, text.account_id),
                engine=engine,
                at=text.at,
                lines=tuple(text.text.split("\n")),
            )
            for text, engine in found
        )


def history(reader: Reader, archive: Archive, public_id: str) -> tuple[HistoryEntry, ...]:
    """Return the history of a letter, newest first. Raises NotFound."""
    with opened(reader, archive, public_id, "read_history") as (session, row):
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.letter_id == row.id).order_by(AuditEvent.id.desc())
        )
        return tuple(
            HistoryEntry(
                at=event.at,
                actor=_name(session, event.account_id),
                action=event.action,
                page=event.page_number,
                values=event.details,
            )
            for event in events
        )


def _failures(session: Session, letter_id: int) -> dict[int, dict[str, Any] | None]:
    """Return by page id the error of a failed newest scan; the current scan may be an earlier one."""
    newest = select(PageScan.page_id, func.max(PageScan.number)).join(Page).where(Page.letter_id == letter_id)
    rows = session.execute(
        select(PageScan.page_id, PageScan.error).where(
            tuple_(PageScan.page_id, PageScan.number).in_(newest.group_by(PageScan.page_id)),
            PageScan.state == "failed",
        )
    )
    return {page_id: error for page_id, error in rows}


def _page(
    page: Page, scan: PageScan, text: TextVersion | None, marks: tuple[Mark, ...], failure: Notice | None
) -> PageView:
    report = scan.report or {}
    return PageView(
        number=page.number,
        state=page_state(scan.state),
        separator=scan.separator is not None,
        scan=scan.number,
        version=0 if text is None else text.number,
        warnings=warnings_of(scan.report),
        error=failure,
        operations=tuple((each["name"], each["parameters"]) for each in report.get("operations", ())),
        source=report.get("source", {}),
        quality=report.get("quality", {}),
        engine=scan.engine,
        lines=tuple(_line(row) for row in ([] if text is None else text.lines)),
        marks=marks,
    )


def _line(row: dict[str, object]) -> LineView:
    confidence = float(row["confidence"])  # type: ignore[arg-type]
    return LineView(
        text=str(row["text"]),
        polygon=polygon_of(row),
        direction=str(row["direction"]),
        confidence=confidence,
        doubtful=confidence < DOUBTFUL,
        corrected=bool(row.get("corrected", False)),
    )


def _name(session: Session, account_id: int | None) -> str | None:
    return session.scalar(select(Person.name).join(Account).where(Account.id == account_id))
