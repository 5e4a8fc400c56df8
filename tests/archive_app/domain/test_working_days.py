"""Which days are worked: as announced, as imported, or by the weekday and then provisional."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_app.domain.holiday_tables import read_year_table
from archive_app.domain.working_days import Calendar, ListedDay, OfficeDay, ReckonedDay, YearTable
from tests.archive_app.announced import OFF_2026, TABLE_2027, WORKED_2026, days

BARE = Calendar()


def year_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)]


def test_the_announcement_of_2026_to_the_day() -> None:
    off, worked = set(days(OFF_2026, 2026)), set(days(WORKED_2026, 2026))
    for day in year_of(2026):
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert BARE.day(day).working == expected, day


def test_days_have_the_names_of_their_holidays() -> None:
    assert BARE.day(date(2026, 9, 25)) == OfficeDay(date(2026, 9, 25), False, "中秋", False)
    assert BARE.day(date(2026, 2, 14)) == OfficeDay(date(2026, 2, 14), True, "春节", False)
    assert BARE.day(date(2026, 3, 7)) == OfficeDay(date(2026, 3, 7), False, "", False)


@pytest.mark.parametrize("year", [1999, 2003, 2027, 2056])
def test_years_that_are_not_announced_go_by_the_weekday_and_are_provisional(year: int) -> None:
    assert not BARE.knows(year)
    for day in year_of(year):
        assert BARE.day(day) == OfficeDay(day, day.weekday() < 5, "", True)


def test_the_last_days_of_a_year_wait_for_the_next_announcement() -> None:
    provisional = [day for day in year_of(2026) if BARE.day(day).provisional]
    assert provisional == [date(2026, 12, day) for day in range(26, 32)]
    assert not any(BARE.day(day).provisional for year in range(2004, 2026) for day in year_of(year))
    known = BARE.with_table(read_year_table(TABLE_2027, "2027.csv"))
    assert not any(known.day(day).provisional for day in year_of(2026))
    assert known.day(date(2026, 12, 27)) == OfficeDay(date(2026, 12, 27), True, "节日", False)
    assert known.day(date(2026, 12, 31)) == OfficeDay(date(2026, 12, 31), False, "节日", False)


def test_no_announcement_reached_further_back_than_the_last_days_are_taken_to_be() -> None:
    """What the choice of 26 December rests on: a later package may prove it wrong."""
    moved = [day for day in chinese_calendar.workdays if day.month == 12]
    moved += [day for day in chinese_calendar.holidays if day.month == 12 and day.weekday() < 5]
    assert min((day.month, day.day) for day in moved) == (12, 29)


@pytest.mark.parametrize("year", range(2004, 2027))
def test_a_table_of_a_year_says_what_the_package_says(year: int) -> None:
    listed = {
        day: ListedDay(chinese_calendar.is_workday(day), "")
        for day in year_of(year)
        if chinese_calendar.is_workday(day) != (day.weekday() < 5)
    }
    imported = BARE.with_table(YearTable(year, listed))
    for day in year_of(year):
        assert imported.day(day).working == chinese_calendar.is_workday(day), day


def test_an_imported_table_goes_before_the_package() -> None:
    """As in 2020, when the Spring Festival was made longer after it was announced."""
    longer = BARE.with_table(YearTable(2026, {date(2026, 2, 24): ListedDay(False, "春节")}))
    assert not longer.day(date(2026, 2, 24)).working
    assert longer.day(date(2026, 2, 18)).working, "the table takes the whole year's place"
    assert longer.day(date(2025, 10, 1)) == BARE.day(date(2025, 10, 1))
    again = longer.with_table(YearTable(2026, {}))
    assert again.day(date(2026, 2, 24)).working
    assert not longer.day(date(2026, 2, 24)).working, "a calendar is a value"


def test_the_day_itself_or_the_next_working_day() -> None:
    assert BARE.on_or_after(date(2026, 2, 13)) == ReckonedDay(date(2026, 2, 13), False)
    assert BARE.on_or_after(date(2026, 2, 15)) == ReckonedDay(date(2026, 2, 24), False)
    assert BARE.on_or_after(date(2027, 2, 6)) == ReckonedDay(date(2027, 2, 8), True)


def test_a_way_from_unknown_days_into_known_ones_stays_provisional() -> None:
    """Sunday, 31 December 2028, is not announced here, and could be worked; the Monday after it is known."""
    known = BARE.with_table(YearTable(2029, {}))
    assert known.on_or_after(date(2028, 12, 31)) == ReckonedDay(date(2029, 1, 1), True)
    assert known.on_or_after(date(2029, 1, 1)) == ReckonedDay(date(2029, 1, 1), False)


def test_late_in_december_the_next_announcement_goes_before_the_years_own() -> None:
    day = date(2028, 12, 29)
    own = BARE.with_table(YearTable(2028, {day: ListedDay(True, "own")}))
    assert own.day(day) == OfficeDay(day, True, "own", True)
    both = own.with_table(YearTable(2029, {day: ListedDay(False, "next")}))
    assert both.day(day) == OfficeDay(day, False, "next", False)
    assert own.with_table(YearTable(2029, {})).day(day) == OfficeDay(day, True, "own", False)


def test_a_count_over_days_that_are_not_announced_is_provisional() -> None:
    assert BARE.working_days_after(date(2026, 12, 24), 1) == ReckonedDay(date(2026, 12, 25), False)
    assert BARE.working_days_after(date(2026, 12, 25), 1) == ReckonedDay(date(2026, 12, 28), True)
    # From the unknown into the known, too: 2003 was not announced to the package.
    assert BARE.working_days_after(date(2003, 12, 30), 2) == ReckonedDay(date(2004, 1, 2), True)


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(0, 40))
def test_counting_lands_on_a_working_day_with_the_others_between(day: date, count: int) -> None:
    reached = BARE.working_days_after(day, count).day
    assert BARE.day(reached).working
    between = [day + timedelta(days=number) for number in range(1, (reached - day).days + 1)]
    assert sum(BARE.day(each).working for each in between) == (count or (reached != day))
