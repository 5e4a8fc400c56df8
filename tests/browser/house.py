"""A real archive with its site and its worker, on this machine only, and a browser to look at it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from archive_app.access.identity import Reader
from archive_app.letters import intake, receipts
from archive_app.letters.results import Grouping
from archive_app.people import sign_in as sign_in_service
from archive_app.runtime.archive import Archive, create

NAME, PASSWORD, DISPLAY_NAME = "liwen", "correct horse battery", "李文"
CHROMIUM = os.environ.get("ARCHIVE_TEST_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
DESK, PHONE = (1366, 768), (390, 844)
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class House:
    """A running archive: where it listens, and its first clerk."""

    address: str
    archive: Archive
    reader: Reader


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    """Make an archive with one clerk, serve it with its worker, and stop both at the end."""
    archive = create(folder, reserve_bytes=0, sweep_seconds=0.5, engine="rapidocr", jobs=1)
    sign_in_service.add_account(archive, NAME, PASSWORD, display_name=DISPLAY_NAME)
    port = _free_port()
    command = [sys.executable, "-m", "archive_app", "--archive", str(folder), "serve", "--port", str(port)]
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=_environment())
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, server)
            yield House(address, archive, sign_in_service.local_reader(archive, NAME))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)
            archive.close()


def bring_in(house: House, files: Mapping[str, Path], *, grouping: Grouping = "one", channel: str = "letter") -> str:
    """Take files in without the browser, and wait until they are read; returns the receipt's id."""
    with_names = [(name, path.open("rb")) for name, path in files.items()]
    try:
        uploads = [intake.Upload(name, stream) for name, stream in with_names]
        receipt = intake.receive(house.reader, house.archive, uploads, grouping=grouping, channel=channel)
    finally:
        for _, stream in with_names:
            stream.close()
    until = time.monotonic() + PATIENCE
    while not receipts.intake(house.reader, house.archive, receipt).done:
        if time.monotonic() > until:
            raise TimeoutError(receipt)
        time.sleep(0.3)
    return receipt


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium, without a screen."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)


def sign_in(page: Page, house: House, name: str = NAME) -> None:
    """Sign somebody in, the clerk if nobody else is named."""
    page.goto(f"{house.address}/login")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url(f"{house.address}/")


def window(browser: Browser, house: House, size: tuple[int, int] = DESK, **options: object) -> BrowserContext:
    """A window of its own, signed out."""
    width, height = size
    context = browser.new_context(
        base_url=house.address,
        viewport={"width": width, "height": height},
        locale="zh-CN",
        **options,  # type: ignore[arg-type]
    )
    context.set_default_timeout(PATIENCE * 1000 / 4)
    return context


def _environment() -> dict[str, str]:
    return {**os.environ, "OMP_THREAD_LIMIT": "1", "PYTHONUNBUFFERED": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        if server.poll() is not None:
            raise RuntimeError(f"the site ended with status {server.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/login"):  # noqa: S310 - our own server, http
                return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
