"""What a child process applies to itself before it touches foreign bytes: limits, no privileges, no network.

prctl and seccomp are used on Linux only; elsewhere those steps are omitted and the resource limits still hold.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import sys
import tempfile
from pathlib import Path
from typing import ClassVar

from scanning.values import Limits

# One thread per process: two workers with one thread are faster than one worker with two, and Tesseract's OpenMP on
# busy cores takes up to a hundred times the CPU time.
_ONE_THREAD = (
    "OMP_THREAD_LIMIT",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
)
# Counted over all processes of the user, so it must leave room for other programs; it stops a fork bomb, not Tesseract.
_MAX_PROCESSES = 4096

# From <linux/prctl.h>, <linux/seccomp.h>, <linux/filter.h> and <linux/audit.h>.
_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_FILTER = 2
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
# By the machine's name: the kernel's identifier of its calling convention, and the number of `socket` in it.
_SOCKET_CALL = {
    "x86_64": (0xC000003E, 41),
    "aarch64": (0xC00000B7, 198),
    "riscv64": (0xC00000F3, 198),
    "loongarch64": (0xC0000102, 198),
}
# The other call that makes a socket, the same number everywhere; and the numbers of a second convention on x86.
_IO_URING_SETUP = 425
_OTHER_CALLS = 0x40000000


def confine(limits: Limits, folder: Path, parent: int) -> None:
    """Limit this process for the rest of its life.

    `folder` becomes its temporary folder, `parent` is the process with which it dies. Afterwards: address space, file
    size and processes are capped, no core is dumped, no privilege can be gained, no socket opened, and Ctrl-C on the
    terminal is left to the parent. Raises OSError when a limit cannot be set.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    # A process group of its own, so that everything it starts can be stopped with it.
    os.setpgid(0, 0)
    if sys.platform == "linux":
        _ask_kernel(_PR_SET_PDEATHSIG, signal.SIGKILL)
        _ask_kernel(_PR_SET_NO_NEW_PRIVS, 1)
        _forbid_network()
    if os.getppid() != parent:
        os._exit(1)
    _limit_resources(limits)
    _use_one_thread()
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = str(folder)


def allow_cpu(seconds: float) -> None:
    """Allow this process so many more seconds of CPU time; after that the kernel ends it with SIGXCPU."""
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
    # OpenCV reads its variable once; if the main module has imported it already, it must be set explicitly.
    if cv2 := sys.modules.get("cv2"):
        cv2.setNumThreads(1)


def _ask_kernel(option: int, value: int, argument: int = 0) -> None:
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    if prctl(option, value, argument, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}) failed")


def _forbid_network() -> None:
    """Make the kernel refuse any new socket to this process and its children; a seccomp filter needs no privilege.

    Omitted on processors and kernels without support; the other limits hold there all the same.
    """
    known = _SOCKET_CALL.get(platform.machine())
    if known is None:
        return
    architecture, socket_call = known
    program = (_Instruction * 8)(
        # The last instruction refuses; jumps count from the next instruction.
        _Instruction(_LOAD, 0, 0, 4),
        _Instruction(_JUMP_IF_EQUAL, 0, 5, architecture),
        _Instruction(_LOAD, 0, 0, 0),
        _Instruction(_JUMP_IF_AT_LEAST, 3, 0, _OTHER_CALLS),
        _Instruction(_JUMP_IF_EQUAL, 2, 0, socket_call),
        _Instruction(_JUMP_IF_EQUAL, 1, 0, _IO_URING_SETUP),
        _Instruction(_RETURN, 0, 0, _ALLOW),
        _Instruction(_RETURN, 0, 0, _REFUSE | errno.EACCES),
    )
    whole = _Program(len(program), program)
    with contextlib.suppress(OSError):
        _ask_kernel(_PR_SET_SECCOMP, _FILTER, ctypes.addressof(whole))


class _Instruction(ctypes.Structure):
    """`struct sock_filter` of <linux/filter.h>."""

    _fields_: ClassVar = [
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    ]


class _Program(ctypes.Structure):
    """`struct sock_fprog` of <linux/filter.h>."""

    _fields_: ClassVar = [("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction))]
