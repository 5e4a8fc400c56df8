"""How long a case may take: due dates, urgency, extensions, alerts. Chapters 四 and 九 of the rules.

A clock starts at a moment and counts whole days of the office's calendar (Asia/Shanghai, whatever zone the moment is
written in): the day it starts on is not counted, so 00:01 and 23:59 of one day are due on the same day, and the time
runs out when the due day ends. What is returned is a new value; nothing here changes one.
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
"""natural: all days count, and an end on a day off moves to the next working day. working: only working days count."""

MOST_DAYS = 366
ALERT_PERCENTS = (50, 75, 85, 99)

Spans = list[tuple[datetime, datetime]]


def _ensure_within(days: int, least: int, most: int, field: str) -> None:
    if not least <= days <= most:
        raise DaysOutOfRange(field=field, days=days, least=least, most=most)


@dataclass(frozen=True, slots=True)
class ClockRule:
    """What one kind of clock allows, in days; 0 is until the end of the same day.

    Raises:
        DaysOutOfRange: there are fewer than 0 or more than `MOST_DAYS`, or an urgent case is given more than another.
    """

    days: int
    urgent_days: int
    counting: Counting = "natural"

    def __post_init__(self) -> None:
        _ensure_within(self.days, 0, MOST_DAYS, "days")
        _ensure_within(self.urgent_days, 0, self.days, "urgent_days")


HANDLING = ClockRule(days=15, urgent_days=7)
"""From the instruction to the signed result back in the office (四.2), unless the settings say otherwise."""

TRANSFER = ClockRule(days=3, urgent_days=0)
"""Until what is out of the bureau's scope has been transferred (四.3), unless the settings say otherwise."""

REGISTRATION = ClockRule(days=1, urgent_days=1, counting="working")
"""From receipt to registration (一.1), unless the settings say otherwise."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """That a clock became urgent, and when."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Extension:
    """That more days were given, counted from the due day there was, and when they were asked for."""

    asked_at: datetime
    days: int


@dataclass(frozen=True, slots=True)
class Clock:
    """A running clock. Its moments are written in the office's time.

    `first_due` is the due day without extensions, `due` the one that holds; the first is never after the second. Both
    can be provisional. `changes` are what happened to the clock, in that order, so that it can be reckoned anew.
    """

    rule: ClockRule
    started_at: datetime
    started_urgent: bool
    changes: tuple[Urgency | Extension, ...]
    first_due: ReckonedDay
    due: ReckonedDay

    @property
    def urgent(self) -> bool:
        """Whether it was urgent from the start or became so."""
        return self.started_urgent or any(isinstance(each, Urgency) for each in self.changes)

    @property
    def provisional(self) -> bool:
        """Whether importing a year's table may change it: then reckon it anew."""
        return self.first_due.provisional or self.due.provisional

    @property
    def overdue_from(self) -> datetime:
        """The first moment that is too late: midnight in the office at the end of the due day."""
        return _begin_of(self.due.day + ONE_DAY)


@dataclass(frozen=True, slots=True)
class Alert:
    """The moment at which so many percent of the allowance are used."""

    percent: int
    at: datetime


def start(started_at: datetime, rule: ClockRule, calendar: Calendar, *, urgent: bool = False) -> Clock:
    """A clock from the moment of the instruction (四.2), or of what else starts it.

    Raises:
        ValueError: the moment has no time zone.
    """
    begin = _office_moment(started_at)
    due = _reckon(begin.date(), rule.urgent_days if urgent else rule.days, rule, calendar)
    return Clock(rule, begin, urgent, (), due, due)


def make_urgent(clock: Clock, at: datetime, calendar: Calendar) -> Clock:
    """Due at the earlier of the old due day and the start with the urgent days, even where that day has passed (四.2).

    A clock that is urgent stays as it is.

    Raises:
        ValueError: the moment has no time zone.
    """
    change = Urgency(_office_moment(at))
    return clock if clock.urgent else _changed(clock, change, calendar)


def extend(clock: Clock, asked_at: datetime, days: int, calendar: Calendar) -> Clock:
    """More days from the due day on; the first due day stays beside the new one (九).

    Args:
        clock: the clock; it may have been extended before.
        asked_at: when the extension was asked for; it may be granted later.
        days: how many, counted as the clock counts.
        calendar: the working days.

    Raises:
        ExtensionTooLate: the due day was over when it was asked for. On the due day itself it is in time.
        DaysOutOfRange: less than one day, or more than `MOST_DAYS`.
        ValueError: the moment has no time zone.
    """
    change = Extension(_office_moment(asked_at), days)
    _ensure_within(days, 1, MOST_DAYS, "days")
    if is_overdue(clock, change.asked_at):
        raise ExtensionTooLate(field="days", due=clock.due.day)
    return _changed(clock, change, calendar)


def recompute(clock: Clock, calendar: Calendar) -> Clock:
    """The same clock by another calendar, after a year's table was imported. What was granted stays granted."""
    fresh = start(clock.started_at, clock.rule, calendar, urgent=clock.started_urgent)
    return functools.reduce(lambda reached, change: _changed(reached, change, calendar), clock.changes, fresh)


def is_overdue(clock: Clock, moment: datetime) -> bool:
    """Whether the due day is over at that moment.

    Raises:
        ValueError: the moment has no time zone.
    """
    return _office_moment(moment) >= clock.overdue_from


def registered_late(
    received_at: datetime, registered_at: datetime, calendar: Calendar, rule: ClockRule = REGISTRATION
) -> bool:
    """Whether a case was registered later than one working day after it was received (一.1)."""
    return is_overdue(start(received_at, rule, calendar), registered_at)


def alerts(clock: Clock, calendar: Calendar) -> tuple[Alert, ...]:
    """When 50, 75, 85 and 99 percent of the allowance are used, in this order, between the start and the end.

    The allowance is the time from the start to the end of the due day; for a clock that counts working days, the part
    of it that lies on working days. After an extension it is the longer one.
    """
    spans = _spans(clock, calendar)
    whole = _length(spans)
    return tuple(Alert(percent, _reached(spans, whole * percent / 100)) for percent in ALERT_PERCENTS)


def used(clock: Clock, moment: datetime, calendar: Calendar) -> float:
    """How much of the allowance is used at that moment: from 0.0 at the start to 1.0 at the end of the due day.

    Raises:
        ValueError: the moment has no time zone.
    """
    spans = _spans(clock, calendar)
    now = _office_moment(moment)
    past = [(begin, min(end, now)) for begin, end in spans if begin < now]
    return _length(past) / _length(spans)


def _reckon(first: date, days: int, rule: ClockRule, calendar: Calendar) -> ReckonedDay:
    """The due day so many days after the first, which is not counted."""
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
    """The stretches of time that count, from the start to the end of the due day, in the office's time."""
    begin, end = clock.started_at, clock.overdue_from
    if clock.rule.counting == "natural":
        return [(begin, end)]
    count = (end.date() - begin.date()).days
    days = [begin.date() + number * ONE_DAY for number in range(count)]
    # The due day counts whatever it is in this calendar: the clock may have been reckoned with another.
    worked = [day for day in days if day == clock.due.day or calendar.day(day).working]
    return [(max(begin, _begin_of(day)), _begin_of(day + ONE_DAY)) for day in worked]


def _length(spans: Spans) -> timedelta:
    return sum((end - begin for begin, end in spans), timedelta())


def _reached(spans: Spans, length: timedelta) -> datetime:
    """The moment at which so much of the spans is over; they are at least as long."""
    for begin, end in spans[:-1]:
        if length <= end - begin:
            return begin + length
        length -= end - begin
    return spans[-1][0] + length


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _office_moment(moment: datetime) -> datetime:
    """The moment by the office's clock, whatever zone it was written in."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone: which day it is in the office is not known")
    return in_office(moment)
