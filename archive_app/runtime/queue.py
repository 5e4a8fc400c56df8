"""The queue. It only wakes a worker: the state of the letters is the truth, and a sweep finds what was left.

It is stored beside the records: in a SQLite file of its own, or in tables of its own in the archive's PostgreSQL
database, where the server notifies a waiting worker of new work (LISTEN), on whichever machine it runs.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from huey.api import Huey, PostgresHuey, SqliteHuey
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer

log = logging.getLogger(__name__)

Handler = Callable[[int], None]

ENOUGH_WAITING = 50
"""With this many wake-ups waiting, the sweep adds none: they would only repeat each other."""

TABLE_PREFIX = "queue"
"""The prefix of the queue's tables on PostgreSQL."""

PATIENCE = {"statement_timeout": "5s", "lock_timeout": "2s"}
"""Limits of the queue's statements on PostgreSQL: the caller has acknowledged a letter and must not wait."""

_NAME = "petition-archive"
_TASK = "work_on_letter"


class Queue:
    """Wakes workers for letters, across processes, through a SQLite file (a path) or PostgreSQL (a URL)."""

    def __init__(self, target: Path | str) -> None:
        self._huey = _open_sqlite(target) if isinstance(target, Path) else _open_postgres(target, create_tables=False)
        self._handler: Handler | None = None
        self._closing = threading.Lock()
        self._task = self._huey.task(name=_TASK)(self._work)
        # Each thread of a consumer listens on its own connection.
        self._huey.on_shutdown(name="close")(self.close)

    def wake(self, letter_ids: Iterable[int]) -> None:
        """Wake a worker for letters. A failed write of the queue is no loss: the sweep finds the letters."""
        try:
            for letter_id in letter_ids:
                self._task(letter_id)
        except Exception:
            log.warning("the queue could not be written; the next sweep will find the letters", exc_info=True)

    def wake_if_idle(self, letter_ids: Iterable[int]) -> None:
        """Wake a worker from the sweep: add nothing while the queue is full of wake-ups."""
        if self._huey.pending_count() < ENOUGH_WAITING:
            self.wake(letter_ids)

    def consumer(self, handler: Handler, *, threads: int) -> Consumer:
        """A consumer (not started) whose threads give each wake-up to `handler`."""
        self._handler = handler
        return _QuietConsumer(  # type: ignore[no-untyped-call]
            self._huey, workers=threads, worker_type="thread", initial_delay=0.05, max_delay=0.25, periodic=False
        )

    def close(self) -> None:
        """Close the file, or this thread's connections; they are opened again when needed."""
        with self._closing:
            self._huey.storage.close()

    def _work(self, letter_id: int) -> None:
        if self._handler is not None:
            self._handler(letter_id)


def ensure_tables(owner_url: str) -> None:
    """Make missing queue tables on PostgreSQL, as the role that will own them."""
    _open_postgres(owner_url, create_tables=True).storage.close()


def _open_sqlite(file: Path) -> Huey:
    return SqliteHuey(_NAME, filename=str(file), results=False, fsync=False, serializer=_LetterIds())  # type: ignore[no-untyped-call]


def _open_postgres(url: str, *, create_tables: bool) -> Huey:
    from storage import postgres

    return PostgresHuey(
        _NAME,
        connection=partial(postgres.connect, url, PATIENCE),
        table_prefix=TABLE_PREFIX,
        create_tables=create_tables,
        read_timeout=0.25,
        results=False,
        serializer=_LetterIds(),  # type: ignore[no-untyped-call]
    )


class _LetterIds(Serializer):
    """A wake-up as stored in the queue: a letter's id in digits. Huey's default, pickle, executes what it reads."""

    def _serialize(self, data: Message) -> bytes:
        return str(int(data.args[0])).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(name=f"{__name__}.{_TASK}", args=(int(data),), kwargs={})  # type: ignore[call-arg]


class _QuietConsumer(Consumer):
    """A consumer that leaves signal handling to its process."""

    def _set_signal_handlers(self) -> None:
        return
