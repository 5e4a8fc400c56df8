"""What every page owes everyone: WCAG 2.2 AA, little weight, nothing that jumps, one language at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

from archive_app.letters import receipts
from tests import made
from tests.browser.conftest import Windows
from tests.browser.house import DESK, PHONE, House, bring_in

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIRST_PAGE_BYTES = 150_000
MOST_SHIFT = 0.05
ADDRESSES = {
    "home": "/",
    "scan": "/scan",
    "separators": "/scan/separators?copies=2",
    "receipt": "/intakes/{receipt}",
    "letter": "/letters/{letter}?q=围挡",
    "pages": "/letters/{letter}/scan",
    "correction": "/letters/{letter}/pages/1/correction",
    "versions": "/letters/{letter}/pages/1/versions",
    "history": "/letters/{letter}/history",
    "access": "/letters/{letter}/access",
    "search": "/search?q=围挡",
    "nothing found": "/search?q=围档占道",
    "bad search": "/search?q=日期:某天",
    "help": "/help",
    "not found": "/letters/none",
}


@pytest.fixture(scope="module")
def places(house: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A letter of two pages, brought in with a file that cannot be read."""
    folder = tmp_path_factory.mktemp("quality")
    letter, broken = folder / "letter.pdf", folder / "broken.pdf"
    letter.write_bytes(made.pdf([made.page(["工地围挡占用人行道", "行人只能走机动车道"]), made.page(["围挡应当后移"])]))
    broken.write_bytes(b"%PDF-1.7 and no more")
    receipt = bring_in(house, {letter.name: letter, broken.name: broken}, grouping="each")
    found = receipts.intake(house.reader, house.archive, receipt)
    known = {"receipt": receipt, "letter": found.letters[0].public_id}
    return {name: address.format(**known) for name, address in ADDRESSES.items()}


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [
        f"{problem['id']}: {node['target']} {node['failureSummary']}"
        for problem in found.response["violations"]
        for node in problem["nodes"]
    ]


@pytest.mark.parametrize("name", ADDRESSES)
def test_axe_finds_nothing(page: Page, places: dict[str, str], name: str) -> None:
    page.goto(places[name], wait_until="networkidle")
    assert violations(page) == []


@pytest.mark.parametrize("name", ["receipt", "letter", "correction", "search"])
def test_axe_finds_nothing_on_a_phone_in_english(windows: Windows, places: dict[str, str], name: str) -> None:
    page = windows(PHONE, language="en")
    page.goto(places[name], wait_until="networkidle")
    assert violations(page) == []


def test_axe_finds_nothing_on_the_form_to_sign_in(windows: Windows) -> None:
    page = windows(signed_out=True)
    page.goto("/login")
    assert violations(page) == []


def test_axe_finds_a_planted_fault(page: Page) -> None:
    page.goto("/help")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any("button-name" in violation for violation in violations(page))


def test_pictures_and_downloads_are_kept_by_nobody(page: Page, places: dict[str, str]) -> None:
    letter = places["letter"].split("?")[0]
    for address, is_download in (
        (f"{letter}/pages/1/a4.jpg", False),
        (f"{letter}/pages/1/source.jpg", False),
        (f"{letter}/originals/1", True),
        (f"{letter}/a4.pdf", True),
    ):
        answer = page.request.get(address, headers={"Range": "bytes=0-9"})
        assert answer.status == 200
        assert len(answer.body()) > 10
        assert answer.headers["cache-control"] == "no-store"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert {"etag", "last-modified", "accept-ranges", "content-range"}.isdisjoint(answer.headers)
        assert answer.headers.get("content-disposition", "").startswith("attachment") == is_download


def test_the_first_page_is_light(page: Page) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/", wait_until="networkidle")
    assert sum(len(answer.body()) for answer in answers) < FIRST_PAGE_BYTES


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("name", ["letter", "correction", "receipt", "search", "scan"])
def test_nothing_jumps_while_a_page_loads(
    windows: Windows, places: dict[str, str], name: str, size: tuple[int, int]
) -> None:
    page = windows(size)
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) "
        "if (!entry.hadRecentInput) window.shift += entry.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(places[name], wait_until="networkidle")
    assert page.evaluate("window.shift") < MOST_SHIFT


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_enlarged_to_200_percent_needs_no_sideways_scrolling(
    windows: Windows, places: dict[str, str], name: str
) -> None:
    """A window of 1366 points enlarged twice has 683 to lay the page out in."""
    page = windows((DESK[0] // 2, DESK[1] // 2), device_scale_factor=2)
    page.goto(places[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= DESK[0] // 2


def test_the_keyboard_reaches_everything_on_the_scan_page(page: Page, tmp_path: Path) -> None:
    files = []
    for name in ("a", "b"):
        files.append(tmp_path / f"{name}.jpg")
        files[-1].write_bytes(made.jpeg([name]))
    page.goto("/scan")
    page.locator("#files").set_input_files(files)
    reached = set()
    page.locator("#main").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.getAttribute('aria-label')"))
    assert {"files", "下移：a.jpg", "移出：a.jpg", "上移：b.jpg", "channel", "send"} <= reached
