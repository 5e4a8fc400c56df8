"""Intake's second half: from kept originals to pages, words, an index entry and an A4 copy.

Every step begins by asking the records what is still missing and ends in one transaction, so work that was killed
anywhere is done again and nothing is doubled. A worker holds a lease on the letter it works on; whoever lost the lease
writes nothing more.
"""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from archive_app.access.system import SYSTEM
from archive_app.audit.record import record
from archive_app.letters import separator_split
from archive_app.letters.lease import Lease, LeaseLost
from archive_app.letters.scan_report import report_of
from archive_app.letters.text_lines import text_of, to_row, to_value
from archive_app.runtime.archive import Archive
from archive_app.screening.screening import finish_reading, screen
from archive_app.search.indexing import current_texts, index_letter
from archive_app.values import Notice
from scanning import pdfa, pipeline, sources, traces
from scanning.errors import DiskFull, EngineMissing, OutOfBounds, ScanError, WorkerDied
from scanning.sandbox import Workers
from scanning.values import DocumentInfo, PageLayer, PageRef, Part, ScannedPage, ScanOptions
from storage.files import NoSpace
from storage.models import Case, Letter, Page, PageScan, Source, TextVersion
from storage.session import reading

log = logging.getLogger(__name__)

T = TypeVar("T")
K = TypeVar("K")
LOOK_UP_SECONDS = 0.5
"""How often a worker that waits for its children looks up, whether it should stop or renew its lease."""

MAX_DEATHS = 3
"""How often a page may take its process down before it is marked as failed."""


class Stopping(Exception):
    """The worker was asked to stop; what is done is kept, the rest waits for the next worker."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page scan that waits to be made."""

    scan_id: int
    number: int
    sha256: str
    name: str
    ref: PageRef
    turn: int | None


class LetterProcessor:
    """One worker's hands: works letters through, one after the other or several at once from several threads."""

    def __init__(self, archive: Archive, workers: Workers, stop: threading.Event, folder: Path) -> None:
        """`folder` is where half-done letters may lie."""
        self.archive = archive
        self.workers = workers
        self.stop = stop
        self.folder = folder
        self.limits = ScanOptions().limits

    def on_letter(self, letter_id: int) -> None:
        """Do all that is missing on a letter, unless somebody else is at it. Never raises: failures are recorded."""
        lease = None if self.stop.is_set() else Lease.claim(self.archive, letter_id)
        if lease is None:
            return
        try:
            with tempfile.TemporaryDirectory(dir=self.folder, prefix="letter-") as folder:
                self._look_into_sources(lease)
                self._make_pages(lease, Path(folder))
                self._finish(lease)
                self._make_access_copy(lease, Path(folder))
            lease.release()
        except LeaseLost:
            log.info("letter %s was taken over", letter_id)
        except Stopping:
            lease.release()
        except (EngineMissing, DiskFull) as error:
            lease.defer(notice_of(error))
        except NoSpace as error:
            lease.defer(notice_of(DiskFull(str(error))))
        except Exception as error:
            log.error("letter %s could not be worked on; it will be tried again: %s", letter_id, traces.of(error))
            passing = isinstance(error, OSError | OperationalError)
            lease.defer(notice_of(WorkerDied("")), longer_each_time=not passing)

    def _each_done(self, lease: Lease, futures: dict[Future[T], K]) -> Iterator[tuple[K, Future[T]]]:
        """The futures as they end, each with its key; renews the lease while waiting, cancels the rest when left."""
        pending = set(futures)
        renewed = time.monotonic()
        try:
            while pending:
                done, pending = wait(pending, LOOK_UP_SECONDS, FIRST_COMPLETED)
                for future in done:
                    yield futures[future], future
                if self.stop.is_set():
                    raise Stopping
                if time.monotonic() - renewed > self.archive.settings.lease_seconds / 3:
                    lease.renew()
                    renewed = time.monotonic()
        finally:
            for future in pending:
                future.cancel()

    # The steps

    def _look_into_sources(self, lease: Lease) -> None:
        """Find out how many pages each new original has, and make a waiting page of each; a refused file says why."""
        options = self._options(None)
        with reading(self.archive.sessions, SYSTEM.key) as session:
            letter = session.get_one(Letter, lease.letter_id)
            new = [(s.id, s.sha256, s.name) for s in letter.sources if s.page_count is None and s.error is None]
        futures: dict[Future[Any], int] = {}
        for source_id, sha256, name in new:
            path = self.archive.files.path(sha256)
            future = self.workers.submit(
                sources.inspect, path, options, name, name=name, seconds=self.limits.seconds_to_inspect
            )
            futures[future] = source_id
        found: dict[int, Any] = {}
        for source_id, future in self._each_done(lease, futures):
            found[source_id] = _result(future)
        with lease.holding() as session:
            letter = session.get_one(Letter, lease.letter_id)
            for source in letter.sources:
                if source.id in found:
                    self._note_source(session, letter, source, found[source.id])
            letter.state = "reading" if letter.state == "kept" else letter.state
            session.commit()

    @staticmethod
    def _note_source(session: Session, letter: Letter, source: Source, found: Any) -> None:
        if isinstance(found, (EngineMissing, DiskFull)):
            raise found
        if isinstance(found, ScanError):
            source.error = _kept(found, source.name)
            return
        source.media_type, source.page_count = found.media_type, len(found.pages)
        if session.scalar(select(PageScan.id).where(PageScan.source_id == source.id).limit(1)) is not None:
            return  # a page that was scanned again: it has its place already
        last = max((page.number for page in letter.pages), default=0)
        for number, ref in enumerate(found.pages, start=last + 1):
            page = Page(letter=letter, number=number)
            page.scans.append(PageScan(number=1, source=source, source_index=ref.index, source_part=ref.part))
            session.add(page)

    def _make_pages(self, lease: Lease, folder: Path) -> None:
        """Make every page that waits; each is kept as soon as it is done, and a failed one holds up no other."""
        while waiting := self._waiting(lease.letter_id):
            futures: dict[Future[ScannedPage], Waiting] = {}
            for item in waiting:
                workdir = folder / f"page-{item.scan_id}"
                workdir.mkdir(exist_ok=True)
                path = self.archive.files.path(item.sha256)
                future = self.workers.submit(
                    pipeline.read_page_here,
                    path,
                    item.ref,
                    workdir,
                    self._options(item.turn),
                    item.name,
                    name=item.name,
                    seconds=self.limits.seconds_per_page,
                )
                futures[future] = item
            for item, future in self._each_done(lease, futures):
                made = _result(future)
                self._keep_page(lease, item, made)

    def _waiting(self, letter_id: int) -> list[Waiting]:
        with reading(self.archive.sessions, SYSTEM.key) as session:
            rows = session.execute(
                select(PageScan, Page.number, Source)
                .join(Page, PageScan.page_id == Page.id)
                .join(Source, PageScan.source_id == Source.id)
                .where(Page.letter_id == letter_id, PageScan.state == "waiting")
                .order_by(Page.number)
            )
            return [
                Waiting(scan.id, number, source.sha256, source.name, _ref(scan), scan.turn)
                for scan, number, source in rows
            ]

    def _options(self, turn: int | None) -> ScanOptions:
        settings = self.archive.settings
        return ScanOptions(engine=settings.engine, a3=settings.a3, turn=turn, limits=self.limits)

    def _keep_page(self, lease: Lease, item: Waiting, made: ScannedPage | ScanError) -> None:
        if isinstance(made, (EngineMissing, DiskFull)):
            raise made
        if isinstance(made, ScanError):
            self._note_failure(lease, item, made)
            return
        files = {name: self._put(getattr(made, name)) for name in ("layer", "preview", "source_preview")}
        with lease.holding() as session:
            scan = session.get_one(PageScan, item.scan_id)
            if scan.state != "waiting":
                return
            scan.state, scan.error = "done", None
            scan.layer_type = made.layer.suffix
            scan.layer, scan.preview, scan.source_preview = files["layer"], files["preview"], files["source_preview"]
            # Of a code's words only the beginning is known; PostgreSQL refuses what is longer than the column.
            scan.separator, scan.upright = made.separator and made.separator[:200], made.turned
            scan.engine = f"{made.engine} {made.engine_version}".strip()
            scan.report = report_of(made)
            number = 1 + max((text.number for text in _page_texts(session, scan.page_id)), default=0)
            lines = [to_row(line) for line in made.lines]
            session.add(
                TextVersion(
                    page_id=scan.page_id,
                    scan_id=scan.id,
                    number=number,
                    at=datetime.now(UTC),
                    text=text_of(lines),
                    lines=lines,
                )
            )
            self._look_again(session, lease.letter_id)
            session.commit()

    @staticmethod
    def _look_again(session: Session, letter_id: int) -> None:
        """A letter that may be open already is looked through for names with each page that is read anew."""
        letter = session.get_one(Letter, letter_id)
        if session.get_one(Case, letter.case_id).read_at is not None:
            screen(session, letter)

    def _put(self, path: Path) -> str:
        with path.open("rb") as stream:
            return self.archive.files.put(stream).sha256

    def _note_failure(self, lease: Lease, item: Waiting, error: ScanError) -> None:
        with lease.holding() as session:
            scan = session.get_one(PageScan, item.scan_id)
            scan.attempts += 1
            if not error.retry or scan.attempts >= MAX_DEATHS:
                scan.state = "failed"
                # "Try again" would be no help any more: the page takes every process down that looks at it.
                told = OutOfBounds(item.name, what="memory") if isinstance(error, WorkerDied) else error
                scan.error = _kept(told, item.name)
            session.commit()

    def _finish(self, lease: Lease) -> None:
        """All pages are made or have failed: divide a stack, index what was read, and say so."""
        with lease.holding() as session:
            letter = session.get_one(Letter, lease.letter_id)
            if letter.state != "reading" or _has_waiting(session, lease.letter_id):
                return  # done before, or a page was turned meanwhile: the sweep comes back
            letters = separator_split.divide(session, letter) if letter.intake.grouping == "stack" else [letter]
            for each in letters:
                failed = self._record_failures(session, each)
                refused = _gave_no_page(session, each)
                each.state = "attention" if failed or refused or not each.pages else "ready"
                index_letter(session, self.archive.index, each)
                finish_reading(session, each, failed=each.state == "attention")
                record(session, SYSTEM, "read", each, pages=len(each.pages))
            session.commit()
        self.archive.queue.wake([each.id for each in letters if each.id != lease.letter_id])

    @staticmethod
    def _record_failures(session: Session, letter: Letter) -> bool:
        """Write into the history which pages failed; whether any did.

        Only now, when a stack is divided: before, a page has another letter's history and a number of the whole stack.
        """
        failures = [(page.number, page.scans[-1].error) for page in letter.pages if page.scans[-1].state == "failed"]
        for number, error in failures:
            record(session, SYSTEM, "failed", letter, page=number, code=(error or {}).get("code", ""))
        return bool(failures)

    def _make_access_copy(self, lease: Lease, folder: Path) -> None:
        """Write the A4 PDF/A of all pages as they stand; when text or title changed meanwhile, it is made again."""
        with reading(self.archive.sessions, SYSTEM.key) as session:
            letter = session.get_one(Letter, lease.letter_id)
            pages = [(scan, text) for _, scan, text in current_texts(session, lease.letter_id) if scan.state == "done"]
            versions = _versions(pages)
            about = DocumentInfo(
                title=_title(letter),
                created=letter.received_at.isoformat(timespec="seconds"),
                identifier=letter.number,
            )
            layers = [self._layer(folder, scan, text) for scan, text in pages]
        kept = None
        if layers:
            out = folder / "access.pdf"
            future = self.workers.submit(
                pdfa.assemble, layers, out, about, name=about.identifier, seconds=60.0 + 5.0 * len(layers)
            )
            for _, done in self._each_done(lease, {future: None}):
                done.result()
            kept = self._put(out)
        with lease.holding() as session:
            letter = session.get_one(Letter, lease.letter_id)
            now = [(scan, text) for _, scan, text in current_texts(session, lease.letter_id) if scan.state == "done"]
            letter.access_copy = kept
            letter.access_copy_current = _versions(now) == versions and _title(letter) == about.title
            session.commit()

    def _layer(self, folder: Path, scan: PageScan, text: TextVersion | None) -> PageLayer:
        assert scan.layer is not None  # noqa: S101 - a scan that is done has its layer
        link = folder / f"layer-{scan.id}{scan.layer_type}"
        link.unlink(missing_ok=True)
        link.symlink_to(self.archive.files.path(scan.layer))
        return PageLayer(link, tuple(to_value(row) for row in (text.lines if text else ())))


def _has_waiting(session: Session, letter_id: int) -> bool:
    waiting = select(PageScan.id).join(Page).where(Page.letter_id == letter_id, PageScan.state == "waiting")
    return session.scalar(waiting.limit(1)) is not None


def _gave_no_page(session: Session, letter: Letter) -> bool:
    """Whether an original was refused. A bad new scan of a page is not meant: that page's scan says so itself."""
    refused = [source.id for source in letter.sources if source.error is not None]
    scanned = set(session.scalars(select(PageScan.source_id).where(PageScan.source_id.in_(refused))))
    return not scanned.issuperset(refused)


def _ref(scan: PageScan) -> PageRef:
    return PageRef(scan.source_index, cast(Part, scan.source_part))


def _title(letter: Letter) -> str:
    return letter.title or letter.heading or letter.number


def _versions(pages: list[tuple[PageScan, TextVersion | None]]) -> list[tuple[int, int | None]]:
    return [(scan.id, None if text is None else text.id) for scan, text in pages]


def _page_texts(session: Session, page_id: int) -> list[TextVersion]:
    return list(session.scalars(select(TextVersion).where(TextVersion.page_id == page_id)))


def _result(future: Future[T]) -> T | ScanError:
    """What a child made, or why it could not."""
    try:
        return future.result()
    except ScanError as error:
        return error


def notice_of(error: ScanError) -> Notice:
    """An error of the scan as something to tell a person."""
    values = {"name": error.name, **error.values}
    return Notice(
        error.code, {name: each if isinstance(each, int | float | str) else str(each) for name, each in values.items()}
    )


def _kept(error: ScanError, name: str) -> dict[str, Any]:
    """The same, as the records keep it, with the name that the file has for people."""
    notice = notice_of(error)
    return {"code": notice.code, "values": {**notice.values, "name": name}}
