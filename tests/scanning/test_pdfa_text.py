"""The invisible text: what poppler and pdfium copy out is what was read, and where they mark it is where it stands."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from scanning.textlayer import Cell, Character, UnwritableText, cells, characters, run_of, visible_text
from scanning.values import A4_HEIGHT_PT, Line
from tests.scanning import validators
from tests.scanning.pdf_made import access_copy, quad
from tests.scanning.validators import extract_text

Box = tuple[float, float, float, float]

HANZI = "的一是了我不人在有他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么𠮷𬱖𠀀"
MARKS = "，。；：、？！“”（）《》—…·"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))

usual_letters = st.one_of(st.sampled_from(HANZI + MARKS), st.sampled_from(LETTERS + ".,:()/%"))
any_letters = st.one_of(usual_letters, st.characters(exclude_categories=("Cs",)))
# The folder is the same for all examples: each writes its file anew.
_SHARED = [HealthCheck.function_scoped_fixture]


class Shown:
    """What pdfium makes of the first page of a file."""

    def __init__(self, path: Path) -> None:
        self._document = pdfium.PdfDocument(str(path))
        self._page = self._document[0].get_textpage()

    def text(self) -> str:
        # pdfium says U+FFFE for a hyphen at the end of a line.
        return str(self._page.get_text_range()).replace("\ufffe", "-")

    def boxes(self) -> Iterator[tuple[str, Box]]:
        """Give each character of the file, not those pdfium adds, with its box: left, top, right, bottom, y down."""
        half = ""
        for index in range(self._page.count_chars()):
            code = pdfium_c.FPDFText_GetUnicode(self._page, index)
            if pdfium_c.FPDFText_IsGenerated(self._page, index):
                continue
            # pdfium counts a character beyond the first 65,536 as two halves, each with the box of the whole.
            if 0xD800 <= code < 0xDC00:
                half = chr(code)
                continue
            letter = (half + chr(code)).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
            half = ""
            yield letter, _upright(self._page.get_charbox(index))

    def found(self, words: str) -> list[list[Box]]:
        """Give for each place where the words are found the boxes that a viewer marks."""
        places = []
        search = self._page.search(words)
        while (hit := search.get_next()) is not None:
            count = pdfium_c.FPDFText_CountRects(self._page, *hit)
            places.append([self._rectangle(number) for number in range(count)])
        return places

    def _rectangle(self, number: int) -> Box:
        sides = [ctypes.c_double() for _ in range(4)]
        pdfium_c.FPDFText_GetRect(self._page, number, *sides)
        left, top, right, bottom = (side.value for side in sides)
        return left, A4_HEIGHT_PT - top, right, A4_HEIGHT_PT - bottom


def _upright(box: Box) -> Box:
    left, bottom, right, top = box
    return left, A4_HEIGHT_PT - top, right, A4_HEIGHT_PT - bottom


def _letters(text: str) -> str:
    """Letters as a reader compares them: compatibility forms equal (pdfium takes ligatures apart), no white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _unordered(text: str) -> list[str]:
    """Letters without their order, marks of direction, and the way that brackets face."""
    flipped = str.maketrans("）》”)]}", "（《“([{")
    kept = (letter for letter in _letters(text) if unicodedata.category(letter) != "Cf")
    return sorted(letter.translate(flipped) for letter in kept)


def _paragraph(texts: list[str], height: float = 14.0) -> list[Line]:
    """Lines under each other, as a page has them."""
    widths = [max(height, sum(1.0 if one.wide else 0.5 for one in characters(text)) * height) for text in texts]
    return [
        Line(text, quad(60, 60 + 1.8 * height * row, width, height), 0.9)
        for row, (text, width) in enumerate(zip(texts, widths, strict=True))
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=_SHARED)
@given(texts=st.lists(st.text(any_letters, max_size=25), min_size=1, max_size=4))
@example(texts=["群众e\u0301来信\u200f", "", "\x00\x1b[2J\u2028", "a\u0301\u0302 b", "\ufdd0\uffff字"])
@example(texts=["\u0301", "字\U000e0100异体", "👨\u200d👩\u200d👧", "\U00031350\U0002ebf0"])
def test_any_text_copies_out_as_it_is(tmp_path: Path, texts: list[str]) -> None:
    assume(not any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for text in texts for letter in text))
    # A hyphen at the end of a line is taken for a division of a word, by both readers.
    assume(not any(unicodedata.category(visible_text(text)[-1:] or "x") == "Pd" for text in texts))
    copy = access_copy(tmp_path, _paragraph(texts))
    expected = _letters("".join(visible_text(text) for text in texts))
    assert _letters(extract_text(copy, "-raw")) == expected
    assert _letters(Shown(copy).text()) == expected
    validators.check_structure(copy)


@settings(max_examples=25, deadline=None, suppress_health_check=_SHARED)
# Letters beyond the first 65,536 are left out: pdfium loses them next to these.
@given(text=st.text(st.sampled_from("שלום عربي" + HANZI[:40] + LETTERS + MARKS), max_size=20))
def test_text_from_right_to_left_loses_no_letter(tmp_path: Path, text: str) -> None:
    copy = access_copy(tmp_path, _paragraph([text]))
    assert _unordered(Shown(copy).text()) == _unordered(visible_text(text))


@settings(max_examples=20, deadline=None, suppress_health_check=_SHARED)
@given(texts=st.lists(st.text(any_letters, max_size=12), max_size=3))
def test_any_text_makes_a_valid_copy(tmp_path: Path, texts: list[str]) -> None:
    validators.check_access_copy(access_copy(tmp_path, _paragraph(texts)))


@pytest.mark.parametrize("text", ["\ud842", "半\udfb7字"])
def test_half_a_surrogate_pair_is_refused(text: str) -> None:
    with pytest.raises(UnwritableText):
        characters(text)


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        ("我 反 映 问 题", "我反映问题"),
        ("我，　反映", "我，反映"),
        ("Mr. John Smith", "Mr. John Smith"),
        ("欠 1,200 元", "欠 1,200 元"),
        ("GB/T  18894", "GB/T 18894"),
        (" 前后 ", "前后"),
        ("e\u0301te\u0301", "e\u0301te\u0301"),
    ],
)
def test_only_spaces_that_mean_something_are_copied_out(tmp_path: Path, text: str, copied: str) -> None:
    copy = access_copy(tmp_path, _paragraph([text]))
    wanted = unicodedata.normalize("NFC", copied)
    assert unicodedata.normalize("NFC", extract_text(copy).strip()) == wanted
    assert unicodedata.normalize("NFC", Shown(copy).text().strip()) == wanted


def _spans(weights: list[float], slack: float) -> tuple[tuple[float, float], ...]:
    """Characters of these widths after each other, with a gap of `slack` of their width around each."""
    edges = [0.0, *accumulate(weights)]
    return tuple(
        ((begin + slack * (end - begin)) / edges[-1], (end - slack * (end - begin)) / edges[-1])
        for begin, end in pairwise(edges)
    )


@st.composite
def spanned_lines(draw: st.DrawFn) -> Line:
    """A line of ordinary text with the characters' places as an engine gives them."""
    text = draw(st.text(usual_letters, min_size=1, max_size=20))
    weights = [
        (1.0 if one.wide else 0.55) * draw(st.floats(0.75, 1.3)) for one in (Character(letter, 0, 1) for letter in text)
    ]
    height = draw(st.floats(8, 24))
    place = quad(
        draw(st.floats(40, 80)), draw(st.floats(150, 600)), sum(weights) * height, height, draw(st.floats(-3, 3))
    )
    return Line(text, place, 0.9, spans=_spans(weights, draw(st.floats(0, 0.15))))


@settings(max_examples=60, deadline=None, suppress_health_check=_SHARED)
@given(line=spanned_lines())
def test_each_character_lies_on_its_picture(tmp_path: Path, line: Line) -> None:
    assert line.spans is not None
    run = run_of(line)
    shown = list(Shown(access_copy(tmp_path, [line])).boxes())
    assert "".join(letter for letter, _ in shown) == line.text
    for (_, (left, top, right, bottom)), (begin, end) in zip(shown, line.spans, strict=True):
        along = (begin + end) / 2 * run.length
        x = run.x + run.cosine * along - run.sine * run.height / 2
        y = A4_HEIGHT_PT - (run.y + run.sine * along + run.cosine * run.height / 2)
        half_a_character = (end - begin) * run.length / 2
        assert (left + right) / 2 == pytest.approx(x, abs=half_a_character)
        assert (top + bottom) / 2 == pytest.approx(y, abs=run.height / 4)


@pytest.mark.parametrize("degrees", [-4.0, -0.5, 0.0, 1.5, 5.0])
def test_a_word_that_is_searched_is_marked_where_it_stands(tmp_path: Path, degrees: float) -> None:
    before = Line("尊敬的领导同志：", quad(70, 250, 160, 16, degrees), 0.9)
    line = Line("我反映宏达电镀厂夜间偷排污水（编号 HJ-06）。", quad(70, 280, 380, 16, degrees), 0.9)
    shown = Shown(access_copy(tmp_path, [before, line]))
    for words in ("宏达电镀厂", "污水（编号 HJ", "我"):
        begin, end = _extent(line, words)
        (marked,) = shown.found(words)
        left, right = min(box[0] for box in marked), max(box[2] for box in marked)
        top, bottom = min(box[1] for box in marked), max(box[3] for box in marked)
        (x0, y0), (x1, y1) = _middle_at(line, begin), _middle_at(line, end)
        assert left == pytest.approx(min(x0, x1), abs=8)
        assert right == pytest.approx(max(x0, x1), abs=8)
        assert (top + bottom) / 2 == pytest.approx((y0 + y1) / 2, abs=4)


def _extent(line: Line, words: str) -> tuple[float, float]:
    placed: list[Cell] = cells(line)
    start = "".join(cell.character.text for cell in placed).index(words)
    return placed[start].begin, placed[start + len(words) - 1].end


def _middle_at(line: Line, along: float) -> tuple[float, float]:
    run = run_of(line)
    x = run.x + run.cosine * along - run.sine * run.height / 2
    return x, A4_HEIGHT_PT - (run.y + run.sine * along + run.cosine * run.height / 2)


def test_vertical_columns_read_from_right_to_left(tmp_path: Path) -> None:
    columns = ["尊敬的县长：", "我叫黄德福，系大湾村村民", "二〇二五年12月"]
    lines = [
        Line(text, quad(400 - 26 * number, 100, 15, 15.0 * len(text)), 0.9, "vertical")
        for number, text in enumerate(columns)
    ]
    head, foot = Line("群众来信", quad(200, 50, 90, 20), 0.9), Line("此件由接待室登记。", quad(80, 500, 200, 14), 0.9)
    copy = access_copy(tmp_path, [head, *lines, foot])
    assert extract_text(copy).split() == [head.text, *columns, foot.text]
    assert Shown(copy).text().split() == [head.text, *columns, foot.text]
    boxes = [box for letter, box in Shown(copy).boxes() if letter in columns[1]]
    assert boxes[0][0] == pytest.approx(374, abs=2)
    assert [round((box[1] + box[3]) / 2) for box in boxes[:3]] == pytest.approx([107, 122, 137], abs=5)


def test_lines_come_out_in_the_order_they_were_given(tmp_path: Path) -> None:
    left = [Line(f"左栏第{row}行", quad(60, 100 + 30 * row, 90, 14), 0.9) for row in range(4)]
    right = [Line(f"右栏第{row}行", quad(320, 100 + 30 * row, 90, 14), 0.9) for row in range(4)]
    copy = access_copy(tmp_path, [*left, *right])
    assert Shown(copy).text().split() == [line.text for line in (*left, *right)]
    assert extract_text(copy, "-raw").split() == [line.text for line in (*left, *right)]


@pytest.mark.parametrize(
    "spans",
    [
        (),
        ((0.0, 0.1),),
        ((0.5, 0.6), (0.3, 0.4), (0.1, 0.2), (0.0, 0.1)),
        ((float("nan"), 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 1.0)),
        ((0.5, 0.5), (0.5, 0.5), (0.5, 0.5), (0.5, 0.5)),
    ],
)
def test_places_that_make_no_sense_are_not_believed(spans: tuple[tuple[float, float], ...]) -> None:
    line = Line("四个汉字", quad(60, 60, 80, 20), 0.9, spans=spans)
    assert [cell.begin for cell in cells(line)] == pytest.approx([0, 20, 40, 60])


@pytest.mark.parametrize(
    "box", [quad(60, 60, 0, 0), quad(60, 60, 200, 0), quad(60, 60, 0, 14), quad(60, 60, 0.01, 300)]
)
def test_a_line_without_extent_still_says_its_words(tmp_path: Path, box: tuple[tuple[float, float], ...]) -> None:
    copy = access_copy(tmp_path, [Line("无处可放", (box[0], box[1], box[2], box[3]), 0.9)])
    validators.check_access_copy(copy)
    assert _letters(extract_text(copy, "-raw")) == "无处可放"
