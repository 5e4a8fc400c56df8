"""Write a table of figures as an Excel file: numbers stay numbers, the last row is the total."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime

import xlsxwriter

Cell = str | int | float | None

_A4 = 9
_SHARE = 7
"""The index of the column with a share, shown in percent."""


def figures_sheet(
    title: str, organisation: str, headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, made_at: datetime
) -> bytes:
    """Return the table as XLSX: landscape A4, with a frozen heading repeated on each page; text is never a formula.

    Args:
        title: the header of each page.
        organisation: the office whose figures they are.
        headings: the column headings; the first is that of the groups.
        rows: the cells, one per heading; None stays empty. The last row is the total.
        made_at: the moment of creation, with a time zone. The same values and moment give the same bytes.
    """
    written = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(written, options)
    created = made_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": title, "author": organisation, "created": created})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"})
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, 12 if column else 36)
        sheet.write_string(0, column, heading, head)
    for number, row in enumerate(rows, start=1):
        bold = number == len(rows)
        text = book.add_format({"border": 1, "bold": bold, "num_format": "@"})
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell, text)
            elif cell is not None:
                form = "0.0%" if column == _SHARE else "0.00" if isinstance(cell, float) else "0"
                sheet.write_number(
                    number, column, cell, book.add_format({"border": 1, "bold": bold, "num_format": form})
                )
            else:
                sheet.write_blank(number, column, None, text)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_header(f"&C&14{title.replace('&', '&&')}")
    sheet.set_footer(f"&L{organisation.replace('&', '&&')[:120]}&R&P / &N")
    book.close()
    return written.getvalue()
