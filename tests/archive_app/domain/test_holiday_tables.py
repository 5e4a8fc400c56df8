"""A year's table as people write it, and what is wrong with it: the row, and what to do."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter

from archive_app.domain import errors
from archive_app.domain.holiday_tables import read_year_table
from archive_app.domain.working_days import Calendar, ListedDay
from archive_app.tabular.errors import ImportUnreadable
from tests.archive_app.announced import OFF_2026, OFF_2027, TABLE_2027, WORKED_2026, WORKED_2027, as_csv, days
from tests.said import english


def test_a_table_is_read_with_its_year() -> None:
    table = read_year_table(TABLE_2027, "2027.csv")
    assert table.year == 2027
    assert {day for day, each in table.days.items() if not each.working} == set(days(OFF_2027, 2027))
    assert {day for day, each in table.days.items() if each.working} == set(days(WORKED_2027, 2027))
    assert table.days[date(2027, 2, 5)] == ListedDay(False, "节日")


def test_the_table_of_2026_says_what_the_package_says() -> None:
    calendar = Calendar().with_table(read_year_table(as_csv(OFF_2026, WORKED_2026, 2026), "2026.csv"))
    for month in range(1, 13):
        for number in range(1, 26):
            day = date(2026, month, number)
            assert calendar.day(day).working == Calendar().day(day).working


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_offices(encoding: str) -> None:
    written = TABLE_2027.decode().encode(encoding)
    assert read_year_table(written, "2027.csv") == read_year_table(TABLE_2027, "2027.csv")


def test_days_and_arrangements_in_the_ways_people_write_them() -> None:
    written = (
        "Date,Arrangement\r\n2027年1月1日,休息日\r\n2027/5/1,OFF\r\n20271001,day off\r\n2027.10.2,放假\r\n"
        "2027-10-03,休息\r\n\r\n2027-01-09,working\r\n2027-01-16,工作日\r\n"
    )
    table = read_year_table(written.encode(), "2027.csv")
    assert sorted(day.isoformat()[5:] for day, each in table.days.items() if each.working) == ["01-09", "01-16"]
    assert table.days[date(2027, 1, 1)] == ListedDay(False, "")
    assert len(table.days) == 7


def test_an_excel_file_is_a_table_too() -> None:
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"default_date_format": "yyyy/m/d"})
    sheet = book.add_worksheet()
    for number, line in enumerate(TABLE_2027.decode().splitlines()):
        day, kind, name = line.split(",")
        sheet.write_row(number, 0, [date.fromisoformat(day) if number else day, kind, name])
    book.close()
    assert read_year_table(written.getvalue(), "2027.xlsx") == read_year_table(TABLE_2027, "2027.csv")


def test_a_fixed_holiday_on_a_weekend_need_not_be_listed() -> None:
    """1 May 2027 is a Saturday, 2 and 3 October are a weekend."""
    short = "日期,安排\n2027-01-01,放假\n2027-10-01,放假\n"
    assert len(read_year_table(short.encode(), "2027.csv").days) == 2


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        ("", errors.YearTableHeadingsMissing, "日期、安排 are missing. Write there: 日期、安排、名称."),
        ("日期,名称\n2027-01-01,元旦\n", errors.YearTableHeadingsMissing, "安排 are missing"),
        ("日期,安排\n\n", errors.YearTableEmpty, "a.csv has no day in it"),
        ("日期,安排\n2027-01-01,放假\n2027-02-30,放假\n", errors.ListedDayUnreadable, "Row 3: “2027-02-30” is no date"),
        ("日期,安排\n春节,放假\n", errors.ListedDayUnreadable, "Row 2: “春节” is no date"),
        ("日期,安排\n,放假\n", errors.ListedDayUnreadable, "Row 2: “” is no date"),
        ("日期,安排\n2027-01-01,不详\n", errors.ListedKindUnreadable, "Row 2: “不详” is neither. Write 上班"),
        ("日期,安排\n2027-01-01,\n", errors.ListedKindUnreadable, "Row 2: “” is neither"),
        (
            "日期,安排\n2027-01-01,放假\n2027-01-02,放假\n2027/1/1,上班\n",
            errors.ListedTwice,
            "Row 4: 2027-01-01 stands in row 2",
        ),
        (
            "日期,安排\n2027-01-01,放假\n2072-05-01,放假\n2027-10-01,放假\n",
            errors.ListedOutsideYear,
            "Row 3: 2072-05-01 is not of 2027",
        ),
        (
            "日期,安排\n2027-01-01,放假\n2026-12-25,放假\n2027-10-01,放假\n",
            errors.ListedOutsideYear,
            "Row 3: 2026-12-25 is not of 2027",
        ),
        (
            "日期,安排\n2027-01-01,放假\n2028-12-27,上班\n2027-10-01,放假\n",
            errors.ListedOutsideYear,
            "Row 3: 2028-12-27 is not of 2027",
        ),
        (
            "日期,安排\n2027-01-01,放假\n2027-05-01,上班\n",
            errors.YearTableIncomplete,
            "make 2027-05-01、2027-10-01 working days",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_row_and_what_to_do(
    content: str, error: type[errors.YearTableError], said: str
) -> None:
    with pytest.raises(error) as caught:
        read_year_table(content.encode(), "a.csv")
    assert said in english(caught.value)
    assert caught.value.values["field"] == "file"


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(ImportUnreadable):
        read_year_table(b"%PDF-1.7\n\0\0", "2027.pdf")
