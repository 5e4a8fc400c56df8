"""What stands on the forms: everything that was handed over, nothing that was not, and each thing in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime

import pytest

from archive_app.forms import chinese
from archive_app.forms.parts import Form, Petitioner, Signature
from archive_app.forms.values import ReceptionForm
from tests.archive_app.forms import filled, paper
from tests.archive_app.forms.conftest import Printed, drawn
from tests.archive_app.forms.filled import ALL, NAMES, OFFICE, RECEPTION, empty

FIFTEEN = {
    "姓名": "覃秀英",
    "单位或家庭住址": "龙潭镇三组27号",
    "电话": "13900001234",
    "信访人数": "3人",
    "反映主要问题": RECEPTION.main_problem,
    "信访目的": "申诉求决类求决",
    "问题属地": "120116滨海新区新河街道",
    "内容分类": "TJ4普查与入户调查",
    "所属系统": "街镇开发区",
    "产生原因": "工作失误",
    "主要诉求": RECEPTION.claims,
    "意见建议": RECEPTION.suggestions,
    "相应事项": RECEPTION.matter,
    "理由": RECEPTION.reasons,
    "处理结果": RECEPTION.result,
}


def said(value: object) -> Iterator[str]:
    """All that a form tells, as it is to be read."""
    if isinstance(value, Petitioner):
        yield value.shown
    elif isinstance(value, str):
        yield value
    elif isinstance(value, datetime):
        yield chinese.moment(value)
    elif isinstance(value, date):
        yield chinese.day(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from said(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from said(getattr(value, field.name))


@pytest.mark.parametrize("form", ALL, ids=NAMES)
def test_all_that_is_handed_over_is_on_the_print(form: Form, printed: Printed) -> None:
    text = paper.squeezed(printed(form))
    missing = [each for each in said(form) if "".join(each.split()) not in text]
    assert missing == []
    assert form.heading in text


@pytest.mark.parametrize("form", ALL, ids=NAMES)
def test_an_empty_form_prints_its_boxes_and_no_values(form: Form, printed: Printed) -> None:
    if isinstance(form, ReceptionForm):
        # Only a visit or a call has a check list of its reception.
        form = replace(form, conduct=(), conduct_note="")
    labels = [table.text[:2] for page in paper.pages(drawn(form)) for table in page.tables()]
    text = paper.squeezed(printed(empty(form)))
    assert "None" not in text
    assert OFFICE in text
    assert not re.search(r"覃秀英|0027|李娜", text)
    bare = [table.text[:2] for page in paper.pages(drawn(empty(form))) for table in page.tables()]
    assert [each for each in bare if each] == [each for each in labels if each]


def test_the_fifteen_elements_stand_behind_their_labels(printed: Printed) -> None:
    text = paper.squeezed(printed(RECEPTION))
    assert len(FIFTEEN) == 15
    for label, value in FIFTEEN.items():
        assert label + "".join(value.split()) in text, label


def test_the_note_stands_outside_the_box_of_the_statement() -> None:
    (page,) = paper.pages(drawn(RECEPTION))
    statement, note = squeeze(RECEPTION.verbatim_statement), squeeze(RECEPTION.registrar_note)
    of_statement = [table for table in page.tables() if statement in table.text]
    of_note = [table for table in page.tables() if note in table.text]
    assert [table.text for table in of_statement] == [f"原话记录（信访人本人的陈述，第2版）{statement}"]
    assert [table.text for table in of_note] == [f"登记员备注（登记员所写，不是信访人的陈述）{note}"]
    assert of_note[0].top > of_statement[0].bottom + 1


def test_a_long_statement_and_a_long_note_stay_in_boxes_that_say_whose_words_they_are() -> None:
    form = replace(RECEPTION, verbatim_statement="甲" * 3000, registrar_note="乙" * 3000)
    seen = []
    for page in paper.pages(drawn(form)):
        for table in page.tables():
            if "甲" in table.text or "乙" in table.text:
                seen.append((table.text[:4], set(table.text) & {"甲", "乙"}))
    assert len(seen) >= 6
    assert all(whose == {"原话记录": {"甲"}, "登记员备": {"乙"}}[head] for head, whose in seen)


def test_the_first_version_of_a_statement_has_no_number(printed: Printed) -> None:
    assert "版" not in paper.squeezed(printed(replace(RECEPTION, statement_version=1)))
    assert "第3版" in paper.squeezed(printed(replace(RECEPTION, statement_version=3)))


@pytest.mark.parametrize("form", [form for form in ALL if hasattr(form, "petitioner")])
def test_the_name_of_an_anonymous_petitioner_is_nowhere(form: ReceptionForm, printed: Printed) -> None:
    hidden = replace(form, petitioner=Petitioner(name="欧阳某", anonymous=True))
    out = printed(hidden)
    text = paper.squeezed(out)
    assert "匿名" in text
    assert "欧阳某" not in text


@pytest.mark.parametrize("form", ALL, ids=NAMES)
def test_a_restricted_form_says_so_on_every_page_and_no_other_does(form: Form) -> None:
    long = replace(form, restricted=True)
    if isinstance(form, filled.SpecialRegister):
        long = replace(filled.many_rows(40), restricted=True)
    elif hasattr(form, "matter") or hasattr(form, "summary"):
        long = replace(long, **{"matter" if hasattr(form, "matter") else "summary": "很长的情况。" * 300})  # type: ignore[arg-type]
    pages = paper.pages(drawn(long))
    assert len(pages) > 1 or isinstance(form, filled.HandoverList)
    for page in pages:
        top = "".join(each.text for each in page.characters if each.bottom < 32 and each.left < 60)
        assert "受限件" in top
        assert not any(table.top < 30 and table.text != "受限件" and "受限件" in table.text for table in page.tables())
    for page in paper.pages(drawn(form)):
        assert "受限件" not in "".join(each.text for each in page.characters)


def test_the_register_repeats_its_heading_and_has_each_number_once(printed: Printed) -> None:
    out = printed(filled.many_rows(500))
    pages = paper.pages(out.read_bytes())
    assert len(pages) > 20
    numbers = []
    for place, page in enumerate(pages, start=1):
        text = "".join(each.text for each in page.characters if each.text.strip())
        assert text.count("登记编号收信日期来信人单位或住址反映主要问题内容分类承办部门处理结果登记员备注") == 1
        assert text.endswith(f"第{place}页共{len(pages)}页")
        # A void row names the number that it doubles in its reason.
        numbers += [int(each) for each in re.findall(r"2026-(\d{4})(?=2026年)", text)]
    assert numbers == list(range(1, 501))
    assert paper.squeezed(out).count("作废重复登记") == 10
    assert "共500号，其中作废10号" in paper.squeezed(out)


def test_a_void_row_says_why_and_nothing_of_what_it_was(printed: Printed) -> None:
    row = replace(filled.ROWS[0], voided=True, void_reason="录入错误")
    text = paper.squeezed(printed(replace(filled.REGISTER, rows=(row,))))
    assert "2026-00012026年1月5日作废录入错误李娜" in text
    assert "耕地面积" not in text
    assert "覃秀英" not in text


def test_a_signature_stands_in_its_own_box_as_the_picture_that_it_is() -> None:
    red = Signature(name="王强", image=filled.scrawl("red", (900, 90)))
    form = replace(filled.HANDOVER, deliverer=filled.by("李娜", "lina"), receiver=red)
    (page,) = paper.pages(drawn(form))
    (picture,) = page.pictures
    cells = [frame for frame in page.frames if frame.holds(picture)]
    cell = min(cells, key=lambda frame: frame.right - frame.left)
    inside = "".join(each.text for each in page.characters if cell.holds(each) and each.text.strip())
    assert inside == "签名：王强"
    assert picture.right - picture.left == pytest.approx(38, abs=0.5)
    assert (picture.right - picture.left) / (picture.bottom - picture.top) > 8, "its shape was kept"


def test_a_form_without_pictures_has_none_and_leaves_room_for_a_hand() -> None:
    form = replace(filled.HANDOVER, deliverer=None, receiver=filled.by("张伟", "zhangwei"))
    (page,) = paper.pages(drawn(form))
    assert page.pictures == ()
    (signatures,) = [table for table in page.tables() if table.text.startswith("移交人")]
    assert signatures.text == "移交人签名：年月日接收人签名：张伟账号：zhangwei2026年3月3日09:30"


def test_every_instruction_has_its_signature(printed: Printed) -> None:
    text = paper.squeezed(printed(filled.SLIP))
    assert text.count("领导批示") == 2
    first, second = text.index("同意。请农业农村"), text.index("请办公室跟踪督办")
    assert first < text.index("刘建国") < second < text.index("陈志远")


def test_a_letter_has_no_page_number_on_its_first_page_and_red_lines_only_there() -> None:
    pages = paper.pages(drawn(filled.REPLY))
    assert len(pages) == 2
    last = ["".join(each.text for each in page.characters if each.top > 262) for page in pages]
    assert [re.sub(r"\s", "", each) for each in last] == ["", "—2—"]
    assert paper.red_runs(drawn(filled.REPLY), 1, 22) == []
    lines = paper.red_runs(drawn(filled.REPLY), 0, 22)
    thick = [end - start > 0.4 for start, end in lines]
    assert thick == [True, False, False, True], "thick above thin, and at the foot thin above thick (GB/T 9704, 10.1)"
    assert lines[-1][1] == pytest.approx(277, abs=0.5), "20 mm from the lower edge"


def squeeze(text: str) -> str:
    return "".join(text.split())
