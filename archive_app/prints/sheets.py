"""The special register as an Excel file, to sort, filter and print: the same rows as on paper (clause 一.4)."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time

import xlsxwriter

from archive_app.prints.parts import Form
from archive_app.prints.values import RegisterRow, SpecialRegister

COLUMNS = (
    ("登记编号", 18),
    ("收信日期", 13),
    ("来信人", 11),
    ("单位或住址", 22),
    ("反映主要问题", 40),
    ("内容分类", 16),
    ("承办部门", 16),
    ("处理结果", 16),
    ("登记员", 9),
    ("备注", 14),
    ("状态", 7),
    ("作废原因", 22),
)
"""Heading and width of each column, in characters."""

_DATE_COLUMN = 1
_LONGEST_CELL = 32_767
_CUT = "……（本格已满，全文见登记册）"
_A4 = 9


def register_sheet(register: SpecialRegister, *, made_at: datetime) -> bytes:
    """The register as XLSX: real dates, a frozen heading that is printed on each page, landscape A4.

    Text stays text, whatever it begins with: no cell is a formula or a link. Excel holds at most 32,767 characters in a
    cell; longer text ends with a note that it goes on in the register. The same values and moment give the same bytes.

    Raises:
        ValueError: `made_at` has no time zone.
    """
    if made_at.utcoffset() is None:
        raise ValueError("the moment of writing has no time zone")
    written = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(written, options)
    book.set_properties(
        {
            "title": register.heading,
            "author": register.organisation,
            "created": made_at.astimezone(UTC).replace(tzinfo=None),
        }
    )
    sheet = book.add_worksheet(f"{register.year}年")
    shape = {"border": 1, "valign": "vcenter", "text_wrap": True}
    text = book.add_format({**shape, "num_format": "@"})
    day = book.add_format({**shape, "num_format": 'yyyy"年"m"月"d"日"', "align": "center"})
    head = book.add_format({**shape, "bold": True, "align": "center"})
    for column, (heading, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
    for number, row in enumerate(register.rows, start=1):
        for column, cell in enumerate(_cells(row)):
            if column == _DATE_COLUMN and row.received_on is not None:
                sheet.write_datetime(number, column, datetime.combine(row.received_on, time()), day)
            else:
                sheet.write_string(number, column, _short(cell), text)
    _for_print(sheet, register, len(register.rows))
    book.close()
    return written.getvalue()


def _cells(row: RegisterRow) -> tuple[str, ...]:
    """A row's texts, one a column; the date's place is empty. A void number shows nothing of what it was, but why."""
    if row.voided:
        return (row.register_no, *[""] * 7, row.registrar, row.note, "作废", row.void_reason)
    return (
        row.register_no,
        "",
        row.petitioner.shown,
        row.address,
        row.summary,
        row.content_class,
        row.handling_unit,
        row.result,
        row.registrar,
        row.note,
        "",
        "",
    )


def _short(text: str) -> str:
    """The text as a cell can hold it: XML knows no control characters, and Excel has a limit (in UTF-16 units)."""
    plain = "".join(each for each in text if each >= " " or each in "\n\t")
    plain = plain.encode("utf-16-le", "replace").decode("utf-16-le")
    units = plain.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST_CELL:
        return plain
    return units[: 2 * (_LONGEST_CELL - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _for_print(sheet: xlsxwriter.worksheet.Worksheet, register: SpecialRegister, rows: int) -> None:
    """A4 across, the heading on each page, and which page of how many."""
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(rows, 1), len(COLUMNS) - 1)
    sheet.repeat_rows(0)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.8, right=0.5, top=0.9, bottom=0.7)
    mark = f"&L{_plain(Form.mark)}" if register.restricted else ""
    sheet.set_header(f"{mark}&C&16{_plain(register.heading)}")
    sheet.set_footer(f"&L{_plain(register.organisation)[:120]}&R第 &P 页 共 &N 页")


def _plain(text: str) -> str:
    """Text in a header, where & begins a code."""
    return text.replace("&", "&&")
