"""A clerk makes a token for another system, which then registers a petition over HTTP; the token is ended again."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import expect

from tests.archive_app.views.api.conftest import FORM
from tests.browser.conftest import Windows
from tests.browser.house import DESK, PASSWORD, PHONE, House
from tests.browser.test_quality import violations

PICTURES = os.environ.get("ARCHIVE_TEST_PICTURES", "")


def ask(house: House, token: str) -> int:
    body = json.dumps({"form": FORM, "received_at": "2026-04-01T09:00:00+08:00"}).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{house.address}/api/v2/cases", body, headers)  # noqa: S310 - our own server, http
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_token_is_made_used_and_ended(house: House, windows: Windows) -> None:
    page = windows()
    page.goto("/account")
    page.get_by_role("link", name="系统对接令牌").click()
    assert violations(page) == []
    page.get_by_label("对接系统名称").fill("网上信访门户")
    page.get_by_label("登记信访事项").check()
    page.get_by_label("请再次输入您的密码").fill("not my password")
    page.get_by_role("button", name="生成令牌").click()
    expect(page.locator("#token-password-problem")).to_be_visible()
    assert violations(page) == []
    expect(page.get_by_label("登记信访事项")).to_be_checked()
    page.get_by_label("请再次输入您的密码").fill(PASSWORD)
    page.get_by_role("button", name="生成令牌").click()
    token = page.locator(".password code").inner_text()
    assert violations(page) == []
    assert ask(house, token) == 201
    page.goto("/account/tokens")
    expect(page.locator("table.list")).to_contain_text("网上信访门户")
    expect(page.locator("body")).not_to_contain_text(token)
    page.locator("table.list button").click()
    expect(page.get_by_role("status")).to_contain_text("已停用")
    assert ask(house, token) == 401


def test_the_page_of_tokens_in_both_languages_and_sizes(windows: Windows) -> None:
    for language in ("zh", "en"):
        for name, size in (("desk", DESK), ("phone", PHONE)):
            page = windows(size, language=language)
            page.goto("/account/tokens")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert violations(page) == []
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f"tokens-{language}-{name}.png", full_page=True)
