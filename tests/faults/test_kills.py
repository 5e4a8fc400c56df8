"""kill -9 of site and worker at random moments while letters come in: what was acknowledged comes to its end, once.

`make kills N=200` does it more often than the test run does.
"""

from __future__ import annotations

import contextlib
import http.client
import http.cookiejar
import io
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import func, select

from archive_app.access.system import SYSTEM
from archive_app.letters import queries as letter_queries
from archive_app.letters import receipts
from archive_app.people.sign_in import add_account, local_reader
from archive_app.runtime.archive import create, open_archive
from archive_app.search import search
from archive_app.search.results import SearchRequest
from storage.models import Case, Intake, Letter, Page, PageScan, TextVersion
from storage.session import reading
from tests import made

KILLS = int(os.environ.get("ARCHIVE_KILLS", "20"))
SEED = int(os.environ.get("ARCHIVE_SEED", "2026"))
SECONDS_TO_END = 300
PASSWORD = "correct horse"


class Site:
    """The real command `archive serve`, started again each time it was killed."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder
        self.log = log.open("ab")
        self.address = ""
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "archive_app",
            "--archive",
            str(self.folder),
            "serve",
            "--port",
            str(self.port),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith("http://127.0.0.1:"), self.address

    def worker(self) -> int | None:
        """The worker's process id: the site's one child."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task")
        try:
            children = [pid for task in listed.iterdir() for pid in (task / "children").read_text().split()]
        except OSError:
            return None
        return int(children[0]) if children else None

    def kill(self, victims: str) -> None:
        assert self.process is not None
        worker = self.worker()
        if victims in ("site", "both"):
            self.process.kill()
        if victims in ("worker", "both") and worker is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        if victims in ("site", "both"):
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.log.close()


class Clerk(threading.Thread):
    """Signs in and uploads letters, one after the other, for as long as asked; notes what was acknowledged."""

    def __init__(self, site: Site, seed: int) -> None:
        super().__init__(daemon=True)
        self.site = site
        self.random = random.Random(seed)
        self.acknowledged: dict[str, list[str]] = {}
        self.tried = 0
        self.enough = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.enough.is_set():
            try:
                browser = self.sign_in()
                while not self.enough.is_set():
                    number += 1
                    self.upload(browser, number)
                    time.sleep(self.random.uniform(0.2, 1.0))
            except (OSError, http.client.HTTPException, AttributeError):
                time.sleep(0.1)  # the site was killed under our hands: begin again

    def sign_in(self) -> urllib.request.OpenerDirector:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        browser = urllib.request.build_opener(cookies)
        form = {"name": "wang", "password": PASSWORD, "csrf_token": self.token(browser, "/login")}
        browser.open(self.site.address + "login", urllib.parse.urlencode(form).encode(), timeout=20).close()
        return browser

    def token(self, browser: urllib.request.OpenerDirector, path: str) -> str:
        with browser.open(self.site.address.rstrip("/") + path, timeout=20) as page:
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
        assert found is not None
        return found.group(1)

    def upload(self, browser: urllib.request.OpenerDirector, number: int) -> None:
        words = [f"第{number}号来信", "反映夜间噪声"]
        pages = [made.page([*words, f"第{leaf + 1}页"]) for leaf in range(self.random.choice((1, 1, 2)))]
        content = made.jpeg(words) if len(pages) == 1 else made.tiff(pages)
        fields = {"csrf_token": self.token(browser, "/scan"), "grouping": "one", "channel": "letter"}
        body, kind = multipart(fields, f"letter-{number}", content)
        request = urllib.request.Request(self.site.address + "scan", body, {"Content-Type": kind})  # noqa: S310
        self.tried += 1
        with browser.open(request, timeout=20) as answer:
            assert "/intakes/" in answer.url, answer.url
            self.acknowledged[answer.url.rsplit("/", 1)[1]] = [f"第{number}号来信"] * len(pages)


def multipart(fields: dict[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    out = io.BytesIO()
    for field, value in fields.items():
        out.write(f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode())
    out.write(f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'.encode())
    out.write(b"Content-Type: application/octet-stream\r\n\r\n" + content + f"\r\n--{boundary}--\r\n".encode())
    return out.getvalue(), f"multipart/form-data; boundary={boundary}"


@pytest.mark.timeout(120 + 30 * KILLS + SECONDS_TO_END)
def test_kill_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    folder = tmp_path / "archive"
    # A lease that is shorter than a person waits: a killed worker's letters are soon taken over.
    made_archive = create(folder, reserve_bytes=0, lease_seconds=3.0, sweep_seconds=0.5, defer_seconds=0.5)
    add_account(made_archive, "wang", PASSWORD)
    made_archive.close()
    site = Site(folder, tmp_path / "site.log")
    site.start()
    clerk = Clerk(site, SEED)
    clerk.start()
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.3, 3.5))
        victims = chance.choice(("site", "worker", "both"))
        site.kill(victims)
        if victims != "worker":
            site.start()
    clerk.enough.set()
    clerk.join(60)
    wait_until_settled(folder)
    site.stop()
    check(folder, clerk)


def wait_until_settled(folder: Path) -> None:
    archive = open_archive(folder)
    end = time.monotonic() + SECONDS_TO_END
    while True:
        with reading(archive.sessions, SYSTEM.key) as session:
            wanted = (Letter.state.not_in(("ready", "attention"))) | (~Letter.access_copy_current)
            left = session.scalar(select(func.count()).select_from(Letter).where(wanted))
        if not left:
            break
        assert time.monotonic() < end, f"{left} letters did not come to their end"
        time.sleep(0.5)
    archive.close()


def check(folder: Path, clerk: Clerk) -> None:
    archive = open_archive(folder)
    reader = local_reader(archive, "wang")
    assert len(clerk.acknowledged) >= KILLS / 4, "too little was acknowledged for the test to mean anything"
    for receipt, words in clerk.acknowledged.items():
        (letter,) = receipts.intake(reader, archive, receipt).letters
        view = letter_queries.letter(reader, archive, letter.public_id)
        assert (view.state, [page.state for page in view.pages]) == ("ready", ["done"] * len(words))
        assert all(page.lines for page in view.pages)
        with pikepdf.open(letter_queries.access_copy(reader, archive, letter.public_id).path) as pdf:
            assert len(pdf.pages) == len(words)
        assert archive.files.path(view.files[0].sha256).stat().st_size == view.files[0].size
    with reading(archive.sessions, SYSTEM.key) as session:
        intakes_kept = session.scalar(select(func.count()).select_from(Intake)) or 0
        counted = [session.scalar(select(func.count()).select_from(model)) for model in (Letter, Case)]
        # No half letter, and nothing twice: one letter and one case an intake, one scan a page, one reading a scan.
        assert counted == [intakes_kept, intakes_kept]
        assert len(clerk.acknowledged) <= intakes_kept <= clerk.tried
        pages, scans, texts = (
            session.scalar(select(func.count()).select_from(model)) for model in (Page, PageScan, TextVersion)
        )
        assert pages == scans == texts
        assert archive.index.count_documents(session) == intakes_kept
    assert search.search(reader, archive, SearchRequest("来信")).total == intakes_kept
    archive.close()
    told = f"{KILLS} kills, {clerk.tried} uploads tried, {len(clerk.acknowledged)} acknowledged"
    print(f"{told}, {intakes_kept} kept, all read")
