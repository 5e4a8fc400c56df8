"""Days, moments and counts as official documents write them (GB/T 9704-2012, 7.3.5.4: Arabic figures, no zeros)."""

from __future__ import annotations

from datetime import date, datetime

from archive_app.office_time import in_office


def day(value: date | None) -> str:
    """2026年3月1日; empty for None. Raises TypeError for a moment, whose day depends on a time zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        raise TypeError("a moment where a day belongs")
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """2026年3月1日 09:05 by the office's clock; empty for None. Raises ValueError for a moment without time zone."""
    if value is None:
        return ""
    if value.utcoffset() is None:
        raise ValueError("a moment without time zone")
    local = in_office(value)
    return f"{day(local.date())} {local:%H:%M}"


def count(value: int | None, unit: str) -> str:
    """3人, 12页; empty for None."""
    return "" if value is None else f"{value}{unit}"
