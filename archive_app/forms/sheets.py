"""Write lists as Excel files, to sort, filter and print: the special register (clause 一.4), and others."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import xlsxwriter

from archive_app.forms.parts import Cell, Form, Table
from archive_app.forms.values import RegisterRow, SpecialRegister

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

_LONGEST_CELL = 32_767
_CUT = "……（本格已满，全文见登记册）"
_A4 = 9


def register_sheet(register: SpecialRegister, *, made_at: datetime) -> bytes:
    """Return the register as XLSX, with the same rows as on paper.

    Raises:
        ValueError: `made_at` has no time zone.
    """
    table = Table(
        heading=register.heading,
        organisation=register.organisation,
        name=f"{register.year}年",
        columns=COLUMNS,
        rows=tuple(map(_cells, register.rows)),
        restricted=register.restricted,
    )
    return table_sheet(table, made_at=made_at)


def table_sheet(table: Table, *, made_at: datetime) -> bytes:
    """Return a table as XLSX: real dates and numbers, landscape A4, a frozen heading repeated on each page.

    Text is never a formula or a link, whatever its first character. Excel allows at most 32,767 characters per cell;
    longer text ends with a reference to the register. The same values and moment give the same bytes.

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
            "title": table.heading,
            "author": table.organisation,
            "created": made_at.astimezone(UTC).replace(tzinfo=None),
        }
    )
    sheet = book.add_worksheet(table.name)
    shape = {"border": 1, "valign": "vcenter", "text_wrap": True}
    formats = {
        "text": book.add_format({**shape, "num_format": "@"}),
        "day": book.add_format({**shape, "num_format": 'yyyy"年"m"月"d"日"', "align": "center"}),
        "count": book.add_format({**shape, "num_format": "0"}),
        "share": book.add_format({**shape, "num_format": "0%"}),
    }
    head = book.add_format({**shape, "bold": True, "align": "center"})
    for column, (heading, width) in enumerate(table.columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            _write(sheet, number, column, cell, formats)
    _for_print(sheet, table)
    book.close()
    return written.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Cell, formats: Mapping[str, Any]
) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, _short(cell), formats["text"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime.combine(cell, time()), formats["day"])
    else:
        sheet.write_number(row, column, cell, formats["count" if isinstance(cell, int) else "share"])


def _cells(row: RegisterRow) -> tuple[Cell, ...]:
    """Return the cells of a register row. A void number shows only its date, registrar, note and reason."""
    day = row.received_on or ""
    if row.voided:
        return (row.register_no, day, *[""] * 6, row.registrar, row.note, "作废", row.void_reason)
    return (
        row.register_no,
        day,
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
    """Return the text as a cell allows it: XML has no control characters, and Excel has a limit (in UTF-16 units)."""
    plain = "".join(each for each in text if each >= " " or each in "\n\t")
    plain = plain.encode("utf-16-le", "replace").decode("utf-16-le")
    units = plain.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST_CELL:
        return plain
    return units[: 2 * (_LONGEST_CELL - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


def _for_print(sheet: xlsxwriter.worksheet.Worksheet, table: Table) -> None:
    """Set up printing: landscape A4, the heading on each page, and page numbers."""
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    sheet.repeat_rows(0)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.8, right=0.5, top=0.9, bottom=0.7)
    mark = f"&L{_plain(Form.mark)}" if table.restricted else ""
    sheet.set_header(f"{mark}&C&16{_plain(table.heading)}")
    sheet.set_footer(f"&L{_plain(table.organisation)[:120]}&R第 &P 页 共 &N 页")


def _plain(text: str) -> str:
    """Escape text for a header, where & begins a code."""
    return text.replace("&", "&&")
