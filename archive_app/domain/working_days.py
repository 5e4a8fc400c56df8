"""Working days of China: from imported tables of the State Council, else from `chinesecalendar`, else by the weekday.

The State Council announces a year's days off and make-up working days 调休 late in the year before. Until then nobody
knows them: what is reckoned with such a day is *provisional*, and is reckoned anew when the year's table is imported.
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
"""From here on (month, day), what a day is may be said by the next year's announcement, with its New Year's holiday.

It did so for 2005 to 2007, 2011 and 2018, for 29 December at the earliest; this is the weekend before that.
"""


@dataclass(frozen=True, slots=True)
class ListedDay:
    """What an announcement says of a day: whether it is a working day, and the holiday it belongs to ("" if unsaid)."""

    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class YearTable:
    """A year's announcement: each day of the year, or of the December before, that is not as its weekday says.

    Days that are as their weekday says may stand in it, too.
    """

    year: int
    days: Mapping[date, ListedDay]


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """What a day is to the office; `name` is the holiday it belongs to, "" if none; provisional: not announced yet."""

    day: date
    working: bool
    name: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class ReckonedDay:
    """A day that was counted to; provisional if the count rests on days that are not announced yet."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The office's working days. `tables` are the imported ones, by their year; each takes its whole year's place."""

    tables: Mapping[int, YearTable] = field(default_factory=dict)

    def with_table(self, table: YearTable) -> Calendar:
        """This calendar with an imported year; an older table of the same year gives way to it."""
        return Calendar({**self.tables, table.year: table})

    def knows(self, year: int) -> bool:
        """Whether the year's announcement is known."""
        return year in self.tables or _is_published(year)

    def day(self, day: date) -> OfficeDay:
        """What a day is. Late in December the next year's announcement goes before the year's own."""
        announcements = (day.year + 1, day.year) if (day.month, day.day) >= LATE_DECEMBER else (day.year,)
        provisional = not all(self.knows(year) for year in announcements)
        for year in announcements:
            if listed := self._listed(year, day):
                return OfficeDay(day, listed.working, listed.name, provisional)
        return OfficeDay(day, day.weekday() < SATURDAY, "", provisional)

    def on_or_after(self, day: date) -> ReckonedDay:
        """The day if it is a working day, else the next one that is."""
        provisional = False
        while True:
            found = self.day(day)
            provisional = provisional or found.provisional
            if found.working:
                return ReckonedDay(day, provisional)
            day += ONE_DAY

    def working_days_after(self, day: date, count: int) -> ReckonedDay:
        """The working day that is the `count`-th after `day`, which does not count itself.

        With a count of 0 it is `day`, or the next working day after a day off.
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
    """Whether the package knows the year; it raises for others, and says nowhere which it knows."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@functools.cache
def _published(day: date) -> ListedDay | None:
    """What the package knows of a day in a year that it knows; None for one that is as its weekday says."""
    if not _is_published(day.year):
        return None
    off, name = chinese_calendar.get_holiday_detail(day)
    # No type checker finds the attribute that this enumeration gives its members.
    holidays: Any = chinese_calendar.Holiday
    return None if name is None else ListedDay(not off, holidays(name).chinese)
