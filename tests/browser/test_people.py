"""An administrator makes an account, a reviewer confirms it, and its holder sets the password with both their codes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from archive_app.people import persons, units
from archive_app.people.sign_in import add_account, local_reader
from archive_app.screening.matching import catch_up
from tests.browser.house import DESK, PASSWORD, PHONE, House, window
from tests.browser.test_quality import violations

ADMIN = "guanli"
REVIEWER = "shenhe"
NEW = "一个新密码 2026"


@pytest.fixture(scope="module")
def office(house: House) -> House:
    add_account(house.archive, ADMIN, PASSWORD, display_name="管一平", roles=("system_administrator",))
    add_account(house.archive, REVIEWER, PASSWORD, display_name="申核", roles=("access_reviewer",))
    return house


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.locator("main button").click()
    page.wait_for_url("**/*")


@pytest.fixture
def admin(browser: Browser, office: House) -> Iterator[Page]:
    context = window(browser, office)
    page = context.new_page()
    sign_in(page, ADMIN)
    yield page
    context.close()


def test_a_person_comes_into_the_office(browser: Browser, office: House, admin: Page) -> None:
    admin.get_by_role("link", name="系统").first.click()
    admin.get_by_role("link", name="单位").click()
    admin.get_by_label("名称", exact=True).fill("能源统计处")
    admin.get_by_role("button", name="新增").click()
    expect(admin.get_by_role("status")).to_contain_text("已新增")
    admin.get_by_role("link", name="人员").first.click()
    admin.get_by_role("link", name="新增人员").click()
    admin.get_by_label("姓名", exact=True).fill("纪新来")
    admin.get_by_role("button", name="新增").click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text("纪新来")
    admin.locator("summary", has_text="新增单位或职务").click()
    admin.locator("#place-unit").fill("能源统计处")
    admin.get_by_role("button", name="保存").first.click()
    expect(admin.locator("table.places")).to_contain_text("能源统计处")
    admin.locator("summary", has_text="新建账号").click()
    admin.get_by_label("账号名").fill("jixinlai")
    admin.get_by_label("登记员").check()
    admin.get_by_role("button", name="新建账号").click()
    first = admin.locator(".password code").inner_text()
    expect(admin.locator(".account")).to_contain_text("待确认")
    second = confirmed_by_a_reviewer(browser, office, "jixinlai")

    context = window(browser, office)
    page = context.new_page()
    page.goto("/login")
    page.get_by_role("link", name="凭两个口令设定密码").click()
    page.get_by_label("账号").fill("jixinlai")
    page.get_by_label("第一口令").fill(first)
    page.get_by_label("第二口令").fill(second)
    page.get_by_label("新密码（至少 8 个字符）").fill(NEW)
    page.get_by_label("再输入一遍新密码").fill(NEW)
    assert violations(page) == []
    page.get_by_role("button", name="设定密码").click()
    expect(page.get_by_role("status")).to_contain_text("密码已设定")
    sign_in(page, "jixinlai", NEW)
    expect(page.get_by_text("您的密码已于")).to_be_visible()
    context.close()


def confirmed_by_a_reviewer(browser: Browser, office: House, account: str) -> str:
    """Another person confirms an account, and is shown the second code of its password."""
    context = window(browser, office)
    page = context.new_page()
    sign_in(page, REVIEWER)
    page.goto("/review")
    waits = page.locator("li.mention", has_text=account)
    waits.get_by_label("理由").fill("任命文件已核对")
    waits.get_by_role("button").click()
    second = page.locator(".password code").inner_text()
    assert violations(page) == []
    context.close()
    return second


def test_an_import_is_shown_before_it_is_done(admin: Page, tmp_path: Path) -> None:
    table = tmp_path / "人员名册.csv"
    admin.goto("/people/import")
    table.write_text("工号,姓名,单位,关系\n8001,岳一,服务业处,带领\n", encoding="gb18030")
    admin.get_by_label("表格").set_input_files(table)
    admin.get_by_role("button", name="预览导入内容").click()
    expect(admin.get_by_role("alert")).to_contain_text("有 1 处须改正")
    expect(admin.get_by_role("row", name="2 关系")).to_contain_text("领导")
    assert violations(admin) == []
    admin.get_by_role("link", name="选择改正后的文件").click()
    table.write_text("工号,姓名,单位,关系,账号,角色\n8001,岳一,服务业处,领导,yueyi,处室负责人\n", encoding="gb18030")
    admin.get_by_label("表格").set_input_files(table)
    admin.get_by_role("button", name="预览导入内容").click()
    expect(admin.get_by_text("岳一 8001领导服务业处")).to_be_visible()
    assert violations(admin) == []
    admin.get_by_role("button", name="按此导入").click()
    expect(admin.locator("table.slips")).to_contain_text("yueyi")
    assert violations(admin) == []


@pytest.mark.parametrize(("size", "language"), [(DESK, "zh"), (PHONE, "en")])
def test_axe_finds_nothing(browser: Browser, office: House, size: tuple[int, int], language: str) -> None:
    admin = local_reader(office.archive, ADMIN)
    person = persons.add_person(admin, office.archive, name=f"陶{language}", other_names=["陶陶"])
    unit = units.add_unit(admin, office.archive, name=f"科{language}")
    catch_up(office.archive)
    context = window(browser, office, size)
    context.add_cookies([{"name": "language", "value": language, "url": office.address}])
    page = context.new_page()
    sign_in(page, ADMIN)
    addresses = ("/people", "/people?q=none", "/people/new", f"/people/{person}", "/units", f"/units/{unit}")
    for address in (*addresses, "/people/import", "/account"):
        page.goto(address)
        for details in page.locator("main details").all():
            details.evaluate("each => { each.open = true }")
        assert violations(page) == [], address
        wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wider, f"{address} is wider than the window"
    context.close()
