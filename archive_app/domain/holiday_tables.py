"""Read a year's table of days off and make-up working days, typed from the State Council's announcement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from archive_app.domain.errors import (
    ListedDayUnreadable,
    ListedKindUnreadable,
    ListedOutsideYear,
    ListedTwice,
    YearTableEmpty,
    YearTableHeadingsMissing,
    YearTableIncomplete,
)
from archive_app.domain.working_days import LATE_DECEMBER, SATURDAY, ListedDay, YearTable
from archive_app.tabular.errors import ImportHeadingsMissing, NotADay
from archive_app.tabular.tables import TableRow, read_day, read_table

COLUMNS: Mapping[str, tuple[str, str]] = {
    "day": ("日期", "Date"),
    "kind": ("安排", "Arrangement"),
    "name": ("名称", "Name"),
}
"""The columns with their headings in Chinese and in English."""

NEEDED = ("day", "kind")

WORKING = ("上班", "working")
OFF = ("放假", "off")
KINDS: Mapping[str, bool] = {
    **dict.fromkeys((*WORKING, "工作日", "working day"), True),
    **dict.fromkeys((*OFF, "休息", "休息日", "day off"), False),
}
"""The values of the second column, and whether such a day is a working day."""

FIXED_HOLIDAYS = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
"""Month and day of the holidays that are off in every year (全国年节及纪念日放假办法)."""


def read_year_table(content: bytes, name: str) -> YearTable:
    """Read the table of a year: one row for each day off and each make-up working day; weekends are optional.

    The year is that of most rows. Rows of the last days of the preceding December belong to it.

    Args:
        content: a CSV or Excel file with the headings of `COLUMNS`; see `archive_app.tabular.tables`.
        name: the file name, for the errors.

    Raises:
        ImportUnreadable, ImportTooLarge: the file is not a readable table.
        YearTableHeadingsMissing, YearTableEmpty: the columns are missing, or the table is empty.
        ListedDayUnreadable, ListedKindUnreadable, ListedTwice, ListedOutsideYear: a row is wrong; the error names it.
        YearTableIncomplete: rows are missing.
    """
    try:
        rows = read_table(content, name, COLUMNS, NEEDED)
    except ImportHeadingsMissing as error:
        headings = "、".join(chinese for chinese, _ in COLUMNS.values())
        raise YearTableHeadingsMissing(field="file", columns=error.values["columns"], headings=headings) from error
    if not rows:
        raise YearTableEmpty(field="file", name=name)
    days = [_day(row) for row in rows]
    year = Counter(day.year for day in days).most_common(1)[0][0]
    _ensure_each_once(rows, days, year)
    table = YearTable(year, {day: ListedDay(_working(row), row["name"]) for row, day in zip(rows, days, strict=True)})
    fixed = [date(year, *each) for each in FIXED_HOLIDAYS]
    if missing := [day for day in fixed if _is_worked(table, day)]:
        raise YearTableIncomplete(field="file", year=str(year), days="、".join(map(str, missing)))
    return table


def _ensure_each_once(rows: Sequence[TableRow], days: Sequence[date], year: int) -> None:
    first: dict[date, int] = {}
    for row, day in zip(rows, days, strict=True):
        if day in first:
            raise ListedTwice(field="file", row=row.number, day=day, first=first[day])
        if day.year != year and not (day.year == year - 1 and (day.month, day.day) >= LATE_DECEMBER):
            raise ListedOutsideYear(field="file", row=row.number, day=day, year=str(year))
        first[day] = row.number


def _day(row: TableRow) -> date:
    try:
        day = read_day(row["day"], "day")
    except NotADay:
        day = None
    if day is None:
        raise ListedDayUnreadable(field="file", row=row.number, text=row["day"])
    return day


def _working(row: TableRow) -> bool:
    kind = KINDS.get(row["kind"].casefold())
    if kind is None:
        raise ListedKindUnreadable(
            field="file", row=row.number, text=row["kind"], working=" / ".join(WORKING), off=" / ".join(OFF)
        )
    return kind


def _is_worked(table: YearTable, day: date) -> bool:
    listed = table.days.get(day)
    return day.weekday() < SATURDAY if listed is None else listed.working
