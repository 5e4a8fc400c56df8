"""Working days of China: from imported tables of the State Council, else from `chinesecalendar`, else by the weekday.

The State Council announces a year's days off and make-up working days 调休 late in the preceding year. Until then they
are unknown: a date computed over such days is *provisional*, and is recomputed when the year's table is imported.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import chinese_calendar

ONE_DAY = timedelta(days=1)
SATURDAY = 5

LATE_DECEMBER = (12, 26)
"""The first (month, day) that the next year's announcement may cover, because of its New Year's holiday.

This was so for 2005 to 2007, 2011 and 2018, from 29 December at the earliest; the value is the weekend before that.
"""


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A day in an announcement: whether it is a working day, and the holiday it belongs to ("" if not named)."""

    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class YearTable:
    """A year's announcement: each day of the year, or of the preceding December, that differs from its weekday.

    It may also list days that do not differ.
    """

    year: int
    days: Mapping[date, ListedDay]


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """A day in the office's calendar; `name` is its holiday, "" if none; `provisional`: not announced yet."""

    day: date
    working: bool
    name: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class ReckonedDay:
    """The result of counting days; `provisional` if the count covers days that are not announced yet."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The office's working days. `tables` are the imported ones by year; each replaces its whole year."""

    tables: Mapping[int, YearTable] = field(default_factory=dict)

    def with_table(self, table: YearTable) -> Calendar:
        """Return this calendar with an imported year; it replaces an older table of the same year."""
        return Calendar({**self.tables, table.year: table})

    def knows(self, year: int) -> bool:
        """Whether the year's announcement is known."""
        return year in self.tables or _is_published(year)

    def day(self, day: date) -> OfficeDay:
        """Look a day up. Late in December the next year's announcement takes precedence over the year's own."""
        announcements = (day.year + 1, day.year) if (day.month, day.day) >= LATE_DECEMBER else (day.year,)
        provisional = not all(self.knows(year) for year in announcements)
        for year in announcements:
            if listed := self._listed(year, day):
                return OfficeDay(day, listed.working, listed.name, provisional)
        return OfficeDay(day, day.weekday() < SATURDAY, "", provisional)

    def on_or_after(self, day: date) -> ReckonedDay:
        """Return the day if it is a working day, else the next working day."""
        provisional = False
        while True:
            found = self.day(day)
            provisional = provisional or found.provisional
            if found.working:
                return ReckonedDay(day, provisional)
            day += ONE_DAY

    def working_days_after(self, day: date, count: int) -> ReckonedDay:
        """Return the `count`-th working day after `day`; `day` itself is not counted.

        With a count of 0 it is `day` if that is a working day, else the next one.
        """
        reached = ReckonedDay(day, False) if count else self.on_or_after(day)
        for _ in range(count):
            following = self.on_or_after(reached.day + ONE_DAY)
            reached = ReckonedDay(following.day, reached.provisional or following.provisional)
        return reached

    def _listed(self, year: int, day: date) -> ListedDay | None:
        table = self.tables.get(year)
        if table is not None:
            return table.days.get(day)
        return _published(day) if _is_published(year) else None


@functools.cache
def _is_published(year: int) -> bool:
    """Whether the package covers the year; it raises for other years, and does not publish which it covers."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@functools.cache
def _published(day: date) -> ListedDay | None:
    """Return the package's entry for a day in a year it covers; None for a day that follows its weekday."""
    if not _is_published(day.year):
        return None
    off, name = chinese_calendar.get_holiday_detail(day)
    # Type checkers do not see the attribute `chinese` of this enumeration's members.
    holidays: Any = chinese_calendar.Holiday
    return None if name is None else ListedDay(not off, holidays(name).chinese)
