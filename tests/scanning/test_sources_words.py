"""Born-digital pages: their own words, where they stand on A4, and which pages are to be read instead."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from scanning import sources
from scanning.raw import RawPage
from scanning.values import A4_HEIGHT_PT, A4_WIDTH_PT, Line, PageRef, ScanOptions
from tests.scanning.makers import pdfs
from tests.scanning.makers.pictures import letter

OPTIONS = ScanOptions()


def read(path: Path, options: ScanOptions = OPTIONS, ref: PageRef | None = None) -> RawPage:
    return sources.read_page(path, ref or PageRef(0), workdir=path.parent, options=options)


def words(path: Path) -> tuple[Line, ...]:
    lines = read(path).lines
    assert lines is not None
    return lines


def box(line: Line) -> tuple[float, float, float, float]:
    xs, ys = zip(*line.polygon, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def test_lines_stand_where_the_page_draws_them(tmp_path: Path) -> None:
    path = pdfs.one_page(
        tmp_path / "a4.pdf", pdfs.latin("Hello petition 2026", 100, 700, 20) + pdfs.song("尊敬的领导：您好", 100, 600)
    )
    page = read(path)
    assert page.source.kind == "born_digital"
    assert page.source.dpi == pytest.approx(300)
    assert page.lines is not None
    assert [line.text for line in page.lines] == ["Hello petition 2026", "尊敬的领导：您好"]
    assert all(line.confidence == 1 and line.direction == "horizontal" for line in page.lines)
    latin, song = (box(line) for line in page.lines)
    assert latin[0] == pytest.approx(100, abs=2)
    assert latin[1] < A4_HEIGHT_PT - 700 - 10 < A4_HEIGHT_PT - 700 < latin[3]
    assert song == pytest.approx((100, A4_HEIGHT_PT - 600 - 12, 100 + 8 * 14, A4_HEIGHT_PT - 600 + 2), abs=3)
    # The ink of the Latin line, whose font every system has, lies inside its polygon.
    scale = page.pixels.shape[1] / A4_WIDTH_PT
    left, top, right, bottom = (round(edge * scale) for edge in latin)
    outside = page.pixels.copy()
    assert page.pixels[top:bottom, left:right].min() < 60
    outside[top:bottom, left:right] = 255
    assert outside[: round(200 * scale)].min() > 200


def test_spans_lie_on_their_characters(tmp_path: Path) -> None:
    (line,) = words(pdfs.one_page(tmp_path / "a4.pdf", pdfs.song("信访工作条例", 100, 600)))
    assert line.spans is not None
    assert [pytest.approx(n / 6, abs=0.01) for n in range(6)] == [start for start, _ in line.spans]
    assert line.spans[-1][1] == pytest.approx(1, abs=0.01)
    (line,) = words(pdfs.one_page(tmp_path / "b.pdf", pdfs.latin("one two", 100, 600)))
    assert line.spans is not None
    assert len(line.spans) == len(line.text) == 7
    flat = [edge for span in line.spans for edge in span]
    assert flat == sorted(flat)


def test_rare_characters_are_one_character(tmp_path: Path) -> None:
    (line,) = words(pdfs.one_page(tmp_path / "a4.pdf", pdfs.song("姓名：𠮷田", 100, 600)))
    assert line.text == "姓名：𠮷田"
    assert line.spans is not None
    assert len(line.spans) == 5


def test_spaces_are_seen_between_latin_words_and_not_between_hanzi(tmp_path: Path) -> None:
    draw = b"BT /Latin 12 Tf 100 700 Td [(two) -500 (words) -20 (kerned)] TJ ET\n"
    draw += b"BT /Song 12 Tf 100 600 Td [<" + "张".encode("utf-16-be").hex().encode() + b"> -1000 <"
    draw += "三".encode("utf-16-be").hex().encode() + b">] TJ ET\n"
    assert [line.text for line in words(pdfs.one_page(tmp_path / "a4.pdf", draw))] == ["two wordskerned", "张三"]


def test_columns_are_lines_of_their_own(tmp_path: Path) -> None:
    draw = b"".join(
        pdfs.song(f"左边{n}", 60, 700 - 20 * n) + pdfs.song(f"右边{n}", 320, 700 - 20 * n) for n in range(3)
    )
    assert sorted(line.text for line in words(pdfs.one_page(tmp_path / "a4.pdf", draw))) == [
        "右边0", "右边1", "右边2", "左边0", "左边1", "左边2",
    ]  # fmt: skip


def test_vertical_writing_is_one_line_downwards(tmp_path: Path) -> None:
    draw = pdfs.song("竖排的信件", 300, 700, font="SongDown")
    (line,) = words(pdfs.one_page(tmp_path / "down.pdf", draw))
    assert (line.text, line.direction) == ("竖排的信件", "vertical")
    left, top, right, bottom = box(line)
    assert bottom - top == pytest.approx(5 * 14, abs=4)
    assert (left + right) / 2 == pytest.approx(300, abs=4)
    assert line.spans is not None
    assert [start for start, _ in line.spans] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8], abs=0.03)
    one_below_the_other = b"".join(pdfs.song(c, 300, 700 - 14 * n) for n, c in enumerate("一二三"))
    (line,) = words(pdfs.one_page(tmp_path / "below.pdf", one_below_the_other))
    assert (line.text, line.direction) == ("一二三", "vertical")


def test_words_that_run_upwards_have_their_first_corner_below(tmp_path: Path) -> None:
    draw = b"BT /Latin 14 Tf 0 1 -1 0 300 400 Tm (Margin note) Tj ET\n"
    (line,) = words(pdfs.one_page(tmp_path / "up.pdf", draw))
    assert line.text == "Margin note"
    (x0, y0), (x1, y1), _, _ = line.polygon
    assert x0 == pytest.approx(x1, abs=0.5)
    assert y0 == pytest.approx(A4_HEIGHT_PT - 400, abs=2)
    assert y1 < y0 - 50


@pytest.mark.parametrize(
    ("size", "keys", "expected"),
    [
        # (x, baseline y from the top) of text drawn at (100, 100) from the upper left corner of what is seen of the
        # page.
        ((419.53, 595.28), {}, ((A4_WIDTH_PT - 419.53) / 2 + 100, (A4_HEIGHT_PT - 595.28) / 2 + 100, 1.0)),
        ((841.89, 1190.55), {}, (100 * 0.7071, 100 * 0.7071, 0.7071)),
        ((612, 792), {}, (100 * 0.9727, (A4_HEIGHT_PT - 792 * 0.9727) / 2 + 100 * 0.9727, 0.9727)),
        ((297.64, 420.95), {"UserUnit": 2}, (200, 200, 2.0)),
    ],
)
def test_other_sizes_are_laid_on_a4(
    size: tuple[float, float], keys: dict[str, object], expected: tuple[float, float, float], tmp_path: Path
) -> None:
    path = pdfs.one_page(tmp_path / "page.pdf", pdfs.song("信访", 100, size[1] - 100, 20), size=size, **keys)
    (line,) = words(path)
    x, baseline, scale = expected
    left, top, right, bottom = box(line)
    assert (left, right) == pytest.approx((x, x + 40 * scale), abs=1.5)
    assert top < baseline - 10 * scale < baseline < bottom
    assert bottom - top == pytest.approx(20 * scale, rel=0.15)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_rotate_and_crop_box_move_the_words_with_the_picture(rotate: int, tmp_path: Path) -> None:
    # A5, seen through a crop box that begins at (50, 40): whatever the turn, the ink must lie in the polygon.
    path = pdfs.one_page(
        tmp_path / "page.pdf",
        pdfs.latin("MMMMMM", 120, 300, 24),
        size=(480, 660),
        CropBox=Array([50, 40, 470, 635]),
        Rotate=rotate,
    )
    page = read(path)
    assert page.lines is not None
    (line,) = page.lines
    _assert_ink_inside(page, line)
    run = np.subtract(line.polygon[1], line.polygon[0])
    assert np.degrees(np.arctan2(run[1], run[0])) % 360 == pytest.approx(rotate, abs=1)


def test_a_lying_page_stays_upright_and_is_reduced(tmp_path: Path) -> None:
    path = pdfs.one_page(tmp_path / "page.pdf", pdfs.latin("MMMMMM", 100, 495, 24), size=(841.89, 595.28))
    page = read(path)
    assert page.pixels.shape[0] < page.pixels.shape[1]
    assert (page.source.width_mm, page.source.height_mm) == pytest.approx((297, 210), abs=1)
    assert page.lines is not None
    (line,) = page.lines
    reduced = A4_WIDTH_PT / 841.89
    baseline = (A4_HEIGHT_PT - 595.28 * reduced) / 2 + (595.28 - 495) * reduced
    left, top, _, bottom = box(line)
    assert left == pytest.approx(100 * reduced, abs=2)
    assert top < baseline - 10 * reduced < baseline < bottom + 1


def _assert_ink_inside(page: RawPage, line: Line) -> None:
    """All ink of the picture, placed on A4 as pages are, lies inside the polygon of the only line, and fills it."""
    to_points = 72 / page.source.dpi
    rows, columns = np.nonzero(page.pixels.min(axis=2) < 128)
    x = columns * to_points + (A4_WIDTH_PT - page.pixels.shape[1] * to_points) / 2
    y = rows * to_points + (A4_HEIGHT_PT - page.pixels.shape[0] * to_points) / 2
    left, top, right, bottom = box(line)
    assert left - 1 <= x.min() <= x.max() <= right + 1
    assert top - 1 <= y.min() <= y.max() <= bottom + 1
    assert x.max() - x.min() > 0.6 * (right - left)
    assert y.max() - y.min() > 0.6 * (bottom - top)


def test_invisible_words_are_not_the_pages_own(tmp_path: Path) -> None:
    path = pdfs.one_page(
        tmp_path / "page.pdf", pdfs.latin("shown", 100, 700) + b"3 Tr " + pdfs.latin("hidden", 100, 600)
    )
    assert [line.text for line in words(path)] == ["shown"]
    off = pdfs.one_page(tmp_path / "off.pdf", pdfs.latin("shown", 100, 700) + pdfs.latin("beside", 700, 700))
    assert [line.text for line in words(off)] == ["shown"]


def test_a_blank_page_has_no_words_and_is_not_to_be_read(tmp_path: Path) -> None:
    page = read(pdfs.one_page(tmp_path / "blank.pdf", b""))
    assert page.lines == ()
    assert page.source.kind == "born_digital"
    assert page.pixels.min() == 255


def test_words_in_outlines_are_to_be_read(tmp_path: Path) -> None:
    page = read(pdfs.one_page(tmp_path / "outlines.pdf", b"0 g 100 100 300 5 re f 100 200 5 300 re f"))
    assert page.lines is None
    assert page.vector is None
    assert page.source.dpi == pytest.approx(300)


def test_words_whose_font_does_not_say_what_they_mean_are_to_be_read(tmp_path: Path) -> None:
    path = pdfs.one_page(tmp_path / "unmapped.pdf", b"BT /Song 14 Tf 100 700 Td <00210022002300240025> Tj ET")
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        font = pdf.pages[0].Resources.Font.Song
        font.Encoding = Name("/Identity-H")
        font.DescendantFonts[0].CIDSystemInfo = Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0)
        pdf.save(path)
    page = read(path)
    assert page.lines is None
    assert page.vector is None


def test_pictures_that_may_hold_words_are_read_and_ornaments_are_not(tmp_path: Path) -> None:
    pictures = {"Scan": pdfs.jpeg(letter())}
    text = pdfs.paragraph(12)
    screenshot = pdfs.one_page(tmp_path / "screen.pdf", text + pdfs.placed("Scan", 60, 60, 300, 300), pictures=pictures)
    page = read(screenshot)
    assert (page.source.kind, page.lines) == ("mixed", None)
    assert page.source.dpi == pytest.approx(300)
    seal = pdfs.one_page(tmp_path / "seal.pdf", text + pdfs.placed("Scan", 400, 60, 110, 110), pictures=pictures)
    page = read(seal)
    assert page.source.kind == "born_digital"
    assert page.lines is not None
    assert len(page.lines) == 12
    paper = {"Scan": pdfs.picture(Image.new("RGB", (200, 280), (250, 245, 220)))}
    toned = pdfs.one_page(tmp_path / "toned.pdf", pdfs.full() + pdfs.paragraph(24), pictures=paper)
    page = read(toned)
    assert page.source.kind == "born_digital"
    assert page.lines is not None
    assert len(page.lines) == 24


def test_filled_in_fields_and_notes_belong_to_the_words(tmp_path: Path) -> None:
    path = pdfs.one_page(tmp_path / "form.pdf", pdfs.latin("Name:", 100, 700))
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[0].obj.Annots = Array([pdfs.note(pdf, "Zhang San", (150, 694, 300, 714))])
        pdf.save(path)
    page = read(path)
    assert page.lines is not None
    assert " ".join(line.text for line in page.lines) == "Name: Zhang San"
    assert page.vector is None


def test_a3_is_tiled_with_the_words_of_each_half(tmp_path: Path) -> None:
    draw = pdfs.latin("left half", 100, 700) + pdfs.latin("right half", 800, 700)
    path = pdfs.one_page(tmp_path / "sheet.pdf", draw, size=(1190.55, 841.89))
    options = ScanOptions(a3="tile")
    refs = sources.inspect(path, options).pages
    texts = []
    for ref in refs:
        page = read(path, options, ref)
        assert page.lines is not None
        texts.append([line.text for line in page.lines])
    assert texts == [["left half", "right half"], ["left half"], ["right half"]]
    right = read(path, options, refs[2])
    assert right.lines is not None
    assert box(right.lines[0])[0] == pytest.approx(800 - 1190.55 / 2, abs=2)


def test_a_poster_is_drawn_no_finer_than_is_needed(tmp_path: Path) -> None:
    page = read(pdfs.one_page(tmp_path / "poster.pdf", pdfs.latin("Poster", 100, 3000, 200), size=(2384, 3370)))
    assert page.source.dpi < 300
    assert page.pixels.shape[0] * page.pixels.shape[1] <= 20_100_000
    assert page.source.width_mm == pytest.approx(841, abs=2)


def test_the_vector_layer_goes_with_the_words(tmp_path: Path) -> None:
    page = read(pdfs.one_page(tmp_path / "blank.pdf", b"0.5 g 100 100 50 50 re f"))
    assert page.vector is None
    page = read(pdfs.one_page(tmp_path / "empty.pdf", b"q Q"))
    assert page.vector == tmp_path / "0000-vector.pdf"
    assert page.vector.is_file()
