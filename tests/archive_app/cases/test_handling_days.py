"""How long cases took, by group: what is counted, and of which cases for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
import time_machine
from sqlalchemy import select, update

from archive_app.access.system import SYSTEM
from archive_app.cases.handling_days import ALL_YEARS, handling_days
from archive_app.cases.results import DaysFigures, HandlingDays
from archive_app.errors import NotFound
from archive_app.office_time import ZONE
from storage.models import Case, Letter
from storage.session import reading, unit_of_work
from tests.case_office import FORM, WAY, Office, on_both
from tests.records import recuse


def _at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZONE)  # type: ignore[arg-type,misc]


def _case(office: Office, came: datetime, **form: object) -> str:
    with time_machine.travel(came, tick=True):
        return office.registered(replace(FORM, **form))  # type: ignore[arg-type]


def _answered(office: Office, came: datetime, answered: datetime, **form: object) -> str:
    """A case that went its whole way: all but the answer at once, and that later."""
    case = _case(office, came, **form)
    for who, code, fields in WAY:
        with time_machine.travel(answered if code in ("give_feedback", "close") else came, tick=True):
            office.do(who, case, code, **dict(fields))
    return case


def _found(office: Office, *by: str, who: str = "wang", year: int = ALL_YEARS) -> HandlingDays:
    return handling_days(office.staff[who], office.archive, by, year)


@on_both
def test_days_are_natural_days_of_the_office_from_the_registration_to_the_answer(office: Office) -> None:
    # In the office it is the next day already in the first hours of a day that elsewhere has not begun.
    _answered(office, _at(2026, 4, 30, 23, 50), _at(2026, 5, 1, 0, 10), street="一街")
    _answered(office, _at(2026, 5, 1, 0, 10), _at(2026, 5, 5, 9), street="二街")
    _answered(office, _at(2026, 5, 4, 9), _at(2026, 5, 4, 17), street="二街")
    _case(office, _at(2026, 5, 4, 10), street="三街")
    found = _found(office, "street")
    assert {row.key: row.figures for row in found.rows} == {
        ("一街",): DaysFigures(1, 0, 1, 1.0, 1.0, 1, 1, 1.0),
        ("二街",): DaysFigures(2, 0, 2, 2.0, 2.0, 4, 2, 1.0),
        ("三街",): DaysFigures(1, 1, 0, None, None, None, 0, None),
    }
    assert [row.key for row in found.rows] == [("二街",), ("一街",), ("三街",)]
    assert found.total == DaysFigures(4, 1, 3, 5 / 3, 1.0, 4, 3, 1.0)
    months = _found(office, "month", "unit")
    assert [(row.key, row.figures.registered) for row in months.rows] == [
        (("2026-04", "综合处"), 1),
        (("2026-05", ""), 1),
        (("2026-05", "综合处"), 2),
    ]


@on_both
def test_a_general_figure_has_no_case_that_is_restricted_or_hidden(office: Office) -> None:
    """五.2, 十一.4: restricted cases are never mixed into general figures, and a hidden case is in none."""
    cases = [
        _answered(office, _at(2026, 5, day, 9), _at(2026, 5, day + 2, 9), street=f"{day}号街") for day in (4, 5, 6)
    ]
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        session.execute(update(Case).where(Case.public_id == cases[0]).values(restricted=True))
        session.commit()
    with reading(office.archive.sessions, SYSTEM.key) as session:
        of_case = select(Letter.public_id).join(Case, Case.id == Letter.case_id).where(Case.public_id == cases[1])
        letter = session.scalars(of_case).one()
    recuse(office.archive, office.staff["fang"], letter)
    assert [row.key for row in _found(office, "street", who="zhou").rows] == [("5号街",), ("6号街",)]
    assert [row.key for row in _found(office, "street", who="fang").rows] == [("6号街",)]
    assert _found(office, "purpose", who="fang").total.registered == 1


def test_what_was_late_is_not_in_time_and_what_no_limit_ran_for_is_not_asked(office: Office) -> None:
    late = _case(office, _at(2026, 5, 4, 9))
    for who, code, fields in WAY:
        on_time = code in ("propose", "instruct")
        with time_machine.travel(_at(2026, 5, 4, 9) if on_time else _at(2026, 6, 1, 9), tick=True):
            office.do(who, late, code, **dict(fields))
    _answered(office, _at(2026, 5, 4, 9), _at(2026, 7, 1, 9))
    with time_machine.travel(_at(2026, 5, 4, 9), tick=True):
        guided = office.registered()
        office.do("wang", guided, "redirect", authority="人社局", route="劳动仲裁")
    total = _found(office, "purpose").total
    # The result of the second was back in time; that the petitioner was answered late is another matter (四.2).
    assert (total.answered, total.timed, total.in_time) == (3, 2, 0.5)


def test_the_first_answer_counts_and_a_void_entry_does_not(office: Office) -> None:
    reopened = _answered(office, _at(2026, 5, 4, 9), _at(2026, 5, 6, 9))
    with time_machine.travel(_at(2026, 6, 1, 9), tick=True):
        office.do("zhou", reopened, "reopen", words="信访人不服")
        void = office.registered()
        office.do("zhou", void, "void", words="重复登记")
    assert _found(office, "purpose").total == DaysFigures(1, 0, 1, 2.0, 2.0, 2, 1, 1.0)


def test_a_year_is_that_of_the_registration_and_the_newest_is_shown_first(office: Office) -> None:
    _answered(office, _at(2026, 12, 30, 9), _at(2027, 1, 4, 9))
    _case(office, _at(2027, 1, 5, 9))
    newest = handling_days(office.staff["wang"], office.archive, ("month",))
    assert (newest.year, newest.years) == (2027, (2027, 2026))
    assert [row.key for row in newest.rows] == [("2027-01",)]
    assert _found(office, "month", year=2026).total.longest == 5


def test_who_does_not_work_on_cases_gets_no_figures(office: Office) -> None:
    for who in ("han", "shen", "li"):
        with pytest.raises(NotFound):
            _found(office, "month", who=who)


def test_an_office_without_cases(office: Office) -> None:
    found = handling_days(office.staff["wang"], office.archive, ("month",))
    assert (found.year, found.rows, found.total.mean) == (ALL_YEARS, (), None)
