"""The head of the office keeps the code tables in the browser; the next form offers what was added."""

from __future__ import annotations

from playwright.sync_api import expect

from archive_app.people.sign_in import add_account
from tests.browser.conftest import Windows
from tests.browser.house import PHONE, House
from tests.browser.test_cases import PASSWORD, photograph
from tests.browser.test_quality import violations
from tests.browser.test_review import sign_in_as


def test_an_entry_is_added_moved_and_retired(windows: Windows, house: House) -> None:
    add_account(house.archive, "daiwen", PASSWORD, display_name="戴文", roles=("office_head",))
    head = sign_in_as(windows(signed_out=True), "daiwen")
    head.goto("/register")
    head.get_by_role("link", name="代码表").click()
    head.get_by_role("link", name="产生原因").click()
    photograph(head, "30-codes")
    assert violations(head) == []
    aside = head.get_by_role("complementary")
    aside.get_by_label("中文名称").fill("政策规定")
    aside.get_by_label("理由").fill("新增系统")
    aside.get_by_role("button", name="新增").click()
    expect(aside.locator(".field-problem")).to_contain_text("政策规定")
    aside.get_by_label("中文名称").fill("系统故障")
    aside.get_by_role("button", name="新增").click()
    expect(head.get_by_role("status")).to_be_visible()
    head.get_by_role("button", name="上移: 系统故障").click()
    rows = head.locator("tbody tr")
    expect(rows.nth(7)).to_contain_text("系统故障")
    rows.nth(0).locator("summary", has_text="停用").click()
    rows.nth(0).locator("details[open]").get_by_label("理由").fill("不再使用")
    photograph(head, "31-codes-retiring")
    assert violations(head) == []
    rows.nth(0).get_by_role("button", name="停用").click()
    expect(rows.nth(0)).to_contain_text("已停用")
    form = windows()
    form.goto("/registration")
    offered = form.locator("#cause option").all_inner_texts()
    assert "系统故障" in offered
    assert "政策规定" not in offered
    head.locator("tbody tr").nth(0).locator("summary", has_text="恢复使用").click()
    head.locator("tbody tr").nth(0).locator("details[open]").get_by_label("理由").fill("恢复")
    head.locator("tbody tr").nth(0).get_by_role("button", name="恢复使用").click()
    expect(head.locator("tbody tr").nth(0).locator(".state")).to_have_count(0)
    english = sign_in_as(windows(PHONE, language="en", signed_out=True), "daiwen")
    english.goto("/codes?table=content_class")
    photograph(english, "32-codes-phone-english")
    assert violations(english) == []
    assert english.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
