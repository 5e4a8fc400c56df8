"""What closed cases have taught, beside the letter and while a visit is taken down: taken over, never by itself."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from archive_app.learning.training import train_models
from archive_app.letters import receipts
from archive_app.office_time import office_day
from archive_app.people.sign_in import add_account
from tests import made
from tests.browser.conftest import Windows
from tests.browser.house import PHONE, House, bring_in
from tests.browser.test_cases import PASSWORD, photograph
from tests.browser.test_quality import violations

MATTERS = {
    ("TJ4", "request"): ("入户调查补贴没有发放", "记账户补贴拖欠", "普查员多次入户调查"),
    ("TJ8", "accusation"): ("工作人员态度恶劣推诿", "上班时间打牌作风散漫", "收受礼品办事拖拉"),
    ("TJ5", "consultation"): ("咨询居民收入数据口径", "质疑统计公报数据", "咨询价格指数算法"),
    ("TJ7", "request"): ("退休工资没有补发", "职称待遇没有落实", "工资调整有误"),
}


def examples() -> bytes:
    rows = [
        {"title": words, "text": f"{words}，请核实，第{number}次", "content_class": code, "purpose": purpose}
        for (code, purpose), found in MATTERS.items()
        for words in found
        for number in "一二三四五六"
    ]
    return "\n".join(map(json.dumps, rows)).encode()


@pytest.fixture(scope="module")
def letter(house: House, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A letter that was read by the machine and names somebody of the staff; its public id."""
    add_account(house.archive, "shaoyiming", PASSWORD, display_name="邵一鸣", roles=("handler",))
    train_models(house.archive, last_day=office_day(datetime.now(UTC)), given=examples(), measure=False)
    file: Path = tmp_path_factory.mktemp("suggestions") / "来信.jpg"
    lines = ["关于入户调查补贴的来信", "尊敬的领导：", "我是记账户，上半年补贴至今未发，", "入户调查的邵一鸣推诿。"]
    file.write_bytes(made.jpeg([*lines, "请核实并尽快发放。", "来信人：赵素梅", "电话：13512345678"]))
    receipt = bring_in(house, {file.name: file})
    return receipts.intake(house.reader, house.archive, receipt).letters[0].public_id


@pytest.mark.parametrize(("size", "language"), [(None, "zh"), (None, "en"), (PHONE, "zh")])
def test_the_likeliest_classes_stand_beside_the_letter_and_a_click_takes_one_over(
    windows: Windows, letter: str, size: tuple[int, int] | None, language: str
) -> None:
    page = windows(*([size] if size else []), language=language)
    page.goto(f"/letters/{letter}/registration")
    likely = page.locator(".likely")
    expect(likely.locator("button[data-field=content_class]")).to_have_count(3)
    expect(likely.locator("button[data-field=purpose]")).to_have_count(1)
    percents = [int(found) for found in re.findall(r"(\d+) %", likely.inner_text())]
    assert percents[1:] == sorted(percents[1:], reverse=True)
    assert (page.locator("#content_class").input_value(), page.locator("#purpose").input_value()) == ("", "")
    first = likely.locator("button[data-field=content_class]").first
    assert first.get_attribute("data-take") == "TJ4"
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#content_class")).to_have_value("TJ4")
    expect(page.locator("[data-accusation]")).to_be_hidden()
    likely.locator("button[data-take=TJ8]").click()
    expect(page.locator("[data-accusation]")).to_contain_text("邵一鸣")
    # The name leads to its line on the picture.
    name = page.locator("[data-accusation] a[data-line]")
    name.focus()
    expect(page.locator(f"polygon.place.lit[data-line='{name.get_attribute('data-line')}']")).to_have_count(1)
    assert violations(page) == []
    photograph(page, f"suggestions-{language}-{'phone' if size else 'desk'}")


def test_while_a_visit_is_taken_down_it_is_guessed_anew(windows: Windows, letter: str) -> None:
    page = windows()
    page.goto("/registration")
    expect(page.locator(".likely")).to_have_count(0)
    page.locator("#main_problem").fill("退休工资没有按时补发")
    expect(page.locator(".likely button[data-field=content_class]").first).to_have_attribute("data-take", "TJ7")
    page.locator("#main_problem").fill("咨询居民收入数据是怎样统计的")
    expect(page.locator(".likely button[data-field=content_class]").first).to_have_attribute("data-take", "TJ5")
    expect(page.locator("#content_class")).to_have_value("")
    assert violations(page) == []
    photograph(page, "suggestions-visit")
    page.locator("#main_problem").fill("咨询")
    expect(page.locator(".likely")).to_have_count(0)
