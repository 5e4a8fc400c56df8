"""The code inside a limited child process: its start, its tasks, and the naming of its errors.

Imports little, as it is loaded before the process is confined.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import pickle
import signal
from dataclasses import dataclass
from functools import cache
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from scanning.confine import allow_cpu, confine
from scanning.errors import DiskFull, OutOfBounds, ScanError, WorkerDied
from scanning.values import Limits

STDERR = 2


@dataclass(frozen=True, slots=True)
class Setup:
    """The parameters of a child at its start."""

    limits: Limits
    folder: Path
    parent: int
    warm: bytes | None


def prepare(setup: Setup, child: Synchronized[int]) -> None:
    """Start a child: silence and confine it, then load what it will need."""
    _be_silent()
    confine(setup.limits, setup.folder, setup.parent)
    child.value = os.getpid()
    if setup.warm:
        # A failure here recurs at the task, which reports it.
        with contextlib.suppress(Exception):
            _keep_warm(setup.warm)


def _be_silent() -> None:
    """Keep what libraries say of a damaged file off the terminal: it may quote the letter, and helps nobody.

    What matters is told by the errors and warnings of this package.
    """
    logging.disable()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDERR)
    os.close(nowhere)


@cache
def _keep_warm(warm: bytes) -> None:
    """Load models, once in this process; a failure is not remembered, so the next task tries again."""
    pickle.loads(warm)()  # noqa: S301 (from our own parent)


def run(payload: bytes, name: str, seconds: float, warm: bytes | None) -> bytes:
    """Run one task in the child. Only errors of this package leave it."""
    try:
        if warm:
            _keep_warm(warm)
        allow_cpu(seconds)
        fn, args = pickle.loads(payload)  # noqa: S301 (from our own parent)
        return pickle.dumps(fn(*args))
    except ScanError:
        raise
    except BaseException as error:
        raise named(error, name) from error


def named(error: BaseException, name: str) -> ScanError:
    """Convert a foreign error to the class whose message is for people."""
    seen: BaseException | None = error
    while seen is not None:
        number = seen.errno if isinstance(seen, OSError) else None
        if isinstance(seen, MemoryError) or number == errno.ENOMEM:
            return OutOfBounds(name, what="memory")
        if number in (errno.ENOSPC, errno.EDQUOT):
            return DiskFull(name)
        if number == errno.EFBIG:
            return OutOfBounds(name, what="disk space")
        seen = seen.__cause__ or seen.__context__
    return ScanError(name)


def cause_of_death(exit_code: int, name: str) -> ScanError:
    """Return the error for a dead child, from its exit code (negative: the signal that ended it).

    Only the limit on CPU time ends a process from inside. SIGKILL comes from outside: a person, or a system that is
    short of memory for reasons that need not be this page's, so the page may be tried again.
    """
    return OutOfBounds(name, what="time") if exit_code == -signal.SIGXCPU else WorkerDied(name)
