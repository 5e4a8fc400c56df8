"""What a killed worker leaves behind: it lies in the archive, and the next worker clears it away."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from archive_app.runtime import work_dirs
from archive_app.runtime.archive import Archive
from archive_app.runtime.work_dirs import clear_stale, worker_directory
from archive_app.worker import main
from scanning.sandbox import Workers

HOLD = """
import sys, time
from pathlib import Path
from archive_app.runtime.work_dirs import worker_directory
with worker_directory(Path(sys.argv[1])) as own:
    (own / "letter.png").write_bytes(b"half made")
    print(own, flush=True)
    time.sleep(600)
"""


def other_process(work: Path) -> tuple[subprocess.Popen[str], Path]:
    command = [sys.executable, "-c", HOLD, str(work)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_the_room_of_a_killed_worker_is_cleared_and_that_of_a_living_one_is_not(archive: Archive) -> None:
    work = archive.settings.work
    process, its = other_process(work)
    try:
        with worker_directory(work) as mine:
            assert mine.stat().st_mode & 0o777 == 0o700
            assert (its / "letter.png").exists()
        process.kill()
        process.wait()
        assert (its / "letter.png").exists()
        with worker_directory(work):
            assert not its.exists()
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    assert not list(work.glob(f"{work_dirs.PREFIX}*"))


def test_the_children_of_a_worker_write_in_its_room(tmp_path: Path) -> None:
    with Workers(1, folder=tmp_path):
        (folder,) = tmp_path.iterdir()
        assert folder.name.startswith("scan-")
    assert not folder.exists()


def test_half_written_files_are_cleared_after_a_while(archive: Archive) -> None:
    left = archive.settings.work / "left"
    part = archive.settings.files / "incoming" / "part"
    with worker_directory(archive.settings.work) as mine:
        for file in (left, part):
            file.write_bytes(b"half")
        main._clear(archive)
        assert [file.exists() for file in (left, part)] == [True, True]
        clear_stale(archive.settings.work, before=time.time() + 1)
        assert archive.files.sweep(older_than=time.time() + 1) == 1
        assert not left.exists()
        assert mine.exists()
