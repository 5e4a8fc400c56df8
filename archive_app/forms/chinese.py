"""Format days, moments and counts as in official documents (GB/T 9704-2012, 7.3.5.4: Arabic figures, no zeros)."""

from __future__ import annotations

from datetime import date, datetime

from archive_app.office_time import in_office


def day(value: date | None) -> str:
    """Format a day as 2026年3月1日; None is empty. Raises TypeError for a moment, whose day depends on a time zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        raise TypeError("a moment where a day belongs")
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """Format a moment as 2026年3月1日 09:05 in office time; None is empty. Raises ValueError without a time zone."""
    if value is None:
        return ""
    if value.utcoffset() is None:
        raise ValueError("a moment without time zone")
    local = in_office(value)
    return f"{day(local.date())} {local:%H:%M}"


def count(value: int | None, unit: str) -> str:
    """Format a count as 3人 or 12页; None is empty."""
    return "" if value is None else f"{value}{unit}"
