"""A letter from its scan to the closed case in the browser, by six people in six roles; a visit; two at one form.

With ARCHIVE_TEST_PICTURES, a folder, each station is photographed into it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from archive_app.access.system import SYSTEM
from archive_app.letters import receipts
from archive_app.people.sign_in import add_account
from storage.models import Account, Membership, Post, Unit, UnitReach
from storage.session import unit_of_work
from tests import made
from tests.browser.conftest import Windows
from tests.browser.house import PHONE, House, bring_in
from tests.browser.test_quality import violations
from tests.browser.test_review import sign_in_as

PASSWORD = "correct horse battery"
STAFF = {
    "guofen": ("郭芬芳", "office_head"),
    "duanping": ("段平川", "deputy_director"),
    "tangke": ("汤克俭", "unit_head"),
    "hanbing": ("韩冰洁", "handler"),
    "liling": ("栗凌云", "leader"),
}
UNIT = "普查中心"


def photograph(page: Page, name: str) -> None:
    if folder := os.environ.get("ARCHIVE_TEST_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.fixture(scope="module")
def letter(house: House, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A letter that was read by the machine, and everybody who will have to do with it; its public id."""
    for name, (display_name, role) in STAFF.items():
        add_account(house.archive, name, PASSWORD, display_name=display_name, roles=(role,))
    with unit_of_work(house.archive.sessions, SYSTEM.key) as session:
        unit = Unit(name=UNIT, matched=True)
        session.add(unit)
        session.flush()
        session.add(UnitReach(unit_id=unit.id, member_unit_id=unit.id))
        persons = {each.name: each.person_id for each in session.scalars(select(Account))}
        session.add_all(Membership(person_id=persons[each], unit_id=unit.id) for each in ("tangke", "hanbing"))
        session.add(Post(person_id=persons["liling"], unit_id=unit.id, kind="oversees", title=""))
        session.commit()
    file = tmp_path_factory.mktemp("cases") / "来信.jpg"
    lines = ["关于入户调查补贴的来信", "尊敬的领导：", "我是记账户，上半年补贴至今未发。", "请核实并尽快发放。"]
    lines += ["此致", "敬礼", "来信人：赵素梅", "电话：13512345678", "2026年3月2日"]
    file.write_bytes(made.jpeg(lines))
    receipt = bring_in(house, {file.name: file})
    return receipts.intake(house.reader, house.archive, receipt).letters[0].public_id


def fill_form(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        field = page.locator(f"#{name}")
        field.select_option(value) if field.evaluate("field => field.tagName") == "SELECT" else field.fill(value)


def confirm_conduct(page: Page) -> None:
    """Confirm each point of the check list of a visit."""
    for point in page.locator("#conduct input[type=checkbox]").all():
        point.check()


def open_case(page: Page, number: str) -> Page:
    page.goto("/work")
    page.get_by_role("link", name=number).click()
    return page


def do(page: Page, number: str, act: str, picture: str = "", **fields: str) -> None:
    """Open the case from the list of one's work, do something with it, and see that it is said."""
    open_case(page, number)
    offer = page.locator("details", has=page.locator("summary", has_text=re.compile(f"^{act}$")))
    if offer.get_attribute("open") is None:
        offer.locator("summary").click()
    for name, value in fields.items():
        field = offer.locator(f"[name={name}]").first
        field.select_option(value) if field.evaluate("field => field.tagName") == "SELECT" else field.fill(value)
    if picture:
        photograph(page, picture)
    offer.locator("button.primary").click()
    expect(page.get_by_role("status").first).to_contain_text(f"{act}：已保存".replace("：", ": "))


def test_a_letter_from_the_scan_to_the_closed_case_by_six_people(windows: Windows, letter: str) -> None:
    clerk = windows()
    clerk.goto(f"/letters/{letter}")
    clerk.get_by_role("link", name="登记", exact=True).click()
    expect(clerk.get_by_role("heading", name="登记来信")).to_be_visible()
    photograph(clerk, "01-form-empty")
    assert violations(clerk) == []
    # Nothing is filled in by itself; a click takes over what the letter says.
    expect(clerk.locator("#petitioner")).to_have_value("")
    clerk.get_by_role("button", name="赵素梅").click()
    clerk.get_by_role("button", name="13512345678").click()
    expect(clerk.locator("#petitioner")).to_have_value("赵素梅")
    fill_form(clerk, address="滨海新区海河路8号", main_problem="记账户补贴未按时发放", purpose="request")
    fill_form(clerk, content_class="TJ4", locality="120116", sector="statistics", feedback_by="telephone")
    fill_form(
        clerk,
        claims="请求核实并发放上半年补贴",
        verbatim_statement="我是记账户，上半年补贴至今未发。请核实并尽快发放。",
    )
    clerk.get_by_role("button", name="登记", exact=True).click()
    expect(clerk.locator(".problem")).to_contain_text("产生原因")
    photograph(clerk, "02-form-refused")
    assert violations(clerk) == []
    expect(clerk.locator("#petitioner")).to_have_value("赵素梅")
    fill_form(clerk, cause="mistake")
    clerk.keyboard.press("Control+Enter")
    clerk.wait_for_url(re.compile("/cases/"))
    number = clerk.locator(".heading .soft").inner_text().split(" ")[0]
    assert re.fullmatch(r"XF\d{4}-\d{4}", number)
    photograph(clerk, "03-case-registered")
    assert violations(clerk) == []

    do(clerk, number, "提出拟办意见", words="拟请领导批示，由普查中心办理。")
    deputy = sign_in_as(windows(PHONE, signed_out=True), "duanping")
    deputy.goto("/work")
    photograph(deputy, "04-work-phone")
    assert violations(deputy) == []
    do(deputy, number, "批示", "05-instruct-phone", words="请普查中心尽快核实办理。", unit=UNIT)
    assert violations(deputy) == []
    do(clerk, number, "移交承办部门", "06-hand-over", words="来信反映记账补贴未发。", papers="信封一个")
    head = sign_in_as(windows(signed_out=True), "tangke")
    do(head, number, "签收")
    handler = sign_in_as(windows(signed_out=True), "hanbing")
    open_case(handler, number)
    expect(handler.locator(".not-yet")).to_contain_text("请先记录调查情况")
    do(handler, number, "记录调查情况", words="补贴因账号有误被退回。", evidence="银行退回单")
    do(handler, number, "报送办理结果", "07-result", words="已更正账号并补发。", way_of_handling="direct_reply")
    leader = sign_in_as(windows(signed_out=True), "liling")
    do(leader, number, "审签", "08-sign-off", words="同意，抓紧答复。")
    do(clerk, number, "收回审签结果")
    do(clerk, number, "答复信访人", words="已电话告知补贴已发放。", feedback_by="telephone")
    do(clerk, number, "办结", words="信访人表示满意。")
    photograph(clerk, "09-closed")
    assert violations(clerk) == []
    expect(clerk.locator(".stations .here")).to_contain_text("已办结")

    clerk.goto("/register")
    photograph(clerk, "10-register")
    assert violations(clerk) == []
    expect(clerk.get_by_role("row", name=re.compile(number))).to_contain_text("已办结")
    english = windows(language="en")
    english.goto("/register")
    english.get_by_role("link", name=number).click()
    photograph(english, "11-case-english")
    assert violations(english) == []


def test_a_visit_is_registered_and_found_as_a_repeat(windows: Windows, letter: str) -> None:
    clerk = windows()
    clerk.goto("/register")
    clerk.get_by_role("link", name="登记来访来电").click()
    fill_form(clerk, petitioner="赵素梅", address="滨海新区海河路8号", main_problem="再次来访", purpose="request")
    expect(clerk.locator(".repeats")).to_contain_text("记账户补贴未按时发放")
    clerk.locator(".repeats label").nth(1).click()
    photograph(clerk, "12-visit")
    assert violations(clerk) == []
    fill_form(clerk, content_class="TJ4", locality="120116", sector="statistics", cause="misunderstanding")
    fill_form(clerk, claims="请求说明", verbatim_statement="你们说发了，我怎么没收到？")
    # Of a letter there is no such list; of a visit it must be confirmed.
    fill_form(clerk, channel="letter")
    expect(clerk.locator("#conduct")).to_be_hidden()
    fill_form(clerk, channel="visit")
    clerk.get_by_role("button", name="登记", exact=True).click()
    expect(clerk.locator(".problem")).to_contain_text("请逐项确认接待纪律")
    clerk.get_by_role("link", name="接待纪律确认").click()
    photograph(clerk, "12b-visit-check-list")
    assert violations(clerk) == []
    confirm_conduct(clerk)
    clerk.get_by_role("button", name="登记", exact=True).click()
    clerk.wait_for_url(re.compile("/cases/"))
    expect(clerk.locator(".conduct")).to_contain_text("✓ 未接受礼品、礼金或有价证券")
    expect(clerk.get_by_role("complementary")).to_contain_text("以往信访")
    # What is saved is a draft no more.
    other = clerk.context.new_page()
    other.goto("/registration")
    expect(other.locator("#petitioner")).to_have_value("")
    other.close()
    clerk.locator("summary", has_text=re.compile("^当场办结$")).click()
    clerk.locator("#resolve_on_site-words").fill("当场查询，补贴已到账，来访人满意。")
    clerk.locator("form[action$=resolve_on_site] button.primary").click()
    expect(clerk.locator(".stations .here")).to_contain_text("当场办结")
    photograph(clerk, "13-visit-resolved")


def test_a_half_filled_form_survives_a_closed_tab(windows: Windows) -> None:
    clerk = windows()
    clerk.goto("/registration")
    fill_form(clerk, petitioner="钱守义", claims="请求公布数据")
    clerk.wait_for_timeout(1000)
    again = clerk.context.new_page()
    again.goto("/registration")
    expect(again.locator("#restored")).to_be_visible()
    expect(again.locator("#petitioner")).to_have_value("钱守义")
    # Sent, and the connection lost before any answer: nothing that was typed is lost.
    again.route("**/registration", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    again.get_by_role("button", name="登记", exact=True).click()
    again.wait_for_timeout(500)
    again = clerk.context.new_page()
    again.goto("/registration")
    expect(again.locator("#claims")).to_have_value("请求公布数据")
    again.get_by_role("button", name="重新填写").click()
    expect(again.locator("#petitioner")).to_have_value("")


def test_two_at_one_form_lose_no_word(windows: Windows) -> None:
    clerk = windows()
    clerk.goto("/registration")
    fill_form(clerk, petitioner="孙立新", address="塘沽大街3号", main_problem="统计员未上门", purpose="opinion")
    fill_form(clerk, content_class="TJ4", locality="120116", sector="statistics", cause="attitude")
    fill_form(clerk, claims="请求上门登记", verbatim_statement="没有人来过。")
    confirm_conduct(clerk)
    clerk.get_by_role("button", name="登记", exact=True).click()
    clerk.wait_for_url(re.compile("/cases/"))
    case = clerk.url.split("?")[0]
    first, second = clerk, sign_in_as(windows(signed_out=True), "guofen")
    for page in (first, second):
        page.goto(f"{case}/form")
    fill_form(first, claims="请求本周上门登记")
    first.get_by_role("button", name="保存").click()
    first.wait_for_url(re.compile(r"/cases/[^/]+\?"))
    fill_form(second, claims="请求电话登记")
    second.get_by_role("button", name="保存").click()
    expect(second.locator(".problem")).to_contain_text("李文")
    expect(second.locator("#claims")).to_have_value("请求电话登记")
    expect(second.locator(".theirs")).to_contain_text("请求本周上门登记")
    photograph(second, "14-conflict")
    assert violations(second) == []
    second.get_by_role("button", name="保存").click()
    second.wait_for_url(re.compile(r"/cases/[^/]+\?"))
    second.goto(f"{case}/versions")
    expect(second.locator(".form-version")).to_have_count(3)
    expect(second.locator("main")).to_contain_text("请求本周上门登记")
    photograph(second, "15-versions")
    assert violations(second) == []
