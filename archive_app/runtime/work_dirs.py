"""Rooms in the work folder: each worker has one of its own, and what a killed worker left in its is cleared away."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

PREFIX = "worker-"
LOCK = "lock"
STALE_SECONDS = 3_600.0
"""What lies outside of any room for so long is nobody's any more: a request ends, or is ended, long before."""


@contextmanager
def worker_directory(work: Path) -> Iterator[Path]:
    """A private folder in `work` for as long as this process needs it; first those of dead processes are removed.

    Letters lie in them, half made: they must not outlive their worker by more than it takes to start the next one. The
    kernel lets go of a lock when its process ends, however it ends, so a room whose lock can be had is nobody's.
    """
    with _locked(work / LOCK):
        for left in work.glob(f"{PREFIX}*"):
            _clear(left)
        own = Path(mkdtemp(prefix=PREFIX, dir=work))
        lock = os.open(own / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
        os.close(lock)


def clear_stale(work: Path, *, before: float | None = None) -> None:
    """Remove what else lies in the work folder and was last touched before `before` (default: an hour ago)."""
    limit = time.time() - STALE_SECONDS if before is None else before
    for path in work.iterdir():
        if path.name == LOCK or path.name.startswith(PREFIX):
            continue
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _clear(left: Path) -> None:
    with suppress(FileNotFoundError), _locked(left / LOCK, wait=False) as free:
        if free:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _locked(file: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of a file; without waiting, tell whether it could be had."""
    descriptor = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)
