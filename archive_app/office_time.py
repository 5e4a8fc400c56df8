"""The office's own time: days, deadlines and numbers go by it, whatever time zone a machine or a server is set to."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE_NAME = "Asia/Shanghai"
ZONE = ZoneInfo(ZONE_NAME)


def in_office(moment: datetime) -> datetime:
    """The moment as the office's clock shows it. `moment` knows its time zone."""
    return moment.astimezone(ZONE)


def office_day(moment: datetime) -> date:
    """The day that it is in the office at that moment."""
    return in_office(moment).date()
