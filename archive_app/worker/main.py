"""The worker process: processes letters, sweeps for unfinished ones, and writes a heartbeat."""

from __future__ import annotations

import logging
import os
import platform
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from types import FrameType

from sqlalchemy import delete

from archive_app.access.identity import NOBODY
from archive_app.letters.lease import unfinished
from archive_app.letters.processing import LetterProcessor
from archive_app.mailing import digest
from archive_app.mailing.reminders import remind, tidy
from archive_app.runtime import work_dirs
from archive_app.runtime.archive import Archive
from archive_app.screening.matching import catch_up
from archive_app.worker.retraining import Learner
from scanning import pipeline, traces
from scanning.sandbox import Workers
from storage.models import WorkerBeat

log = logging.getLogger(__name__)

MAILER_SECONDS = 30.0
"""How long a stopping worker waits for a mail that is being sent."""

REMIND_SECONDS = 60.0
"""The interval at which the clocks of all cases are checked."""


def run(archive: Archive, *, stop: threading.Event, on_ready: Callable[[], None] | None = None) -> None:
    """Process letters until `stop` is set; then finish the current pages and return.

    Work interrupted by kill -9 or a power cut is resumed by another worker's sweep, once the lease has expired.
    """
    settings = archive.settings
    warm = partial(pipeline.warm, settings.engine)
    with (
        work_dirs.worker_directory(settings.work) as folder,
        Workers(settings.jobs, warm=warm, folder=folder) as workers,
    ):
        processor = LetterProcessor(archive, workers, stop, folder)
        # One thread more than children: no child idles while a letter is written to the records.
        consumer = archive.queue.consumer(processor.on_wake, threads=settings.jobs + 1)
        consumer.start()
        mailer = threading.Thread(target=digest.run, args=(archive, stop), daemon=True)
        mailer.start()
        if on_ready is not None:
            on_ready()
        cleared, reminded = -work_dirs.STALE_SECONDS, -REMIND_SECONDS
        learner = Learner(archive)
        while not stop.is_set():
            _beat(archive)
            _sweep(archive)
            learner.look()
            if time.monotonic() - cleared > work_dirs.STALE_SECONDS:
                _clear(archive)
                cleared = time.monotonic()
            if time.monotonic() - reminded > REMIND_SECONDS:
                _remind(archive)
                reminded = time.monotonic()
            stop.wait(settings.sweep_seconds)
        consumer.stop(graceful=True)
        learner.stop()
        mailer.join(timeout=MAILER_SECONDS)


def run_until_signalled(archive: Archive, *, parent: int | None = None) -> None:
    """Process letters until SIGINT or SIGTERM, or until the process `parent`, which started this one, has ended."""
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    if parent is not None:
        threading.Thread(target=_follow, args=(parent, stop), daemon=True).start()
    run(archive, stop=stop)


def _follow(parent: int, stop: threading.Event) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    stop.set()


def _sweep(archive: Archive) -> None:
    try:
        catch_up(archive)
        if left := unfinished(archive):
            archive.queue.wake_if_idle(left)
    except Exception as error:
        log.error("the sweep failed; it will be repeated: %s", traces.of(error))


def _remind(archive: Archive) -> None:
    try:
        remind(archive)
        tidy(archive)
    except Exception as error:
        log.error("the reminders failed; they will be repeated: %s", traces.of(error))


def _beat(archive: Archive) -> None:
    """Write the worker's heartbeat. If that fails (a full disk), the worker goes on."""
    try:
        with archive.changing(NOBODY) as session:
            session.execute(delete(WorkerBeat).where(WorkerBeat.seen_at < datetime.now(UTC) - timedelta(days=1)))
            session.merge(
                WorkerBeat(
                    name=f"{platform.node()}:{os.getpid()}",
                    seen_at=datetime.now(UTC),
                    engine=archive.settings.engine,
                )
            )
            session.commit()
    except Exception as error:
        log.error("the worker's heartbeat could not be written: %s", traces.of(error))


def _clear(archive: Archive) -> None:
    """Remove partially written files of killed processes, including uploads."""
    try:
        work_dirs.clear_stale(archive.settings.work)
        archive.files.sweep(older_than=time.time() - work_dirs.STALE_SECONDS)
    except OSError:
        log.exception("partially written files could not be removed")
