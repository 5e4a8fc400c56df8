"""Announcements of the State Council typed by hand, and an account of days that shares nothing with the code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar

OFF_2026 = "01-01..01-03 02-15..02-23 04-04..04-06 05-01..05-05 06-19..06-21 09-25..09-27 10-01..10-07"
WORKED_2026 = "01-04 02-14 02-28 05-09 09-20 10-10"

# Nobody knows these yet: they are made up, with a make-up day in the December before.
OFF_2027 = "2026-12-31..2027-01-02 02-05..02-11 04-03..04-05 05-01..05-05 06-09..06-11 09-15..09-17 10-01..10-07"
WORKED_2027 = "2026-12-27 01-31 02-14 05-08 06-12 09-18 10-09"

FIRST, LAST = date(2004, 1, 1), date(2027, 12, 31)


def days(written: str, year: int) -> Iterator[date]:
    """The days of ranges like 05-01..05-05; a year may stand before them."""
    for stretch in written.split():
        first, _, last = (each if len(each) > 5 else f"{year}-{each}" for each in stretch.partition(".."))
        day, end = date.fromisoformat(first), date.fromisoformat(last if ".." in stretch else first)
        while day <= end:
            yield day
            day += timedelta(days=1)


def as_csv(off: str, worked: str, year: int, headings: str = "日期,安排,名称") -> bytes:
    """The table that somebody writes from an announcement."""
    rows = [(day, "放假") for day in days(off, year)] + [(day, "上班") for day in days(worked, year)]
    return "\r\n".join([headings, *(f"{day},{kind},节日" for day, kind in sorted(rows))]).encode()


TABLE_2027 = as_csv(OFF_2027, WORKED_2027, 2027)


def strip() -> str:
    """One letter a day from `FIRST` to `LAST`: W for one that is worked, as announced, and in 2027 as made up."""
    off, worked = set(days(OFF_2027, 2027)), set(days(WORKED_2027, 2027))
    letters = []
    day = FIRST
    while day <= LAST:
        if day in off | worked:
            letters.append("W" if day in worked else "-")
        elif day.year == 2027:
            letters.append("WWWWW--"[day.weekday()])
        else:
            letters.append("-" if chinese_calendar.is_holiday(day) else "W")
        day += timedelta(days=1)
    return "".join(letters)
