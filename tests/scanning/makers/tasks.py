"""Things a child process can be asked to do, good and bad. They are importable by name, as a child must find them."""

from __future__ import annotations

import ctypes
import logging
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scanning.errors import DamagedSource, EngineMissing
from scanning.values import PageRef, ScanOptions


def double(number: int) -> int:
    return 2 * number


def complain() -> None:
    """As libraries do, in Python and in C."""
    logging.getLogger("library").warning("too much 'hmtx' table data")
    os.write(2, b"TIFFReadDirectory: Warning\n")


def own_pid() -> int:
    return os.getpid()


def eat_memory() -> int:
    return len(bytearray(64 * 2**30))


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def sleep_and_tell(path: Path, seconds: float) -> None:
    path.write_text(str(os.getpid()))
    time.sleep(seconds)


def start_sleeper_and_wait(path: Path) -> None:
    with subprocess.Popen(["sleep", "300"]) as sleeper:
        path.write_text(str(sleeper.pid))
        sleeper.wait()


def burn_cpu_beyond_limit() -> None:
    # As if the clock of the task were generous and the limit on CPU time the only thing left.
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent.ru_utime + spent.ru_stime) + 1, hard))
    while True:
        pass


def crash() -> None:
    ctypes.string_at(0)


def leave(code: int) -> None:
    os._exit(code)


def kill_self(number: int) -> None:
    os.kill(os.getpid(), number)


def fill_disk() -> None:
    # The kernel's own full disk.
    Path("/dev/full").write_bytes(b"x")


def fail_behind(number: int) -> None:
    try:
        raise OSError(number, os.strerror(number))
    except OSError as error:
        raise ValueError("a library hides the cause") from error


def write_far(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.seek(size)
        file.write(b"\0")


def refuse(name: str) -> None:
    raise DamagedSource(name, detail="made so")


def stumble() -> None:
    raise LookupError("a mistake of ours")


def leave_interpreter() -> None:
    sys.exit(7)


def give_unpicklable() -> object:
    return lambda: None


class Indigestible:
    """Something that can be sent by a child, and not be received."""

    def __reduce__(self) -> tuple[object, ...]:
        return int, ("not a number",)


def give_indigestible() -> Indigestible:
    return Indigestible()


def need_engine() -> None:
    raise EngineMissing("engine", engine="tesseract", detail="made so")


def load_numpy() -> None:
    import numpy as np

    os.environ["WARMED"] = str(int(np.ones(3).sum()) + int(os.environ.get("WARMED", "0")))


def warmth() -> str:
    return os.environ.get("WARMED", "")


def limits_in_force() -> dict[str, object]:
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    return {
        "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "file": resource.getrlimit(resource.RLIMIT_FSIZE)[0],
        "no_new_privileges": status["NoNewPrivs"].strip(),
        "threads": os.environ["OMP_THREAD_LIMIT"],
        "temporary": tempfile.gettempdir(),
    }


def leave_file_and_crash() -> None:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(b"half")
    os._exit(1)


def temporary_files() -> list[str]:
    return [path.name for path in Path(tempfile.gettempdir()).iterdir()]


def reach(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def page_shape(source: Path, index: int, options: ScanOptions) -> tuple[int, ...]:
    # Imported here because most of these tasks are about processes, which start faster without it.
    from scanning import sources

    with tempfile.TemporaryDirectory() as folder:
        return sources.read_page(
            source, PageRef(index), workdir=Path(folder), options=options, name="信件.pdf"
        ).pixels.shape


def page_text(source: Path, index: int, options: ScanOptions) -> list[str]:
    from scanning import sources

    with tempfile.TemporaryDirectory() as folder:
        page = sources.read_page(source, PageRef(index), workdir=Path(folder), options=options)
    return [line.text for line in page.lines or ()]


def size_of(path: Path) -> int:
    """A size; of a file that is not there, an error that nobody foresaw and that quotes the name."""
    return path.stat().st_size
