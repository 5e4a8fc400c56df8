"""Limited child processes: what goes wrong in one is told as what it is, and harms no other task and not the pool."""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanning.errors import DamagedSource, DiskFull, EngineMissing, OutOfBounds, ScanError, WorkerDied
from scanning.sandbox import Workers
from scanning.values import Limits
from tests.said import english
from tests.scanning.makers import tasks

SECONDS = 60.0
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """One pool for all: it has to survive every test."""
    with Workers(2, limits=Limits(memory_bytes=2 * 2**30)) as pool:
        yield pool


def still_works(workers: Workers) -> bool:
    futures = [workers.submit(tasks.double, n, name="after", seconds=SECONDS) for n in range(6)]
    return [future.result(SECONDS) for future in futures] == [0, 2, 4, 6, 8, 10]


@pytest.mark.parametrize(
    ("task", "arguments", "seconds", "kind", "says"),
    [
        (tasks.eat_memory, (), SECONDS, OutOfBounds, "letter.pdf took too much memory and was stopped"),
        (tasks.sleep, (300,), 0.5, OutOfBounds, "letter.pdf took too much time and was stopped"),
        (tasks.burn_cpu_beyond_limit, (), SECONDS, OutOfBounds, "letter.pdf took too much time and was stopped"),
        (tasks.kill_self, (signal.SIGKILL,), SECONDS, WorkerDied, "letter.pdf: reading it was interrupted"),
        (tasks.crash, (), SECONDS, WorkerDied, "letter.pdf: reading it was interrupted"),
        (tasks.leave, (3,), SECONDS, WorkerDied, "letter.pdf: reading it was interrupted"),
        (tasks.fill_disk, (), SECONDS, DiskFull, "letter.pdf: no space left on the disk"),
        (tasks.fail_behind, (errno.ENOSPC,), SECONDS, DiskFull, "letter.pdf: no space left on the disk"),
        (tasks.fail_behind, (errno.ENOMEM,), SECONDS, OutOfBounds, "letter.pdf took too much memory"),
        (tasks.refuse, ("inner.pdf",), SECONDS, DamagedSource, "inner.pdf is damaged or cut off: made so"),
        (tasks.stumble, (), SECONDS, ScanError, "letter.pdf: the page could not be scanned"),
        (tasks.leave_interpreter, (), SECONDS, ScanError, "letter.pdf: the page could not be scanned"),
        (tasks.give_unpicklable, (), SECONDS, ScanError, "letter.pdf: the page could not be scanned"),
        (tasks.give_indigestible, (), SECONDS, ScanError, "letter.pdf: the page could not be scanned"),
    ],
)
def test_every_failure_has_its_class_and_harms_nobody_else(
    task: object, arguments: tuple[object, ...], seconds: float, kind: type[ScanError], says: str, workers: Workers
) -> None:
    beside = workers.submit(tasks.double, 21, name="beside", seconds=SECONDS)
    failing = workers.submit(task, *arguments, name="letter.pdf", seconds=seconds)
    behind = workers.submit(tasks.double, 22, name="behind", seconds=SECONDS)
    with pytest.raises(ScanError) as caught:
        failing.result(SECONDS)
    assert type(caught.value) is kind
    assert english(caught.value).startswith(says)
    assert (beside.result(SECONDS), behind.result(SECONDS)) == (42, 44)
    assert still_works(workers)


def test_an_unforeseen_error_is_logged_with_its_cause(workers: Workers, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ScanError):
        workers.submit(tasks.stumble, name="letter.pdf", seconds=SECONDS).result(SECONDS)
    assert "LookupError" in caplog.text
    assert "tasks.py:" in caplog.text


def test_files_larger_than_the_limit_cannot_be_written(workers: Workers, tmp_path: Path) -> None:
    limit = 2 * max(Limits().max_bytes, Limits().max_stream_bytes)
    with pytest.raises(OutOfBounds, match=r"name=letter\.pdf, what=disk space"):
        workers.submit(tasks.write_far, tmp_path / "far", limit, name="letter.pdf", seconds=SECONDS).result(SECONDS)


def test_children_are_limited(workers: Workers) -> None:
    found = workers.submit(tasks.limits_in_force, name="x", seconds=SECONDS).result(SECONDS)
    temporary = Path(str(found.pop("temporary")))
    assert temporary.parent.name.startswith("scan-")
    assert found == {
        "memory": 2 * 2**30,
        "core": 0,
        "file": 2 * max(Limits().max_bytes, Limits().max_stream_bytes),
        "no_new_privileges": "1",
        "threads": "1",
    }


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64", "riscv64", "loongarch64"),
    reason="the network is forbidden to children on Linux, on processors whose call numbers are known",
)
def test_children_have_no_network(workers: Workers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert tasks.reach(port)
        assert not workers.submit(tasks.reach, port, name="x", seconds=SECONDS).result(SECONDS)


def test_an_idle_child_that_is_killed_is_replaced(workers: Workers) -> None:
    assert still_works(workers)
    for pid in workers.pids:
        os.kill(pid, signal.SIGKILL)
    assert still_works(workers)


def test_children_are_kept_between_tasks() -> None:
    with Workers(1) as workers:
        pids = {workers.submit(tasks.own_pid, name="x", seconds=SECONDS).result(SECONDS) for _ in range(5)}
        assert pids == set(workers.pids)
        assert workers.peak_memory() > 10 * 2**20


def test_the_temporary_folder_is_private_and_goes(workers: Workers) -> None:
    with Workers(1) as own:
        folder = Path(str(own.submit(tasks.limits_in_force, name="x", seconds=SECONDS).result(SECONDS)["temporary"]))
        with pytest.raises(WorkerDied):
            own.submit(tasks.leave_file_and_crash, name="x", seconds=SECONDS).result(SECONDS)
        assert own.submit(tasks.temporary_files, name="x", seconds=SECONDS).result(SECONDS) == []
        assert folder.is_dir()
    assert not folder.exists()


def test_warming_happens_once_in_each_child() -> None:
    with Workers(1, warm=tasks.load_numpy) as workers:
        assert [workers.submit(tasks.warmth, name="x", seconds=SECONDS).result(SECONDS) for _ in range(3)] == ["3"] * 3
        with pytest.raises(WorkerDied):
            workers.submit(tasks.crash, name="x", seconds=SECONDS).result(SECONDS)
        assert workers.submit(tasks.warmth, name="x", seconds=SECONDS).result(SECONDS) == "3"


def test_what_goes_wrong_while_warming_is_told_by_every_task() -> None:
    with Workers(1, warm=tasks.need_engine) as workers:
        for _ in range(2):
            with pytest.raises(EngineMissing, match=r"engine_missing: name=[^,]*, engine=tesseract, detail="):
                workers.submit(tasks.double, 1, name="x", seconds=SECONDS).result(SECONDS)


def test_what_a_child_started_is_stopped_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with Workers(1) as workers, pytest.raises(OutOfBounds):
        workers.submit(tasks.start_sleeper_and_wait, note, name="x", seconds=2).result(SECONDS)
    assert _ends(int(note.read_text()))


def test_leaving_waits_for_what_was_submitted() -> None:
    with Workers(2) as workers:
        futures = [workers.submit(tasks.double, n, name="x", seconds=SECONDS) for n in range(9)]
    assert [future.result(0) for future in futures] == [2 * n for n in range(9)]
    with pytest.raises(RuntimeError, match="only inside their context"):
        workers.submit(tasks.double, 1, name="x", seconds=SECONDS)


def test_leaving_by_an_exception_stops_the_children(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with contextlib.suppress(KeyboardInterrupt), Workers(1) as workers:
        running = workers.submit(tasks.sleep_and_tell, note, 300, name="x", seconds=SECONDS)
        waiting = workers.submit(tasks.double, 1, name="x", seconds=SECONDS)
        pid = int(_appears(note))
        raise KeyboardInterrupt
    assert _ends(pid)
    assert isinstance(running.exception(0), ScanError)
    assert waiting.cancelled()


PARENT = """
import sys
from pathlib import Path
from scanning.sandbox import Workers
from tests.said import english
from tests.scanning.makers import tasks

if __name__ == "__main__":
    with Workers(2) as workers:
        notes = [Path(sys.argv[1], str(n)) for n in range(2)]
        futures = [workers.submit(tasks.sleep_and_tell, note, 300, name="x", seconds=300) for note in notes]
        futures[0].result()
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A program with two busy children, and their process ids."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)], stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process, [int(_appears(tmp_path / str(n))) for n in range(2)]
        finally:
            process.kill()


def test_children_die_with_their_parent(parent: tuple[subprocess.Popen[str], list[int]]) -> None:
    process, children = parent
    process.kill()
    process.wait()
    assert all(_ends(pid) for pid in children)


def test_ctrl_c_ends_all_without_a_word_from_the_children(parent: tuple[subprocess.Popen[str], list[int]]) -> None:
    process, children = parent
    process.send_signal(signal.SIGINT)
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
    _, said = process.communicate(timeout=SECONDS)
    assert all(_ends(pid) for pid in children)
    assert said.count("Traceback") == 1
    assert said.strip().endswith("KeyboardInterrupt")


def _appears(note: Path) -> str:
    """Wait for a task to tell its process id."""
    for _ in range(1200):
        with contextlib.suppress(FileNotFoundError):
            if text := note.read_text():
                return text
        time.sleep(0.1)
    raise AssertionError(f"{note.name} did not appear")


def _ends(pid: int) -> bool:
    """Whether a process is gone, or soon will be."""
    for _ in range(1200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


def test_what_libraries_say_of_a_file_stays_off_the_terminal(
    workers: Workers, capfd: pytest.CaptureFixture[str]
) -> None:
    workers.submit(tasks.complain, name="letter.pdf", seconds=SECONDS).result(SECONDS)
    with Workers(1) as own:
        own.submit(tasks.complain, name="letter.pdf", seconds=SECONDS).result(SECONDS)
    assert capfd.readouterr().err == ""
