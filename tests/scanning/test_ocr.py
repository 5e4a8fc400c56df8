"""The engines behind their one interface, and what is done with their lines: seals, script, order."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from scanning import ocr, order, script, stamps
from scanning.errors import EngineMissing
from scanning.geometry import Picture, View, rectangle
from scanning.ocr.rapid import RapidEngine
from scanning.ocr.tesseract import TesseractEngine
from scanning.ocr.tesseract import pytesseract as program
from tests.bench.scoring import content, distance, errors
from tests.scanning.makers import letters

REPOSITORY = Path(__file__).resolve().parents[2]
COLUMNS = ("临澜市统计局负责同志台鉴", "本人有三件事请求核对答复")


@pytest.fixture(scope="module")
def rapid() -> RapidEngine:
    return RapidEngine()


@pytest.fixture(scope="module")
def tesseract() -> TesseractEngine:
    try:
        return TesseractEngine()
    except EngineMissing as missing:
        pytest.skip(f"needs Tesseract with chi_sim: {missing}")


@pytest.fixture(params=["rapid", "tesseract"])
def engine(request: pytest.FixtureRequest) -> ocr.Engine:
    found: ocr.Engine = request.getfixturevalue(request.param)
    return found


def line(text: str, x: float, y: float, width: float = 100, height: float = 20, sure: float = 0.99) -> ocr.RawLine:
    return ocr.RawLine(text, rectangle(width, height) + np.array([x, y]), sure)


def texts(lines: list[ocr.RawLine]) -> list[str]:
    return [one.text for one in lines]


def test_an_engine_reads_what_is_printed(engine: ocr.Engine) -> None:
    made = letters.letter(height=34, left=70)
    found = order.in_order(engine.read(View.of(made.pixels)))
    wrong, characters = errors(made.text, "".join(texts(found)))
    assert wrong <= 0.03 * characters
    assert len(found) == len(made.lines)
    for one, (left, top, right, bottom) in zip(found, made.boxes, strict=True):
        assert one.corners[:, 1].mean() == pytest.approx((top + bottom) / 2, abs=12)
        assert one.corners[0, 0] == pytest.approx(left, abs=20)
        # A full stop fills half of its cell.
        assert one.corners[1, 0] == pytest.approx(right, abs=32)


def test_an_engine_sees_which_way_is_up(engine: ocr.Engine) -> None:
    view = View.of(letters.letter(height=34, left=70).pixels)
    for turn in (0, 90, 180, 270):
        assert engine.look(view.turned(turn)).turn == -turn % 360


def test_an_engine_says_nothing_of_an_empty_page(engine: ocr.Engine) -> None:
    empty = View.of(np.full((1170, 827), 255, np.uint8))
    assert engine.look(empty).turn == 0
    assert engine.read(empty) == []


def test_an_engine_reads_one_box_alone(engine: ocr.Engine) -> None:
    made = letters.letter(height=34, left=70)
    left, top, right, bottom = made.boxes[1]
    box = rectangle(right - left + 12, bottom - top + 12) + np.array([left - 6, top - 6])
    [found] = engine.read(View.of(made.pixels), [box])
    assert content(found.text) == content(made.lines[1])
    assert np.array_equal(found.corners, box)


def test_characters_lie_where_they_are_printed(rapid: RapidEngine) -> None:
    made = letters.letter()
    font = letters.font(26)
    for one in order.in_order(rapid.read(View.of(made.pixels))):
        assert one.spans is not None
        assert len(one.spans) == len(one.text)
        left, right = one.corners[0, 0], one.corners[1, 0]
        for i, (begin, end) in enumerate(one.spans):
            middle = left + (begin + end) / 2 * (right - left)
            printed = 130 + font.getlength(one.text[:i]) + font.getlength(one.text[i]) / 2
            if one.text[i].isalnum():
                assert middle == pytest.approx(printed, abs=13), one.text[: i + 1]


def test_vertical_columns_are_read(rapid: RapidEngine) -> None:
    sheet = letters.letter((), size=(700, 1000))
    columns = [letters.letter(tuple(column), size=(60, 1000), height=30, top=60, left=12) for column in COLUMNS]
    page = sheet.pixels.copy()
    for number, column in enumerate(columns):
        squeezed = np.vstack([column.pixels[60 + i * 60 - 4 : 60 + i * 60 + 36] for i in range(len(COLUMNS[0]))])
        page[100 : 100 + len(squeezed), 560 - number * 90 : 620 - number * 90] = squeezed
    view = View.of(page)
    sight = rapid.look(view)
    assert sight.turn == 0
    found = order.in_order(rapid.read(view, sight.boxes))
    assert [one.direction for one in found] == ["vertical"] * 2
    assert distance("".join(COLUMNS), "".join(texts(found))) <= 3


def test_choose_takes_the_engine_that_was_asked_for_or_the_best() -> None:
    assert ocr.choose("tesseract").name == "tesseract"
    chosen = ocr.choose("auto")
    assert chosen.name == "rapidocr"
    assert "PP-OCRv6" in chosen.version


def test_an_engine_that_does_not_start_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineMissing, match="no-such-runtime"):
        RapidEngine(runtime="no-such-runtime")
    monkeypatch.setattr(program, "tesseract_cmd", "/nowhere/tesseract")
    with pytest.raises(EngineMissing, match="tesseract"):
        ocr.choose("tesseract")


@pytest.mark.skipif(find_spec("openvino") is None, reason="needs OpenVINO")
def test_openvino_tells_nobody_that_it_is_used(tmp_path: Path) -> None:
    """It would report every import of itself, and leave a number of this machine in the home folder."""
    code = """
import sys
from scanning.ocr.rapid import RapidEngine
reached = []
outward = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.sendmsg", "urllib.Request")
sys.addaudithook(lambda event, values: reached.append(event) if event in outward else None)
assert "openvino" in RapidEngine(runtime="openvino").version
assert "openvino" in sys.modules
assert not [name for name in sys.modules if name.startswith("openvino_telemetry.")]
assert reached == [], reached
"""
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(REPOSITORY)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_auto_falls_back_to_tesseract(monkeypatch: pytest.MonkeyPatch, tesseract: TesseractEngine) -> None:
    def broken(runtime: str) -> None:
        raise ImportError(f"{runtime}: wrong processor")

    monkeypatch.setattr("scanning.ocr.rapid._load", broken)
    assert ocr.choose("auto").name == "tesseract"
    with pytest.raises(EngineMissing, match="wrong processor"):
        ocr.choose("rapidocr")


def test_seals_are_found_and_red_writing_is_not() -> None:
    page = letters.letter().pixels
    assert stamps.find_seals(Picture(page)) == ()
    assert stamps.find_seals(Picture(page[:, :, 0])) == ()
    sealed = letters.sealed(page, (800, 1000), 110)
    [seal] = stamps.find_seals(Picture(sealed))
    assert (seal.x0 + seal.x1) / 2 == pytest.approx(800, abs=15)
    assert (seal.y0 + seal.y1) / 2 == pytest.approx(1000, abs=15)
    written = page.copy()
    written[..., 1:][page[..., 0] < 128] = 40
    written[..., 0][page[..., 0] < 128] = 210
    assert stamps.find_seals(Picture(written)) == ()


def test_a_seal_on_ruled_paper_is_found_apart_from_the_red_rules() -> None:
    page = letters.letter().pixels.copy()
    for y in range(100, 1700, 60):
        page[y : y + 3, 100:1140] = (220, 90, 90)
    assert stamps.find_seals(Picture(page)) == ()
    [seal] = stamps.find_seals(Picture(letters.sealed(page, (800, 1000), 110)))
    assert abs((seal.x0 + seal.x1) / 2 - 800) < 25


def test_a_faded_seal_leaves_the_rest_of_the_page_alone() -> None:
    page = letters.sealed(letters.letter().pixels, (800, 1000), 110)
    picture = Picture(page)
    [seal] = stamps.find_seals(picture)
    faded = stamps.without_seals(picture, [seal]).pixels
    assert faded[seal.y0 : seal.y1, seal.x0 : seal.x1].min() > 190
    assert np.array_equal(faded[:, : seal.x0], page[:, : seal.x0])
    assert stamps.without_seals(picture, []) is picture


def test_two_readings_of_one_place_are_merged() -> None:
    faded = [line("二〇二五年", 0, 0, sure=0.7), line("甲方", 0, 50, sure=0.99)]
    seen = [line("二〇二五年六月", 4, 2, sure=0.9), line("甲", 0, 50, sure=0.999)]
    seen += [line("红字批示", 300, 0, sure=0.95), line("公章噪", 300, 50, sure=0.6)]
    assert texts(stamps.merge(faded, seen)) == ["二〇二五年六月", "甲方", "红字批示"]


def test_a_simplified_page_is_simplified_and_says_what_the_engine_wrote() -> None:
    page = [line("我們请求贵局说明情况", 0, 0), line("联系電话", 0, 30), line("谢谢", 0, 60)]
    settled, changed = script.settle_script(page)
    assert texts(settled) == ["我们请求贵局说明情况", "联系电话", "谢谢"]
    assert [one.raw for one in settled] == ["我們请求贵局说明情况", "联系電话", None]
    assert changed == 2


def test_a_traditional_page_stays_as_it_is() -> None:
    page = [line("臨瀾市統計局負責同志台鑒", 0, 0), line("舊居已改爲公路，族中長輩多已辭世", 0, 30), line("县", 0, 60)]
    assert script.settle_script(page) == (page, 0)
    assert script.settle_script([]) == ([], 0)


def test_doubtful_lines_do_not_make_a_page_traditional() -> None:
    sure = [line("请贵局说明情况", 0, 0)]
    doubtful = [line("係為說個這樣", 0, 30, sure=0.5)]
    assert script.settle_script([*sure, *doubtful])[1] == 6
    assert script.settle_script([*sure, *(replace(one, confidence=1.0) for one in doubtful * 3)])[1] == 0


def test_rows_are_read_from_the_left() -> None:
    page = [line("丁", 300, 44), line("乙", 200, 3), line("甲", 0, 0), line("丙", 0, 40)]
    assert texts(order.in_order(page)) == ["甲", "乙", "丙", "丁"]
    assert order.in_order([]) == []


def test_a_label_in_a_form_comes_before_the_lines_it_names() -> None:
    block = [line(f"第{i}行", 200, 100 + 24 * i, 400) for i in range(4)]
    label = line("主要问题", 40, 140, 90)
    rows = [
        line("来访人", 40, 30, 80),
        line("尤某", 200, 22, 80),
        line("接待人", 40, 230, 80),
        line("邓某", 200, 222, 80),
    ]
    found = texts(order.in_order([*block, label, *rows]))
    assert found == ["来访人", "尤某", "主要问题", "第0行", "第1行", "第2行", "第3行", "接待人", "邓某"]


def test_columns_are_read_from_the_right() -> None:
    columns = [replace(line(f"第{i}列文字", 500 - 60 * i, 50, 30, 400), direction="vertical") for i in range(3)]
    assert texts(order.in_order([columns[1], columns[0], columns[2]])) == ["第0列文字", "第1列文字", "第2列文字"]


PINNED = """
import os, threading
import numpy as np
from scanning.geometry import View
from scanning.ocr.rapid import RapidEngine
engine, seen, done = RapidEngine(runtime="openvino"), set(), threading.Event()
def watch():
    while not done.is_set():
        for thread in os.listdir("/proc/self/task"):
            try:
                seen.add(len(os.sched_getaffinity(int(thread))))
            except ProcessLookupError:
                pass
threading.Thread(target=watch).start()
for _ in range(5):
    engine.look(View.of(np.full((900, 700), 255, np.uint8)))
done.set()
assert seen == {len(os.sched_getaffinity(0))}, seen
"""


@pytest.mark.skipif(find_spec("openvino") is None, reason="needs OpenVINO")
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two processors")
def test_no_thread_is_bound_to_a_core_while_it_reads() -> None:
    """Workers are processes of one thread each; a runtime that binds it puts them all on the same core."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    subprocess.run([sys.executable, "-c", PINNED], check=True, env=environment, timeout=120)
