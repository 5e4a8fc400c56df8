"""Office time: days, deadlines and numbers follow it, whatever time zone a machine or a server is set to."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE_NAME = "Asia/Shanghai"
ZONE = ZoneInfo(ZONE_NAME)

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""The years of the days and moments that people may enter. At the ends of the calendar another time zone has no day."""


def in_office(moment: datetime) -> datetime:
    """Convert an aware moment to office time."""
    return moment.astimezone(ZONE)


def office_day(moment: datetime) -> date:
    """The office's day at that moment."""
    return in_office(moment).date()


def is_usual(day: date) -> bool:
    """Whether a day or moment that was entered lies in the years of the office."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def usual_day(written: str) -> date:
    """A day as date fields send it. Raises ValueError for another text, and outside the years of the office."""
    day = date.fromisoformat(written)
    if not is_usual(day):
        raise ValueError(written)
    return day
