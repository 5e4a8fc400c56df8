"""Process letters after intake: from stored originals to pages, text, an index entry and an A4 copy.

Every step queries the records for what is missing and ends in one transaction, so that killed work is repeated and
nothing is duplicated. A worker holds a lease on the letter it processes, and writes nothing after losing it.
"""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from archive_app.access.system import SYSTEM
from archive_app.audit.record import record
from archive_app.letters import separator_split
from archive_app.letters.lease import Lease, LeaseLost
from archive_app.letters.notices import notice_of, stored_error
from archive_app.letters.scan_report import report_of
from archive_app.letters.text_lines import text_of, to_row, to_value
from archive_app.letters.turns import TurnOver, next_turn
from archive_app.runtime.archive import Archive
from archive_app.screening.mentions import screen
from archive_app.screening.reading import finish_reading
from archive_app.search.indexing import current_texts, index_letter
from scanning import pdfa, pipeline, sources, traces
from scanning.errors import DiskFull, EngineMissing, OutOfBounds, ScanError, WorkerDied
from scanning.sandbox import Workers
from scanning.values import DocumentInfo, PageLayer, PageRef, Part, ScannedPage, ScanOptions
from storage.files import NoSpace
from storage.models import Case, Letter, Page, PageScan, Source, TextVersion
from storage.written_words import leave_to_reading

log = logging.getLogger(__name__)

T = TypeVar("T")
K = TypeVar("K")
POLL_SECONDS = 0.5
"""The interval at which a worker that waits for its children checks whether to stop or to renew its lease."""

MAX_DEATHS = 3
"""How often a page may crash its process before it is marked as failed."""


class Stopping(Exception):
    """The worker was asked to stop; finished work is kept, the rest waits for the next worker."""


@dataclass(frozen=True, slots=True)
class PendingScan:
    """A page scan that waits for processing."""

    scan_id: int
    number: int
    sha256: str
    name: str
    ref: PageRef
    turn: int | None


class LetterProcessor:
    """Processes letters for one worker, one at a time or several from several threads."""

    def __init__(self, archive: Archive, workers: Workers, stop: threading.Event, folder: Path) -> None:
        """Create a processor; `folder` holds the temporary files of unfinished letters."""
        self.archive = archive
        self.workers = workers
        self.stop = stop
        self.folder = folder
        self.limits = ScanOptions().limits

    def on_wake(self, _letter_id: int) -> None:
        """Give turns until nobody waits. A wake-up says that there is work, and not whose turn it is."""
        while self.take_turn():
            pass

    def take_turn(self) -> bool:
        """Do a turn of the person who has waited longest for one (`turns`). Returns False if nobody waits."""
        turn = None if self.stop.is_set() else next_turn(self.archive)
        if turn is None:
            return False
        self._process(turn.lease, turn.goes_on)
        return True

    def on_letter(self, letter_id: int) -> None:
        """Process a whole letter unless another worker has leased it. Never raises: failures are recorded."""
        lease = None if self.stop.is_set() else Lease.claim(self.archive, letter_id)
        if lease is not None:
            self._process(lease, lambda: True)

    def _process(self, lease: Lease, goes_on: Callable[[], bool]) -> None:
        """Process a letter, or so many of its pages as the turn has; `goes_on` is asked after each page."""
        letter_id = lease.letter_id
        try:
            with tempfile.TemporaryDirectory(dir=self.folder, prefix="letter-") as folder:
                self._inspect_sources(lease)
                self._process_pages(lease, Path(folder), goes_on)
                self._finish(lease)
                self._make_access_copy(lease, Path(folder))
            lease.release()
        except LeaseLost:
            log.info("letter %s was taken over", letter_id)
        except (Stopping, TurnOver):
            lease.release()
        except (EngineMissing, DiskFull) as error:
            lease.defer(notice_of(error))
        except NoSpace as error:
            lease.defer(notice_of(DiskFull(str(error))))
        except Exception as error:
            log.error("letter %s could not be processed; it will be tried again: %s", letter_id, traces.of(error))
            transient = isinstance(error, OSError | OperationalError)
            lease.defer(notice_of(WorkerDied("")), longer_each_time=not transient)

    def _each_done(self, lease: Lease, futures: dict[Future[T], K]) -> Iterator[tuple[K, Future[T]]]:
        """Yield the futures as they end, each with its key; renew the lease meanwhile, cancel the rest on exit.

        Futures that are added meanwhile are waited for as well.
        """
        ended: set[Future[T]] = set()
        renewed = time.monotonic()
        try:
            while pending := futures.keys() - ended:
                done, _ = wait(pending, POLL_SECONDS, FIRST_COMPLETED)
                ended |= done
                for future in done:
                    yield futures[future], future
                if self.stop.is_set():
                    raise Stopping
                if time.monotonic() - renewed > self.archive.settings.lease_seconds / 3:
                    lease.renew()
                    renewed = time.monotonic()
        finally:
            for future in futures.keys() - ended:
                future.cancel()

    # The steps

    def _inspect_sources(self, lease: Lease) -> None:
        """Inspect each new original; create a waiting scan for each of its pages, or store why it is refused."""
        options = self._options(None)
        with self.archive.reading(SYSTEM) as session:
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
                    self._record_source(session, letter, source, found[source.id])
            letter.state = "reading" if letter.state == "kept" else letter.state
            session.commit()

    @staticmethod
    def _record_source(session: Session, letter: Letter, source: Source, found: Any) -> None:
        if isinstance(found, (EngineMissing, DiskFull)):
            raise found
        if isinstance(found, ScanError):
            source.error = stored_error(found, source.name)
            return
        source.media_type, source.page_count = found.media_type, len(found.pages)
        if session.scalar(select(PageScan.id).where(PageScan.source_id == source.id).limit(1)) is not None:
            return  # the new scan of an existing page
        last = max((page.number for page in letter.pages), default=0)
        for number, ref in enumerate(found.pages, start=last + 1):
            page = Page(letter=letter, number=number)
            page.scans.append(PageScan(number=1, source=source, source_index=ref.index, source_part=ref.part))
            session.add(page)

    def _process_pages(self, lease: Lease, folder: Path, goes_on: Callable[[], bool]) -> None:
        """Process the waiting pages; store each as soon as it is done; a failed page does not block others.

        A few are in work at a time, so that pages of other letters come between. Raises TurnOver.
        """
        at_once = self.archive.settings.jobs + 1
        while waiting := self._waiting(lease.letter_id):
            queue = iter(waiting)
            futures = {self._submit(item, folder): item for item in islice(queue, at_once)}
            is_over = False
            for item, future in self._each_done(lease, futures):
                made = _result(future)
                self._store_page(lease, item, made)
                is_over = is_over or not goes_on()
                if not is_over and (following := next(queue, None)) is not None:
                    futures[self._submit(following, folder)] = following
            if is_over and self._waiting(lease.letter_id):
                raise TurnOver

    def _submit(self, item: PendingScan, folder: Path) -> Future[ScannedPage]:
        workdir = folder / f"page-{item.scan_id}"
        workdir.mkdir(exist_ok=True)
        return self.workers.submit(
            pipeline.read_page_here,
            self.archive.files.path(item.sha256),
            item.ref,
            workdir,
            self._options(item.turn),
            item.name,
            name=item.name,
            seconds=self.limits.seconds_per_page,
        )

    def _waiting(self, letter_id: int) -> list[PendingScan]:
        with self.archive.reading(SYSTEM) as session:
            rows = session.execute(
                select(PageScan, Page.number, Source)
                .join(Page, PageScan.page_id == Page.id)
                .join(Source, PageScan.source_id == Source.id)
                .where(Page.letter_id == letter_id, PageScan.state == "waiting")
                .order_by(Page.number)
            )
            return [
                PendingScan(scan.id, number, source.sha256, source.name, _ref(scan), scan.turn)
                for scan, number, source in rows
            ]

    def _options(self, turn: int | None) -> ScanOptions:
        settings = self.archive.settings
        return ScanOptions(engine=settings.engine, a3=settings.a3, turn=turn, limits=self.limits)

    def _store_page(self, lease: Lease, item: PendingScan, made: ScannedPage | ScanError) -> None:
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
            # Only the prefix of a code's content matters; PostgreSQL refuses values longer than the column.
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
            self._screen_again(session, lease.letter_id)
            session.commit()

    @staticmethod
    def _screen_again(session: Session, letter_id: int) -> None:
        """Screen a letter again after each new page, if it may be open already."""
        letter = session.get_one(Letter, letter_id)
        if session.get_one(Case, letter.case_id).read_at is not None:
            screen(session, letter)
        else:
            leave_to_reading(session)

    def _put(self, path: Path) -> str:
        with path.open("rb") as stream:
            return self.archive.files.put(stream).sha256

    def _note_failure(self, lease: Lease, item: PendingScan, error: ScanError) -> None:
        with lease.holding() as session:
            scan = session.get_one(PageScan, item.scan_id)
            scan.attempts += 1
            if not error.retry or scan.attempts >= MAX_DEATHS:
                scan.state = "failed"
                # Do not suggest another try: the page crashes every process that reads it.
                shown = OutOfBounds(item.name, what="memory") if isinstance(error, WorkerDied) else error
                scan.error = stored_error(shown, item.name)
            session.commit()

    def _finish(self, lease: Lease) -> None:
        """After all pages are done or have failed: divide a stack, index the text, and record the reading."""
        with lease.holding() as session:
            letter = session.get_one(Letter, lease.letter_id)
            if letter.state != "reading" or _has_waiting(session, lease.letter_id):
                return  # done before, or a page was turned meanwhile: the sweep comes back
            letters = separator_split.divide(session, letter) if letter.intake.grouping == "stack" else [letter]
            for each in letters:
                failed = self._record_failures(session, each)
                refused = _has_refused_source(session, each)
                each.state = "attention" if failed or refused or not each.pages else "ready"
                index_letter(session, self.archive.index, each)
                finish_reading(session, each, failed=each.state == "attention")
                record(session, SYSTEM, "read", each, pages=len(each.pages))
            session.commit()
        self.archive.queue.wake([each.id for each in letters if each.id != lease.letter_id])

    @staticmethod
    def _record_failures(session: Session, letter: Letter) -> bool:
        """Record the failed pages in the history; returns whether there are any.

        This must follow the division of a stack: before it, a page belongs to another letter and has a number in the
        whole stack.
        """
        failures = [(page.number, page.scans[-1].error) for page in letter.pages if page.scans[-1].state == "failed"]
        for number, error in failures:
            record(session, SYSTEM, "failed", letter, page=number, code=(error or {}).get("code", ""))
        return bool(failures)

    def _make_access_copy(self, lease: Lease, folder: Path) -> None:
        """Write the A4 PDF/A of all pages; mark it outdated if text or title changed in the meantime."""
        with self.archive.reading(SYSTEM) as session:
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


def _has_refused_source(session: Session, letter: Letter) -> bool:
    """Whether an original was refused; not counting a bad rescan of a page, whose scan has its own error."""
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
    """Return a child's result, or its error."""
    try:
        return future.result()
    except ScanError as error:
        return error
