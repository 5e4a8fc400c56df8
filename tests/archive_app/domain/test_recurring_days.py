"""The filing's, the briefing's and the reception's days."""

from __future__ import annotations

from datetime import date

import pytest

from archive_app.domain.holiday_tables import read_year_table
from archive_app.domain.recurring_days import briefing_days, filing_due, reception_days
from archive_app.domain.working_days import Calendar, ListedDay, OfficeDay, ReckonedDay, YearTable
from tests.archive_app.announced import TABLE_2027

BARE = Calendar()
FULL = BARE.with_table(read_year_table(TABLE_2027, "2027.csv"))


@pytest.mark.parametrize(
    ("year", "month", "due"),
    [
        (2026, 1, "2026-02-06"),
        (2026, 2, "2026-03-06"),  # The month ends on a worked Saturday, which is not after it.
        (2026, 4, "2026-05-11"),  # 6, 7, 8, Saturday the 9th is worked, 11.
        (2026, 9, "2026-10-13"),  # 8, 9, Saturday the 10th is worked, 12, 13.
        (2025, 12, "2026-01-08"),  # Sunday, 4 January is worked.
    ],
)
def test_clause_5_2_the_filing_is_due_on_the_fifth_working_day(year: int, month: int, due: str) -> None:
    assert filing_due(year, month, BARE) == ReckonedDay(date.fromisoformat(due), False)


def test_clause_5_2_the_number_of_days_is_a_setting() -> None:
    assert filing_due(2026, 4, BARE, working_days=1) == ReckonedDay(date(2026, 5, 6), False)


def test_clause_5_2_the_filing_of_a_year_that_is_not_announced() -> None:
    assert filing_due(2026, 12, BARE) == ReckonedDay(date(2027, 1, 7), True)
    assert filing_due(2027, 1, BARE) == ReckonedDay(date(2027, 2, 5), True)
    assert filing_due(2027, 1, FULL) == ReckonedDay(date(2027, 2, 12), False)


def test_clause_7_1_1_briefings_of_2026() -> None:
    assert briefing_days(2026, BARE) == (
        OfficeDay(date(2026, 3, 27), True, "", False),
        OfficeDay(date(2026, 6, 26), True, "", False),
        OfficeDay(date(2026, 9, 25), False, "中秋", False),
        OfficeDay(date(2026, 12, 25), True, "", False),
    )


@pytest.mark.parametrize("year", range(2004, 2031))
def test_clause_7_1_1_each_briefing_is_the_last_friday(year: int) -> None:
    for month, found in zip((3, 6, 9, 12), briefing_days(year, BARE), strict=True):
        assert (found.day.year, found.day.month, found.day.isoweekday()) == (year, month, 5)
        assert found.day.day + 7 > {3: 31, 6: 30, 9: 30, 12: 31}[month]


def test_clause_7_1_2_receptions_of_2026() -> None:
    assert reception_days(2026, BARE) == tuple(
        ReckonedDay(date.fromisoformat(day), False) for day in ("2026-02-04", "2026-05-06", "2026-08-05", "2026-11-04")
    )


def test_clause_7_1_2_a_holiday_is_skipped() -> None:
    assert [each.day.isoformat() for each in reception_days(2024, BARE)] == [
        "2024-02-07",
        "2024-05-08",
        "2024-08-07",
        "2024-11-06",
    ]
    assert reception_days(2027, BARE)[1] == ReckonedDay(date(2027, 5, 5), True)
    assert reception_days(2027, FULL)[1] == ReckonedDay(date(2027, 5, 12), False)
    twice = FULL.with_table(YearTable(2027, {date(2027, 2, day): ListedDay(False, "") for day in (3, 10)}))
    assert reception_days(2027, twice)[0] == ReckonedDay(date(2027, 2, 17), False)
