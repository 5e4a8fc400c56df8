"""The whole way, with a real worker and a real engine: from files to pages, words, an index entry and an A4 copy."""

from __future__ import annotations

import atexit
import io
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import cache, partial
from unittest import mock

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.errors import EditConflict, InvalidField
from archive_app.letters import correction, intake, receipts
from archive_app.letters import queries as letter_queries
from archive_app.letters.intake import SEPARATOR_PAYLOAD, Upload
from archive_app.letters.results import IntakeView
from archive_app.runtime.archive import Archive
from archive_app.search import search
from archive_app.search.results import SearchRequest
from archive_app.worker import main
from scanning import pipeline
from scanning.errors import EngineMissing
from scanning.sandbox import Workers
from storage.models import Letter
from storage.session import reading
from tests import made

SECONDS = 240.0
"""A worker starts an engine and reads with it, however busy the machine is."""


@contextmanager
def working(archive: Archive, *, own: bool = False) -> Iterator[None]:
    """A worker in a thread of this process; its children, processes of their own, are shared, or its `own`."""
    stop = threading.Event()
    shared = nullcontext() if own else mock.patch.object(main, "Workers", return_value=nullcontext(_children()))
    thread = threading.Thread(target=main.run, args=(archive,), kwargs={"stop": stop}, daemon=True)
    with shared:
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(SECONDS)
            assert not thread.is_alive(), "the worker does not stop"


@cache
def _children() -> Workers:
    """A child with the engine in it, for all tests of this process: to load the engine takes longer than to read."""
    workers = Workers(1, warm=partial(pipeline.warm, "auto"))
    atexit.register(workers.__enter__().__exit__, None, None, None)
    return workers


@pytest.fixture
def worker(archive: Archive) -> Iterator[None]:
    with working(archive):
        yield


@pytest.fixture
def whole_worker(archive: Archive) -> Iterator[None]:
    with working(archive, own=True):
        yield


def until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not ready():
        assert time.monotonic() < end, "the worker did not come to its end"
        time.sleep(0.1)


def settled(archive: Archive) -> bool:
    with reading(archive.sessions, SYSTEM.key) as session:
        return all(
            letter.state in ("ready", "attention") and letter.access_copy_current and letter.lease is None
            for letter in session.scalars(select(Letter))
        )


def bring(archive: Archive, reader: Reader, files: Sequence[tuple[str, bytes]], *, grouping: str = "one") -> IntakeView:
    uploads = [Upload(name, io.BytesIO(content)) for name, content in files]
    number = intake.receive(reader, archive, uploads, grouping=grouping, channel="letter")  # type: ignore[arg-type]
    until(lambda: settled(archive))
    return receipts.intake(reader, archive, number)


def found(reader: Reader, archive: Archive, text: str) -> list[str]:
    return [result.public_id for result in search.search(reader, archive, SearchRequest(text)).results]


@pytest.mark.usefixtures("whole_worker")
def test_a_letter_is_read_found_corrected_and_turned(archive: Archive, reader: Reader) -> None:
    first = made.jpeg(["区城市管理局：", "楼下烧烤店夜间营业", "油烟排到我家窗户"])
    second = made.tiff([made.page(["请求贵局限定营业时间"]), made.page(["投诉人陈淑珍"])])
    view = bring(archive, reader, [("first.jpg", first), ("second.tif", second)])
    (letter,) = view.letters
    assert (letter.outcome, letter.pages, view.settled, view.done) == ("read", 3, 3, True)

    # Found by a word across two lines' end and beginning, and marked where it lies.
    assert found(reader, archive, "营业油烟") == [letter.public_id]
    shown = letter_queries.letter(reader, archive, letter.public_id, query="油烟")
    assert [len(page.marks) for page in shown.pages] == [1, 0, 0]
    (mark,) = shown.pages[0].marks
    line = shown.pages[0].lines[mark.line]
    assert line.text[mark.start : mark.end] == "油烟"
    assert line.polygon[0][0] - 1 <= mark.polygon[0][0] < mark.polygon[1][0] <= line.polygon[1][0] + 1

    # The A4 copy has three A4 pages and the words.
    copy = letter_queries.access_copy(reader, archive, letter.public_id).path
    with pikepdf.open(copy) as pdf:
        assert [[round(float(x)) for x in page.mediabox] for page in pdf.pages] == [[0, 0, 595, 842]] * 3
    assert "油烟" in pypdfium2.PdfDocument(copy)[0].get_textpage().get_text_bounded()

    # Corrected: found by the new word at once, no more by the old one; both versions are kept.
    lines = ["噪声" + text for text in [line.text for line in shown.pages[1].lines]]
    assert correction.correct(reader, archive, letter.public_id, 2, base_version=1, lines=lines) == 2
    assert found(reader, archive, "噪声请求") == [letter.public_id]
    assert [version.author for version in letter_queries.versions(reader, archive, letter.public_id, 2)] == [
        "王登记",
        None,
    ]
    assert letter_queries.letter(reader, archive, letter.public_id).pages[1].lines[0].corrected
    with pytest.raises(EditConflict, match="王登记"):
        correction.correct(reader, archive, letter.public_id, 2, base_version=1, lines=lines)
    with pytest.raises(InvalidField):
        correction.correct(reader, archive, letter.public_id, 2, base_version=2, lines=[*lines, "one more"])
    until(lambda: settled(archive))
    copy = letter_queries.access_copy(reader, archive, letter.public_id).path
    assert "噪声" in pypdfium2.PdfDocument(copy)[1].get_textpage().get_text_bounded()

    # Described: found by sender and date.
    correction.describe(reader, archive, letter.public_id, title="烧烤店扰民", sender="陈淑珍", letter_date=None)
    assert found(reader, archive, "from:陈淑珍 title:扰民") == [letter.public_id]

    # Turned: another scan of the page, the earlier one kept, and the correction in its history.
    intake.turn_page(reader, archive, letter.public_id, 2, turn=180)
    until(lambda: settled(archive))
    page = letter_queries.letter(reader, archive, letter.public_id).pages[1]
    assert (page.scan, page.version) == (2, 3)
    assert ("turn", {"degrees": 180}) in [(name, dict(values)) for name, values in page.operations]
    assert len(letter_queries.versions(reader, archive, letter.public_id, 2)) == 3
    one, two = (letter_queries.page_image(reader, archive, letter.public_id, 2, "a4", scan) for scan in (1, 2))
    assert one.path.read_bytes() != two.path.read_bytes()

    # Scanned again: a new original beside the old one.
    again = Upload("again.jpg", io.BytesIO(made.jpeg(["重新扫描的一页"])))
    intake.replace_page(reader, archive, letter.public_id, 2, again)
    until(lambda: settled(archive))
    assert found(reader, archive, "重新扫描") == [letter.public_id]
    assert found(reader, archive, "限定营业时间") == []
    shown = letter_queries.letter(reader, archive, letter.public_id)
    assert [file.name for file in shown.files] == ["first.jpg", "second.tif", "again.jpg"]
    assert [page.number for page in shown.pages] == [1, 2, 3]
    assert receipts.intake(reader, archive, view.public_id) == view


@pytest.mark.usefixtures("worker")
def test_a_stack_is_divided_at_its_separator_sheets(archive: Archive, reader: Reader) -> None:
    sheet = made.separator_sheet(SEPARATOR_PAYLOAD)
    pages = [sheet, made.page(["第一封信"]), sheet, sheet, made.page(["第二封信"]), made.page(["第二封信续页"]), sheet]
    view = bring(archive, reader, [("stack.pdf", made.pdf(pages))], grouping="stack")
    assert [(letter.outcome, letter.pages) for letter in view.letters] == [("read", 1), ("read", 2)]
    shown = [letter_queries.letter(reader, archive, letter.public_id) for letter in view.letters]
    assert [(each.state, [page.number for page in each.pages if page.number > 0]) for each in shown] == [
        ("ready", [1]),
        ("ready", [1, 2]),
    ]
    numbers = [each.number for each in shown]
    assert len({view.number, *numbers}) == 3, "a number that tells of the other letters of the stack"
    assert found(reader, archive, "续页") == [view.letters[1].public_id]
    assert found(reader, archive, "第一封信") == [view.letters[0].public_id]
    with pikepdf.open(letter_queries.access_copy(reader, archive, view.letters[1].public_id).path) as pdf:
        assert len(pdf.pages) == 2


@pytest.mark.usefixtures("worker")
def test_a_bad_file_is_kept_and_told_and_holds_up_no_other(archive: Archive, reader: Reader) -> None:
    """One letter of a good page, an empty file, a text that calls itself PDF, and a TIFF cut off in its second page."""
    pages = made.tiff([made.page(["好的一页"]), made.page(["坏的一页"])])
    files = [
        ("good.jpg", made.jpeg(["先到的一页"])),
        ("empty.jpg", b""),
        ("text.pdf", "这不是PDF".encode()),
        ("cut.jpg", made.jpeg(["截断"])[:6_000]),
        ("good.tif", pages),
    ]
    (on_receipt,) = bring(archive, reader, files).letters
    assert on_receipt.outcome == "attention"
    letter = letter_queries.letter(reader, archive, on_receipt.public_id)
    assert letter.state == "attention"
    problems = {file.name: file.error.code for file in letter.files if file.error is not None}
    broken = [page.error.code for page in letter.pages if page.error is not None]
    assert problems["empty.jpg"] == "empty_source"
    assert problems["text.pdf"] == "unknown_source"
    assert [*problems.values(), *broken].count("damaged_source") == 1
    for position, (_, content) in enumerate(files, start=1):
        assert letter_queries.original(reader, archive, letter.public_id, position).path.read_bytes() == content
    assert found(reader, archive, "先到的") == found(reader, archive, "好的一页") == [letter.public_id]
    assert letter.has_access_copy


def test_a_missing_engine_holds_letters_up_and_loses_none(
    archive: Archive, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine of the settings is not installed: the letter waits and says why; with an engine, it is read."""
    lame = replace(archive, settings=archive.settings.model_copy(update={"engine": "tesseract"}))
    number = intake.receive(
        reader, archive, [Upload("a.jpg", io.BytesIO(made.jpeg(["等待识别"])))], grouping="one", channel="letter"
    )

    def waiting() -> str | None:
        delay = receipts.intake(reader, archive, number).waiting_for
        return None if delay is None else delay.code

    with monkeypatch.context() as without_programs:
        without_programs.setenv("PATH", "/nonexistent")
        with working(lame, own=True):
            until(lambda: waiting() is not None)
    assert waiting() == EngineMissing.code
    with working(archive):
        until(lambda: settled(archive))
    (letter,) = receipts.intake(reader, archive, number).letters
    assert (letter.outcome, letter_queries.letter(reader, archive, letter.public_id).waiting_for) == ("read", None)
    assert found(reader, archive, "等待识别") == [letter.public_id]
