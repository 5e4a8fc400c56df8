"""One's own signature is drawn with the mouse, kept with the password, and shown to its owner."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.house import PASSWORD, PHONE
from tests.browser.test_cases import photograph
from tests.browser.test_quality import violations


def draw(page: Page) -> None:
    """A stroke across the place where one draws, in four pieces."""
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.6)
    page.mouse.down()
    for across, down in ((0.35, 0.25), (0.5, 0.7), (0.65, 0.3), (0.8, 0.55)):
        page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down, steps=8)
    page.mouse.up()


def test_a_signature_is_drawn_and_kept_with_the_password(windows: Windows, tmp_path: Path) -> None:
    page = windows()
    page.goto("/account")
    expect(page.get_by_text("尚未设置签名图像")).to_be_visible()
    assert violations(page) == []
    draw(page)
    page.get_by_role("button", name="重写").click()
    draw(page)
    photograph(page, "sig-01-drawn")
    page.locator("#signature-password").fill("not this one")
    page.get_by_role("button", name="保存签名").click()
    expect(page.locator("#signature-password")).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []
    draw(page)
    page.locator("#signature-password").fill(PASSWORD)
    page.get_by_role("button", name="保存签名").click()
    expect(page.get_by_role("status")).to_contain_text("今后您签署的表单打印此签名")
    photograph(page, "sig-02-kept")
    assert violations(page) == []
    answer = page.request.get("/account/signature.png")
    with Image.open(io.BytesIO(answer.body())) as kept:
        # Trimmed to the stroke: six tenths of the place's width.
        assert 560 <= kept.width <= 660
    assert "no-store" in answer.headers["cache-control"]

    phone = windows(PHONE, language="en")
    phone.goto("/account")
    photograph(phone, "sig-03-phone-english")
    assert violations(phone) == []
    wrong = tmp_path / "signature.png"
    wrong.write_bytes(b"no picture")
    phone.locator("#picture").set_input_files(wrong)
    phone.locator("#signature-password").fill(PASSWORD)
    phone.get_by_role("button", name="Keep this signature").click()
    expect(phone.locator("#picture-problem")).to_contain_text("no picture of a signature")
    photograph(phone, "sig-04-refused")
    assert violations(phone) == []


def test_a_picture_is_chosen_without_javascript(windows: Windows, tmp_path: Path) -> None:
    plain = windows(java_script_enabled=False)
    plain.goto("/account")
    expect(plain.locator("canvas")).to_be_hidden()
    scan = tmp_path / "scan.jpg"
    picture = Image.new("RGB", (600, 200), "white")
    picture.paste("black", (100, 80, 400, 100))
    picture.save(scan)
    plain.locator("#picture").set_input_files(scan)
    plain.locator("#signature-password").fill(PASSWORD)
    plain.get_by_role("button", name="保存签名").click()
    expect(plain.get_by_role("status")).to_contain_text("今后您签署的表单打印此签名")
    plain.locator("summary", has_text="不使用签名图像").click()
    plain.locator("#remove-password").fill(PASSWORD)
    plain.get_by_role("button", name="不使用签名图像").click()
    expect(plain.get_by_text("尚未设置签名图像")).to_be_visible()
