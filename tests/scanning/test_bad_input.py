"""Bad input, each kind through a limited child: the right class, a clear message, and a pool that goes on working."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from scanning import sources
from scanning.errors import (
    DamagedSource,
    EmptySource,
    EncryptedSource,
    OutOfBounds,
    ScanError,
    SourceTooLarge,
    UnknownSource,
)
from scanning.sandbox import Workers
from scanning.values import Limits, PageRef, ScanOptions
from tests.said import english
from tests.scanning.makers import pdfs, tasks
from tests.scanning.makers.pictures import huge_png, letter, noise, saved, tiff

OPTIONS = ScanOptions()
SECONDS = 60.0


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(1) as pool:
        yield pool


@pytest.fixture(autouse=True)
def _pool_goes_on(workers: Workers, tmp_path: Path) -> Iterator[None]:
    """After every test a good page is read by the same pool."""
    yield
    good = pdfs.scanned(tmp_path / "good-after.pdf")
    info = workers.submit(sources.inspect, good, OPTIONS, name="good", seconds=SECONDS).result(SECONDS)
    assert info.pages == (PageRef(0),)
    shape = workers.submit(tasks.page_shape, good, 0, OPTIONS, name="good", seconds=SECONDS).result(SECONDS)
    assert shape == (877, 620, 3)


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def cut(path: Path, part: float) -> Path:
    data = path.read_bytes()
    return written(path, data[: int(len(data) * part)])


def inspected(workers: Workers, path: Path, options: ScanOptions = OPTIONS) -> ScanError:
    """Inspect in a child; give the error, and see that the file is as it was."""
    before = path.read_bytes()
    future = workers.submit(sources.inspect, path, options, "信件.pdf", name="信件.pdf", seconds=SECONDS)
    error = future.exception(SECONDS)
    assert path.read_bytes() == before
    assert isinstance(error, ScanError)
    return error


def read(workers: Workers, path: Path, index: int = 0, options: ScanOptions = OPTIONS) -> ScanError:
    """Read a page in a child; give the error."""
    future = workers.submit(tasks.page_shape, path, index, options, name="信件.pdf", seconds=SECONDS)
    error = future.exception(SECONDS)
    assert isinstance(error, ScanError)
    return error


NO_SOURCE = "信件.pdf is neither a PDF nor a picture"

REFUSED: dict[str, tuple[Callable[[Path], Path], type[ScanError], str]] = {
    "empty file": (lambda p: written(p, b""), EmptySource, "信件.pdf is empty (0 bytes)."),
    "text renamed .pdf": (
        lambda p: written(p, "关于噪音问题的来信。\n".encode() * 50),
        UnknownSource,
        "信件.pdf is neither a PDF nor a picture this system reads",
    ),
    "web page": (
        lambda p: written(p, b"<!doctype html><title>x</title>"),
        UnknownSource,
        "信件.pdf is neither a PDF nor a picture",
    ),
    "zeros": (lambda p: written(p, bytes(5000)), UnknownSource, NO_SOURCE),
    "program": (
        lambda p: written(p, b"MZ\x90\x00" + bytes(500)),
        UnknownSource,
        "信件.pdf is neither a PDF nor a picture",
    ),
    "GIF": (lambda p: written(p, saved(letter(), "GIF")), UnknownSource, NO_SOURCE),
    "truncated PDF, early": (
        lambda p: cut(pdfs.scanned(p, pages=3), 0.2),
        DamagedSource,
        "信件.pdf is damaged or cut off: its end is missing",
    ),
    "truncated PDF, late": (
        lambda p: cut(pdfs.scanned(p, pages=3), 0.97),
        DamagedSource,
        "信件.pdf is damaged or cut off: its end is missing",
    ),
    "PDF of only a heading": (
        lambda p: written(p, b"%PDF-1.7\n"),
        DamagedSource,
        "信件.pdf is damaged or cut off: its end is missing",
    ),
    "PDF of nonsense": (
        lambda p: written(p, b"%PDF-1.7\n" + b"nonsense " * 500 + b"\n%%EOF\n"),
        DamagedSource,
        "信件.pdf is damaged or cut off",
    ),
    "truncated TIFF": (
        lambda p: cut(written(p, saved(noise(300, 300), "TIFF", compression="tiff_lzw")), 0.6),
        DamagedSource,
        "信件.pdf is damaged or cut off: ",
    ),
    "truncated JPEG": (
        lambda p: cut(written(p, saved(noise(300, 300), "JPEG")), 0.6),
        DamagedSource,
        "信件.pdf is damaged or cut off: the picture in it cannot be decoded to its end",
    ),
    "user password": (
        lambda p: pdfs.encrypted(p, user="secret", owner="owner"),
        EncryptedSource,
        "信件.pdf opens only with its password, the one asked for on opening",
    ),
    "no page": (
        lambda p: pdfs.many_pages(p, 0),
        DamagedSource,
        "信件.pdf is damaged or cut off: there is no page in it",
    ),
    "2,000 pages": (
        lambda p: pdfs.many_pages(p, 2000),
        SourceTooLarge,
        "信件.pdf is too large: 2000 pages, at most 1000.",
    ),
    "0 × 0 page": (
        lambda p: pdfs.one_page(p, b"", size=(0, 0)),
        DamagedSource,
        "信件.pdf is damaged or cut off: page 1 measures 0 × 0 points",
    ),
    "90 megapixels": (
        lambda p: written(p, huge_png(10_000, 9_000)),
        SourceTooLarge,
        "信件.pdf is too large: 90 million pixels, at most 80.",
    ),
    "200 megapixels": (
        lambda p: written(p, huge_png(20_000, 10_000)),
        SourceTooLarge,
        "信件.pdf is too large: 200 million pixels, at most 80.",
    ),
    "2 GiB as contents": (
        lambda p: pdfs.bomb(p, where="contents"),
        SourceTooLarge,
        "信件.pdf is too large: > 512 MB when unpacked, at most 512.",
    ),
    "2 GiB as a picture": (
        lambda p: pdfs.bomb(p, where="picture"),
        SourceTooLarge,
        "信件.pdf is too large: > 512 MB when unpacked, at most 512.",
    ),
    "2 GiB as a font": (
        lambda p: pdfs.bomb(p, where="font"),
        SourceTooLarge,
        "信件.pdf is too large: > 512 MB when unpacked, at most 512.",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_at_the_door(what: str, workers: Workers, tmp_path: Path) -> None:
    make, kind, says = REFUSED[what]
    error = inspected(workers, make(tmp_path / "letter.pdf"))
    assert type(error) is kind
    assert english(error).startswith(says)
    assert error.name == "信件.pdf"


def test_the_bomb_is_small_and_the_child_stays_small(tmp_path: Path) -> None:
    path = pdfs.bomb(tmp_path / "bomb.pdf")
    assert path.stat().st_size < 8 * 1024
    with Workers(1) as own:
        good = pdfs.scanned(tmp_path / "good.pdf")
        own.submit(sources.inspect, good, OPTIONS, name="good", seconds=SECONDS).result(SECONDS)
        before = own.peak_memory()
        assert isinstance(inspected(own, path), SourceTooLarge)
        assert own.peak_memory() < before + 32 * 2**20


def test_too_many_bytes(workers: Workers, tmp_path: Path) -> None:
    path = pdfs.scanned(tmp_path / "letter.pdf")
    size = path.stat().st_size
    error = inspected(workers, path, ScanOptions(limits=Limits(max_bytes=size - 1)))
    assert english(error).startswith("信件.pdf is too large: 0.04 MB, at most 0.04.")


def test_a_picture_in_a_pdf_has_its_limit_too(workers: Workers, tmp_path: Path) -> None:
    options = ScanOptions(limits=Limits(max_pixels=400_000))
    large = {"deflate": pdfs.picture(letter()), "jpeg": pdfs.jpeg(letter()), "jpeg 2000": pdfs.jpeg2000(letter())}
    for name, scan in large.items():
        error = read(workers, pdfs.one_page(tmp_path / f"{name}.pdf", pdfs.full(), pictures={"Scan": scan}), 0, options)
        assert english(error).startswith("信件.pdf is too large: 0.54 million pixels, at most 0.4"), name


def test_what_a_coded_picture_says_of_itself_counts(workers: Workers, tmp_path: Path) -> None:
    # The PDF speaks of a small picture; the JPEG in it, of a large one.
    lying = pdfs.jpeg(letter(60, 80), saved(letter(), "JPEG"))
    path = pdfs.one_page(tmp_path / "lying.pdf", pdfs.full(), pictures={"Scan": lying})
    error = read(workers, path, 0, ScanOptions(limits=Limits(max_pixels=400_000)))
    assert english(error).startswith("信件.pdf is too large: 0.54 million pixels")


def test_an_empty_page_among_others_spoils_only_itself(workers: Workers, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    with pikepdf.Pdf.new() as pdf:
        for size in (pdfs.A4, (0, 0), pdfs.A4):
            pdfs.add_page(pdf, b"", size=size)
        pdf.save(path)
    info = workers.submit(sources.inspect, path, OPTIONS, name="x", seconds=SECONDS).result(SECONDS)
    assert len(info.pages) == 3
    assert english(read(workers, path, 1)).startswith("信件.pdf is damaged or cut off: page 2 measures 0 × 0 points")
    for index in (0, 2):
        workers.submit(tasks.page_shape, path, index, OPTIONS, name="x", seconds=SECONDS).result(SECONDS)


def test_a_huge_page_among_others_spoils_only_itself(workers: Workers, tmp_path: Path) -> None:
    path = written(tmp_path / "fax.tif", tiff([letter(mode="1"), Image.new("1", (3000, 3000))], compression="group4"))
    options = ScanOptions(limits=Limits(max_pixels=1_000_000))
    info = workers.submit(sources.inspect, path, options, name="x", seconds=SECONDS).result(SECONDS)
    assert len(info.pages) == 2
    assert english(read(workers, path, 1, options)).startswith("信件.pdf is too large: 9 million pixels, at most 1")
    shape = workers.submit(tasks.page_shape, path, 0, options, name="x", seconds=SECONDS).result(SECONDS)
    assert shape == (877, 620)


def test_a_password_only_for_the_owner_keeps_nobody_out(workers: Workers, tmp_path: Path) -> None:
    path = pdfs.encrypted(tmp_path / "letter.pdf", user="", owner="owner")
    info = workers.submit(sources.inspect, path, OPTIONS, name="x", seconds=SECONDS).result(SECONDS)
    assert info.pages == (PageRef(0),)
    texts = workers.submit(tasks.page_text, path, 0, OPTIONS, name="x", seconds=SECONDS).result(SECONDS)
    assert len(texts) == 20
    assert texts[0].startswith("All of this page is text")


def test_scripts_attachments_and_actions_stay_behind(workers: Workers, tmp_path: Path) -> None:
    path = pdfs.active(tmp_path / "letter.pdf")
    assert b"MZ made for a test" not in path.read_bytes()
    with pikepdf.Pdf.open(path) as pdf:
        assert "payload.exe" in pdf.attachments
    info = workers.submit(sources.inspect, path, OPTIONS, name="x", seconds=SECONDS).result(SECONDS)
    assert info.pages == (PageRef(0),)
    texts = workers.submit(tasks.page_text, path, 0, OPTIONS, name="x", seconds=SECONDS).result(SECONDS)
    assert len(texts) == 20


def test_pages_that_draw_each_other_for_ever_are_stopped(workers: Workers, tmp_path: Path) -> None:
    # Thirty forms, each drawing the next one eight times: far more work than there is time.
    path = tmp_path / "letter.pdf"
    with pikepdf.Pdf.new() as pdf:
        page = pdfs.add_page(pdf, b"/Next Do")
        inner = pdf.make_stream(b"0 0 10 10 re f")
        for _ in range(30):
            inner.Type, inner.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            inner.BBox = pikepdf.Array([0, 0, 600, 850])
            outer = pdf.make_stream(b"/Next Do " * 8)
            outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Next=inner))
            inner = outer
        inner.Type, inner.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        inner.BBox = pikepdf.Array([0, 0, 600, 850])
        page.obj.Resources.XObject = pikepdf.Dictionary(Next=inner)
        pdf.save(path)
    future = workers.submit(tasks.page_shape, path, 0, OPTIONS, name="信件.pdf", seconds=3.0)
    error = future.exception(SECONDS)
    assert isinstance(error, OutOfBounds)
    assert english(error).startswith("信件.pdf took too much")
