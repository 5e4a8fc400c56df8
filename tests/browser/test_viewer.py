"""A letter on the screen in a real browser: its picture, its text, doubtful lines, hits, print."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.house import House, bring_in
from tests.browser.letter_steps import (
    HALF_A_CHARACTER,
    box_of,
    drafts,
    follow,
    shown_at,
    until,
    write,
)


def test_text_is_selected_on_the_picture(page: Page, house: House, tmp_path: Path) -> None:
    (file,) = write(tmp_path, select=["物业收费不公开"])
    receipt = bring_in(house, {file.name: file})
    page.goto(f"/intakes/{receipt}")
    page.locator(".letter-head a").first.click()
    text = page.locator(".overlay text").first
    left, _, right, _ = box_of(["物业收费不公开"], 0, 0, 7)
    shown = shown_at(page, text)
    assert (shown[0], shown[2]) == pytest.approx((left, right), abs=HALF_A_CHARACTER)
    text.dblclick()
    assert page.evaluate("getSelection().toString()").strip() in "物业收费不公开"
    assert page.evaluate("getSelection().toString()").strip()


def test_doubtful_lines_are_visited_one_after_the_other(page: Page, house: House, shared_data: Path) -> None:
    """On a page of cursive writing, which the engine doubts."""
    scan = shared_data / "pages" / "hand-cursivefont__hw-liujian.jpg"
    receipt = bring_in(house, {scan.name: scan})
    page.goto(f"/intakes/{receipt}")
    page.locator(".letter-head a").first.click()
    expect(page.locator(".lines .flag").first).to_have_text("存疑")
    follow(page, "校对文字")
    doubtful = page.locator('.fields li.doubtful input[name="line"]')
    assert doubtful.count() > 2
    expect(doubtful.nth(0)).to_be_focused()
    page.keyboard.press("Control+ArrowDown")
    expect(doubtful.nth(1)).to_be_focused()
    # The line in hand is lit on the picture.
    number = page.locator(".fields li:focus-within").get_attribute("data-line")
    expect(page.locator(f'polygon.place[data-line="{number}"]')).to_have_class(re.compile("lit"))
    page.get_by_role("button", name="下一存疑行").click()
    expect(doubtful.nth(2)).to_be_focused()


def test_a_doubtful_line_that_is_right_is_confirmed(page: Page, house: House, shared_data: Path) -> None:
    scan = shared_data / "pages" / "hand-cursivefont__hw-liujian.jpg"
    receipt = bring_in(house, {scan.name: scan})
    page.goto(f"/intakes/{receipt}")
    page.locator(".letter-head a").first.click()
    before = page.locator(".lines .flag").count()
    follow(page, "校对文字")
    box = page.get_by_label("核对无误").first
    place = box.bounding_box()
    assert place is not None
    assert place["width"] < 24
    box.check()
    # What is confirmed is passed over, and asked about when the page is left.
    page.keyboard.press("Control+ArrowDown")
    doubtful = page.locator('.fields li.doubtful input[name="line"]')
    expect(doubtful.nth(1)).to_be_focused()
    for _ in range(doubtful.count() - 1):
        page.keyboard.press("Control+ArrowDown")
    expect(doubtful.nth(1)).to_be_focused()
    until(lambda: drafts(page) == 1)
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("saved="))
    expect(page.locator(".lines .flag")).to_have_count(before - 1)
    warning = page.get_by_text("部分文字难以辨认")
    expect(warning).to_be_visible()
    follow(page, "校对文字")
    for each in page.get_by_label("核对无误").all():
        each.check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("saved="))
    expect(page.locator(".lines .flag")).to_have_count(0)
    expect(warning).to_have_count(0)


def test_a_hit_low_on_the_page_is_seen_at_once_on_a_phone(windows: Windows, house: House, tmp_path: Path) -> None:
    (file,) = write(tmp_path, low=["关于路灯的来信", *["路灯不亮"] * 9, "盼望尽快修复"])
    receipt = bring_in(house, {file.name: file})
    page = windows((390, 420), is_mobile=True, has_touch=True)
    page.goto(f"/intakes/{receipt}")
    page.locator(".letter-head a").first.click()
    page.goto(f"{page.url}?q=盼望")
    expect(page.locator(".hit.current")).to_be_in_viewport(ratio=1)
    # Neither do the tools, which stay above the picture, cover it.
    tools, hit = page.locator("[data-tools]").bounding_box(), page.locator(".hit.current").bounding_box()
    assert tools is not None
    assert hit is not None
    assert hit["y"] >= tools["y"] + tools["height"]


def test_back_to_the_results_keeps_their_order_and_choices(page: Page, house: House, tmp_path: Path) -> None:
    (file,) = write(tmp_path, back=["关于噪声的来信", "夜里噪声不断"])
    bring_in(house, {file.name: file})
    page.goto("/search?q=噪声&sort=relevance&channel=letter")
    page.locator(".hits h2 a").first.click()
    follow(page, "回到检索结果")
    page.wait_for_url(re.compile(r"/search\?.*sort=relevance.*channel=letter"))


def test_a_printed_letter_has_its_picture_whole_on_the_first_sheet(page: Page, house: House, tmp_path: Path) -> None:
    (file,) = write(tmp_path, printed=["关于停水的来信", "停水已经三天"])
    receipt = bring_in(house, {file.name: file})
    page.goto(f"/intakes/{receipt}")
    page.locator(".letter-head a").first.click()
    page.goto(f"{page.url}?q=停水")
    printed = io.BytesIO(page.pdf(prefer_css_page_size=True))
    with pikepdf.open(printed) as pdf:
        assert len(pdf.pages) == 2
        assert [len(sheet.get_images()) for sheet in pdf.pages] == [1, 0]


def test_a_turned_view_lies_within_reach(page: Page, house: House, tmp_path: Path) -> None:
    (file,) = write(tmp_path, turned=["关于停电的来信"])
    receipt = bring_in(house, {file.name: file})
    page.goto(f"/intakes/{receipt}")
    page.locator(".letter-head a").first.click()
    page.wait_for_load_state("networkidle")
    upright, pane = page.locator("[data-sheet]").bounding_box(), page.locator("[data-pane]").bounding_box()
    assert upright is not None
    assert pane is not None
    for turned in (1, 2, 3):
        page.keyboard.press("r")
        expect(page.locator("[data-sheet]")).to_have_class(re.compile(f"turned-{turned}"))
        box = page.locator("[data-sheet]").bounding_box()
        assert box is not None
        assert (box["width"] > box["height"]) == (turned != 2)
        assert box["x"] == pytest.approx(upright["x"], abs=1)
        assert box["y"] == pytest.approx(upright["y"], abs=1)
        assert box["x"] + box["width"] <= pane["x"] + pane["width"] + 1


def test_a_letter_without_a_page_says_what_can_be_done(page: Page, house: House, tmp_path: Path) -> None:
    damaged = tmp_path / "残页.pdf"
    damaged.write_bytes(b"%PDF-1.7 and no more")
    receipt = bring_in(house, {damaged.name: damaged})
    page.goto(f"/intakes/{receipt}")
    expect(page.locator("[data-said]")).to_be_visible()
    page.locator(".letter-head a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("残页.pdf")
    expect(page.get_by_role("button", name="重试")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="残页.pdf").click()
    assert Path(download.value.path()).read_bytes() == damaged.read_bytes()
