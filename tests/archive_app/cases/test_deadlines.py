"""Time limits as a calendar and as lists: what is counted, by whom it is carried on, and what nobody learns from it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select

from archive_app.access.system import SYSTEM
from archive_app.cases import deadlines
from archive_app.domain.deadlines import LEADERS, OFFICE, RESTRICTED, Chosen, Deadlines, level_of, working_days_between
from archive_app.domain.working_days import Calendar
from archive_app.errors import NotFound
from archive_app.printing import service as printing
from archive_app.printing.deadline_table import COLUMNS
from archive_app.site import create_app
from storage.models import Case, Concern
from storage.session import unit_of_work
from tests.archive_app.views.test_site import sign_in
from tests.case_office import FORM, Office, on_both
from tests.databases import PASSWORD
from tests.office import unit

MORNING = datetime(2026, 4, 7, 1, 0, tzinfo=UTC)
"""Nine o'clock in the office; fifteen days later is 22 April."""

DUE = date(2026, 4, 22)
APRIL = Chosen(month=date(2026, 4, 1))
LATER = MORNING + timedelta(days=18)


def look(office: Office, who: str, chosen: Chosen = APRIL) -> Deadlines:
    return deadlines.deadlines(office.staff[who], office.archive, chosen)


def handled(office: Office, until: str = "acknowledge_receipt") -> str:
    with time_machine.travel(MORNING, tick=False):
        case = office.registered()
        office.go(case, until)
    return case


def concern(office: Office, case: str, who: str, kind: str = "mentioned") -> None:
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        row = session.scalars(select(Case).where(Case.public_id == case)).one()
        person = office.staff[who].person_id
        session.add(Concern(case_id=row.id, kind=kind, person_id=person, at=datetime.now(UTC), contexts=[]))
        session.commit()


def restrict(office: Office, case: str) -> None:
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        session.scalars(select(Case).where(Case.public_id == case)).one().restricted = True
        session.commit()


@contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        found.append(statement)

    event.listen(office.archive.database, "before_cursor_execute", note)
    yield found
    event.remove(office.archive.database, "before_cursor_execute", note)


def cell_of(found: Deadlines, day: date) -> Any:
    return next(cell for week in found.weeks for cell in week if cell.day.day == day)


@pytest.mark.parametrize(
    ("used", "overdue", "level"),
    [(0.0, False, "0"), (0.4999, False, "0"), (0.5, False, "50"), (0.76, False, "75"), (1.0, True, "overdue")],
)
def test_a_level_is_the_last_alert_that_was_passed(used: float, overdue: bool, level: str) -> None:
    assert level_of(used, overdue) == level


def test_working_days_that_are_left_know_of_days_off_and_of_weekends_that_are_worked() -> None:
    calendar = Calendar()
    # 1 to 5 May 2026 are off, Saturday the 9th is worked.
    assert working_days_between(date(2026, 4, 30), date(2026, 5, 6), calendar) == 1
    assert working_days_between(date(2026, 5, 8), date(2026, 5, 9), calendar) == 1
    assert working_days_between(date(2026, 5, 8), date(2026, 5, 8), calendar) == 0
    assert working_days_between(date(2026, 5, 8), date(2026, 5, 1), calendar) == 0


@on_both
def test_clause_9_1_a_case_stands_on_its_due_day_and_with_who_carries_it_on(office: Office) -> None:
    case = handled(office)
    with time_machine.travel(MORNING + timedelta(days=12), tick=False):
        found = look(office, "wang")
        cell = cell_of(found, DUE)
        assert [row.public_id for row in cell.rows] == [case]
        assert cell.level == "75"
        assert sum(cell.total for week in found.weeks for cell in week) == found.total == 1
        (row,) = found.groups[0].rows
        assert (row.working_days_left, row.days_late, row.may_supervise) == (3, 0, False)
        assert [group.holder.name for group in found.groups] == ["综合处"]
        assert [group.holder.name for group in look(office, "wang", replace(APRIL, by="person")).groups] == ["唐立本"]
        assert look(office, "han").total == look(office, "li").total == 1
        office.do("han", case, "record_finding", words="属实")
        office.do("han", case, "submit_result", words="已整改", way_of_handling="direct_reply")
        assert [each.name for each in look(office, "wang").persons] == ["李慕云"]
        office.do("li", case, "sign_off", words="同意")
        assert look(office, "wang").persons == (OFFICE,)
        office.do("wang", case, "take_back")
        assert look(office, "wang").total == 0


@on_both
def test_clause_9_1_what_is_late_says_so_and_leads_to_supervision(office: Office) -> None:
    case = handled(office)
    with time_machine.travel(LATER, tick=False):
        found = look(office, "wang", replace(APRIL, level="overdue"))
        (row,) = found.groups[0].rows
        assert (row.public_id, row.level, row.days_late, row.may_supervise) == (case, "overdue", 3, True)
        assert found.counts == {"overdue": 1}
        assert look(office, "fang").groups[0].rows[0].may_supervise
        assert not look(office, "han").groups[0].rows[0].may_supervise
        assert look(office, "wang", replace(APRIL, level="99")).total == 0


@on_both
def test_who_is_to_instruct_is_named_if_the_office_has_named_somebody(office: Office) -> None:
    with time_machine.travel(MORNING, tick=False):
        case = office.registered(replace(FORM, content_class="TJ0"))
        assert look(office, "wang").persons == look(office, "wang").units == (OFFICE,)
        office.do("wang", case, "propose", words="拟请批示")
        assert look(office, "wang").persons == (LEADERS,)
        office.do("wang", case, "propose", words="拟请领导批示", instructor="he")
        assert [each.name for each in look(office, "wang").persons] == ["何局长"]
        assert look(office, "wang", replace(APRIL, kind="handling")).total == 0
        assert look(office, "wang", replace(APRIL, kind="transfer")).total == 1
        concern(office, case, "he")
        assert look(office, "wang").persons == (LEADERS,)


@on_both
def test_clause_11_4_whom_a_case_concerns_is_not_named_as_who_carries_it_on(office: Office) -> None:
    case = handled(office)
    with time_machine.travel(LATER, tick=False):
        concern(office, case, "tang")
        assert [each.name for each in look(office, "wang").persons] == ["综合处"]
        assert look(office, "tang").total == 0


@on_both
def test_clause_11_4_nothing_of_a_hidden_case_is_counted_offered_or_shown(office: Office) -> None:
    handled(office)
    other = unit(office.archive, "普查中心")
    with time_machine.travel(MORNING, tick=False):
        before = look(office, "fang"), look(office, "fang", replace(APRIL, unit=other))
        hidden = office.registered()
        office.do("wang", hidden, "propose", words="拟请领导批示")
        office.do("he", hidden, "instruct", words="请办理", unit=other)
        assert [each.name for each in look(office, "fang").units] == ["普查中心", "综合处"]
        concern(office, hidden, "fang", "accused")
        assert (look(office, "fang"), look(office, "fang", replace(APRIL, unit=other))) == before
        assert look(office, "wang").total == 2


@on_both
def test_a_restricted_case_tells_its_number_and_its_state_only(office: Office) -> None:
    case = handled(office)
    restrict(office, case)
    with time_machine.travel(LATER, tick=False):
        # Nobody is on its list yet.
        assert look(office, "wang").total == 0
        with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
            from archive_app.review.allow_list import put_on_list

            row = session.scalars(select(Case).where(Case.public_id == case)).one()
            put_on_list(session, office.staff["zhou"], row, office.staff["wang"].person_id, "listed", None, "")
            session.commit()
        found = look(office, "wang")
        (group,) = found.groups
        assert (group.holder, found.units, found.persons) == (RESTRICTED, (RESTRICTED,), (RESTRICTED,))
        assert (group.rows[0].main_problem, group.rows[0].state) == ("", "in_handling")
        sheet = cells(printing.deadlines_as_table(office.staff["wang"], office.archive, APRIL))
        assert sheet[1][1:4] == ["受限件", "", ""]
        assert FORM.main_problem not in str(sheet)


def test_the_number_of_statements_does_not_depend_on_the_number_of_cases(office: Office) -> None:
    handled(office)
    with statements(office) as few:
        look(office, "wang")
    for _ in range(4):
        handled(office)
    with statements(office) as many:
        assert look(office, "wang").total == 5
    assert len(few) == len(many)


def test_the_table_has_what_was_asked_for(office: Office) -> None:
    handled(office)
    case = handled(office, "submit_result")
    with time_machine.travel(LATER, tick=False):
        asked = replace(APRIL, person=look(office, "wang", replace(APRIL, by="person")).persons[-1].key)
        number = office.look("wang", case).register_no
        head, *rows = cells(printing.deadlines_as_table(office.staff["wang"], office.archive, APRIL))
        assert head == [heading for heading, _ in COLUMNS]
        assert len(rows) == 2
        (row,) = [row for row in rows if row[0] == number]
        assert row[1:7] == [FORM.main_problem, "综合处", "李慕云", "办理期限", "待审签", DUE]
        assert row[7:10] == ["", 3, 1]
        assert len(cells(printing.deadlines_as_table(office.staff["wang"], office.archive, asked))) == 2


def cells(book: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()  # type: ignore[return-value]


def test_who_takes_no_part_in_cases_finds_nothing_there(office: Office) -> None:
    for who in ("shen", "mei"):
        with pytest.raises(NotFound):
            look(office, who)
        with pytest.raises(NotFound):
            deadlines.whole_list(office.staff[who], office.archive, APRIL)


def test_the_page_takes_any_address_and_keeps_what_it_was_asked_for(office: Office) -> None:
    case = handled(office)
    with time_machine.travel(LATER, tick=False), create_app(office.archive).test_client() as client:
        sign_in(client, "wang", PASSWORD)
        page = client.get("/deadlines?month=2026-04&by=person&level=overdue").get_data(as_text=True)
        number = office.look("wang", case).register_no
        assert page.count(number) == 3
        assert f"/cases/{case}?act=supervise#supervise-words" in page
        assert "/deadlines.xlsx?by=person&amp;level=overdue&amp;month=2026-04" in page
        opened = client.get(f"/cases/{case}?act=supervise").get_data(as_text=True)
        assert re.search(r"<details open>\s*<summary>督办", opened)
        for wrong in ("month=1900-01", "month=9999-12", "month=no", "day=2026-02-30", "unit=none", "by=none&kind=x"):
            assert client.get(f"/deadlines?{wrong}").status_code == 200
            assert client.get(f"/deadlines.xlsx?{wrong}").status_code == 200
        assert client.get("/deadlines?month=1900-01").get_data(as_text=True).count('rel="prev"') == 0
        assert "暂按星期推算" in client.get("/deadlines?month=2027-03").get_data(as_text=True)
        assert "暂按星期推算" not in page
