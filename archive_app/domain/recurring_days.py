"""Recurring days of a month or quarter: the filing, the briefing, the director's reception of visitors."""

from __future__ import annotations

import calendar as months
from datetime import date

from archive_app.domain.working_days import ONE_DAY, Calendar, OfficeDay, ReckonedDay

BRIEFING_MONTHS = (3, 6, 9, 12)
RECEPTION_MONTHS = (2, 5, 8, 11)
WEEK = 7 * ONE_DAY


def filing_due(year: int, month: int, calendar: Calendar, *, working_days: int = 5) -> ReckonedDay:
    """Return the due day of a month's filing: the fifth working day after the month, or as the settings say (五.2)."""
    return calendar.working_days_after(_last_of(year, month), working_days)


def briefing_days(year: int, calendar: Calendar) -> tuple[OfficeDay, ...]:
    """Return the briefings to the director: the last Friday of March, June, September and December (七(一).1).

    A briefing on a day off must be moved; the office decides to which day.
    """
    ends = [_last_of(year, month) for month in BRIEFING_MONTHS]
    return tuple(calendar.day(end - (end.weekday() - months.FRIDAY) % 7 * ONE_DAY) for end in ends)


def reception_days(year: int, calendar: Calendar) -> tuple[ReckonedDay, ...]:
    """Return the director's reception days: the first working Wednesday of four months a year (七(一).2)."""
    return tuple(_first_worked_wednesday(date(year, month, 1), calendar) for month in RECEPTION_MONTHS)


def _first_worked_wednesday(first: date, calendar: Calendar) -> ReckonedDay:
    found = calendar.day(first + (months.WEDNESDAY - first.weekday()) % 7 * ONE_DAY)
    while not found.working:
        found = calendar.day(found.day + WEEK)
    return ReckonedDay(found.day, found.provisional)


def _last_of(year: int, month: int) -> date:
    return date(year, month, months.monthrange(year, month)[1])
