"""What a PDF could lose in silence: a page, what is on it, its notes, its words."""

from __future__ import annotations

from pathlib import Path

import pytest
from pikepdf import Array, Pdf
from PIL import Image

from scanning import ocr, pipeline, sources
from scanning.errors import DamagedSource
from scanning.raw import RawPage
from scanning.values import PageRef, ScannedPage, ScanOptions
from tests.scanning.makers import letters, pdfs, unsound

OPTIONS = ScanOptions()


@pytest.fixture(scope="module")
def engine() -> ocr.Engine:
    return ocr.choose("rapidocr")


def read(path: Path, index: int = 0) -> RawPage:
    return sources.read_page(path, PageRef(index), workdir=path.parent, options=OPTIONS)


def own_words(path: Path) -> list[str]:
    """The own words of all pages, a text for each."""
    return ["".join(line.text for line in read(path, ref.index).lines or ()) for ref in pages(path)]


def pages(path: Path) -> tuple[PageRef, ...]:
    return sources.inspect(path, OPTIONS).pages


def scanned(path: Path, engine: ocr.Engine) -> ScannedPage:
    return pipeline.scan_page(path, PageRef(0), workdir=path.parent, options=OPTIONS, engine=engine)


THREE = [f"This is page number {number} of the letter" for number in (1, 2, 3)]


@pytest.mark.parametrize("what", [None, "/Contents"], ids=["page", "contents"])
def test_a_page_whose_place_in_the_file_is_wrong_is_found(what: str | None, tmp_path: Path) -> None:
    path = unsound.pages_of_text(tmp_path / "letter.pdf")
    unsound.misplace(path, unsound.object_of_page(path, 1, what))
    assert own_words(path) == THREE


def test_a_page_that_is_not_in_the_file_is_missed(tmp_path: Path) -> None:
    path = unsound.pages_of_text(tmp_path / "letter.pdf")
    unsound.without(path, unsound.object_of_page(path, 1))
    with pytest.raises(DamagedSource, match="of 3 pages only 2 can be found"):
        pages(path)


@pytest.mark.parametrize("count", [2, 5])
@pytest.mark.parametrize("inner", [False, True], ids=["root", "inner"])
def test_every_page_is_shown_whatever_number_the_file_states(count: int, inner: bool, tmp_path: Path) -> None:
    if inner and count == 2:
        count = 1
    path = unsound.miscounted(tmp_path / "letter.pdf", count, inner=inner)
    assert own_words(path) == THREE


def test_a_page_left_out_of_the_tree_that_counts_it_is_missed(tmp_path: Path) -> None:
    path = unsound.pages_of_text(tmp_path / "letter.pdf")
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root["/Kept"] = pdf.pages[2].obj
        pdf.Root.Pages.Kids = Array(pdf.Root.Pages.Kids.as_list()[:2])
        pdf.save(path)
    path.write_bytes(path.read_bytes().replace(b"/Count 2", b"/Count 3"))
    with pytest.raises(DamagedSource, match="of 3 pages only 2 can be found"):
        pages(path)


def test_notes_that_do_not_say_how_they_look_are_kept(tmp_path: Path) -> None:
    page = read(unsound.bare_notes(tmp_path / "notes.pdf"))
    assert page.lines is not None
    assert [line.text for line in page.lines] == ["A letter with notes on it", "Approved by Wang"]
    scale = page.source.dpi / 72
    red = (page.pixels[..., 0] > 200) & (page.pixels[..., 1] < 80)
    for left, bottom, right, top in ((100, 600, 400, 720), (100, 400, 400, 520), (100, 200, 400, 240)):
        rows = slice(round((841.89 - top) * scale), round((841.89 - bottom) * scale))
        assert red[rows, round(left * scale) : round(right * scale)].mean() > 0.003


def test_a_picture_coded_in_runs_is_read(tmp_path: Path) -> None:
    # A row is a run of 128 white bytes and one of 2 grey ones; 128 ends the data.
    data = bytes((129, 255, 255, 100)) * 80 + b"\x80"
    make = pdfs.coded_picture(130, 80, data, "/RunLengthDecode")
    page = read(pdfs.one_page(tmp_path / "runs.pdf", pdfs.full(), pictures={"Scan": make}))
    assert page.source.kind == "scanned"


def test_words_in_glyphs_without_names_are_read(tmp_path: Path, engine: ocr.Engine) -> None:
    page = scanned(unsound.glyphs_without_names(tmp_path / "glyphs.pdf"), engine)
    assert page.text == "HELLO"
    assert "blank" not in [warning.code for warning in page.warnings]


def test_words_that_are_not_what_is_shown_are_read_from_the_picture(tmp_path: Path, engine: ocr.Engine) -> None:
    rows = ("The first row of the letter is as shown", "The second row of the letter is as shown", "The accused is Li")
    page = scanned(unsound.false_names(tmp_path / "false.pdf", rows), engine)
    assert [line.replace(" ", "") for line in page.text.splitlines()] == [row.replace(" ", "") for row in rows]


def test_right_words_are_kept_as_the_file_has_them(tmp_path: Path, engine: ocr.Engine) -> None:
    page = scanned(pdfs.one_page(tmp_path / "text.pdf", pdfs.paragraph(12)), engine)
    assert [line.confidence for line in page.lines] == [1.0] * 12
    assert page.source.kind == "born_digital"


def test_words_in_a_small_picture_beside_own_words_are_read(tmp_path: Path, engine: ocr.Engine) -> None:
    note = letters.letter(("签收人：林远山",), size=(320, 90), height=36, top=20, left=20)
    pictures = {"Note": pdfs.picture(Image.fromarray(note.pixels))}
    draw = pdfs.paragraph(10) + pdfs.placed("Note", 330, 60, 160, 45)
    page = scanned(pdfs.one_page(tmp_path / "note.pdf", draw, pictures=pictures), engine)
    assert len(page.lines) == 11
    assert page.lines[-1].text.replace(":", "：") == "签收人：林远山"
    assert page.lines[0].confidence == 1.0
