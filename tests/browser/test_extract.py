"""A redacted extract in the browser: by mouse, by keys, and without scripts; what was covered is black for good."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from archive_app.access.system import SYSTEM
from archive_app.letters import queries as letter_queries
from archive_app.letters import receipts
from archive_app.people.sign_in import add_account, local_reader
from archive_app.review import restrictions
from storage.models import Person
from storage.session import reading
from tests import made
from tests.browser.conftest import Windows
from tests.browser.house import DESK, PHONE, House, bring_in
from tests.browser.test_cases import PASSWORD, photograph
from tests.browser.test_quality import violations

FIRST = ["关于两件事情的来信", "一是尤书慎收受他人财物", "二是补贴至今没有发放", "请核实并尽快发放"]
SECOND = ["补充：尤书慎还打骂职工", "来信人：赵素梅"]


@pytest.fixture(scope="module")
def letter(house: House, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A letter of two pages that accuses the deputy director, restricted to the clerk; its public id."""
    add_account(house.archive, "pingchuan", PASSWORD, display_name="尤书慎", roles=("deputy_director",))
    file = tmp_path_factory.mktemp("extract") / "来信.pdf"
    file.write_bytes(made.pdf([made.page(FIRST), made.page(SECOND)]))
    receipt = bring_in(house, {file.name: file})
    public_id = receipts.intake(house.reader, house.archive, receipt).letters[0].public_id
    with reading(house.archive.sessions, SYSTEM.key) as session:
        accused = session.scalars(select(Person.public_id).where(Person.name == "尤书慎")).one()
    restrictions.accuse(house.reader, house.archive, public_id, person=accused, reason="信中检举")
    return public_id


def ticked(page: Page) -> list[str]:
    boxes = page.locator("input[name=line]:checked")
    return [box.get_attribute("value") or "" for box in boxes.all()]


def black(page: Page, number: int) -> int:
    return page.locator(f"[data-page='{number}'] rect.black.on").count()


def drag(page: Page, number: int, begin: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a rectangle on a page; the ends are shares of its width and height."""
    sheet = page.locator(f"[data-page='{number}'] [data-sheet]")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + begin[0] * box["width"], box["y"] + begin[1] * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=4)
    page.mouse.up()


def test_an_extract_from_what_is_proposed_to_the_letter_that_others_see(
    windows: Windows, house: House, letter: str
) -> None:
    clerk = windows()
    clerk.goto(f"/letters/{letter}")
    clerk.get_by_role("link", name="制作摘转件").click()
    expect(clerk.get_by_role("heading", name="摘转", level=1)).to_be_visible()
    assert ticked(clerk) == ["1:1", "2:0"]
    assert (black(clerk, 1), black(clerk, 2)) == (1, 1)
    expect(clerk.locator("[data-count]")).to_have_text("2行，0个矩形，去掉0页")
    photograph(clerk, "extract-desk-zh")
    assert violations(clerk) == []
    # A click on a line covers it, and uncovers it.
    line = clerk.locator("[data-page='1'] polygon[data-line='3']")
    line.click()
    assert ticked(clerk) == ["1:1", "1:3", "2:0"]
    line.click()
    assert ticked(clerk) == ["1:1", "2:0"]
    # A drag draws a rectangle, and a rectangle can be made and moved with keys alone.
    drag(clerk, 1, (0.5, 0.6), (0.9, 0.7))
    assert black(clerk, 1) == 2
    add = clerk.locator("[data-page='2']").get_by_role("button", name="添加矩形")
    add.focus()
    clerk.keyboard.press("Enter")
    expect(clerk.locator("[name='left-2']").first).to_be_focused()
    before = clerk.locator("[data-page='2'] [data-drawn] rect").get_attribute("x")
    clerk.locator("[name='left-2']").first.fill("20")
    assert clerk.locator("[data-page='2'] [data-drawn] rect").get_attribute("x") != before
    clerk.locator("[data-page='2']").get_by_role("button", name="去掉").click()
    assert black(clerk, 2) == 1
    # A name that stays is told before anything is made.
    clerk.locator("[data-page='2'] [name=line]").first.uncheck()
    clerk.get_by_role("button", name="制作摘转件").click()
    expect(clerk.get_by_role("alert")).to_contain_text("尤书慎")
    photograph(clerk, "extract-name-stays-zh")
    assert violations(clerk) == []
    assert (black(clerk, 1), black(clerk, 2)) == (2, 0)
    clerk.get_by_label("去掉第2页").check()
    clerk.get_by_role("button", name="制作摘转件").click()
    clerk.wait_for_url(re.compile("/intakes/"))
    receipt = clerk.url.rsplit("/", 1)[-1]
    expect(clerk.locator(".letter-head h3 a").first).to_be_visible(timeout=90_000)
    child = receipts.intake(house.reader, house.archive, receipt).letters[0].public_id

    clerk.goto(f"/letters/{child}")
    photograph(clerk, "extract-child-zh")
    assert violations(clerk) == []
    expect(clerk.locator(".links")).to_contain_text("摘转自")
    found = letter_queries.letter(house.reader, house.archive, child)
    assert [line.text for page in found.pages for line in page.lines] == [FIRST[0], *FIRST[2:]]
    picture = letter_queries.page_image(house.reader, house.archive, child, 1, "a4")
    assert (np.asarray(Image.open(picture.path).convert("L")) < 40).mean() > 0.02

    # The accused works on what is asked for, and is told nothing of where it comes from.
    accused = local_reader(house.archive, "pingchuan")
    seen = letter_queries.letter(accused, house.archive, child)
    assert (seen.extract_of, seen.extracts) == ((), ())
    clerk.locator(".links a").click()
    clerk.wait_for_url(re.compile(letter))
    expect(clerk.locator(".links")).to_contain_text(found.number)


def test_it_works_without_scripts(windows: Windows, house: House, letter: str) -> None:
    clerk = windows(java_script_enabled=False)
    clerk.goto(f"/letters/{letter}/extract")
    clerk.get_by_label("去掉第2页").check()
    for edge, value in (("left", "100"), ("top", "180"), ("right", "150"), ("bottom", "200")):
        clerk.locator(f"[name='{edge}-1']").fill(value)
    clerk.get_by_role("button", name="查看涂黑效果").click()
    assert black(clerk, 1) == 2
    assert clerk.locator("[data-page='2'].out").count() == 1
    clerk.get_by_role("button", name="制作摘转件").click()
    clerk.wait_for_url(re.compile("/intakes/"))


def test_it_fits_a_phone_and_is_said_in_english(windows: Windows, letter: str, tmp_path: Path) -> None:
    phone = windows(PHONE)
    phone.goto(f"/letters/{letter}/extract")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    photograph(phone, "extract-phone-zh")
    assert violations(phone) == []
    desk = windows(DESK)
    desk.goto(f"/letters/{letter}/extract")
    desk.get_by_role("button", name="English").click()
    expect(desk.get_by_role("heading", name="Redacted extract", level=1)).to_be_visible()
    photograph(desk, "extract-desk-en")
