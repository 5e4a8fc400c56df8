"""What holds for every clock, whatever happens to it and whatever calendar it is reckoned with."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from archive_app.domain.clocks import (
    ALERT_PERCENTS,
    Clock,
    ClockRule,
    Counting,
    alerts,
    extend,
    is_overdue,
    make_urgent,
    recompute,
    start,
    used,
)
from archive_app.domain.working_days import ONE_DAY, Calendar, ListedDay, YearTable
from archive_app.office_time import office_day

BEIJING = ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from((BEIJING, UTC, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Kiritimati")))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31), timezones=ZONES)
ALLOWED = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda days: (max(days), min(days)))
RULES = st.builds(
    lambda allowed, counting: ClockRule(allowed[0], allowed[1], counting), ALLOWED, st.sampled_from(get_args(Counting))
)


@st.composite
def tables(draw: st.DrawFn, year: int) -> YearTable:
    days = st.dates(date(year - 1, 12, 26), date(year, 12, 31))
    return YearTable(year, draw(st.dictionaries(days, st.builds(ListedDay, st.booleans(), st.just("")), max_size=60)))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    calendar = Calendar()
    for year in draw(st.sets(st.sampled_from((2026, 2027, 2028, 2029)))):
        calendar = calendar.with_table(draw(tables(year)))
    return calendar


@st.composite
def clocks(draw: st.DrawFn, calendar: Calendar) -> Clock:
    """A clock to which up to four things happened, each in time."""
    clock = start(draw(MOMENTS), draw(RULES), calendar, urgent=draw(st.booleans()))
    for _ in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            clock = make_urgent(clock, draw(MOMENTS), calendar)
        else:
            clock = extend(clock, clock.overdue_from - timedelta(microseconds=1), draw(st.integers(1, 60)), calendar)
    return clock


@st.composite
def reckoned(draw: st.DrawFn) -> tuple[Clock, Calendar]:
    calendar = draw(calendars())
    return draw(clocks(calendar)), calendar


@settings(deadline=None)
@given(reckoned(), st.integers(1, 60))
def test_clause_9_3_an_extension_never_moves_the_first_due_day(made: tuple[Clock, Calendar], days: int) -> None:
    clock, calendar = made
    extended = extend(clock, clock.overdue_from - timedelta(microseconds=1), days, calendar)
    assert extended.first_due == clock.first_due
    assert extended.due.day >= clock.due.day + days * ONE_DAY
    assert extended.changes[:-1] == clock.changes


@settings(deadline=None)
@given(reckoned(), MOMENTS)
def test_clause_4_2_becoming_urgent_is_never_later(made: tuple[Clock, Calendar], moment: datetime) -> None:
    clock, calendar = made
    urgent = make_urgent(clock, moment, calendar)
    assert urgent.due.day <= clock.due.day
    assert urgent.first_due.day <= clock.first_due.day
    assert urgent.urgent
    if not clock.urgent:
        fresh = start(clock.started_at, clock.rule, calendar, urgent=True)
        assert urgent.due.day == min(clock.due.day, fresh.due.day)


@settings(deadline=None)
@given(reckoned())
def test_every_due_day_is_a_working_day_and_the_first_is_never_after_it(made: tuple[Clock, Calendar]) -> None:
    clock, calendar = made
    assert clock.first_due.day <= clock.due.day
    assert calendar.day(clock.due.day).working
    assert calendar.day(clock.first_due.day).working
    assert office_day(clock.started_at) <= clock.first_due.day
    assert not is_overdue(clock, clock.started_at)


@settings(deadline=None)
@given(reckoned())
def test_clause_4_2_alerts_are_in_order_between_start_and_due(made: tuple[Clock, Calendar]) -> None:
    clock, calendar = made
    found = alerts(clock, calendar)
    moments = [clock.started_at, *(alert.at for alert in found), clock.overdue_from]
    assert moments == sorted(moments)
    assert tuple(alert.percent for alert in found) == ALERT_PERCENTS
    for alert in found:
        assert abs(used(clock, alert.at, calendar) - alert.percent / 100) < 1e-6
        assert not is_overdue(clock, alert.at)


@settings(deadline=None)
@given(reckoned(), st.lists(MOMENTS, min_size=2, max_size=5))
def test_what_is_used_only_grows(made: tuple[Clock, Calendar], moments: list[datetime]) -> None:
    clock, calendar = made
    bars = [used(clock, moment, calendar) for moment in sorted(moments)]
    assert bars == sorted(bars)
    assert all(0 <= bar <= 1 for bar in bars)
    assert used(clock, clock.overdue_from, calendar) == 1


@settings(deadline=None)
@given(calendars(), MOMENTS, st.integers(0, 40))
def test_working_days_never_end_before_natural_ones(calendar: Calendar, moment: datetime, days: int) -> None:
    natural = start(moment, ClockRule(days, days, "natural"), calendar)
    working = start(moment, ClockRule(days, days, "working"), calendar)
    assert natural.due.day <= working.due.day


@settings(deadline=None)
@given(calendars(), MOMENTS, MOMENTS, RULES)
def test_who_starts_later_is_never_due_earlier(
    calendar: Calendar, one: datetime, other: datetime, rule: ClockRule
) -> None:
    earlier, later = sorted((one, other))
    assert start(earlier, rule, calendar).due.day <= start(later, rule, calendar).due.day


@settings(deadline=None)
@given(calendars(), MOMENTS, RULES, ZONES)
def test_the_zone_a_moment_is_written_in_changes_nothing(
    calendar: Calendar, moment: datetime, rule: ClockRule, zone: ZoneInfo
) -> None:
    here, there = (start(each, rule, calendar) for each in (moment, moment.astimezone(zone)))
    assert here == there
    assert alerts(here, calendar) == alerts(there, calendar)


@settings(deadline=None)
@given(calendars(), MOMENTS, st.timedeltas(timedelta(), timedelta(days=1) - timedelta(microseconds=1)), RULES)
def test_the_time_of_day_changes_nothing(
    calendar: Calendar, moment: datetime, later: timedelta, rule: ClockRule
) -> None:
    midnight = moment.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    assert start(midnight, rule, calendar).due == start(midnight + later, rule, calendar).due


@settings(deadline=None)
@given(st.data())
def test_reckoning_anew_is_as_if_the_table_had_been_there(data: st.DataObject) -> None:
    before = data.draw(calendars())
    clock = data.draw(clocks(before))
    assert recompute(clock, before) == clock
    after = before
    for year in range(2024, 2034):
        after = after.with_table(data.draw(tables(year)))
    exact = recompute(clock, after)
    assert not exact.provisional
    assert (exact.started_at, exact.rule, exact.changes) == (clock.started_at, clock.rule, clock.changes)
    assert recompute(exact, after) == exact
    assert recompute(recompute(exact, before), after) == exact


@settings(deadline=None)
@given(reckoned())
def test_what_is_not_provisional_stays_when_unknown_years_become_known(made: tuple[Clock, Calendar]) -> None:
    """A due day without the mark rests on announced days only: no table of another year can move it."""
    clock, calendar = made
    known = calendar
    for year in range(2027, 2036):
        if not calendar.knows(year):
            every = (date(year, 1, 1) + number * ONE_DAY for number in range(365))
            late = (date(year - 1, 12, 26) + number * ONE_DAY for number in range(6))
            opposite = {day: ListedDay(day.weekday() >= 5, "") for day in (*late, *every)}
            known = known.with_table(YearTable(year, opposite))
    if not clock.provisional:
        assert recompute(clock, known) == clock
