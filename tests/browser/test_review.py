"""A name in a letter, from the machine's find to the word of two reviewers; and a clerk says whom a letter accuses."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from archive_app.access.system import SYSTEM
from archive_app.letters import receipts
from archive_app.people.sign_in import add_account
from storage.models import Unit, UnitReach
from storage.session import unit_of_work
from tests import made
from tests.browser.conftest import Windows
from tests.browser.house import PHONE, House, bring_in
from tests.browser.test_quality import violations

PASSWORD = "correct horse battery"
STAFF = {
    "shenyuan": ("沈远岫", "access_reviewer"),
    "meiqing": ("梅清晖", "access_reviewer"),
    "cuiying": ("崔映川", "records_manager"),
}
UNIT = "滨河巡查科"
OPEN_ALL = "for (const each of document.querySelectorAll('details')) each.open = true"


@pytest.fixture(scope="module")
def letter(house: House, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A letter that names somebody of the staff, read by the machine; its public id."""
    for name, (display_name, role) in STAFF.items():
        add_account(house.archive, name, PASSWORD, display_name=display_name, roles=(role,))
    with unit_of_work(house.archive.sessions, SYSTEM.key) as session:
        unit = Unit(name=UNIT, matched=True)
        session.add(unit)
        session.flush()
        session.add(UnitReach(unit_id=unit.id, member_unit_id=unit.id))
        session.commit()
    file = tmp_path_factory.mktemp("review") / "来信.jpg"
    file.write_bytes(made.jpeg(["关于早市占道的来信", "已向崔映川反映过一次", "请有关部门予以核实"]))
    receipt = bring_in(house, {file.name: file})
    return receipts.intake(house.reader, house.archive, receipt).letters[0].public_id


def sign_in_as(page: Page, name: str) -> Page:
    page.goto("/login")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url(re.compile(r"/$"))
    return page


def names(page: Page) -> Locator:
    """The letter on the review page; accounts, and letters of other tests, may wait beside it."""
    return page.get_by_role("region", name="信中出现的姓名和单位").locator("article").filter(has_text="崔映川")


def test_two_reviewers_decide_whom_a_letter_names(windows: Windows, letter: str) -> None:
    first = sign_in_as(windows(signed_out=True), "shenyuan")
    first.get_by_role("link", name="保密审查").first.click()
    expect(names(first).locator(".contexts mark").first).to_have_text("崔映川")
    assert violations(first) == []
    names(first).get_by_label("理由").fill("信中所称是市场管理员")
    names(first).get_by_role("button", name="与其无关").click()
    expect(first.get_by_text("须由另一位保密审查员决定")).to_be_visible()
    expect(first.get_by_role("status").first).to_contain_text("您的意见已保存")

    kept_out = sign_in_as(windows(signed_out=True), "cuiying")
    assert kept_out.goto(f"/letters/{letter}").status == 404  # type: ignore[union-attr]

    second = sign_in_as(windows(PHONE, signed_out=True), "meiqing")
    second.goto("/review")
    expect(names(second).locator(".said")).to_contain_text("信中所称是市场管理员")
    assert violations(second) == []
    names(second).get_by_label("理由").fill("与来信人核实过，同名")
    # By the keyboard: from the reason to the first of the two answers.
    names(second).get_by_label("理由").press("Tab")
    expect(names(second).get_by_role("button", name="与其无关")).to_be_focused()
    second.keyboard.press("Enter")
    expect(names(second)).to_have_count(0)
    assert violations(second) == []
    assert kept_out.goto(f"/letters/{letter}").status == 200  # type: ignore[union-attr]


def test_a_clerk_says_whom_a_letter_accuses(windows: Windows, letter: str) -> None:
    clerk = windows()
    clerk.goto(f"/letters/{letter}")
    clerk.get_by_role("link", name="查阅范围").click()
    # All by the keyboard.
    clerk.get_by_text("登记被反映的人或单位").focus()
    clerk.keyboard.press("Enter")
    clerk.keyboard.press("Tab")
    clerk.keyboard.type("河边那个科")
    for _ in range(3):
        clerk.keyboard.press("Tab")
    clerk.keyboard.type("信中第三段所称")
    clerk.keyboard.press("Enter")
    wrong = clerk.locator("#accuse-party")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_value("河边那个科")
    assert violations(clerk) == []
    clerk.get_by_role("link", name="列表中没有完全一致的名称").click()
    expect(wrong).to_be_focused()
    wrong.fill(UNIT)
    clerk.get_by_role("button", name="保存并设为受限").click()
    expect(clerk.get_by_role("status")).to_contain_text("只有名单上的人能看到")
    expect(clerk.locator("h1 .restricted")).to_have_text("受限")
    clerk.evaluate(OPEN_ALL)
    assert violations(clerk) == []

    shown = windows(PHONE, language="en")
    shown.goto(f"/letters/{letter}/access")
    expect(shown.locator("h1 .restricted")).to_have_text("Restricted")
    assert violations(shown) == []
    shown.goto("/search?q=早市")
    expect(shown.locator(".hits .restricted")).to_have_text("Restricted")
    shown.goto(f"/letters/{letter}/history")
    expect(shown.get_by_text("信中第三段所称")).to_be_visible()
    assert violations(shown) == []


def test_the_pages_work_without_javascript(windows: Windows, letter: str) -> None:
    plain = windows(java_script_enabled=False)
    plain.goto(f"/letters/{letter}/access")
    plain.locator("summary").filter(has_text="登记回避").click()
    plain.locator("#recuse-person").fill("梅清晖")
    plain.locator("#recuse-reason").fill("与来信人是亲属")
    plain.get_by_role("button", name="登记回避").click()
    expect(plain.locator(".entries").first).to_contain_text("与来信人是亲属")


def test_the_access_page_needs_no_sideways_scrolling(windows: Windows, letter: str) -> None:
    page = windows((683, 384), device_scale_factor=2)
    page.goto(f"/letters/{letter}/access")
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= 683
