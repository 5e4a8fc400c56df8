"""One archive, one browser for all tests here; a window of its own for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState, sync_playwright

from tests.browser.house import CHROMIUM, DESK, House, launch, open_house, sign_in, window

Windows = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"needs Chromium, which is not at {CHROMIUM} (set ARCHIVE_TEST_CHROMIUM)")
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("browser") / "archive") as opened:
        yield opened


@pytest.fixture(scope="session")
def signed_in(browser: Browser, house: House) -> StorageState:
    context = window(browser, house)
    sign_in(context.new_page(), house)
    state = context.storage_state()
    context.close()
    return state


def is_complaint(message: ConsoleMessage) -> bool:
    """An error, but for the browser's own note that the page itself (asked for by a test) has a status of error."""
    is_own_status = message.page is not None and message.location["url"] == message.page.url
    return message.type == "error" and not is_own_status


@pytest.fixture
def windows(browser: Browser, house: House, signed_in: StorageState) -> Iterator[Windows]:
    """Opens windows: `windows(PHONE, language="en")`; each must end without an error in its console."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_window(
        size: tuple[int, int] = DESK, *, language: str = "zh", signed_out: bool = False, **options: object
    ) -> Page:
        context = window(browser, house, size, storage_state=None if signed_out else signed_in, **options)
        context.add_cookies([{"name": "language", "value": language, "url": house.address}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append(context)
        return page

    yield open_window
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture
def page(windows: Windows) -> Page:
    return windows()
