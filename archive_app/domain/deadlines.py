"""The page of time limits: the urgency level of each, a month's calendar, and lists by unit and by person.

Clauses 四.2, 四.3 and 九. Nothing here queries a database; the functions count only the rows passed to them.
"""

from __future__ import annotations

import calendar as gregorian
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from archive_app.domain.clocks import ALERT_PERCENTS
from archive_app.domain.working_days import ONE_DAY, Calendar, OfficeDay

LEVELS = ("overdue", *(str(percent) for percent in reversed(ALERT_PERCENTS)), "0")
"""The urgency levels of a time limit, most urgent first: overdue, or the last alert threshold that it has passed."""

FIRST_MONTH, LAST_MONTH = date(2000, 1, 1), date(2099, 12, 1)
"""The range of months that the calendar offers, for every reader."""

SHOWN_A_DAY = 3
"""The number of cases that a calendar cell lists; the others are behind its count."""

MOST_ROWS = 200
"""The most rows of all lists together on one page; the Excel table has all rows."""

FEWEST_ROWS = 3
"""The least number of rows that each list shows."""

By = Literal["unit", "person"]


@dataclass(frozen=True, slots=True)
class Holder:
    """The unit or person that currently handles a case; `key` is its public id, or a code below, which has no name."""

    key: str
    name: str = ""


OFFICE = Holder("office")
"""The petition office."""

LEADERS = Holder("leaders")
"""All instructors, where none is named."""

RESTRICTED = Holder("restricted")
"""Withheld: the case is restricted, and lists show only that it exists."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A running time limit of a case that the reader sees; a restricted case shows only number, state and time.

    `used` is 0.0 at the start and 1.0 when the time has run out. `working_days_left` counts the working days after
    today up to and including the due day; `days_late` the days since the due day. `persons` must act on the case next.
    """

    public_id: str
    register_no: str
    main_problem: str
    state: str
    restricted: bool
    urgent: bool
    kind: str
    due: date
    provisional: bool
    used: float
    level: str
    working_days_left: int
    days_late: int
    unit: Holder
    persons: tuple[Holder, ...]
    may_supervise: bool

    @property
    def overdue(self) -> bool:
        """Whether the due day is over."""
        return self.level == "overdue"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filter of the page; an empty field does not filter. `month` is the first day of a month."""

    month: date
    by: By = "unit"
    unit: str = ""
    person: str = ""
    kind: str = ""
    level: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class DayCell:
    """A calendar day: whether the office works on it, and what is due; `rows` are the most urgent of `total`."""

    day: OfficeDay
    in_month: bool
    today: bool
    rows: tuple[Deadline, ...]
    total: int

    @property
    def level(self) -> str:
        """The level of the most urgent row."""
        return self.rows[0].level if self.rows else ""


@dataclass(frozen=True, slots=True)
class Group:
    """The time limits of one unit or person: `rows` are the most urgent of `total`, of which `late` are overdue."""

    holder: Holder
    rows: tuple[Deadline, ...]
    total: int
    late: int


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The page of time limits. `units` and `persons` are those that handle a case the reader sees."""

    chosen: Chosen
    today: date
    weeks: tuple[tuple[DayCell, ...], ...]
    counts: Mapping[str, int]
    total: int
    groups: tuple[Group, ...]
    listed: int
    units: tuple[Holder, ...]
    persons: tuple[Holder, ...]

    @property
    def provisional(self) -> bool:
        """Whether the days off are not announced yet for a day that is shown."""
        return any(cell.day.provisional for week in self.weeks for cell in week)

    @property
    def cut(self) -> bool:
        """Whether a list is longer than the rows shown."""
        return any(group.total > len(group.rows) for group in self.groups)


def level_of(used: float, overdue: bool) -> str:
    """Return the urgency level of a time limit (`LEVELS`)."""
    if overdue:
        return "overdue"
    return str(max((percent for percent in ALERT_PERCENTS if used * 100 >= percent), default=0))


def working_days_between(today: date, due: date, calendar: Calendar) -> int:
    """Count the working days after today up to and including the due day; 0 when it is today or past."""
    return sum(calendar.day(today + number * ONE_DAY).working for number in range(1, (due - today).days + 1))


def most_pressing(rows: Iterable[Deadline]) -> list[Deadline]:
    """Sort the rows: longest overdue first, then by the share of time used, then by the due day."""
    return sorted(rows, key=lambda row: (-row.days_late, -row.used, row.due, row.register_no))


def narrowed(rows: Iterable[Deadline], chosen: Chosen) -> list[Deadline]:
    """Filter the rows by everything but the day."""
    return [
        row
        for row in rows
        if chosen.unit in ("", row.unit.key)
        and (not chosen.person or any(chosen.person == each.key for each in row.persons))
        and chosen.kind in ("", row.kind)
        and chosen.level in ("", row.level)
    ]


def listed(rows: Iterable[Deadline], chosen: Chosen) -> list[Deadline]:
    """Return the rows of the lists: `narrowed`, and by the day if one is chosen; most urgent first."""
    return most_pressing(row for row in narrowed(rows, chosen) if chosen.day in (None, row.due))


def deadlines_of(rows: Sequence[Deadline], chosen: Chosen, today: date, calendar: Calendar) -> Deadlines:
    """Build the page from the rows that its reader sees."""
    found = most_pressing(narrowed(rows, chosen))
    in_lists = listed(found, chosen)
    return Deadlines(
        chosen=chosen,
        today=today,
        weeks=weeks_of(found, chosen.month, today, calendar),
        counts=Counter(row.level for row in found),
        total=len(found),
        groups=groups_of(in_lists, chosen),
        listed=len(in_lists),
        units=_holders(row.unit for row in rows),
        persons=_holders(each for row in rows for each in row.persons),
    )


def weeks_of(rows: Iterable[Deadline], month: date, today: date, calendar: Calendar) -> tuple[tuple[DayCell, ...], ...]:
    """Return the weeks of a month, each from Monday, with the rows due on each day in the given order."""
    due: dict[date, list[Deadline]] = {}
    for row in rows:
        due.setdefault(row.due, []).append(row)

    def cell(day: date) -> DayCell:
        of_day = due.get(day, [])
        is_in = (day.year, day.month) == (month.year, month.month)
        return DayCell(calendar.day(day), is_in, day == today, tuple(of_day[:SHOWN_A_DAY]), len(of_day))

    weeks = gregorian.Calendar().monthdatescalendar(month.year, month.month)
    return tuple(tuple(map(cell, week)) for week in weeks)


def groups_of(rows: Iterable[Deadline], chosen: Chosen) -> tuple[Group, ...]:
    """Group the rows by unit or by person, keeping their order; the holder with most overdue rows comes first.

    A case that several persons handle is listed under each of them.
    """
    found: dict[Holder, list[Deadline]] = {}
    for row in rows:
        for holder in (row.unit,) if chosen.by == "unit" else row.persons:
            if chosen.by == "unit" or chosen.person in ("", holder.key):
                found.setdefault(holder, []).append(row)
    most = max(FEWEST_ROWS, MOST_ROWS // max(len(found), 1))
    groups = [
        Group(holder, tuple(own[:most]), len(own), sum(row.overdue for row in own)) for holder, own in found.items()
    ]
    return tuple(sorted(groups, key=lambda group: -group.late))


def _holders(found: Iterable[Holder]) -> tuple[Holder, ...]:
    """Return each holder once: the office and the leaders first, then by pinyin."""
    return tuple(sorted(set(found), key=lambda one: (one.name.encode("gb18030", "replace"), one.key)))
