"""What a child process does to itself before it touches foreign bytes: limits, no privileges, no network.

Linux only where the kernel is asked (prctl, unshare); elsewhere those steps are left out and the resource limits
still hold.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
import tempfile
import threading
from pathlib import Path

from scanning.values import Limits

# One thread a process: two workers of one thread beat one worker of two, and Tesseract's OpenMP on busy cores takes
# up to a hundred times the CPU time.
_ONE_THREAD = (
    "OMP_THREAD_LIMIT",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
)
# Counted over all processes of the user, so it must leave room for whatever else runs; it stops a fork bomb, not
# Tesseract.
_MAX_PROCESSES = 4096

# From <linux/prctl.h> and <linux/sched.h>.
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def confine(limits: Limits, folder: Path, parent: int) -> None:
    """Limit this process for the rest of its life.

    `folder` becomes its temporary folder, `parent` is the process with which it dies. Afterwards: address space, file
    size and processes are capped, no core is dumped, no privilege can be gained, the network is gone where the system
    allows it, and Ctrl-C on the terminal is left to the parent. Raises OSError when a limit cannot be set.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # A group of its own, so that whatever it starts can be stopped with it.
    os.setpgid(0, 0)
    if sys.platform == "linux":
        # The order matters: a change of credentials, which a new user namespace is, clears the death signal.
        _leave_network()
        _ask_kernel(_PR_SET_NO_NEW_PRIVS, 1)
        _ask_kernel(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    _limit_resources(limits)
    _use_one_thread()
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = str(folder)


def allow_cpu(seconds: float) -> None:
    """Let this process use that many more seconds of CPU time; one more and the kernel ends it with SIGXCPU."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = usage.ru_utime + usage.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent + seconds) + 2, hard))


def _limit_resources(limits: Limits) -> None:
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, 2 * max(limits.max_bytes, limits.max_stream_bytes)),
        (resource.RLIMIT_NPROC, _MAX_PROCESSES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        capped = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (capped, capped))


def _use_one_thread() -> None:
    for variable in _ONE_THREAD:
        os.environ[variable] = "1"
    # OpenCV reads its variable once; when the main module has brought it in already, it must be told.
    if cv2 := sys.modules.get("cv2"):
        cv2.setNumThreads(1)


def _ask_kernel(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}) failed")


def _leave_network() -> None:
    """Move into a network namespace with nothing in it. Best effort: containers and some distributions forbid it."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if user == 0:
        libc.unshare(_CLONE_NEWNET)
    elif threading.active_count() == 1 and libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        # Keep being who we were; without a map, files would seem to belong to nobody.
        with contextlib.suppress(OSError):
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
