"""The only place where foreign bytes are parsed: limited child processes, whose death harms no other.

Every worker is a pebble pool of one process, controlled by a thread of its own. Such a pool has one task in flight at a
time, so that whatever happens to the process is caused by that task, and a broken pool is replaced without touching its
neighbours.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import re
import shutil
import signal
import tempfile
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context, resource_tracker
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from scanning import traces
from scanning.child import Setup, cause_of_death, named, prepare, run
from scanning.errors import OutOfBounds, ScanError, WorkerDied
from scanning.values import Limits

R = TypeVar("R")

_log = logging.getLogger(__name__)

# A fresh process after so many tasks frees what the libraries leak; the models are then loaded again, a second or two.
_TASKS_PER_PROCESS = 500
# A process may have died idle, between two tasks. The next task, not its cause, notices and is given another process.
_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class _Task:
    """One call for a child, already pickled so that a mistake is raised at the caller."""

    payload: bytes
    name: str
    seconds: float
    future: Future[Any]


class Workers:
    """A pool of `jobs` limited child processes; use it as a context manager.

    A task's failure is always a `ScanError` on its future, whatever happened to the process, and never another task's.
    Leaving the context waits for what was submitted; leaving it by an exception (Ctrl-C among them) stops the children
    at once. `warm` runs once in every child before its first task, to load models; if it fails, every task fails with
    its error. The children's temporary folders are made in `folder` (None: the system's), and removed with the pool.
    Functions, arguments and results are pickled: functions must be importable by name.
    """

    def __init__(
        self,
        jobs: int = 2,
        *,
        limits: Limits | None = None,
        warm: Callable[[], None] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._jobs = jobs
        self._limits = limits or Limits()
        self._warm = pickle.dumps(warm) if warm else None
        self._queue: SimpleQueue[_Task | None] = SimpleQueue()
        self._slots: list[_Slot] = []
        self._parent = folder
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        # Started here because starting it later would unblock Ctrl-C in the thread that happens to need it first (see
        # _Slot.run).
        resource_tracker.ensure_running()
        self._folder = tempfile.TemporaryDirectory(prefix="scan-", dir=self._parent, ignore_cleanup_errors=True)
        for number in range(self._jobs):
            folder = Path(self._folder.name, str(number))
            folder.mkdir()
            self._slots.append(_Slot(self._queue, self._limits, folder, self._warm))
        for slot in self._slots:
            slot.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._abandon()
        for _ in self._slots:
            self._queue.put(None)
        for slot in self._slots:
            slot.join()
        self._slots.clear()
        if self._folder is not None:
            self._folder.cleanup()

    def submit(self, fn: Callable[..., R], *args: object, name: str, seconds: float) -> Future[R]:
        """Run `fn` in a child.

        `name` is the source's name in errors; `seconds` caps its elapsed time, and its CPU time. The future fails with
        OutOfBounds (memory, time, disk space), WorkerDied, DiskFull, whatever ScanError `fn` raised, or a plain
        ScanError when `fn` failed unexpectedly (the cause is logged). Raises pickle errors at once, and RuntimeError
        outside the context.
        """
        if not self._slots:
            raise RuntimeError("Workers accept tasks only inside their context")
        future: Future[R] = Future()
        self._queue.put(_Task(pickle.dumps((fn, args)), name, seconds, future))
        return future

    @property
    def pids(self) -> tuple[int, ...]:
        """The children that are alive."""
        return tuple(slot.pid for slot in self._slots if slot.pid)

    def peak_memory(self) -> int:
        """Return the peak memory, in bytes, of any child now alive (Linux; elsewhere 0)."""
        return max((_high_water(pid) for pid in self.pids), default=0)

    def _abandon(self) -> None:
        with contextlib.suppress(Empty):
            while True:
                if task := self._queue.get_nowait():
                    task.future.cancel()
        for slot in self._slots:
            slot.abandon()


class _Slot(Thread):
    """One worker: a thread that passes tasks, one at a time, to one child process, and replaces it when it is lost."""

    def __init__(self, queue: SimpleQueue[_Task | None], limits: Limits, folder: Path, warm: bytes | None) -> None:
        super().__init__(name=f"scan-worker-{folder.name}", daemon=True)
        self._queue = queue
        self._context = get_context("spawn")
        # A spawned process is confined before it imports a library; a forked one would inherit the parent's threads and
        # locks.
        self._child: Synchronized[int] = self._context.Value("i", 0)
        self._setup = Setup(limits, folder, os.getpid(), warm)
        self._pool: ProcessPool | None = None
        self._in_flight: Future[bytes] | None = None
        self._abandoned = False
        self._lock = Lock()

    @property
    def pid(self) -> int:
        """The child's process id, 0 when there is none."""
        return self._child.value

    def run(self) -> None:
        # Children inherit the mask, so that Ctrl-C cannot interrupt their imports, before they can ignore it.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            while task := self._queue.get():
                if task.future.set_running_or_notify_cancel():
                    self._serve(task)
        finally:
            self._drop_pool()

    def abandon(self) -> None:
        """Stop the child now, whatever it does; no other is started."""
        with self._lock:
            self._abandoned = True
            if self._in_flight is not None:
                self._in_flight.cancel()
        self._kill()

    def _serve(self, task: _Task) -> None:
        try:
            result = self._result_of(task)
        except ScanError as error:
            if isinstance(error, OutOfBounds | WorkerDied):
                self._drop_pool()
            if type(error) is ScanError:
                _log.error("an unexpected error: %s", traces.of(error))
            task.future.set_exception(error)
        except Exception as error:
            # No process can be started, or a result is not understood: in any case somebody waits for an answer.
            _log.error("a worker failed: %s", traces.of(error))
            self._drop_pool()
            task.future.set_exception(named(error, task.name))
        else:
            task.future.set_result(result)

    def _result_of(self, task: _Task) -> Any:
        for _ in range(_ATTEMPTS):
            try:
                return self._schedule(task)
            except (BrokenProcessPool, _PoolGone):
                self._drop_pool()
        raise WorkerDied(task.name)

    def _schedule(self, task: _Task) -> Any:
        arguments = (task.payload, task.name, task.seconds, self._setup.warm)
        with self._lock:
            if self._abandoned:
                raise WorkerDied(task.name)
            pool = self._pool = self._pool or self._new_pool()
            try:
                self._in_flight = pool.schedule(run, args=arguments, timeout=task.seconds)
            except RuntimeError as error:
                raise _PoolGone from error
        try:
            return pickle.loads(self._in_flight.result())  # noqa: S301 (our own child)
        except ProcessExpired as error:
            raise cause_of_death(error.exitcode, task.name) from error
        except TimeoutError as error:
            raise OutOfBounds(task.name, what="time") from error
        except CancelledError as error:
            raise WorkerDied(task.name) from error

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=1,
            max_tasks=_TASKS_PER_PROCESS,
            initializer=prepare,
            initargs=(self._setup, self._child),
            context=self._context,
        )

    def _drop_pool(self) -> None:
        """Release the child, stopped or killed, and delete its folder."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            self._kill()
            pool.join()
        for left in self._setup.folder.iterdir():
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)

    def _kill(self) -> None:
        """Kill the child and whatever it started."""
        if pid := self.pid:
            self._child.value = 0
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)


class _PoolGone(Exception):
    """The pool noticed that its process died between two tasks."""


def _high_water(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
