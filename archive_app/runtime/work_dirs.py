"""Work directories: each worker has one of its own, and those of killed workers are removed."""

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
"""Seconds after which anything outside of a work directory belongs to nobody: requests end or time out long before."""


@contextmanager
def worker_directory(work: Path) -> Iterator[Path]:
    """A private folder in `work` for as long as this process needs it; first those of dead processes are removed.

    They contain half-processed letters, which must not outlive their worker by more than the start of the next one. The
    kernel releases a lock when its process ends, however it ends, so a directory whose lock can be taken is abandoned.
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
    """Remove everything else in the work folder that was last touched before `before` (default: an hour ago)."""
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
    """Hold the lock of a file; without waiting, yield whether it could be taken."""
    descriptor = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(descriptor)
