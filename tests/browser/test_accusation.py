"""A letter that accuses the deputy director, from its scan to the closed case, without them.

At every station the deputy director looks at everything they have, and types every address of the case by hand: each
answer is byte for byte what it was before the letter came, or what it is of an address that was never given.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from archive_app.access.system import SYSTEM
from archive_app.letters import receipts
from archive_app.people.sign_in import add_account
from storage.models import Account, Membership, Unit, UnitReach
from storage.session import unit_of_work
from tests import made
from tests.browser.conftest import Windows
from tests.browser.house import PASSWORD, PHONE, House, bring_in
from tests.browser.test_cases import do, fill_form, photograph
from tests.browser.test_quality import violations
from tests.browser.test_review import sign_in_as
from tests.scanning.validators import extract_text

DEPUTY = "陆远航"
STAFF = {
    "luyuan": (DEPUTY, "deputy_director"),
    "jiangchuan": ("江川澜", "director"),
    "qinyue": ("秦岳松", "leader"),
    "xieming": ("谢明岚", "handler"),
    "baihe": ("白鹤翔", "unit_head"),
}
UNIT = "执法监督处"
SEARCHES = (f"/search?q={DEPUTY}", "/search?q=虚报", "/search?q=state:registered")
OWN = ("/", "/work", "/register", "/notifications", "/deadlines", "/account", *SEARCHES)
"""What a deputy director looks at all day; all of it was there before the letter came."""

NEVER = "0" * 22
TOKEN = re.compile(rb'name="csrf_token" value="[^"]*"')
"""Has the second in which the page was made."""


@dataclass
class Kept:
    """The deputy director, signed in all along, and what they saw before the letter came."""

    page: Page
    before: Mapping[str, list[bytes]] = field(default_factory=dict)
    absent: dict[str, list[bytes]] = field(default_factory=dict)

    def see(self, address: str) -> list[bytes]:
        """An answer line by line, its status first."""
        answer = self.page.context.request.get(address, max_redirects=0)
        return [str(answer.status).encode(), *TOKEN.sub(b"", answer.body()).split(b"\n")]

    def learn_nothing(self, *addresses: str) -> None:
        """Look at everything, as a browser shows it and byte for byte; then at addresses typed by hand."""
        for own in OWN:
            assert self.see(own) == self.before[own], f"{own} is not what it was"
        for typed in addresses:
            answer, absent = self.see(typed), re.sub(r"/(letters|cases)/[^/]+", rf"/\1/{NEVER}", typed)
            if absent not in self.absent:
                self.absent[absent] = self.see(absent)
            assert answer == self.absent[absent], typed
            assert answer[0] == b"404", typed
        self.page.goto("/work")
        expect(self.page.get_by_text("没有等您办理的信访件")).to_be_visible()


@pytest.fixture
def deputy(house: House, windows: Windows, tmp_path: Path) -> Kept:
    """Everybody takes up their work; the deputy director looks around, when a letter of another kind is there."""
    for name, (display_name, role) in STAFF.items():
        add_account(house.archive, name, PASSWORD, display_name=display_name, roles=(role,))
    with unit_of_work(house.archive.sessions, SYSTEM.key) as session:
        unit = Unit(name=UNIT, matched=True)
        session.add(unit)
        session.flush()
        session.add(UnitReach(unit_id=unit.id, member_unit_id=unit.id))
        persons = {each.name: each.person_id for each in session.scalars(select(Account))}
        session.add_all(Membership(person_id=persons[each], unit_id=unit.id) for each in ("xieming", "baihe"))
        session.commit()
    bring_letter_in(house, tmp_path / "其他来信.jpg", ["关于公布数据的建议", "请公布街镇月度数据。"])
    kept = Kept(sign_in_as(windows(signed_out=True), "luyuan"))
    kept.before = {own: kept.see(own) for own in OWN}
    assert all(answer[0] == b"200" for answer in kept.before.values())
    return kept


@pytest.fixture
def letter(house: House, deputy: Kept, tmp_path: Path) -> str:
    """The letter, scanned in and read by the machine; its public id."""
    lines = ["关于分管局长干预统计数据的举报", "局领导：", f"贵局分管局长{DEPUTY}授意企业虚报产值，"]
    lines += ["请派人查实并严肃处理。", "举报人：孙立新", "电话：13622223333", "2026年3月5日"]
    return bring_letter_in(house, tmp_path / "来信.jpg", lines)


def bring_letter_in(house: House, file: Path, lines: list[str]) -> str:
    file.write_bytes(made.jpeg(lines))
    receipt = bring_in(house, {file.name: file})
    return receipts.intake(house.reader, house.archive, receipt).letters[0].public_id


def print_all(page: Page, number: str, folder: Path) -> list[str]:
    """Print each form that the case has now; the addresses of what was kept, and each page as a picture."""
    open_register(page, number)
    addresses = []
    for place in range(page.locator(".forms button").count()):
        open_register(page, number)
        button = page.locator(".forms button").nth(place)
        called = button.inner_text()
        with page.expect_download() as waiting:
            button.click()
        file = folder / f"{called}.pdf"
        waiting.value.save_as(file)
        text = "".join(extract_text(file, "-raw").split())
        assert "受限件" in text, called
        assert number in text, called
        addresses.append(re.sub(r"^https?://[^/]+", "", waiting.value.url))
        if pictures := os.environ.get("ARCHIVE_TEST_PICTURES"):
            for sheet, drawn in enumerate(pdfium.PdfDocument(file), start=1):
                drawn.render(scale=1.5).to_pil().save(Path(pictures) / f"acc-print-{called}-{sheet}.png")
    return addresses


def open_register(page: Page, number: str) -> None:
    page.goto("/register")
    page.get_by_role("link", name=number).click()


def test_an_accusation_against_the_deputy_director_goes_its_way_without_them(
    windows: Windows, deputy: Kept, letter: str, tmp_path: Path
) -> None:
    of_letter = [f"/letters/{letter}{more}" for more in ("", "/access", "/history", "/registration", "/scan")]
    of_letter += [f"/letters/{letter}/{file}" for file in ("pages/1/a4.jpg", "originals/1", "a4.pdf")]
    deputy.learn_nothing(*of_letter)

    # Its text names the deputy director: the machine keeps them out. The clerk says that it accuses them.
    clerk = windows()
    clerk.goto(f"/letters/{letter}/access")
    expect(clerk.locator(".entries").first).to_contain_text(DEPUTY)
    photograph(clerk, "acc-01-screened")
    assert violations(clerk) == []
    clerk.get_by_text("登记被反映的人或单位").click()
    clerk.locator("#accuse-party").fill(DEPUTY)
    clerk.locator("#accuse-reason").fill("信中举报其授意虚报产值")
    clerk.get_by_role("button", name="保存并设为受限").click()
    expect(clerk.get_by_role("status")).to_contain_text("只有名单上的人能看到")
    # Whoever is accused is kept out for good: nobody more is put on the list to review that they are mentioned.
    expect(clerk.get_by_text("请把两位保密审查员加入名单")).to_have_count(0)
    photograph(clerk, "acc-02-accused")
    assert violations(clerk) == []
    deputy.learn_nothing(*of_letter)

    clerk.goto(f"/letters/{letter}/registration")
    clerk.get_by_role("button", name="孙立新").click()
    fill_form(clerk, address="滨海新区海河路18号", main_problem="分管局长授意虚报产值", purpose="accusation")
    fill_form(clerk, content_class="TJ1", locality="120116", sector="statistics", cause="attitude")
    fill_form(
        clerk, claims="请求查实并处理", feedback_by="telephone", verbatim_statement="陆远航授意企业虚报产值，请查实。"
    )
    photograph(clerk, "acc-03-form")
    assert violations(clerk) == []
    clerk.get_by_role("button", name="登记", exact=True).click()
    clerk.wait_for_url(re.compile("/cases/"))
    number = clerk.locator(".heading .soft").inner_text().split(" ")[0]
    assert re.fullmatch(r"XZ\d{4}-[0-9A-Z]{8}", number)
    photograph(clerk, "acc-04-registered")
    assert violations(clerk) == []
    case = re.sub(r"^https?://[^/]+|\?.*", "", clerk.url)
    of_case = [*of_letter, case, f"{case}/form", f"{case}/versions", f"{case}/prints/1.pdf"]
    deputy.learn_nothing(*of_case)

    # The accused is not offered as who instructs it, and a name typed all the same is refused like any other.
    offered = clerk.locator("#instructors option").evaluate_all("all => all.map(each => each.value)")
    assert "江川澜" in offered
    assert DEPUTY not in offered
    clerk.locator("#propose-words").fill("拟请局长批示")
    clerk.locator("#propose-instructor").fill(DEPUTY)
    clerk.locator("form[action$=propose] button.primary").click()
    expect(clerk.locator("#propose-instructor")).to_have_attribute("aria-invalid", "true")
    photograph(clerk, "acc-05-refused")
    assert violations(clerk) == []
    do(clerk, number, "提出拟办意见", words="拟请局长批示，由执法监督处核查。", instructor="江川澜")
    deputy.learn_nothing(*of_case)

    director = sign_in_as(windows(PHONE, signed_out=True), "jiangchuan")
    director.goto("/work")
    photograph(director, "acc-06-work-phone")
    assert violations(director) == []
    do(director, number, "批示", "acc-07-instruct-phone", words="请指定专人核查。", unit=UNIT, investigators="谢明岚")
    photograph(director, "acc-08-instructed-phone")
    assert violations(director) == []
    deputy.learn_nothing(*of_case)
    do(clerk, number, "移交承办部门", words="举报材料一件。", papers="信封一个")
    deputy.learn_nothing(*of_case)

    # The unit's head was not appointed: for them there is no such case. Who was appointed signs for it.
    head = sign_in_as(windows(signed_out=True), "baihe")
    head.goto("/work")
    expect(head.get_by_text("没有等您办理的信访件")).to_be_visible()
    assert head.goto(case).status == 404  # type: ignore[union-attr]
    handler = sign_in_as(windows(signed_out=True), "xieming")
    do(handler, number, "签收")
    do(handler, number, "记录调查情况", words="调取台账比对，部分属实。", evidence="企业台账复印件\n谈话笔录两份")
    do(handler, number, "报送办理结果", words="建议责令更正数据并按规定处理。", way_of_handling="direct_reply")
    photograph(handler, "acc-09-result")
    assert violations(handler) == []
    deputy.learn_nothing(*of_case)

    # The result goes to who instructed it. Somebody else of the leadership, put on the list, signs nothing.
    clerk.goto(f"/letters/{letter}/access")
    clerk.locator("summary", has_text="准予某人查阅").click()
    clerk.locator("#allow-person").fill("秦岳松")
    clerk.locator("#allow-reason").fill("参加会商")
    clerk.locator("form[action$=allowed] button").click()
    leader = sign_in_as(windows(signed_out=True), "qinyue")
    leader.goto("/work")
    expect(leader.get_by_text("没有等您办理的信访件")).to_be_visible()
    leader.goto(case)
    expect(leader.locator(".stations .here")).to_contain_text("待审签")
    expect(leader.locator("form[action$=sign_off]")).to_have_count(0)
    clerk.goto(case)
    expect(clerk.locator(".not-yet", has_text="改请批办")).to_contain_text("原批示领导仍可审签")
    expect(clerk.locator("form[action$=sign_off]")).to_have_count(0)
    photograph(clerk, "acc-10-waits-for-director")
    assert violations(clerk) == []
    do(director, number, "审签", "acc-11-sign-off-phone", words="同意，依规处理。")
    deputy.learn_nothing(*of_case)
    do(clerk, number, "收回审签结果")
    do(clerk, number, "答复信访人", words="已电话告知核查情况。", feedback_by="telephone")
    do(clerk, number, "办结", words="举报人知悉处理结果。")
    photograph(clerk, "acc-12-closed")
    assert violations(clerk) == []
    prints = print_all(clerk, number, tmp_path)
    assert len(prints) == 5
    deputy.learn_nothing(*of_case, *prints)

    english = windows(language="en")
    open_register(english, number)
    photograph(english, "acc-13-closed-english")
    assert violations(english) == []
    english.goto("/register")
    photograph(english, "acc-14-register-english")
    clerk.goto(f"/letters/{letter}/access")
    photograph(clerk, "acc-15-list")
    phone = windows(PHONE)
    phone.goto(case)
    photograph(phone, "acc-16-closed-phone")
    assert violations(phone) == []
    phone.goto(f"/letters/{letter}/access")
    photograph(phone, "acc-17-access-phone")
    assert violations(phone) == []
