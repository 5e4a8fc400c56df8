"""The calendar and the lists of time limits in the browser, at the desk and on a phone, in both languages.

With ARCHIVE_TEST_PICTURES, a folder, each is photographed into it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from archive_app.access.system import SYSTEM
from archive_app.cases import case_view, clock_rows
from archive_app.cases.actions import perform
from archive_app.cases.registration import register_spoken
from archive_app.domain import clocks
from archive_app.domain.action_input import ActionInput
from archive_app.people.sign_in import add_account, local_reader
from storage.models import Account, Case, CaseClock, Membership, Unit, UnitReach
from storage.session import unit_of_work
from tests.browser.conftest import Windows
from tests.browser.house import PHONE, House
from tests.browser.test_cases import PASSWORD, photograph
from tests.browser.test_quality import violations
from tests.case_office import FORM

UNITS = ("服务业统计科", "农村统计科")
PROBLEMS = (
    *("调查员入户时态度生硬，要求说明情况", "记账户补贴未按时发放", "对工业产值数据有疑问", "申请公开普查结果"),
    *("企业反映重复报表", "反映统计报表布置过晚", "对处罚决定有异议", "咨询抽样方法", "退休待遇问题"),
)


@pytest.fixture(scope="module")
def limits(house: House) -> dict[str, str]:
    """Cases of two units that are due from a month ago to in a fortnight; by main problem, their public ids."""
    add_account(house.archive, "guyan", PASSWORD, display_name="顾彦", roles=("deputy_director",))
    add_account(house.archive, "fuqing", PASSWORD, display_name="傅青", roles=("unit_head",))
    leader = local_reader(house.archive, "guyan")
    with unit_of_work(house.archive.sessions, SYSTEM.key) as session:
        head = session.scalars(select(Account).where(Account.name == "fuqing")).one().person_id
        made = []
        for name in UNITS:
            unit = Unit(name=name, matched=True)
            session.add(unit)
            session.flush()
            session.add(UnitReach(unit_id=unit.id, member_unit_id=unit.id))
            made.append(unit.public_id)
        session.add(Membership(person_id=head, unit_id=unit.id))
        session.commit()
    found = {}
    for place, problem in enumerate(PROBLEMS):
        form = replace(FORM, channel="visit", main_problem=problem)
        case = register_spoken(house.reader, house.archive, form, received_at=datetime.now(UTC) - timedelta(hours=1))
        perform(house.reader, house.archive, case, "propose", ActionInput(words="拟请批示"), seen=1)
        given = ActionInput(words="请办理", unit=made[place % 2], urgent=place == 2)
        perform(leader, house.archive, case, "instruct", given, seen=2)
        began(house, case, datetime.now(UTC) - timedelta(days=(24, 17, 7, 14, 12, 8, 14, 0, 14)[place]))
        found[problem] = case
    return found


def began(house: House, case: str, at: datetime) -> None:
    """Let the time of a case run since then."""
    with unit_of_work(house.archive.sessions, SYSTEM.key) as session:
        row = session.scalars(select(CaseClock).join(Case).where(Case.public_id == case)).one()
        clock = clock_rows.clock_of(row)
        anew = clocks.start(at, clock.rule, clock_rows.calendar(session), urgent=clock.urgent)
        row.started_at, row.first_due, row.due = at, anew.first_due.day, anew.due.day
        session.commit()


def test_the_calendar_and_the_lists_at_the_desk(windows: Windows, house: House, limits: dict[str, str]) -> None:
    clerk = windows()
    clerk.goto("/work")
    clerk.get_by_role("link", name="时限", exact=True).click()
    photograph(clerk, "20-deadlines")
    assert violations(clerk) == []
    late = clerk.locator(".lists").get_by_role("row", name="调查员入户时态度生硬")
    expect(late).to_contain_text("超期")
    late.get_by_role("link", name="督办").click()
    expect(clerk.locator("#supervise-words")).to_be_visible()
    clerk.locator("#supervise-words").fill("请三日内办结并报告")
    clerk.locator("form[action$=supervise] button.primary").click()
    expect(clerk.get_by_role("button", name="督办单")).to_be_visible()
    clerk.goto("/deadlines?by=person")
    photograph(clerk, "21-deadlines-by-person")
    assert violations(clerk) == []
    clerk.locator("summary").click()
    clerk.get_by_label("承办部门").select_option(label=UNITS[0])
    clerk.get_by_role("button", name="显示").click()
    expect(clerk.locator(".lists")).not_to_contain_text(PROBLEMS[1])
    month = clerk.locator("#month").inner_text()
    clerk.keyboard.press("p")
    expect(clerk.locator("#month")).not_to_have_text(month)
    clerk.keyboard.press("n")
    expect(clerk.locator("#month")).to_have_text(month)
    assert "unit=" in clerk.url
    with clerk.expect_download() as saved:
        clerk.get_by_role("link", name="Excel").click()
    assert saved.value.suggested_filename.endswith(".xlsx")
    case = case_view.case(house.reader, house.archive, limits[PROBLEMS[0]])
    assert case.steps[-1].act == "supervise"


def test_the_calendar_on_a_phone_and_in_english(windows: Windows, limits: dict[str, str]) -> None:
    phone = windows(PHONE)
    phone.goto("/deadlines")
    photograph(phone, "22-deadlines-phone")
    assert violations(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    phone.locator(".month .count").first.click()
    expect(phone.locator("#list")).to_contain_text("到期")
    photograph(phone, "23-deadlines-phone-day")
    english = windows(language="en")
    english.goto("/deadlines?month=2026-02")
    expect(english.locator(".month")).to_contain_text("Spring Festival")
    photograph(english, "24-deadlines-english")
    assert violations(english) == []
    english.emulate_media(media="print")
    photograph(english, "25-deadlines-print")
