"""Days that come again every month or quarter: the filing's, the briefing's, the director's reception of visitors."""

from __future__ import annotations

import calendar as months
from datetime import date

from archive_app.domain.working_days import ONE_DAY, Calendar, OfficeDay, ReckonedDay

BRIEFING_MONTHS = (3, 6, 9, 12)
RECEPTION_MONTHS = (2, 5, 8, 11)
WEEK = 7 * ONE_DAY


def filing_due(year: int, month: int, calendar: Calendar, *, working_days: int = 5) -> ReckonedDay:
    """When the filing of a month is due: the fifth working day after it, or which the settings say (五.2)."""
    return calendar.working_days_after(_last_of(year, month), working_days)


def briefing_days(year: int, calendar: Calendar) -> tuple[OfficeDay, ...]:
    """The briefings to the director: the last Friday of March, June, September and December (七(一).1).

    One that is not a working day is to be put on another day; the office says which.
    """
    ends = [_last_of(year, month) for month in BRIEFING_MONTHS]
    return tuple(calendar.day(end - (end.weekday() - months.FRIDAY) % 7 * ONE_DAY) for end in ends)


def reception_days(year: int, calendar: Calendar) -> tuple[ReckonedDay, ...]:
    """The director's reception of visitors: the first Wednesday that is no holiday, four months a year (七(一).2)."""
    return tuple(_first_worked_wednesday(date(year, month, 1), calendar) for month in RECEPTION_MONTHS)


def _first_worked_wednesday(first: date, calendar: Calendar) -> ReckonedDay:
    found = calendar.day(first + (months.WEDNESDAY - first.weekday()) % 7 * ONE_DAY)
    while not found.working:
        found = calendar.day(found.day + WEEK)
    return ReckonedDay(found.day, found.provisional)


def _last_of(year: int, month: int) -> date:
    return date(year, month, months.monthrange(year, month)[1])
