"""Whoever has to carry a case on is told before its time runs out, once of each part of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from archive_app.access.system import SYSTEM
from archive_app.cases import clock_rows, inbox, register
from archive_app.cases.notifications import RESPONSIBLE
from archive_app.domain import clocks
from archive_app.domain.workflow import TRANSITIONS
from archive_app.language.case_labels import TOLD
from archive_app.mailing.reminders import KEPT, remind, tidy
from archive_app.office_time import ZONE
from archive_app.review import restrictions
from storage.models import CaseClock, Notification
from storage.session import reading
from tests.case_office import Office, on_both
from tests.office import public

MORNING = datetime(2026, 4, 29, 1, 0, tzinfo=UTC)


def kinds(office: Office, who: str) -> list[str]:
    return [each.kind for each in inbox.notifications(office.staff[who], office.archive)]


def alerts(office: Office) -> dict[int, datetime]:
    """The moments at which the parts of the one clock that runs are used."""
    with reading(office.archive.sessions, SYSTEM.key) as session:
        row = session.scalars(select(CaseClock).where(CaseClock.stopped_at.is_(None))).one()
        clock, calendar = clock_rows.clock_of(row), clock_rows.calendar(session)
    return {each.percent: each.at for each in clocks.alerts(clock, calendar)} | {100: clock.overdue_from}


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with time_machine.travel(moment, tick=True):
        yield


def instructed(office: Office, until: str = "acknowledge_receipt") -> str:
    """A case on its way since the morning."""
    with at(MORNING):
        case = office.registered()
        office.go(case, until)
        return case


def test_every_reminder_has_its_words() -> None:
    assert {f"used_{percent}" for percent in clocks.ALERT_PERCENTS} | {"overdue"} <= set(TOLD)


@on_both
def test_clause_9_1_each_part_of_the_time_is_told_once_to_who_has_the_case(office: Office) -> None:
    instructed(office)
    expected: list[str] = ["hand_over"]
    for percent, moment in alerts(office).items():
        with at(moment - timedelta(minutes=2)):
            remind(office.archive)
            assert kinds(office, "han") == expected
        with at(moment + timedelta(minutes=2)):
            expected.insert(0, "overdue" if percent == 100 else f"used_{percent}")
            remind(office.archive)
            remind(office.archive)
            assert kinds(office, "han") == kinds(office, "tang") == expected
    # What is late is the office's to supervise.
    assert kinds(office, "wang")[0] == "overdue"
    assert "used_99" not in kinds(office, "wang")


@pytest.mark.parametrize(("urgent", "last_day"), [(False, 14), (True, 6)], ids=["15 days", "7 when urgent"])
def test_clause_9_2_what_takes_longer_than_15_days_or_7_when_urgent_is_late_and_supervised(
    office: Office, urgent: bool, last_day: int
) -> None:
    case = instructed(office)
    if urgent:
        with at(MORNING + timedelta(hours=1)):
            office.do("fang", case, "mark_urgent", words="区里催办")
    midnight = datetime(2026, 5, last_day + 1, tzinfo=ZONE)

    def is_late() -> set[bool]:
        (item,) = register.work(office.staff["han"], office.archive).waiting
        clock = office.look("wang", case).clock
        assert clock is not None
        return {item.row.overdue, clock.overdue, kinds(office, "han")[0] == "overdue"}

    with at(midnight - timedelta(minutes=2)):
        remind(office.archive)
        assert is_late() == {False}
    with at(midnight + timedelta(minutes=2)):
        remind(office.archive)
        assert is_late() == {True}
        assert kinds(office, "wang")[0] == "overdue"
        office.do("wang", case, "supervise", words="请三日内办结")
        # What is late is carried on, and stays late until its result is there.
        office.do("han", case, "record_finding", words="情况属实", evidence="照片三张")
        assert office.look("han", case).steps[-2].words == "请三日内办结"
        assert register.work(office.staff["han"], office.archive).waiting[0].row.overdue


def test_of_several_parts_that_passed_meanwhile_the_last_is_told(office: Office) -> None:
    instructed(office)
    with at(alerts(office)[85] + timedelta(minutes=2)):
        remind(office.archive)
        assert kinds(office, "han") == ["used_85", "hand_over"]


def test_who_must_sign_is_reminded_then_and_nobody_of_a_case_that_is_back(office: Office) -> None:
    case = instructed(office, "submit_result")
    moments = alerts(office)
    with at(moments[50] + timedelta(minutes=2)):
        remind(office.archive)
    assert kinds(office, "fang")[0] == "used_50"
    assert kinds(office, "han") == ["hand_over"]
    with at(moments[50] + timedelta(minutes=5)):
        office.do("li", case, "sign_off", words="同意")
        office.do("wang", case, "take_back")
    with at(moments[99] + timedelta(minutes=5)):
        remind(office.archive)
    assert kinds(office, "fang")[0] == "used_50"


def test_after_an_extension_the_parts_of_the_longer_time_are_told(office: Office) -> None:
    case = instructed(office)
    late = alerts(office)[85] + timedelta(minutes=2)
    with at(late):
        remind(office.archive)
        office.do("han", case, "ask_extension", days=15, words="须补充取证")
        office.do("fang", case, "grant_extension", days=15)
        remind(office.archive)
    assert kinds(office, "han") == ["grant_extension", "used_85", "hand_over"]
    with at(alerts(office)[75] + timedelta(minutes=2)):
        remind(office.archive)
    assert kinds(office, "han")[0] == "used_75"


@on_both
def test_what_a_veto_withdraws_is_cleared_away_and_nothing_else(office: Office) -> None:
    hidden, other = office.registered(), office.registered()
    office.go(hidden, "propose")
    office.go(other, "propose")
    (letter,) = office.look("wang", hidden).letters
    person = public(office.archive, office.staff["fang"])
    restrictions.recuse(office.staff["zhou"], office.archive, letter.public_id, person=person, reason="回避")
    tidy(office.archive)
    own = Notification.account_id == office.staff["fang"].account_id
    with reading(office.archive.sessions, SYSTEM.key) as session:
        assert session.scalar(select(func.count(Notification.id)).where(own)) == 1
        assert session.scalar(select(func.count(Notification.id))) == 3
    with at(datetime.now(UTC) + KEPT + timedelta(days=1)):
        tidy(office.archive)
    with reading(office.archive.sessions, SYSTEM.key) as session:
        assert session.scalar(select(func.count(Notification.id))) == 0


@pytest.mark.parametrize("state", RESPONSIBLE)
def test_who_carries_a_case_on_can_do_something_with_it(state: str) -> None:
    parties = {party for row in TRANSITIONS if state in row.states for party in row.parties}
    assert RESPONSIBLE[state] in parties
