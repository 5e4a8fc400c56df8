"""Dates as people write them in a search: a year, month or day, an inequality or a range; in figures or 年月日."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from index.errors import BackwardDates, BadDate
from index.nodes import DateRange

_SEPARATED = re.compile(r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?)?")
_SOLID = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})?")
_CHINESE = re.compile(r"(?P<year>\d{4})年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号])?)?")
_RANGE = re.compile(r"(?P<first>.*?)(?:\.\.+|~|—+|–|至|到|\bto\b)(?P<last>.*)", re.IGNORECASE)
_TWO_YEARS = re.compile(r"(\d{4})-(\d{4})")
_INEQUALITY = re.compile(r"(?P<sign>>=|<=|=>|=<|≥|≤|>|<|=)(?P<date>.+)")


def parse_dates(text: str) -> DateRange:
    """Read a date, an inequality (`>=2024-06`) or a range (`2024-01..2024-06`, `2024年1月至6月` is not one).

    Args:
        text: full-width forms already folded; white space does not matter.

    Raises:
        BadDate: it is none of these.
        BackwardDates: the range ends before it begins.
    """
    compact = re.sub(r"\s+", "", text)
    if two_years := _TWO_YEARS.fullmatch(compact):
        return date_range(two_years[1], two_years[2])
    if inequality := _INEQUALITY.fullmatch(compact):
        return _inequality(inequality["sign"], inequality["date"], text)
    if span := _RANGE.fullmatch(compact):
        return date_range(span["first"], span["last"])
    first, last = _span(compact, text)
    return DateRange(first, last)


def date_range(first: str, last: str) -> DateRange:
    """The dates from the beginning of `first` to the end of `last`; an empty one is open.

    Raises:
        BadDate: one of them is not a date, or both are empty.
        BackwardDates: the range ends before it begins.
    """
    first, last = first.strip(), last.strip()
    if not first and not last:
        raise BadDate(text=first)
    begins = _span(first, first)[0] if first else None
    ends = _span(last, last)[1] if last else None
    if begins and ends and begins > ends:
        raise BackwardDates(first=first, last=last)
    return DateRange(begins, ends)


def written(dates: DateRange) -> str:
    """The shortest text of a range that `parse_dates` reads as the same range."""
    first, last = dates.first, dates.last
    if first is None or last is None:
        return f">={first}" if first else f"<={last}"
    if first == last:
        return first.isoformat()
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"{first.year:04}"
    if first.day == 1 and last == _month_end(first.year, first.month):
        return f"{first.year:04}-{first.month:02}"
    return f"[{first} TO {last}]"


def _inequality(sign: str, text: str, whole: str) -> DateRange:
    first, last = _span(text, whole)
    if sign in (">=", "=>", "≥"):
        return DateRange(first, None)
    if sign in ("<=", "=<", "≤"):
        return DateRange(None, last)
    if sign == "=":
        return DateRange(first, last)
    try:
        day = timedelta(days=1)
        return DateRange(last + day, None) if sign == ">" else DateRange(None, first - day)
    except OverflowError:
        raise BadDate(text=whole) from None


def _span(text: str, whole: str) -> tuple[date, date]:
    for shape in (_SEPARATED, _SOLID, _CHINESE):
        if found := shape.fullmatch(text):
            year, month, day = (int(part) if part else None for part in found.group("year", "month", "day"))
            try:
                return _days(year or 0, month, day)
            except ValueError:
                break
    raise BadDate(text=whole)


def _days(year: int, month: int | None, day: int | None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        return date(year, month, 1), _month_end(year, month)
    return date(year, month, day), date(year, month, day)


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
