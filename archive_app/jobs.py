"""The queue. It only wakes a worker: the state of the letters is the truth, and a sweep finds what was left."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from huey.api import SqliteHuey
from huey.consumer import Consumer

log = logging.getLogger(__name__)

Handler = Callable[[int], None]

ENOUGH_WAITING = 50
"""With this many wake-ups waiting, the sweep adds none: they would only repeat each other."""


class Queue:
    """Wakes workers for letters, across processes, through a SQLite file."""

    def __init__(self, file: Path) -> None:
        self._huey = SqliteHuey("petition-archive", filename=str(file), results=False, fsync=False)
        self._handler: Handler | None = None
        self._task = self._huey.task(name="work_on_letter")(self._work)

    def wake(self, letter_ids: Iterable[int]) -> None:
        """Tell a worker that letters wait. A queue that cannot be written is no loss: the sweep finds them."""
        try:
            for letter_id in letter_ids:
                self._task(letter_id)
        except Exception:
            log.warning("the queue could not be written; the next sweep will find the letters", exc_info=True)

    def wake_if_idle(self, letter_ids: Iterable[int]) -> None:
        """The sweep's way to wake: nothing is added while the queue is full of wake-ups anyway."""
        if self._huey.pending_count() < ENOUGH_WAITING:
            self.wake(letter_ids)

    def consumer(self, handler: Handler, *, threads: int) -> Consumer:
        """A consumer (not started) whose threads give each wake-up to `handler`."""
        self._handler = handler
        return _QuietConsumer(  # type: ignore[no-untyped-call]
            self._huey, workers=threads, worker_type="thread", initial_delay=0.05, max_delay=0.25, periodic=False
        )

    def close(self) -> None:
        """Let go of the file."""
        self._huey.storage.close()

    def _work(self, letter_id: int) -> None:
        if self._handler is not None:
            self._handler(letter_id)


class _QuietConsumer(Consumer):
    """A consumer that leaves the signals to the process it runs in."""

    def _set_signal_handlers(self) -> None:
        return
