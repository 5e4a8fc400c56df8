"""The site measured: `python -m tests.bench.site [--letters 100000]`.

Fills a real archive (cases, letters, pages, texts, index) with resampled letters, keeps a reader out of a tenth of the
cases, starts `archive serve` and asks it the searches of `tests.bench.search` over HTTP, signed in as a person is: the
page with its snippets and facets. In the same run, the same searches as a reader whom no case concerns; and the time
from the end of a letter's reading until it is found. Writes `site.json` and `site.md` into build/bench.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from archive_app.access.system import SYSTEM
from archive_app.letters import intake, receipts
from archive_app.people.sign_in import add_account, local_reader
from archive_app.runtime.archive import Archive, create
from archive_app.search import search
from archive_app.search.results import SearchRequest
from index.engines.base import Document
from storage.models import Case, Concern, Intake, Letter, LetterSource, Page, PageScan, Source, TextVersion
from storage.session import unit_of_work
from tests import made
from tests.bench.concerns import People, appoint, concern_rows
from tests.bench.letters import PrincipalPlaceholder, folded_letter, make_queries, read_letters, vetoed, write_letters

REPOSITORY = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse"
BATCH = 2_000
LINE = 32


def main() -> None:
    """Fill, serve, ask, report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--letters", type=int, default=100_000)
    parser.add_argument("--data", type=Path, default=os.environ.get("ARCHIVE_TEST_DATA"))
    options = parser.parse_args()
    data = Path(options.data or REPOSITORY.parent / "shared" / "data")
    with tempfile.TemporaryDirectory(prefix="site-bench-") as folder:
        written = Path(folder) / "letters.jsonl"
        write_letters(data / "petitions", written, options.letters)
        archive = fill(Path(folder) / "archive", written, vetoed(options.letters))
        queries = make_queries([folded_letter(letter) for letter in islice(read_letters(written), 20_000)])
        served = [asked_over_http(archive.settings.folder, queries, name) for name in ("kept-out", "free")]
        result = {
            "letters": options.letters,
            "kept out": served[0],
            "free": served[1],
            "findable_ms": findable_after(archive),
        }
        archive.close()
    report(result)


def fill(folder: Path, written: Path, hidden: Collection[int], **chosen: Any) -> Archive:
    """An archive with the letters, written table by table, and two registrars; from `hidden` cases one is kept out."""
    archive = create(folder, reserve_bytes=0, **chosen)
    for name in ("kept-out", "free"):
        add_account(archive, name, PASSWORD)
    account = local_reader(archive, "free").account_id
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        people = appoint(session, local_reader(archive, "kept-out").person_id)
        session.commit()
    for letters in _batches(read_letters(written)):
        _add(archive, letters, account, people, hidden)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        while archive.index.settle(session):
            pass
        session.commit()
    with archive.database.connect() as connection:
        connection.exec_driver_sql("ANALYZE" if connection.dialect.name == "postgresql" else "SELECT 1")
        connection.commit()
    return archive


def _add(archive: Archive, letters: list[Document], account: int, people: People, hidden: Collection[int]) -> None:
    now = datetime.now(UTC)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        for model, rows in _rows(letters, account, now).items():
            session.execute(insert(model), rows)
        concerns = [row for each in letters for row in concern_rows(each.case_id, people, now, each.case_id in hidden)]
        if concerns:
            session.execute(insert(Concern), concerns)
        for letter in letters:
            archive.index.put(session, letter)
        session.commit()


def _rows(letters: list[Document], account: int, now: datetime) -> dict[type, list[dict[str, Any]]]:
    rows: dict[type, list[dict[str, Any]]] = {
        model: [] for model in (Case, Intake, Source, Letter, LetterSource, Page, PageScan, TextVersion)
    }
    for letter in letters:
        key = letter.letter_id
        received = datetime(letter.date.year, letter.date.month, letter.date.day, 4, tzinfo=UTC)
        rows[Case].append(
            {
                "id": letter.case_id,
                "created_at": received,
                "read_at": received,
                "screened": True,
                "brought_by": account,
                "state": letter.state,
            }
        )
        rows[Intake].append(
            {
                "id": key,
                "number": f"B{key}",
                "account_id": account,
                "grouping": "one",
                "channel": letter.channel,
                "received_at": received,
            }
        )
        rows[Source].append(
            {
                "id": key,
                "intake_id": key,
                "position": 1,
                "name": "letter.jpg",
                "size": 1,
                "sha256": f"{key:064x}",
                "page_count": 1,
            }
        )
        rows[Letter].append(
            {
                "id": key,
                "number": f"B{key}",
                "case_id": letter.case_id,
                "intake_id": key,
                "position": 1,
                "channel": letter.channel,
                "received_at": received,
                "title": letter.title,
                "letter_date": letter.date,
                "state": "ready",
                "access_copy": f"{key:064x}",
                "access_copy_current": True,
            }
        )
        rows[LetterSource].append({"letter_id": key, "source_id": key, "position": 1})
        rows[Page].append({"id": key, "letter_id": key, "number": 1})
        rows[PageScan].append(
            {
                "id": key,
                "page_id": key,
                "number": 1,
                "source_id": key,
                "source_index": 0,
                "state": "done",
                "preview": f"{key:064x}",
                "source_preview": f"{key:064x}",
            }
        )
        lines = [letter.text[at : at + LINE] for at in range(0, len(letter.text), LINE)]
        rows[TextVersion].append(
            {
                "page_id": key,
                "scan_id": key,
                "number": 1,
                "at": now,
                "text": "\n".join(lines),
                "lines": [_line(text, number) for number, text in enumerate(lines)],
            }
        )
    return rows


def _line(text: str, number: int) -> dict[str, Any]:
    """A line as heavy as a real one: with a box and the place of every character."""
    top = 60.0 + 20 * number
    spans = [[round(at / LINE, 4), round((at + 1) / LINE, 4)] for at in range(len(text))]
    polygon = [70.0, top, 520.0, top, 520.0, top + 14, 70.0, top + 14]
    return {"text": text, "polygon": polygon, "confidence": 0.99, "direction": "horizontal", "spans": spans}


def _batches(letters: Iterable[Document]) -> Iterator[list[Document]]:
    rest = iter(letters)
    while batch := list(islice(rest, BATCH)):
        yield batch


def asked_over_http(folder: Path, queries: list[PrincipalPlaceholder], name: str) -> dict[str, Any]:
    """Ask each search twice, the second time measured; milliseconds from the request to the last byte of the page."""
    command = [sys.executable, "-m", "archive_app", "--archive", str(folder), "serve", "--port", "0", "--no-worker"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as site:
        assert site.stdout is not None
        try:
            browser = Browser(urllib.parse.urlsplit(site.stdout.readline().strip()).netloc, name)
            times: dict[str, list[float]] = {}
            for asked in queries:
                path = "/search?" + urllib.parse.urlencode({"q": asked.text})
                browser.get(path)
                started = time.perf_counter()
                browser.get(path)
                times.setdefault(asked.kind, []).append((time.perf_counter() - started) * 1000)
        finally:
            site.terminate()
    every = [value for values in times.values() for value in values]
    return {"all": _summary(every), **{kind: _summary(values) for kind, values in times.items()}}


def _summary(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return {"p50_ms": round(statistics.median(ordered), 1), "p95_ms": round(p95, 1), "max_ms": round(ordered[-1], 1)}


class Browser:
    """One kept-alive connection with a session's cookie: of a session of its own, unless one is given."""

    def __init__(self, address: str, name: str, cookie: str = "") -> None:
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.cookie = cookie
        if not cookie:
            self._sign_in(name)

    def _sign_in(self, name: str) -> None:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get("/login"))
        assert token is not None
        form = {"name": name, "password": PASSWORD, "csrf_token": token.group(1)}
        self._ask("POST", "/login", urllib.parse.urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"})

    def get(self, path: str) -> str:
        """The page at a path."""
        return self._ask("GET", path, None, {})

    def time(self, path: str) -> float:
        """Seconds from the request to the last byte of the answer; a page or nothing at the address."""
        began = time.perf_counter()
        self.connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = self.connection.getresponse()
        answer.read()
        took = time.perf_counter() - began
        assert answer.status in (200, 404), (answer.status, path)
        return took

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> str:
        self.connection.request(method, path, body, {**headers, "Cookie": self.cookie})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        assert answer.status in (200, 303), (answer.status, path)
        for value in answer.headers.get_all("Set-Cookie") or []:
            self.cookie = value.split(";", 1)[0]
        return text


def findable_after(archive: Archive, *, letters: int = 5) -> list[float]:
    """Milliseconds from the end of a letter's last page's reading until a search finds it, with a real worker."""
    reader = local_reader(archive, "free")
    command = [sys.executable, "-m", "archive_app", "--archive", str(archive.settings.folder), "worker"]
    waited = []
    with subprocess.Popen(command) as worker:
        try:
            for number in range(letters):
                word = f"饕餮{'零一二三四五六七八九'[number]}魑魅"
                content = io.BytesIO(made.jpeg([word]))
                receipt = intake.receive(
                    reader, archive, [intake.Upload("a.jpg", content)], grouping="one", channel="letter"
                )
                while not receipts.intake(reader, archive, receipt).settled:
                    time.sleep(0.005)
                read = time.perf_counter()
                while not search.search(reader, archive, SearchRequest(word)).total:
                    time.sleep(0.005)
                waited.append(round((time.perf_counter() - read) * 1000, 1))
        finally:
            worker.terminate()
    return waited


def report(result: dict[str, Any]) -> None:
    """Print the table, and write it beside the figures."""
    rows = [
        f"# The site: search over HTTP, {result['letters']:,} letters",
        "",
        "| kind of search | kept out of a tenth: p50 / p95 / max ms | of none: p50 / p95 / max | ratio of p50 |",
        "|---|---|---|---|",
    ]
    for kind, veto in result["kept out"].items():
        free = result["free"][kind]
        cells = [" / ".join(str(each[name]) for name in ("p50_ms", "p95_ms", "max_ms")) for each in (veto, free)]
        rows.append(f"| {kind} | {cells[0]} | {cells[1]} | {veto['p50_ms'] / free['p50_ms']:.2f} |")
    rows += ["", f"From the end of reading until found: {', '.join(map(str, result['findable_ms']))} ms."]
    output = REPOSITORY / "build" / "bench"
    output.mkdir(parents=True, exist_ok=True)
    (output / "site.json").write_text(json.dumps(result, indent=1), "utf-8")
    (output / "site.md").write_text("\n".join(rows) + "\n", "utf-8")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
