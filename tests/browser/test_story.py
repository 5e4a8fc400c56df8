"""From paper to found, as a clerk does it, in a real browser, with a real worker and a real engine."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, Page, expect

from archive_app.letters.intake import SEPARATOR_PAYLOAD
from tests import made
from tests.browser.conftest import Windows
from tests.browser.house import NAME, PASSWORD, PHONE, House, bring_in, sign_in, window
from tests.browser.letter_steps import (
    FIRST_PAGE,
    HALF_A_CHARACTER,
    READ,
    SECOND_PAGE,
    box_of,
    drafts,
    follow,
    search_for,
    shown_at,
    until,
    wait_until_read,
    write,
)


def test_a_letter_goes_from_paper_to_found(page: Page, house: House, tmp_path: Path) -> None:
    second, first = write(tmp_path, second=SECOND_PAGE, first=FIRST_PAGE)
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="扫描收件").click()
    page.locator("#files").set_input_files([second, first])

    # The order of the list is the order of the letter.
    page.get_by_role("button", name="上移：first.jpg").click()
    expect(page.locator("#pages-list b")).to_have_text(["first.jpg", "second.jpg"])
    page.get_by_role("button", name="收件").click()

    wait_until_read(page)
    expect(page.locator("h1")).to_contain_text("收件回执")
    expect(page.locator(".sha")).to_have_count(2)
    expect(page.locator(".progress [data-said]")).to_have_text("共 2 页，已完成 2 页")
    page.get_by_role("link", name="各页及处理情况").click()
    expect(page.get_by_role("img", name="第 1 页原样")).to_be_visible()
    expect(page.get_by_role("img", name="第 2 页 A4 档案页")).to_be_visible()
    expect(page.locator(".notices").first).to_contain_text("150 dpi")

    search_for(page, "夜间施工 噪声")
    expect(page.locator(".snippet mark").first).to_be_visible()
    page.get_by_role("link", name="关于夜间施工噪声的来信").click()
    expect(page.locator(".lines mark").first).to_have_text("夜间施工")
    # "噪声" in the first line, "夜间施工" in the first and the third; each lies on its characters.
    hits = page.locator(".overlay .hit")
    expect(hits).to_have_count(3)
    for place, (line, start, end) in enumerate(((0, 2, 6), (0, 6, 8), (2, 8, 12))):
        expected = box_of(FIRST_PAGE, line, start, end)
        assert shown_at(page, hits.nth(place)) == pytest.approx(expected, abs=HALF_A_CHARACTER)

    follow(page, "校对文字")
    last = page.locator('input[name="line"]').last
    last.fill("居民彻夜难眠")
    last.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("校对第 2 页")
    expect(page.get_by_role("status").first).to_contain_text("第 1 页已保存")
    # In a field, the search key is a character like any other: the box is reached by its name.
    page.get_by_role("searchbox").fill("彻夜难眠")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".hits > li")).to_have_count(1)
    page.locator(".hits a").click()
    page.get_by_role("link", name="第 2 版").click()
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_role("link", name="回到信件").click()
    page.get_by_role("link", name="操作记录").click()
    expect(page.get_by_role("cell", name="文字校对")).to_be_visible()


def test_a_page_is_turned_and_scanned_again(page: Page, house: House, tmp_path: Path) -> None:
    first, better = write(tmp_path, first=["门前道路坑洼不平"], better=["门前道路常年积水"])
    receipt = bring_in(house, {first.name: first})
    page.goto(f"/intakes/{receipt}")
    page.get_by_role("link", name="各页及处理情况").click()
    page.get_by_role("button", name="第 1 页倒转").click()
    expect(page.locator(".scanned > :first-child")).to_contain_text("第 2 次扫描")

    page.get_by_text("重新扫描这一页").click()
    page.get_by_label("第 1 页的新扫描件").set_input_files(better)
    page.locator(".remedies details button").click()
    expect(page.locator(".scanned > :first-child")).to_contain_text("第 3 次扫描")
    expect(page.locator("h1")).to_contain_text("门前道路常年积水", timeout=READ)


def test_a_stack_is_split_where_the_separator_sheets_lie(page: Page, tmp_path: Path) -> None:
    sheets = [
        made.page(["第一件信访材料"]),
        made.separator_sheet(SEPARATOR_PAYLOAD),
        made.page(["第二件信访材料"]),
    ]
    stack = tmp_path / "stack.pdf"
    stack.write_bytes(made.pdf(sheets))
    page.goto("/scan")
    page.locator("#files").set_input_files(stack)
    page.get_by_label("一叠多件").check()
    page.get_by_label("信访形式").select_option(label="来访")
    page.get_by_role("button", name="收件").click()
    wait_until_read(page)
    expect(page.locator(".letter-head h3")).to_have_text(["stack.pdf · 1", "stack.pdf · 2"])
    expect(page.locator(".letter-head .state")).to_have_text(["识别完成", "识别完成"])
    expect(page.locator("main")).to_contain_text("来访")


def test_the_printed_separator_sheet_is_known_again(page: Page, house: House, tmp_path: Path) -> None:
    """The sheet as the browser draws it for the printer, between two pages."""
    page.goto("/scan/separators?copies=1")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    sheet = tmp_path / "2-sheet.png"
    page.screenshot(path=sheet)
    first, last = write(tmp_path, first=["甲方来信材料"], last=["乙方来信材料"])
    receipt = bring_in(house, {"1.jpg": first, "2.png": sheet, "3.jpg": last}, grouping="stack")
    page.emulate_media(media="screen")
    page.goto(f"/intakes/{receipt}")
    for number, words in enumerate(("甲方来信材料", "乙方来信材料")):
        page.goto(f"/intakes/{receipt}")
        page.locator(".letter-head h3 a").nth(number).click()
        expect(page.locator("h1")).to_have_text(words)


def test_separator_sheets_print_one_a_page(page: Page, tmp_path: Path) -> None:
    page.goto("/scan/separators?copies=3")
    printed = page.pdf(prefer_css_page_size=True)
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        boxes = [[round(float(side)) for side in leaf.mediabox[2:]] for leaf in pdf.pages]
    assert boxes == [[595, 842]] * 3


def test_a_file_that_cannot_be_read_says_so_and_is_kept(page: Page, tmp_path: Path) -> None:
    broken = tmp_path / "residue.pdf"
    broken.write_bytes(b"%PDF-1.7 and no more")
    page.goto("/scan")
    page.locator("#files").set_input_files(broken)
    page.get_by_role("button", name="收件").click()
    wait_until_read(page)
    expect(page.locator(".state.attention")).to_be_visible()
    page.get_by_role("link", name="各页及处理情况").click()
    expect(page.locator(".notices").first).to_contain_text("residue.pdf")
    page.goto("/")
    expect(page.locator("aside")).to_contain_text("residue.pdf")


def test_nothing_chosen_is_said_at_once(page: Page) -> None:
    page.goto("/scan")
    page.get_by_role("button", name="收件").click()
    expect(page.get_by_role("alert")).to_contain_text("还没有选择文件")


def test_pages_are_dragged_into_order_and_taken_out(page: Page, tmp_path: Path) -> None:
    files = write(tmp_path, a=["一"], b=["二"], c=["三"])
    page.goto("/scan")
    page.locator("#files").set_input_files(files)
    names = page.locator("#pages-list b")
    items = page.locator("#pages-list li")
    items.nth(2).drag_to(items.nth(0), target_position={"x": 40, "y": 5})
    expect(names).to_have_text(["c.jpg", "a.jpg", "b.jpg"])
    page.get_by_role("button", name="移出：a.jpg").click()
    expect(names).to_have_text(["c.jpg", "b.jpg"])
    page.get_by_role("button", name="下移：c.jpg").press("Enter")
    expect(names).to_have_text(["b.jpg", "c.jpg"])
    expect(page.locator("#said")).to_have_text("c.jpg：现在排第 2，共 2 个")


def test_files_are_brought_without_javascript(windows: Windows, tmp_path: Path) -> None:
    (file,) = write(tmp_path, plain=["反映占道经营问题"])
    page = windows(java_script_enabled=False)
    page.goto("/scan")
    page.locator("#files").set_input_files(file)
    page.get_by_role("button", name="收件").click()
    page.wait_for_url(re.compile("/intakes/"))
    # The page asks again by itself until all is read.
    expect(page.locator("[data-done=yes]")).to_be_attached(timeout=READ)
    page.locator(".letter-head a").first.click()
    expect(page.locator(".lines")).to_contain_text("占道经营")


def test_a_search_needs_no_mouse(page: Page, house: House, tmp_path: Path) -> None:
    one, two = write(tmp_path, one=["健身器材损坏无人修理"], two=["健身器材占用消防通道"])
    bring_in(house, {one.name: one, two.name: two}, grouping="each")
    page.goto("/help")
    search_for(page, "健身器材")
    expect(page.locator(".hits > li")).to_have_count(2)
    page.locator("h1").click(force=True)
    page.keyboard.press("j")
    expect(page.locator(".hits > li.chosen")).to_have_count(1)
    page.keyboard.press("j")
    chosen = page.locator(".hits > li.chosen h2").inner_text()
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/letters/"))
    expect(page.locator("h1")).to_have_text(chosen)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.wait_for_url(re.compile("/correction"))


def test_a_half_written_correction_survives_the_tab_and_is_unreadable_on_the_disk(
    windows: Windows, house: House, tmp_path: Path
) -> None:
    (file,) = write(tmp_path, draft=["路灯长期不亮"])
    receipt = bring_in(house, {file.name: file})
    page = windows()
    page.goto(f"/intakes/{receipt}")
    page.locator(".letter-head a").first.click()
    follow(page, "校对文字")
    address = page.url
    page.locator('input[name="line"]').first.fill("路灯长期不亮，夜间不安全")
    until(lambda: drafts(page) == 1)
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "路灯" not in kept
    assert address.split("/")[4] not in kept

    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(address)
    expect(again.locator("#restored")).to_be_visible()
    expect(again.locator('input[name="line"]').first).to_have_value("路灯长期不亮，夜间不安全")
    again.get_by_role("button", name="放弃").click()
    expect(again.locator('input[name="line"]').first).to_have_value("路灯长期不亮")
    until(lambda: drafts(again) == 0)


def test_two_people_correcting_one_page_lose_nothing(windows: Windows, house: House, tmp_path: Path) -> None:
    (file,) = write(tmp_path, both=["下水道堵塞三个月"])
    receipt = bring_in(house, {file.name: file})
    first, second = windows(), windows()
    first.goto(f"/intakes/{receipt}")
    first.locator(".letter-head a").first.click()
    follow(first, "校对文字")
    second.goto(first.url)
    first.locator('input[name="line"]').first.fill("下水道堵塞已三个月")
    first.get_by_role("button", name="保存").click()
    first.wait_for_url(re.compile("saved="))
    second.locator('input[name="line"]').first.fill("下水道堵塞近三个月")
    with second.expect_response(lambda answer: answer.request.method == "POST") as answer:
        second.get_by_role("button", name="保存").click()
    assert answer.value.status == 409
    expect(second.get_by_role("alert")).to_contain_text("两个版本")
    # What was typed is not in the archive yet, so it is still kept here.
    again = second.context.new_page()
    again.goto(second.url)
    expect(again.locator('input[name="line"]').first).to_have_value("下水道堵塞近三个月")
    again.close()
    expect(second.locator(".theirs")).to_contain_text("下水道堵塞已三个月")
    second.get_by_role("button", name="取用这个").click()
    expect(second.locator('input[name="line"]').first).to_have_value("下水道堵塞已三个月")
    expect(second.locator('input[name="line"]').first).to_be_focused()
    second.locator('input[name="line"]').first.fill("下水道堵塞近三个月")
    second.get_by_role("button", name="保存").click()
    second.wait_for_url(re.compile("saved="))
    expect(second.locator(".lines")).to_contain_text("近三个月")


def test_the_particulars_are_written_beside_the_picture(page: Page, house: House, tmp_path: Path) -> None:
    (file,) = write(tmp_path, particulars=["垃圾清运不及时"])
    receipt = bring_in(house, {file.name: file})
    page.goto(f"/intakes/{receipt}")
    page.locator(".letter-head a").first.click()
    page.get_by_label("标题").fill("关于垃圾清运的来信")
    page.get_by_label("来信人", exact=True).fill("周明远")
    page.get_by_label("信件日期").fill("2026-02-24")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("h1")).to_have_text("关于垃圾清运的来信")
    expect(page.locator(".particulars")).to_contain_text("周明远 · 2026年2月24日")
    page.goto("/search?q=来信人:周明远 日期:2026-02")
    expect(page.locator(".hits > li")).to_have_count(1)


def test_a_phone_shows_everything_without_scrolling_sideways(windows: Windows, house: House, tmp_path: Path) -> None:
    (file,) = write(tmp_path, phone=["公交站台无遮雨棚"])
    receipt = bring_in(house, {file.name: file})
    page = windows(PHONE, has_touch=True, is_mobile=True)
    page.goto(f"/intakes/{receipt}")
    letter = page.locator(".letter-head a").first.get_attribute("href") or ""
    correction = f"{letter}/pages/1/correction"
    for address in ("/", "/scan", f"/intakes/{receipt}", letter, correction, "/search?q=站台", "/help"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], address
    page.goto("/scan")
    camera = page.locator("#camera")
    assert camera.get_attribute("capture") == "environment"
    expect(page.locator('label[for="camera"]')).to_be_visible()
    camera.set_input_files(file)
    expect(page.locator("#pages-list li")).to_have_count(1)


def test_english_is_one_click_away(page: Page, house: House, tmp_path: Path) -> None:
    page.goto("/search?q=噪声")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/search?q=%E5%99%AA%E5%A3%B0")
    expect(page.get_by_role("navigation", name="Uses")).to_contain_text("Scan in")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_hidden_letters_pages_are_not_told_from_absent_ones(page: Page, house: House) -> None:
    bodies = set()
    for address in ("/letters/none", "/intakes/none", "/no/such/page", "/letters/none/pages/1/a4.jpg"):
        answer = page.request.get(address)
        assert answer.status == 404
        bodies.add(re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text()))
    assert len(bodies) == 1


def sign_in_again(page: Page) -> None:
    page.locator("#name").fill(NAME)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()


def test_an_ended_session_loses_neither_a_list_of_files_nor_a_correction(
    browser: Browser, house: House, tmp_path: Path
) -> None:
    (file,) = write(tmp_path, ended=["垃圾清运不及时"])
    receipt = bring_in(house, {file.name: file})
    context = window(browser, house)
    page = context.new_page()
    sign_in(page, house)
    page.goto("/scan")
    page.set_input_files("#files", file)
    context.clear_cookies()
    page.locator("#send").click()
    expect(page.get_by_role("alert")).to_contain_text("登录已过期")
    with context.expect_page() as opened:
        page.get_by_role("alert").get_by_role("link", name="登录").click()
    sign_in_again(opened.value)
    opened.value.wait_for_url(f"{house.address}/")
    page.locator("#send").click()
    page.wait_for_url(re.compile("/intakes/"))
    page.goto(f"/intakes/{receipt}")
    page.locator(".letter-head a").first.click()
    follow(page, "校对文字")
    form = page.url
    page.locator('input[name="line"]').first.fill("垃圾清运很不及时")
    until(lambda: drafts(page) == 1)
    context.clear_cookies()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("登录已过期")
    sign_in_again(page)
    page.wait_for_url(form)
    expect(page.locator('input[name="line"]').first).to_have_value("垃圾清运很不及时")
    context.close()
