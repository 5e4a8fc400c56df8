"""The time limits of a case: due dates, urgency, extensions, alerts. Chapters 四 and 九 of the rules.

A clock starts at a moment and counts whole days of the office's calendar (Asia/Shanghai, whatever the zone of the
moment). The first day is not counted: clocks started at 00:01 and at 23:59 of one day have the same due day. The time
runs out when the due day ends. All values are immutable; the functions return new ones.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from archive_app.domain.errors import DaysOutOfRange, ExtensionTooLate
from archive_app.domain.working_days import ONE_DAY, Calendar, ReckonedDay
from archive_app.office_time import ZONE, in_office

Counting = Literal["natural", "working"]
"""natural: all days count; a due day on a day off moves to the next working day. working: only working days count."""

MOST_DAYS = 366
ALERT_PERCENTS = (50, 75, 85, 99)

Spans = list[tuple[datetime, datetime]]


def _ensure_within(days: int, least: int, most: int, field: str) -> None:
    if not least <= days <= most:
        raise DaysOutOfRange(field=field, days=days, least=least, most=most)


@dataclass(frozen=True, slots=True)
class ClockRule:
    """The allowance of one kind of clock, in days; 0 means until the end of the same day.

    Raises:
        DaysOutOfRange: `days` is below 0 or above `MOST_DAYS`, or `urgent_days` exceeds `days`.
    """

    days: int
    urgent_days: int
    counting: Counting = "natural"

    def __post_init__(self) -> None:
        _ensure_within(self.days, 0, MOST_DAYS, "days")
        _ensure_within(self.urgent_days, 0, self.days, "urgent_days")


HANDLING = ClockRule(days=15, urgent_days=7)
"""From the instruction until the signed result is back in the office (四.2); the settings may override it."""

TRANSFER = ClockRule(days=3, urgent_days=0)
"""Until a case outside the bureau's scope has been transferred (四.3); the settings may override it."""

REGISTRATION = ClockRule(days=1, urgent_days=1, counting="working")
"""From receipt to registration (一.1); the settings may override it."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """The change of a clock to urgent, with its moment."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension by `days`, counted from the due day before it, with the moment of the request."""

    asked_at: datetime
    days: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A running clock. Its moments are in the office's time zone.

    `first_due` is the due day without extensions, `due` the one in force; `first_due` is never later than `due`. Both
    can be provisional. `changes` are the changes in their order, from which the clock can be recomputed.
    """

    rule: ClockRule
    started_at: datetime
    started_urgent: bool
    changes: tuple[Urgency | Extension, ...]
    first_due: ReckonedDay
    due: ReckonedDay

    @property
    def urgent(self) -> bool:
        """Whether the clock was urgent from the start or became urgent."""
        return self.started_urgent or any(isinstance(each, Urgency) for each in self.changes)

    @property
    def provisional(self) -> bool:
        """Whether importing a year's table may change a due day; the clock is then recomputed."""
        return self.first_due.provisional or self.due.provisional

    @property
    def overdue_from(self) -> datetime:
        """The first overdue moment: midnight in the office at the end of the due day."""
        return _begin_of(self.due.day + ONE_DAY)


@dataclass(frozen=True, slots=True)
class Alert:
    """The moment at which `percent` of the allowance are used."""

    percent: int
    at: datetime


def start(started_at: datetime, rule: ClockRule, calendar: Calendar, *, urgent: bool = False) -> Clock:
    """Start a clock at the moment of the instruction (四.2), or of another event that starts one.

    Raises:
        ValueError: the moment has no time zone.
    """
    begin = _office_moment(started_at)
    due = _reckon(begin.date(), rule.urgent_days if urgent else rule.days, rule, calendar)
    return Clock(rule, begin, urgent, (), due, due)


def make_urgent(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """Make a clock urgent (四.2).

    It is due on the earlier of the old due day and the start plus the urgent days, even where that day has passed. A
    clock that is already urgent is returned unchanged.

    Raises:
        ValueError: the moment has no time zone.
    """
    change = Urgency(_office_moment(at))
    return clock if clock.urgent else _changed(clock, change, calendar)


def extend(clock: Clock, asked_at: datetime, days: int, calendar: Calendar) -> Clock:
    """Extend a clock from its due day; `first_due` is kept (九).

    Args:
        clock: the clock; it may have been extended before.
        asked_at: when the extension was requested; it may be granted later.
        days: the number of days, counted by the clock's rule.
        calendar: the working days.

    Raises:
        ExtensionTooLate: the extension was requested after the due day. A request on the due day is in time.
        DaysOutOfRange: `days` is below 1 or above `MOST_DAYS`.
        ValueError: the moment has no time zone.
    """
    change = Extension(_office_moment(asked_at), days)
    _ensure_within(days, 1, MOST_DAYS, "days")
    if is_overdue(clock, change.asked_at):
        raise ExtensionTooLate(field="days", due=clock.due.day)
    return _changed(clock, change, calendar)


def recompute(clock: Clock, calendar: Calendar) -> Clock:
    """Recompute a clock with another calendar, after a year's table was imported. Granted extensions stay granted."""
    fresh = start(clock.started_at, clock.rule, calendar, urgent=clock.started_urgent)
    return functools.reduce(lambda current, change: _changed(current, change, calendar), clock.changes, fresh)


def is_overdue(clock: Clock, moment: datetime) -> bool:
    """Whether the due day has passed at that moment.

    Raises:
        ValueError: the moment has no time zone.
    """
    return _office_moment(moment) >= clock.overdue_from


def registered_late(
    received_at: datetime, registered_at: datetime, calendar: Calendar, rule: ClockRule = REGISTRATION
) -> bool:
    """Whether a case was registered more than one working day after its receipt (一.1)."""
    return is_overdue(start(received_at, rule, calendar), registered_at)


def alerts(clock: Clock, calendar: Calendar) -> tuple[Alert, ...]:
    """Return the moments at which 50, 75, 85 and 99 percent of the allowance are used, in this order.

    The allowance is the time from the start to the end of the due day; for a clock that counts working days, only the
    time on working days. After an extension it is the extended time.
    """
    spans = _spans(clock, calendar)
    whole = _length(spans)
    return tuple(Alert(percent, _reached(spans, whole * percent / 100)) for percent in ALERT_PERCENTS)


def used(clock: Clock, moment: datetime, calendar: Calendar) -> float:
    """Return the share of the allowance used at that moment: 0.0 at the start, 1.0 at the end of the due day.

    Raises:
        ValueError: the moment has no time zone.
    """
    spans = _spans(clock, calendar)
    now = _office_moment(moment)
    past = [(begin, min(end, now)) for begin, end in spans if begin < now]
    return _length(past) / _length(spans)


def _reckon(first: date, days: int, rule: ClockRule, calendar: Calendar) -> ReckonedDay:
    """Return the due day that is `days` after the first day, which is not counted."""
    if rule.counting == "working":
        return calendar.working_days_after(first, days)
    return calendar.on_or_after(first + days * ONE_DAY)


def _changed(clock: Clock, change: Urgency | Extension, calendar: Calendar) -> Clock:
    changes = (*clock.changes, change)
    if isinstance(change, Urgency):
        urgent = _reckon(clock.started_at.date(), clock.rule.urgent_days, clock.rule, calendar)
        first_due, due = (min(urgent, each, key=lambda one: one.day) for each in (clock.first_due, clock.due))
        return replace(clock, changes=changes, first_due=first_due, due=due)
    due = _reckon(clock.due.day, change.days, clock.rule, calendar)
    due = replace(due, provisional=due.provisional or clock.due.provisional)
    return replace(clock, changes=changes, due=due)


def _spans(clock: Clock, calendar: Calendar) -> Spans:
    """Return the intervals that count, from the start to the end of the due day, in the office's time zone."""
    begin, end = clock.started_at, clock.overdue_from
    if clock.rule.counting == "natural":
        return [(begin, end)]
    count = (end.date() - begin.date()).days
    days = [begin.date() + number * ONE_DAY for number in range(count)]
    # The due day always counts, even if it is a day off in this calendar: the clock may come from another calendar.
    worked = [day for day in days if day == clock.due.day or calendar.day(day).working]
    return [(max(begin, _begin_of(day)), _begin_of(day + ONE_DAY)) for day in worked]


def _length(spans: Spans) -> timedelta:
    return sum((end - begin for begin, end in spans), timedelta())


def _reached(spans: Spans, length: timedelta) -> datetime:
    """Return the moment at which `length` of the spans has passed; the spans are at least that long."""
    for begin, end in spans[:-1]:
        if length <= end - begin:
            return begin + length
        length -= end - begin
    return spans[-1][0] + length


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _office_moment(moment: datetime) -> datetime:
    """Convert a moment to the office's time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone: which day it is in the office is not known")
    return in_office(moment)
