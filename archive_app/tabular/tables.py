"""Read a table: CSV in the encodings that offices use, or an Excel file's first sheet."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook

from archive_app.office_time import usual_day
from archive_app.tabular.errors import ImportHeadingsMissing, ImportTooLarge, ImportUnreadable, NotADay

MAX_BYTES = 2**20
MAX_UNPACKED = 50 * 2**20
MAX_ROWS = 5_000

COLUMNS: Mapping[str, tuple[str, str]] = {
    "staff_no": ("工号", "Staff number"),
    "name": ("姓名", "Name"),
    "former": ("曾用名", "Former name"),
    "unit": ("单位", "Unit"),
    "above": ("上级单位", "Unit above"),
    "short": ("单位简称", "Unit short name"),
    "title": ("职务", "Title"),
    "relation": ("关系", "Relation"),
    "since": ("入职日期", "Joined"),
    "until": ("离开日期", "Left"),
    "account": ("账号", "Account"),
    "roles": ("角色", "Roles"),
}
"""The columns of a staff table and their headings, in Chinese and in English."""

NEEDED = ("name", "unit")

DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its number as spreadsheets count (the headings are 1), and its cells by the codes of their columns."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell of a column, "" if it is missing."""
        return self.cells.get(column, "")


def read_table(
    content: bytes,
    name: str,
    columns: Mapping[str, tuple[str, str]] = COLUMNS,
    needed: Sequence[str] = NEEDED,
) -> tuple[TableRow, ...]:
    """The rows that are not empty.

    Args:
        content: the file.
        name: the file name, for the errors.
        columns: the codes of the columns and their headings, in Chinese and in English.
        needed: the codes of the required columns.

    Raises:
        ImportUnreadable: it is no such table.
        ImportTooLarge: it has too many bytes or rows.
        ImportHeadingsMissing: the first row does not name the required columns.
    """
    if len(content) > MAX_BYTES:
        raise ImportTooLarge(field="file", name=name, rows=MAX_ROWS, mb=MAX_BYTES // 2**20)
    cells = _of_excel(content, name) if content.startswith(b"PK") else _of_csv(content, name)
    if len(cells) > MAX_ROWS + 1:
        raise ImportTooLarge(field="file", name=name, rows=MAX_ROWS, mb=MAX_BYTES // 2**20)
    headings = _headings(cells[0] if cells else (), columns)
    if missing := [columns[code][0] for code in needed if code not in headings]:
        raise ImportHeadingsMissing(field="file", columns="、".join(missing))
    rows = []
    for number, row in enumerate(cells[1:], start=2):
        found = {code: row[place] for code, place in headings.items() if place < len(row) and row[place]}
        if found:
            rows.append(TableRow(number, found))
    return tuple(rows)


def read_day(cell: str, column: str) -> date | None:
    """A day as people and spreadsheets write it; None for an empty cell. Raises NotADay."""
    if not cell:
        return None
    parts = DAY.fullmatch(cell)
    try:
        if parts is None:
            raise ValueError(cell)
        year, month, day = (int(each) for each in parts.groups() if each is not None)
        return usual_day(f"{year:04}-{month:02}-{day:02}")
    except ValueError:
        raise NotADay(field=column) from None


def _headings(row: Sequence[str], columns: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    places = {"".join(cell.split()).casefold(): place for place, cell in reversed(list(enumerate(row)))}
    return {
        code: places[heading]
        for code, headings in columns.items()
        for heading in ("".join(each.split()).casefold() for each in headings)
        if heading in places
    }


def _of_csv(content: bytes, name: str) -> list[list[str]]:
    text = _decoded(content, name)
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        return [[cell.strip() for cell in row] for row in rows]
    except csv.Error as error:
        raise ImportUnreadable(field="file", name=name) from error


def _decoded(content: bytes, name: str) -> str:
    """Decode UTF-8 with or without its byte order mark; else GB18030, which Excel writes on a Chinese system."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ImportUnreadable(field="file", name=name)


def _of_excel(content: bytes, name: str) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > MAX_UNPACKED:
            raise ImportTooLarge(field="file", name=name, rows=MAX_ROWS, mb=MAX_BYTES // 2**20)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows: Iterable[Sequence[object]] = sheet.to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, CalamineError, IndexError, OSError, ValueError) as error:
        raise ImportUnreadable(field="file", name=name) from error
    return [[_written(cell) for cell in row] for row in rows]


def _written(cell: object) -> str:
    """A cell as text: a number without its .0, a day without its midnight."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell).strip()
