"""Fields out of the lines of a letter: what is found, where, and what is not taken for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive_app.samples.letters import load_letters
from archive_app.suggesting.fields import Field, suggest_fields
from archive_app.suggesting.paper import Place

RECEIVED = date(2023, 9, 1)
LETTER = (
    "关于反映我村道路的信",
    "县信访局：",
    "我是龙潭镇村",
    "民覃秀英。村支书吴某某电话13811112222，去年",
    "9月1日路坏了，没有人来修。",
    "此致",
    "敬礼！",
    "信访人：覃秀英（手印）",
    "联系电话：139 0000-l234",
    "住址：龙潭镇三组27号",
    "二〇二三年八月三日",
)


def values(lines: Sequence[str], field: Field, received: date | None = RECEIVED) -> list[str]:
    return [one.value for one in suggest_fields(lines, received=received) if one.field == field]


def said(lines: Sequence[str], places: Iterable[Place]) -> list[str]:
    return [lines[place.line][place.start : place.end] for place in places]


def test_a_letter_gives_its_fields_and_where_they_stand() -> None:
    found = {one.field: one for one in reversed(suggest_fields(LETTER, received=RECEIVED))}
    assert {field: one.value for field, one in found.items()} == {
        "petitioner": "覃秀英",
        "telephone": "13900001234",
        "address": "龙潭镇三组27号",
        "date": "2023-08-03",
    }
    assert {field: said(LETTER, one.places) for field, one in found.items()} == {
        "petitioner": ["覃秀英"],
        "telephone": ["139 0000-l234"],
        "address": ["龙潭镇三组27号"],
        "date": ["二〇二三年八月三日"],
    }
    assert found["petitioner"].places == (Place(7, 4, 7),)


def test_the_number_after_the_label_comes_before_one_that_is_told_of() -> None:
    assert values(LETTER, "telephone") == ["13900001234", "13811112222"]


def test_what_was_wrapped_has_a_place_on_each_line() -> None:
    lines = ["本人黄", "德福，住和平路幸福小", "区6号楼。"]
    found = suggest_fields(lines)
    assert [(one.field, one.value, said(lines, one.places)) for one in found] == [
        ("petitioner", "黄德福", ["黄", "德福"]),
        ("address", "和平路幸福小区6号楼", ["和平路幸福小", "区6号楼"]),
    ]


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["反映人：钱拾贝"], ["钱拾贝"]),
        (["信 访 人 ： 李 明"], ["李明"]),
        (["姓名", "欧阳建国", "性别"], ["欧阳建国"]),
        (["联系人：龚先生15000009876"], ["龚先生"]),
        (["投诉人王芳 电话13900001234"], ["王芳"]),
        (["代表：赵铁柱 马建国杨小军"], ["赵铁柱", "马建国", "杨小军"]),
        (["二十三名普查员代表：卫长亭、施问渠"], ["卫长亭", "施问渠"]),
        (["白鹭镇下湾村三组  孙听雨", "2025年12月15日"], ["孙听雨"]),
        (["孙听雨 2025年12月15日"], ["孙听雨"]),
        (["蘇懷瑾  謹啟"], ["蘇懷瑾"]),
        (["李望舒 吴知秋 郑小满"], ["李望舒", "吴知秋", "郑小满"]),
        (["信访人：买买提·艾山"], ["买买提·艾山"]),
        (["我叫黄德福，系大湾村村民。"], ["黄德福"]),
        (["联系人：魏南星", "检举人：许菱歌"], ["许菱歌", "魏南星"]),
    ],
)
def test_names_in_the_forms_in_which_people_sign(lines: list[str], names: list[str]) -> None:
    assert values(lines, "petitioner") == names


@pytest.mark.parametrize(
    "lines",
    [
        ["被反映人：周砚秋"],
        ["法定代表人：周砚秋"],
        ["接待人", "邓未央"],
        ["举报人要求对个人信息保密。"],
        ["检举人：一名企业统计员（姓名另附）"],
        ["信访人：匿名"],
        ["信访人姓名、单位或家庭住址、电话"],
        ["部分学生家长"],
        ["谢谢"],
        ["时祺"],
        [],
        [""],
    ],
)
def test_nobody_is_suggested_who_did_not_write(lines: list[str]) -> None:
    assert values(lines, "petitioner") == []


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("电话：13900001234", "13900001234"),
        ("手机 １３９ ０００１ ２３４５", "13900012345"),
        ("+86 139-0000-1234", "13900001234"),
        ("联系电话：l39O000l234", "13900001234"),
        ("联系电话：1B90000I23A", None),
        ("电话：一三九零零零零一二三四", "13900001234"),
        ("电话：022-65301234", "022-65301234"),
        ("（0591）83331234转802", "0591-83331234-802"),
        ("电话：65301234", "65301234"),
        ("联系电话：000-5550-1042", "000-5550-1042"),
        ("客服400-820-1234", "400-820-1234"),
        ("身份证号：120116196001011234", None),
        ("拨打12345热线，损失65301234元", None),
        ("检测报告编号：HJ20240821-06", None),
        ("帐号622588139000012345", None),
    ],
)
def test_telephones_in_their_forms_and_misread(line: str, number: str | None) -> None:
    assert values([line], "telephone") == ([number] if number else [])


def test_a_number_that_was_wrapped_is_whole() -> None:
    assert values(["我的电话：139", "00001234"], "telephone") == ["13900001234"]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("二〇二三年八月三日", "2023-08-03"),
        ("二O二三年八月二十三日", "2023-08-23"),
        ("二零二三年十月廿一日", None),
        ("二○二二年十二月卅日", "2022-12-30"),
        ("2023.8.3", "2023-08-03"),
        ("2023-08-03", "2023-08-03"),
        ("2023年8月3号", "2023-08-03"),
        ("2O23年l月3日", "2023-01-03"),
        ("20230803", "2023-08-03"),
        ("23年8月3日", "2023-08-03"),
        ("8月3日", "2023-08-03"),
        ("10月3日", "2022-10-03"),
        ("2月29日", "2020-02-29"),
        ("来访日期：2023年8月3日", "2023-08-03"),
        ("信访人 郭长顺 2023年8月3日", "2023-08-03"),
        ("2023年7月", None),
        ("2023年13月45日", None),
        ("农历二〇二三年八月三日", None),
        ("2023年8月3日夜里，我在排污口。", None),
        ("事故时间：2023年8月3日19时", None),
    ],
)
def test_dates_as_people_write_them(line: str, day: str | None) -> None:
    assert values([line], "date") == ([day] if day else [])


def test_without_a_day_of_receipt_the_year_comes_from_the_letter() -> None:
    body = "自2024年2月20日进场，到2024年8月31日完工。"
    assert values([body, "11月3日"], "date", None) == ["2024-11-03"]
    assert values([body, "1月3日"], "date", None) == ["2025-01-03"]
    assert values(["11月3日"], "date", None) == []


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        (["我住在和平路幸福小区6号楼2单元401室。"], "和平路幸福小区6号楼2单元401室"),
        (["通信地址：云泽区学府路1号  邮编：300450"], "云泽区学府路1号"),
        (["单位或住址", "松陵县柳溪乡沙洲村七组"], "松陵县柳溪乡沙洲村七组"),
        (["小区住房的住户", "我的父亲住院了。", "地址不详"], None),
    ],
)
def test_addresses_after_a_label_or_told_of(lines: list[str], address: str | None) -> None:
    assert values(lines, "address") == ([address] if address else [])


def test_the_sample_letters_give_their_writers_and_dates() -> None:
    """They were written for something else, before there were suggestions."""
    expected = {
        "01-night-visit": ("钱拾贝", "000-5550-1042"),
        "02-bookkeeping": ("孙听雨", None),
        "03-accusation": (None, None),
        "06-traditional": ("蘇懷瑾", None),
        "07-fax": ("卫长亭", "000-5550-3316"),
        "08-penalty": ("魏南星", None),
        "09-repeat": ("许菱歌", None),
        "10-phone-survey": ("何夜合", "000-5550-4408"),
        "11-method": ("施青萝", None),
        "12-thanks": ("金扶摇", None),
    }
    for letter in load_letters():
        if letter.name in expected:
            above = [letter.title, letter.salutation, *letter.paragraphs]
            lines = [*above, *letter.closing, *letter.signature, letter.written]
            found = {one.field: one.value for one in reversed(suggest_fields(lines))}
            assert (found.get("petitioner"), found.get("telephone")) == expected[letter.name], letter.name
            assert found["date"] == letter.date.isoformat(), letter.name


def test_a_line_of_surnames_costs_no_more_than_another() -> None:
    """Every second place could end a name; trying all ways would never end."""
    assert values([f"信访人：{'王' * 150}的"], "petitioner") == []
    assert values(["  ".join(["王王"] * 90)], "petitioner")[:1] == ["王王"]


READ = st.text(st.sampled_from("信访人：电话住址年月日号王小明139O0l二〇十-. \n（）ａ㈱\t0123456789"), max_size=40)


@given(st.lists(READ), st.none() | st.just(RECEIVED))
def test_whatever_was_read_each_place_lies_on_a_line(lines: list[str], received: date | None) -> None:
    for one in suggest_fields(lines, received=received):
        assert one.value
        assert one.places
        assert all(said(lines, one.places))
