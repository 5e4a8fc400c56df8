"""The register as an Excel file: real days, text that stays text, and a print that looks like the register."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime

import pytest
from python_calamine import CalamineWorkbook

from archive_app.forms.sheets import COLUMNS, register_sheet
from archive_app.forms.values import SpecialRegister
from tests.archive_app.forms import filled
from tests.archive_app.forms.filled import MADE_AT, REGISTER, ROWS

TRICKS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://example.org")',
    "http://example.org",
    "0123",
    "{=1}",
    "\t=1",
)


def cells(book: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()  # type: ignore[return-value]


def part(book: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(book)) as files:
        return files.read(name).decode()


def test_the_rows_are_those_of_the_register() -> None:
    head, first, void, last = cells(register_sheet(REGISTER, made_at=MADE_AT))
    assert head == [heading for heading, _ in COLUMNS]
    assert first[:4] == ["2026-0001", date(2026, 1, 5), "覃秀英", "龙潭镇三组27号"]
    assert void == ["2026-0002", date(2026, 1, 6), *[""] * 6, "李娜", "", "作废", ROWS[1].void_reason]
    assert last[2] == "匿名"
    assert "不应出现" not in str(last)


def test_a_void_number_keeps_nothing_of_what_it_was() -> None:
    row = replace(ROWS[0], voided=True, void_reason="录入错误")
    (_, told) = cells(register_sheet(replace(REGISTER, rows=(row,)), made_at=MADE_AT))
    assert "覃秀英" not in str(told)
    assert told[-1] == "录入错误"


@pytest.mark.parametrize("trick", TRICKS)
def test_text_stays_text(trick: str) -> None:
    row = replace(filled._saying(ROWS[0], trick), received_on=None)  # type: ignore[type-var]
    book = register_sheet(replace(REGISTER, rows=(row,)), made_at=MADE_AT)
    (_, told) = cells(book)
    assert told[:10] == [trick, "", *[trick] * 8]
    sheet = part(book, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert sheet.count('t="s"') == 2 * len(COLUMNS), "every cell is a string"


def test_it_prints_across_a4_with_its_heading_on_each_page() -> None:
    book = register_sheet(replace(filled.many_rows(500), restricted=True), made_at=MADE_AT)
    assert len(cells(book)) == 501
    sheet = part(book, "xl/worksheets/sheet1.xml")
    (setup,) = re.findall(r"<pageSetup[^>]*>", sheet)
    assert 'paperSize="9"' in setup
    assert 'orientation="landscape"' in setup
    assert 'fitToHeight="0"' in setup
    assert '<pane xSplit="1" ySplit="1"' in sheet
    assert "受限件" in sheet
    assert "2026年来信登记册" in sheet
    assert "&amp;P" in sheet
    assert ">'2026年'!$1:$1</definedName>" in part(book, "xl/workbook.xml")


def test_what_excel_cannot_hold_is_cut_and_says_so() -> None:
    row = replace(ROWS[0], summary="𠮷" * 20_000, note="a\x00b\x0bc\ud800", result="长" * 32_767)
    (_, told) = cells(register_sheet(replace(REGISTER, rows=(row,)), made_at=MADE_AT))
    summary = str(told[4])
    assert len(summary.encode("utf-16-le")) // 2 <= 32_767
    assert summary.startswith("𠮷𠮷𠮷")
    assert summary.endswith("𠮷……（本格已满，全文见登记册）")
    assert told[9] == "abc?"
    assert told[7] == "长" * 32_767


def test_a_name_with_an_ampersand_is_no_code_of_the_header() -> None:
    book = register_sheet(replace(REGISTER, organisation="甲&P乙"), made_at=MADE_AT)
    assert "甲&amp;&amp;P乙" in part(book, "xl/worksheets/sheet1.xml")


def test_the_same_values_and_moment_give_the_same_bytes() -> None:
    assert register_sheet(REGISTER, made_at=MADE_AT) == register_sheet(REGISTER, made_at=MADE_AT)


def test_an_empty_register_has_its_heading() -> None:
    assert len(cells(register_sheet(SpecialRegister(organisation="局", year=2026), made_at=MADE_AT))) == 1


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        register_sheet(REGISTER, made_at=datetime(2026, 3, 9))
