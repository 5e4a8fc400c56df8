"""A disk that is really full: nothing acknowledged is lost, what is refused is told, and with room the work goes on."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive_app.access.identity import Reader
from archive_app.errors import NoRoom
from archive_app.letters import intake, receipts
from archive_app.letters import queries as letter_queries
from archive_app.letters.intake import Upload
from archive_app.letters.results import LetterView
from archive_app.people.sign_in import add_account, local_reader
from archive_app.runtime.archive import Archive, create
from archive_app.worker.main import run
from tests import made

DISK_MB = 48


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 48 MB of its own (a tmpfs); needs the right to mount."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount a small disk (root)")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def archive(small_disk: Path) -> Iterator[Archive]:
    made_archive = create(small_disk / "archive", reserve_bytes=4 * 2**20, sweep_seconds=0.2, defer_seconds=0.5)
    add_account(made_archive, "wang", "correct horse")
    yield made_archive
    made_archive.close()


def bring(archive: Archive, reader: Reader, content: bytes) -> str:
    return intake.receive(reader, archive, [Upload("a.jpg", io.BytesIO(content))], grouping="one", channel="letter")


def test_what_was_acknowledged_before_the_disk_was_full_is_there(archive: Archive) -> None:
    reader = local_reader(archive, "wang")
    acknowledged: dict[str, bytes] = {}
    while archive.files.free_bytes() > 7 * 2**20:
        content = bytes([len(acknowledged)]) * 3_000_000
        acknowledged[bring(archive, reader, content)] = content
    with pytest.raises(NoRoom, match=r"name=a\.jpg$"):
        bring(archive, reader, bytes(5_000_000))
    assert 3 < len(acknowledged) < DISK_MB / 3
    for receipt, content in acknowledged.items():
        (file,) = receipts.intake(reader, archive, receipt).files
        assert file.sha256 == hashlib.sha256(content).hexdigest()
        assert archive.files.path(file.sha256).read_bytes() == content
    # What is left over in the reserve is enough for the records: signing in and reading go on.
    assert len(receipts.recent(reader, archive, 100)) == len(acknowledged)


def test_a_letter_whose_pages_find_no_room_waits_for_room(archive: Archive, small_disk: Path) -> None:
    reader = local_reader(archive, "wang")
    receipt = bring(archive, reader, made.jpeg(["等待空间"]))
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(archive.files.free_bytes() - 3 * 2**20))

    def reason() -> str | None:
        delay = receipts.intake(reader, archive, receipt).waiting_for
        return None if delay is None else delay.code

    def shown() -> LetterView:
        (letter,) = receipts.intake(reader, archive, receipt).letters
        return letter_queries.letter(reader, archive, letter.public_id)

    stop = threading.Event()
    worker = threading.Thread(target=run, args=(archive,), kwargs={"stop": stop}, daemon=True)
    worker.start()
    try:
        wait(lambda: reason() == "disk_full")
        ballast.unlink()
        wait(lambda: receipts.intake(reader, archive, receipt).done and shown().has_access_copy)
    finally:
        stop.set()
        worker.join(60)
        assert not worker.is_alive(), "the worker does not stop"
    assert receipts.intake(reader, archive, receipt).letters[0].outcome == "read"
    assert [line.text for line in shown().pages[0].lines] == ["等待空间"]


def wait(ready: object) -> None:
    end = time.monotonic() + 240
    while not ready():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come to this"
        time.sleep(0.1)
