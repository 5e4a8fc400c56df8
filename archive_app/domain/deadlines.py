"""Time limits as people look at them: how pressing each is, a month of days, and lists by unit and by person.

Clauses 四.2, 四.3 and 九. Nothing here asks a database; what is counted is what was handed in.
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
"""How pressing a time limit is, the most pressing first: overdue, or the last of the alerts that it has passed."""

FIRST_MONTH, LAST_MONTH = date(2000, 1, 1), date(2099, 12, 1)
"""The months that the calendar shows: the same for everybody."""

SHOWN_A_DAY = 3
"""So many cases of a day stand in the calendar itself; the others behind its count."""

MOST_ROWS = 200
"""So many rows a page shows of all lists together; the Excel table has them all."""

FEWEST_ROWS = 3
"""So many rows each list shows at least."""

By = Literal["unit", "person"]


@dataclass(frozen=True, slots=True)
class Holder:
    """A unit or a person with whom a case is; `key` is its public id, or one of the codes below, which has no name."""

    key: str
    name: str = ""


OFFICE = Holder("office")
"""The petition office."""

LEADERS = Holder("leaders")
"""Whoever instructs, where nobody is named."""

RESTRICTED = Holder("restricted")
"""Not told: the case is restricted, and a list tells only that it is there."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time limit that runs, of a case that the reader sees; of a restricted one only number, state and time are told.

    `used` is 0.0 at the start and 1.0 when it has run out. `working_days_left` counts those after today, the due day
    among them; `days_late` the days since the due day. `persons` have to carry the case on now.
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
    """What somebody wants to look at; what is empty narrows nothing. `month` is the first day of one."""

    month: date
    by: By = "unit"
    unit: str = ""
    person: str = ""
    kind: str = ""
    level: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day of the calendar: what it is to the office, and what is due, `rows` being the most pressing of `total`."""

    day: OfficeDay
    in_month: bool
    today: bool
    rows: tuple[Deadline, ...]
    total: int

    @property
    def level(self) -> str:
        """How pressing the most pressing of them is."""
        return self.rows[0].level if self.rows else ""


@dataclass(frozen=True, slots=True)
class Group:
    """What is with one unit or person: `rows` are the most pressing of `total`, `late` of which are overdue."""

    holder: Holder
    rows: tuple[Deadline, ...]
    total: int
    late: int


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The page of time limits. `units` and `persons` are those with whom a case is that the reader sees."""

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
        """Whether the days off of a day that is shown are not announced yet."""
        return any(cell.day.provisional for week in self.weeks for cell in week)

    @property
    def cut(self) -> bool:
        """Whether a list is longer than what is shown of it."""
        return any(group.total > len(group.rows) for group in self.groups)


def level_of(used: float, overdue: bool) -> str:
    """How pressing a time limit is (`LEVELS`)."""
    if overdue:
        return "overdue"
    return str(max((percent for percent in ALERT_PERCENTS if used * 100 >= percent), default=0))


def working_days_between(today: date, due: date, calendar: Calendar) -> int:
    """The working days after today, up to the due day and with it; 0 when it is today or over."""
    return sum(calendar.day(today + number * ONE_DAY).working for number in range(1, (due - today).days + 1))


def most_pressing(rows: Iterable[Deadline]) -> list[Deadline]:
    """The longest overdue first, then by how much of the time is used, then by the due day."""
    return sorted(rows, key=lambda row: (-row.days_late, -row.used, row.due, row.register_no))


def narrowed(rows: Iterable[Deadline], chosen: Chosen) -> list[Deadline]:
    """Those of the rows that were asked for, whatever their day."""
    return [
        row
        for row in rows
        if chosen.unit in ("", row.unit.key)
        and (not chosen.person or any(chosen.person == each.key for each in row.persons))
        and chosen.kind in ("", row.kind)
        and chosen.level in ("", row.level)
    ]


def listed(rows: Iterable[Deadline], chosen: Chosen) -> list[Deadline]:
    """What the lists show: `narrowed`, and of the day, if one was chosen; the most pressing first."""
    return most_pressing(row for row in narrowed(rows, chosen) if chosen.day in (None, row.due))


def deadlines_of(rows: Sequence[Deadline], chosen: Chosen, today: date, calendar: Calendar) -> Deadlines:
    """The page, of the rows that its reader sees."""
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
    """The weeks of a month, from Monday on, with what is due on each day in the order given."""
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
    """The rows by unit or by person, in the order given; who has the most that is overdue comes first.

    A case that several persons carry on stands with each of them.
    """
    found: dict[Holder, list[Deadline]] = {}
    for row in rows:
        for holder in (row.unit,) if chosen.by == "unit" else row.persons:
            if chosen.by == "unit" or chosen.person in ("", holder.key):
                found.setdefault(holder, []).append(row)
    most = max(FEWEST_ROWS, MOST_ROWS // max(len(found), 1))
    groups = [
        Group(holder, tuple(of_it[:most]), len(of_it), sum(row.overdue for row in of_it))
        for holder, of_it in found.items()
    ]
    return tuple(sorted(groups, key=lambda group: -group.late))


def _holders(found: Iterable[Holder]) -> tuple[Holder, ...]:
    """Each once, the office and the leaders first, then in the order of their sounds."""
    return tuple(sorted(set(found), key=lambda one: (one.name.encode("gb18030", "replace"), one.key)))
