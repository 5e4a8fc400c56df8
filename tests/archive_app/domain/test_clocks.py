"""Clocks: the table of the rules to the day, moments to the second, and a count that is written differently."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from archive_app.domain.clocks import (
    HANDLING,
    MOST_DAYS,
    REGISTRATION,
    TRANSFER,
    Alert,
    Clock,
    ClockRule,
    Counting,
    Extension,
    Urgency,
    alerts,
    extend,
    is_overdue,
    make_urgent,
    recompute,
    registered_late,
    start,
    used,
)
from archive_app.domain.errors import DaysOutOfRange, ExtensionTooLate
from archive_app.domain.holiday_tables import read_year_table
from archive_app.domain.working_days import Calendar, ListedDay, ReckonedDay, YearTable
from tests.archive_app.announced import FIRST, TABLE_2027, strip

BARE = Calendar()
FULL = BARE.with_table(read_year_table(TABLE_2027, "2027.csv"))
BEIJING = ZoneInfo("Asia/Shanghai")
ZONES = (BEIJING, UTC, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Kiritimati"))


def at(written: str) -> datetime:
    """A moment of the office's clock; ten in the morning if no time is written."""
    return datetime.fromisoformat(written if "T" in written else f"{written}T10:00").replace(tzinfo=BEIJING)


def due(clock: Clock) -> str:
    return clock.due.day.isoformat()


@pytest.mark.parametrize(
    ("begin", "days", "natural", "working"),
    [
        ("2026-02-03", 15, "2026-02-24", "2026-03-02"),
        ("2026-04-29", 3, "2026-05-06", "2026-05-07"),
        ("2026-09-28", 15, "2026-10-13", "2026-10-23"),
    ],
)
def test_clause_4_2_the_table_of_the_rules(begin: str, days: int, natural: str, working: str) -> None:
    kinds: tuple[tuple[Counting, str], ...] = (("natural", natural), ("working", working))
    for counting, expected in kinds:
        clock = start(at(begin), ClockRule(days, 0, counting), BARE)
        assert clock.due == clock.first_due == ReckonedDay(date.fromisoformat(expected), False)


def test_clause_4_2_fifteen_days_and_seven_for_urgent_ones() -> None:
    assert due(start(at("2026-03-03"), HANDLING, BARE)) == "2026-03-18"
    assert due(start(at("2026-03-03"), HANDLING, BARE, urgent=True)) == "2026-03-10"
    # 7 days end on a Saturday.
    assert due(start(at("2026-03-07"), HANDLING, BARE, urgent=True)) == "2026-03-16"
    # On a Saturday that is worked they end there.
    assert due(start(at("2026-02-21"), HANDLING, BARE, urgent=True)) == "2026-02-28"


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        (at("2026-03-03T00:00"), "2026-03-18"),
        (at("2026-03-03T23:59:59"), "2026-03-18"),
        (at("2026-03-04T00:00"), "2026-03-19"),
        # In Greenwich it is still the day before, or already the day after.
        (datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC), "2026-03-17"),
        (datetime(2026, 3, 2, 16, 0, tzinfo=UTC), "2026-03-18"),
        (datetime(2026, 3, 3, 15, 59, tzinfo=UTC), "2026-03-18"),
        (datetime(2026, 3, 3, 23, 59, tzinfo=UTC), "2026-03-19"),
    ],
)
def test_clause_4_2_the_day_is_the_offices(moment: datetime, first: str) -> None:
    assert due(start(moment, HANDLING, BARE)) == first


def test_clause_4_2_overdue_from_the_midnight_after_the_due_day() -> None:
    clock = start(at("2026-03-03T23:59"), HANDLING, BARE)
    assert clock.overdue_from == at("2026-03-19T00:00")
    assert not is_overdue(clock, at("2026-03-18T23:59:59"))
    assert is_overdue(clock, datetime(2026, 3, 18, 16, 0, tzinfo=UTC))
    assert not is_overdue(clock, datetime(2026, 3, 18, 15, 59, tzinfo=UTC))


def test_clause_4_2_becoming_urgent() -> None:
    clock = start(at("2026-03-03"), HANDLING, BARE)
    urgent = make_urgent(clock, at("2026-03-05"), BARE)
    assert (due(urgent), urgent.first_due, urgent.urgent) == ("2026-03-10", urgent.due, True)
    assert not clock.urgent
    assert urgent.changes == (Urgency(at("2026-03-05")),)
    # It counts from the instruction, however late that is known.
    late = make_urgent(clock, at("2026-03-12"), BARE)
    assert due(late) == "2026-03-10"
    assert is_overdue(late, at("2026-03-12"))
    # By a calendar that knows of a day off meanwhile it would be later; the old due day holds.
    longer = BARE.with_table(YearTable(2026, {date(2026, 3, 10): ListedDay(False, "")}))
    assert due(make_urgent(start(at("2026-03-03"), ClockRule(7, 7), BARE), at("2026-03-05"), longer)) == "2026-03-10"


def test_clause_4_2_an_urgent_clock_stays_as_it_is() -> None:
    clock = start(at("2026-03-03"), HANDLING, BARE, urgent=True)
    extended = extend(clock, at("2026-03-05"), 5, BARE)
    assert make_urgent(extended, at("2026-03-06"), BARE) is extended
    became = make_urgent(start(at("2026-03-03"), HANDLING, BARE), at("2026-03-04"), BARE)
    assert make_urgent(became, at("2026-03-06"), BARE) is became


def test_clause_4_2_an_extended_case_that_becomes_urgent_loses_the_extension() -> None:
    clock = extend(start(at("2026-03-03"), HANDLING, BARE), at("2026-03-10"), 10, BARE)
    urgent = make_urgent(clock, at("2026-03-11"), BARE)
    assert (due(clock), due(urgent), urgent.first_due.day.isoformat()) == ("2026-03-30", "2026-03-10", "2026-03-10")


def test_clause_4_3_the_fourth_day_is_overdue() -> None:
    clock = start(at("2026-04-13"), TRANSFER, BARE)
    assert not is_overdue(clock, at("2026-04-16T23:59"))
    assert is_overdue(clock, at("2026-04-17T00:00"))


def test_clause_4_3_urgent_ones_the_same_day() -> None:
    clock = start(at("2026-04-13T08:00"), TRANSFER, BARE, urgent=True)
    assert (due(clock), clock.overdue_from) == ("2026-04-13", at("2026-04-14T00:00"))
    late = start(at("2026-04-13T23:59"), TRANSFER, BARE, urgent=True)
    assert late.overdue_from == at("2026-04-14T00:00")
    # One that comes in on a Saturday is due on Monday.
    assert due(start(at("2026-04-18"), TRANSFER, BARE, urgent=True)) == "2026-04-20"
    became = make_urgent(start(at("2026-04-13"), TRANSFER, BARE), at("2026-04-14"), BARE)
    assert due(became) == "2026-04-13"


def test_clause_9_3_the_first_due_day_stays_beside_the_new_one() -> None:
    clock = start(at("2026-03-03"), HANDLING, BARE)
    extended = extend(clock, at("2026-03-17"), 10, BARE)
    assert (extended.first_due, due(extended)) == (clock.due, "2026-03-30")
    assert extended.changes == (Extension(at("2026-03-17"), 10),)
    again = extend(extended, at("2026-03-30T23:59"), 3, BARE)
    assert (again.first_due, due(again)) == (clock.due, "2026-04-02")
    working = extend(start(at("2026-02-03"), ClockRule(15, 7, "working"), BARE), at("2026-02-27"), 6, BARE)
    assert (working.first_due.day.isoformat(), due(working)) == ("2026-03-02", "2026-03-10")


def test_clause_9_3_an_extension_after_the_due_date_is_refused() -> None:
    clock = start(at("2026-03-03"), HANDLING, BARE)
    assert due(extend(clock, at("2026-03-18T23:59:59"), 1, BARE)) == "2026-03-19"
    with pytest.raises(ExtensionTooLate, match=r"due=2026-03-18$"):
        extend(clock, at("2026-03-19T00:00"), 1, BARE)
    with pytest.raises(ExtensionTooLate):
        extend(clock, datetime(2026, 3, 18, 16, 0, tzinfo=UTC), 1, BARE)
    # After an extension it is the new due day that counts.
    extended = extend(clock, at("2026-03-18"), 10, BARE)
    assert due(extend(extended, at("2026-03-30"), 1, BARE)) == "2026-03-31"


@pytest.mark.parametrize("days", [-1, 0, MOST_DAYS + 1])
def test_an_extension_is_of_one_day_at_least(days: int) -> None:
    with pytest.raises(DaysOutOfRange, match=r"least=1, most=366$"):
        extend(start(at("2026-03-03"), HANDLING, BARE), at("2026-03-04"), days, BARE)


@pytest.mark.parametrize(
    ("days", "urgent", "field", "most"),
    [(-1, 7, "days", 366), (MOST_DAYS + 1, 7, "days", 366), (15, -1, "urgent_days", 15), (5, 7, "urgent_days", 5)],
)
def test_a_rule_allows_what_can_be_allowed(days: int, urgent: int, field: str, most: int) -> None:
    with pytest.raises(DaysOutOfRange, match=rf"least=0, most={most}$") as caught:
        ClockRule(days, urgent)
    assert caught.value.values["field"] == field


def test_a_moment_without_a_zone_is_no_moment() -> None:
    naive = datetime(2026, 3, 3, 10)
    clock = start(at("2026-03-03"), HANDLING, BARE)
    with pytest.raises(ValueError, match="no time zone"):
        start(naive, HANDLING, BARE)
    with pytest.raises(ValueError, match="no time zone"):
        make_urgent(clock, naive, BARE)
    with pytest.raises(ValueError, match="no time zone"):
        extend(clock, naive, 1, BARE)
    with pytest.raises(ValueError, match="no time zone"):
        is_overdue(clock, naive)
    with pytest.raises(ValueError, match="no time zone"):
        used(clock, naive, BARE)


def test_clause_4_2_alerts_at_their_exact_moments() -> None:
    """From the midnight before 3 March to the one after 18 March are sixteen times 24 hours."""
    clock = start(at("2026-03-03T00:00"), HANDLING, BARE)
    assert alerts(clock, BARE) == (
        Alert(50, at("2026-03-11T00:00")),
        Alert(75, at("2026-03-15T00:00")),
        Alert(85, at("2026-03-16T14:24")),
        Alert(99, at("2026-03-18T20:09:36")),
    )
    assert alerts(start(at("2026-04-13T14:00"), TRANSFER, BARE, urgent=True), BARE) == (
        Alert(50, at("2026-04-13T19:00")),
        Alert(75, at("2026-04-13T21:30")),
        Alert(85, at("2026-04-13T22:30")),
        Alert(99, at("2026-04-13T23:54")),
    )


def test_clause_4_2_alerts_of_working_days_fall_on_working_days() -> None:
    """Ten days are worked from 13 February to 4 March: 13, 14, 24 to 28 (a Saturday), 2, 3 and 4."""
    clock = start(at("2026-02-13T00:00"), ClockRule(9, 7, "working"), BARE)
    assert due(clock) == "2026-03-04"
    assert alerts(clock, BARE) == (
        Alert(50, at("2026-02-27T00:00")),
        Alert(75, at("2026-03-02T12:00")),
        Alert(85, at("2026-03-03T12:00")),
        Alert(99, at("2026-03-04T21:36")),
    )


def test_what_is_over_of_the_first_day_is_no_part_of_the_allowance() -> None:
    clock = start(at("2026-03-03T22:00"), ClockRule(0, 0, "working"), BARE)
    assert [f"{alert.at:%d %H:%M:%S}" for alert in alerts(clock, BARE)] == [
        "03 23:00:00",
        "03 23:30:00",
        "03 23:42:00",
        "03 23:58:48",
    ]
    # What starts on a Saturday uses nothing until Monday.
    weekend = start(at("2026-03-07T22:00"), ClockRule(0, 0, "working"), BARE)
    assert alerts(weekend, BARE)[0] == Alert(50, at("2026-03-09T12:00"))


def test_used_runs_from_nothing_to_all() -> None:
    clock = start(at("2026-03-03T00:00"), HANDLING, BARE)
    assert used(clock, at("2026-03-02"), BARE) == 0.0
    assert used(clock, clock.started_at, BARE) == 0.0
    assert used(clock, at("2026-03-07T00:00"), BARE) == 0.25
    assert used(clock, datetime(2026, 3, 6, 16, 0, tzinfo=UTC), BARE) == 0.25
    assert used(clock, clock.overdue_from, BARE) == 1.0
    assert used(clock, at("2026-05-01"), BARE) == 1.0


def test_days_off_use_nothing_of_working_days() -> None:
    clock = start(at("2026-02-13T00:00"), ClockRule(3, 3, "working"), BARE)
    assert used(clock, at("2026-02-15T00:00"), BARE) == used(clock, at("2026-02-24T00:00"), BARE) == 0.5


def test_clause_1_1_registered_later_than_one_working_day() -> None:
    friday = at("2026-03-06T16:00")
    assert not registered_late(friday, at("2026-03-09T23:59"), BARE)
    assert registered_late(friday, at("2026-03-10T00:00"), BARE)
    assert not registered_late(at("2026-02-14"), at("2026-02-24"), BARE)
    assert registered_late(at("2026-02-14"), at("2026-02-25"), BARE)
    assert not registered_late(friday, friday, BARE)
    assert not registered_late(friday, at("2026-03-11"), BARE, ClockRule(3, 3, "working"))
    assert REGISTRATION.counting == "working"


def test_a_year_without_data_is_provisional_until_its_table_is_imported() -> None:
    # Fifteen days end on Saturday, 6 February 2027: the next Monday, or after the Spring Festival as made up here.
    provisional = start(at("2027-01-22"), HANDLING, BARE)
    assert provisional.due == ReckonedDay(date(2027, 2, 8), True)
    assert provisional.provisional
    assert recompute(provisional, BARE) == provisional
    exact = recompute(provisional, FULL)
    assert exact.due == exact.first_due == ReckonedDay(date(2027, 2, 12), False)
    assert not exact.provisional
    assert exact == start(at("2027-01-22"), HANDLING, FULL)


def test_what_happened_to_a_clock_happens_again_when_it_is_reckoned_anew() -> None:
    """Seven days end on Sunday, 27 December: worked as made up here, else moved to Monday."""

    def played(calendar: Calendar) -> Clock:
        clock = extend(start(at("2026-12-20"), HANDLING, calendar), at("2026-12-22"), 20, calendar)
        return extend(make_urgent(clock, at("2026-12-23"), calendar), at("2026-12-24"), 30, calendar)

    provisional = played(BARE)
    assert (provisional.first_due, provisional.due) == (
        ReckonedDay(date(2026, 12, 28), True),
        ReckonedDay(date(2027, 1, 27), True),
    )
    exact = recompute(provisional, FULL)
    assert exact == played(FULL)
    assert (exact.first_due, exact.due) == (
        ReckonedDay(date(2026, 12, 27), False),
        ReckonedDay(date(2027, 1, 26), False),
    )


def test_an_extension_that_was_granted_stays_granted() -> None:
    """By weekday 13 February 2027 is a Saturday and the clock runs to Monday; as made up, Sunday the 14th is worked."""
    clock = start(at("2027-01-29"), HANDLING, BARE)
    assert due(clock) == "2027-02-15"
    extended = extend(clock, at("2027-02-15"), 1, BARE)
    exact = recompute(extended, FULL)
    assert exact.first_due == ReckonedDay(date(2027, 2, 14), False)
    assert exact.due == ReckonedDay(date(2027, 2, 15), False)
    with pytest.raises(ExtensionTooLate):
        extend(recompute(clock, FULL), at("2027-02-15"), 1, FULL)


def test_an_extension_from_a_provisional_day_is_provisional() -> None:
    clock = start(at("2003-12-15"), ClockRule(15, 7), BARE)
    assert clock.due == ReckonedDay(date(2003, 12, 30), True)
    assert extend(clock, at("2003-12-20"), 10, BARE).due == ReckonedDay(date(2004, 1, 9), True)


def test_what_becomes_urgent_is_provisional_only_if_the_earlier_day_is() -> None:
    clock = start(at("2026-12-15"), HANDLING, BARE)
    assert clock.due == ReckonedDay(date(2026, 12, 30), True)
    assert make_urgent(clock, at("2026-12-16"), BARE).due == ReckonedDay(date(2026, 12, 22), False)


def test_alerts_of_a_clock_that_another_calendar_reckoned() -> None:
    """The calendar may have changed since; alerts still lie between start and end."""
    clock = start(at("2027-02-08T12:00"), ClockRule(0, 0, "working"), BARE)
    assert due(clock) == "2027-02-08"
    assert [alert.at for alert in alerts(clock, FULL)] == [alert.at for alert in alerts(clock, BARE)]


def test_three_thousand_random_starts_against_a_count_day_by_day() -> None:
    """The account is a strip of letters, one a day; the due day is found by walking along it."""
    account = strip()
    chance = random.Random(41)
    span = (date(2027, 11, 1) - FIRST).days
    for _ in range(3000):
        place, allowed = chance.randrange(span), chance.choice((0, 1, 3, 7, 15, chance.randrange(60)))
        counting: Counting = chance.choice(("natural", "working"))
        local = datetime.combine(FIRST, datetime.min.time(), BEIJING) + timedelta(
            days=place, seconds=chance.randrange(86_400)
        )
        if counting == "natural":
            expected = account.index("W", place + allowed)
        else:
            expected, left = place, allowed
            while left or account[expected] == "-":
                expected += 1
                left -= account[expected] == "W" and left > 0
        clock = start(local.astimezone(chance.choice(ZONES)), ClockRule(allowed, 0, counting), FULL)
        assert clock.due == ReckonedDay(FIRST + timedelta(days=expected), False), (local, allowed, counting)
        assert not is_overdue(clock, clock.overdue_from - timedelta(microseconds=1))
