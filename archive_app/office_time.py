"""Office time: days, deadlines and numbers follow it, whatever time zone a machine or a server is set to."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE_NAME = "Asia/Shanghai"
ZONE = ZoneInfo(ZONE_NAME)


def in_office(moment: datetime) -> datetime:
    """Convert an aware moment to office time."""
    return moment.astimezone(ZONE)


def office_day(moment: datetime) -> date:
    """The office's day at that moment."""
    return in_office(moment).date()
