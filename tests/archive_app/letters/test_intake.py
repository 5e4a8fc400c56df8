"""Taking letters in: what is acknowledged is kept, what is refused leaves nothing, numbers tell nothing."""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.errors import FileTooLarge, InvalidField, NoRoom, NotFound, NothingReceived, TooManyFiles
from archive_app.letters import intake, receipts
from archive_app.letters import queries as letter_queries
from archive_app.letters.intake import Upload, clean_name
from archive_app.people.sign_in import add_account, local_reader
from archive_app.runtime.archive import Archive, create
from storage.models import Intake, Letter
from storage.session import reading
from tests.records import say_read


def upload(name: str, content: bytes = b"page") -> Upload:
    return Upload(name, io.BytesIO(content))


def count(archive: Archive, model: type) -> int:
    with reading(archive.sessions, SYSTEM.key) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(("grouping", "expected"), [("one", [2]), ("each", [1, 1]), ("stack", [2])])
def test_files_become_letters_as_asked(archive: Archive, reader: Reader, grouping: str, expected: list[int]) -> None:
    uploads = [upload("一.jpg", b"1"), upload("二.jpg", b"2")]
    number = intake.receive(reader, archive, uploads, grouping=grouping, channel="letter")  # type: ignore[arg-type]
    view = receipts.intake(reader, archive, number)
    with reading(archive.sessions, SYSTEM.key) as session:
        letters = session.scalars(select(Letter).order_by(Letter.position)).all()
        assert [len(letter.sources) for letter in letters] == expected
    assert [file.name for file in view.files] == ["一.jpg", "二.jpg"]
    assert [file.sha256 for file in view.files] == [hashlib.sha256(c).hexdigest() for c in (b"1", b"2")]
    assert [(each.name, each.outcome) for each in view.letters] == [("一.jpg", ""), ("二.jpg", "")][: len(expected)]
    assert not view.done


def test_the_original_comes_back_bit_for_bit(archive: Archive, reader: Reader) -> None:
    content = bytes(range(256)) * 5_000
    number = intake.receive(reader, archive, [upload("a.tif", content)], grouping="one", channel="fax")
    (letter,) = receipts.intake(reader, archive, number).letters
    say_read(archive)
    assert letter_queries.original(reader, archive, letter.public_id, 1).path.read_bytes() == content
    assert [entry.action for entry in letter_queries.history(reader, archive, letter.public_id)] == [
        "downloaded_original",
        "received",
    ]


def test_an_upload_without_files_is_refused(archive: Archive, reader: Reader) -> None:
    with pytest.raises(NothingReceived):
        intake.receive(reader, archive, [], grouping="one", channel="letter")
    assert count(archive, Intake) == 0


def test_limits_on_bytes_and_files(tmp_path: Path) -> None:
    archive = create(tmp_path / "small", max_upload_bytes=2**20, max_files=3, reserve_bytes=0)
    add_account(archive, "wang", "correct horse")
    reader = local_reader(archive, "wang")
    with pytest.raises(FileTooLarge, match=r"name=big\.pdf, limit_mb=1$"):
        intake.receive(reader, archive, [upload("big.pdf", bytes(2**20 + 1))], grouping="one", channel="letter")
    with pytest.raises(TooManyFiles, match=r"limit=3$"):
        intake.receive(reader, archive, [upload("p", b"%d" % n) for n in range(4)], grouping="one", channel="letter")
    assert count(archive, Letter) == 0
    archive.close()


def test_a_full_disk_acknowledges_nothing(archive: Archive, reader: Reader) -> None:
    full = replace(archive, files=type(archive.files)(archive.settings.files, reserve=2**62))  # type: ignore[call-arg]
    with pytest.raises(NoRoom, match=r"name=a\.jpg$"):
        intake.receive(reader, full, [upload("a.jpg")], grouping="one", channel="letter")
    assert count(archive, Intake) == 0
    assert list((archive.settings.files / "incoming").iterdir()) == []


def test_who_does_not_bring_letters_in_finds_nothing_here(archive: Archive) -> None:
    add_account(archive, "admin", "correct horse", roles=("system_administrator",))
    admin = local_reader(archive, "admin")
    with pytest.raises(NotFound):
        intake.receive(admin, archive, [upload("a.jpg")], grouping="one", channel="letter")


def test_a_receipt_is_its_bringer_s(archive: Archive, reader: Reader) -> None:
    number = intake.receive(reader, archive, [upload("a.jpg")], grouping="one", channel="letter")
    add_account(archive, "li", "correct horse")
    other = local_reader(archive, "li")
    with pytest.raises(NotFound):
        receipts.intake(other, archive, number)
    assert receipts.recent(other, archive) == ()


def test_an_unknown_channel_is_refused(archive: Archive, reader: Reader) -> None:
    with pytest.raises(InvalidField):
        intake.receive(reader, archive, [upload("a.jpg")], grouping="one", channel="pigeon")


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\信.pdf", "信.pdf"),
        ("a\x00b\n\u202e.pdf", "ab.pdf"),
        ("", "unnamed"),
        ("长" * 300 + ".pdf", "长" * 251 + ".pdf"),
    ],
)
def test_names_are_cleaned(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


def test_many_at_once_are_all_taken_in_and_numbered_apart(archive: Archive, reader: Reader) -> None:
    taken: list[str] = []

    def bring(number: int) -> None:
        taken.append(
            intake.receive(reader, archive, [upload("a.jpg", b"%d" % number)], grouping="one", channel="letter")
        )

    threads = [threading.Thread(target=bring, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(taken)) == 16
    numbers = {receipts.intake(reader, archive, each).number for each in taken}
    assert len(numbers) == 16


def test_the_queue_is_not_needed_to_keep_a_letter(archive: Archive, reader: Reader) -> None:
    """A queue that cannot be written: the letter is kept all the same, and the sweep finds it."""
    from archive_app.letters.lease import unfinished

    archive.queue._huey.storage.close()
    archive.settings.queue.unlink()
    archive.settings.queue.mkdir()
    number = intake.receive(reader, archive, [upload("a.jpg")], grouping="one", channel="letter")
    assert len(receipts.intake(reader, archive, number).letters) == 1
    assert len(unfinished(archive)) == 1
