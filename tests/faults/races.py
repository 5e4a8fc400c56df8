"""Races of a change against all ways to read: `python -m tests.faults.races [N]`, or `make races N=10000`.

Somebody is kept out of a case while they are asking for it. The moment at which the commit has returned is noted: no
response to a question asked after it may show the case, and one to a question asked before it shows it wholly or not at
all. What is asked follows from `app.url_map`: a new address is raced by itself, or the race refuses to begin. Questions
are held up before a statement of theirs that is drawn, so that the commit falls into every gap that there is; and some
go over real HTTP to an `archive serve` in a process of its own.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

from flask import Flask
from sqlalchemy import event
from werkzeug.test import Client

from archive_app.printing import service as printing
from archive_app.site import create_app
from tests.bench.site import Browser
from tests.databases import DATABASES, archive_on
from tests.faults.race_office import CHANGES, READER, WORD, Change, Office, Raced

EACH_LETTER = 100
"""Races over a letter before another one takes its place."""

OVER_HTTP = 4
"""Every so many races are over HTTP too."""

PATIENCE = 0.05
"""Seconds that a question is held up at most: it may hold what the change waits for."""

SECRET_ON_OWN_RECEIPT = ("canary",)
"""What of a letter its bringer does not get to know from the receipt, which has number, channel, files and a link."""

OWN_RECEIPTS = ("intakes.receipt", "intakes.progress", "home.home")
NOT_ASKED = ("assets.asset", "sessions.form")


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: an address, and whether it is the letter's own, so that any page at all there shows the letter."""

    endpoint: str
    path: str
    of_letter: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """How an answer shows a letter: the marks of it, of what is secret, and for a file its very bytes."""

    marks: frozenset[str]
    file: bytes = b""


NOTHING = Shown(frozenset())


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, and when its question was asked (by the monotonic clock)."""

    ask: Ask
    asked_at: float
    status: int
    body: bytes


@dataclass
class Tally:
    """What came of the races. `seen` and `unseen` are answers to questions asked before the commit."""

    races: int = 0
    responses: int = 0
    late: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    unseen: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)

    def add(self, other: dict[str, Any]) -> None:
        """Add what another process counted."""
        self.races, self.responses = self.races + other["races"], self.responses + other["responses"]
        for name in ("late", "half", "broken"):
            getattr(self, name).extend(other[name])
        for name in ("seen", "unseen", "after"):
            getattr(self, name).update(other[name])


class Gate:
    """Holds a question up before one of its statements, until the change is made."""

    def __init__(self, before: int) -> None:
        self.left = before
        self.reached, self.opened = threading.Event(), threading.Event()

    def pass_by(self) -> None:
        """A statement is about to be executed."""
        self.left -= 1
        if self.left == 0:
            self.reached.set()
            self.opened.wait(PATIENCE)


class Track:
    """Where races are run: an office, its site in this process, and another one over HTTP if there is one."""

    def __init__(self, office: Office, app: Flask, chance: random.Random, address: str = "") -> None:
        self.office, self.app, self.chance = office, app, chance
        self.tally = Tally()
        self.cookie = signed_in(app)
        self.browser = Browser(address, READER) if address else None
        self.pool = ThreadPoolExecutor(5)
        self.at_gate = threading.local()
        event.listen(office.archive.database, "before_cursor_execute", self._at_statement)
        self.letters = 0

    def close(self) -> None:
        """Let go of threads and listeners."""
        self.pool.shutdown()
        if self.browser is not None:
            self.browser.connection.close()
        event.remove(self.office.archive.database, "before_cursor_execute", self._at_statement)

    def run(
        self,
        races: int,
        changes: Sequence[Change] = CHANGES,
        *,
        each_letter: int = EACH_LETTER,
        progress: Callable[[Tally], object] = lambda _tally: None,
    ) -> Tally:
        """Race, one letter after the other, one change after the other; `progress` is told after each letter."""
        while self.tally.races < races:
            change = changes[self.letters % len(changes)]
            raced = self.office.new_letter(self.letters)
            self.letters += 1
            change.prepare(self.office, raced)
            shown = self._shown_at_first(raced)
            for _ in range(min(each_letter, races - self.tally.races)):
                self._race(change, raced, shown)
            self.office.put_away(raced)
            progress(self.tally)
        return self.tally

    def _race(self, change: Change, raced: Raced, shown: dict[Ask, tuple[Shown, int]]) -> None:
        drawn = self.chance.choices(list(shown), k=4)
        gates = [Gate(self.chance.randint(1, shown[ask][1])) for ask in drawn[:2]]
        asked = [self.pool.submit(self._ask, ask, gate) for ask, gate in zip(drawn, gates, strict=False)]
        over_http = self.browser is not None and self.tally.races % OVER_HTTP == 0
        if over_http:
            asked.append(self.pool.submit(self._ask_over_http, drawn[2]))
            time.sleep(self.chance.random() * 0.01)
        for gate in gates:
            gate.reached.wait(1)
        change.make(self.office, raced)
        committed = time.monotonic()
        for gate in gates:
            gate.opened.set()
        after = self._ask_over_http(drawn[3], asked[-1]) if over_http else self._ask(drawn[3])
        for answer in [*(each.result() for each in asked), after]:
            self.judge(change, raced, answer, shown[answer.ask][0], committed)
        self.office.take_back(change, raced)
        self.tally.races += 1

    def judge(self, change: Change, raced: Raced, answer: Answer, whole: Shown, committed: float) -> None:
        """Count an answer: whether its question was asked in time for what it shows, and whether it shows it wholly."""
        tally, name = self.tally, f"{change.name} / {answer.ask.endpoint}"
        tally.responses += 1
        found = shown_in(answer, raced)
        if answer.status >= 500:
            tally.broken.append(f"{name}: {answer.status}")
        if answer.asked_at >= committed:
            tally.after[name] += 1
            if found != NOTHING:
                tally.late.append(f"{name}: {sorted(found.marks)}")
        elif found == NOTHING:
            tally.unseen[name] += 1
        elif found == whole:
            tally.seen[name] += 1
        else:
            tally.half.append(f"{name}: {sorted(found.marks)} of {sorted(whole.marks)}")

    def _shown_at_first(self, raced: Raced) -> dict[Ask, tuple[Shown, int]]:
        """The questions whose answers show the letter, how they do, and how many statements they take."""
        found = {}
        for ask in asks(self.app, raced):
            count = Gate(-1)
            shown = shown_in(self._ask(ask, count), raced)
            if shown != NOTHING:
                found[ask] = shown, -1 - count.left
        return found

    def _ask(self, ask: Ask, gate: Gate | None = None) -> Answer:
        client = Client(self.app)
        client.set_cookie("archive", self.cookie)
        self.at_gate.gate = gate
        asked_at = time.monotonic()
        try:
            with client.get(ask.path, headers=self._shown(ask)) as response:
                return Answer(ask, asked_at, response.status_code, response.get_data())
        finally:
            self.at_gate.gate = None
            if gate is not None:
                gate.reached.set()

    def _shown(self, ask: Ask) -> dict[str, str]:
        """A system of the reader's asks by its token."""
        return {"Authorization": f"Bearer {self.office.token}"} if ask.path.startswith("/api/") else {}

    def _ask_over_http(self, ask: Ask, after: Future[Answer] | None = None) -> Answer:
        assert self.browser is not None
        if after is not None:
            after.result()
        asked_at = time.monotonic()
        connection: http.client.HTTPConnection = self.browser.connection
        connection.request("GET", ask.path, headers={"Cookie": self.browser.cookie} | self._shown(ask))
        response = connection.getresponse()
        return Answer(ask, asked_at, response.status, response.read())

    def _at_statement(self, connection: Any, *_others: Any) -> None:
        gate: Gate | None = getattr(self.at_gate, "gate", None)
        # Who writes holds what the change needs: it cannot fall in between.
        if gate is not None and not connection.get_execution_options().get("writes", False):
            gate.pass_by()


def asks(app: Flask, raced: Raced) -> Iterator[Ask]:
    """All that can be asked with GET, of this letter where the address names one."""
    values = {"number": 1, "position": 1, "code": "en", "concern": "none", "account": "none"}
    values |= {"person": "none", "unit": "none", "year": datetime.now(UTC).year}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NOT_ASKED or "GET" not in (rule.methods or set()):
            continue
        of_receipt = rule.endpoint.startswith("intakes.")
        of_case = "/cases/" in rule.rule
        own = values | {"public_id": raced.receipt if of_receipt else raced.case if of_case else raced.letter}
        unknown = rule.arguments - own.keys() - {"kind"}
        assert not unknown, f"say in tests/faults/races.py what to ask for at {rule.rule} ({', '.join(unknown)})"
        of_letter = "public_id" in rule.arguments and not of_receipt
        kinds = ("xlsx",) if rule.endpoint == "cases.register_on_paper" else ("a4", "source")
        for kind in kinds if "kind" in rule.arguments else ("",):
            own["kind"] = kind
            with app.test_request_context():
                path = app.url_for(rule.endpoint, **{name: own[name] for name in rule.arguments})
            for query in _queries(rule.endpoint, raced):
                yield Ask(rule.endpoint, f"{path}{query}", of_letter)


def _queries(endpoint: str, raced: Raced) -> tuple[str, ...]:
    if endpoint == "api.search":
        return ("?" + urllib.parse.urlencode({"q": WORD}),)
    if endpoint == "search.search":
        asked: list[dict[str, str]] = [{"q": WORD}, {"q": raced.canary[:3]}, {"q": WORD, "sort": "relevance"}, {}]
        asked += [{"q": f"{raced.canary[:3]}犬", "similar": "1"}, {"q": "", "page": "2"}]
        return tuple("?" + urllib.parse.urlencode(each) for each in asked)
    if endpoint == "registration.repeats":
        return ("?" + urllib.parse.urlencode({"petitioner": raced.canary}),)
    if endpoint == "letters.letter":
        return "", "?" + urllib.parse.urlencode({"q": WORD})
    return ("",)


def shown_in(answer: Answer, raced: Raced) -> Shown:
    """What of the letter an answer shows."""
    if answer.body in raced.files.values():
        return Shown(frozenset({"file"}), answer.body)
    text = answer.body.decode("utf-8", "replace")
    marks = {
        "canary": raced.canary in text,
        "letter": raced.letter in text,
        "number": raced.number in text or raced.register_no in text,
        "channel": raced.channel in text,
        "file name": raced.file_name in text,
        "page": answer.ask.of_letter and answer.status < 300,
    }
    wanted = SECRET_ON_OWN_RECEIPT if answer.ask.endpoint in OWN_RECEIPTS else tuple(marks)
    return Shown(frozenset(name for name in wanted if marks[name]))


def signed_in(app: Flask) -> str:
    """The cookie of the reader's session."""
    from tests.archive_app.views.test_site import sign_in
    from tests.faults.race_office import PASSWORD

    with app.test_client() as client:
        assert sign_in(client, READER, PASSWORD).status_code == 303
        cookie = client.get_cookie("archive")
        assert cookie is not None
        return str(cookie.value)


@contextmanager
def track(backend: str, folder: Path, chance: random.Random, *, over_http: bool) -> Iterator[Track]:
    """An office on one of the databases, ready to race."""
    with ExitStack() as stack:
        archive = stack.enter_context(archive_on(backend, folder))
        # What stands on the register is looked at, not how it is packed into a table.
        stack.enter_context(mock.patch.object(printing, "draw", lambda form, sheet=False: repr(form).encode()))
        office = Office(archive)
        address = stack.enter_context(served(folder)) if over_http else ""
        made = Track(office, create_app(archive), chance, address)
        stack.callback(made.close)
        yield made


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The real site over the archive in the folder, in a process of its own."""
    command = [sys.executable, "-m", "archive_app", "--archive", str(folder), "serve", "--port", "0", "--no-worker"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as site:
        assert site.stdout is not None
        try:
            yield urllib.parse.urlsplit(site.stdout.readline().strip()).netloc
        finally:
            site.terminate()


def main() -> None:
    """Race on all databases at once, a process each; the last line says what came of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("races", type=int, nargs="?", default=10_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--backend", choices=DATABASES, help=argparse.SUPPRESS)
    options = parser.parse_args()

    def told(tally: Tally) -> None:
        print(f"{options.backend}: {tally.races} of {options.races} races, {len(tally.late)} late", file=sys.stderr)

    if options.backend:
        with _folder() as folder, track(options.backend, folder, random.Random(options.seed), over_http=True) as made:
            print(json.dumps(vars(made.run(options.races, progress=told)), ensure_ascii=False))
        return
    began = time.monotonic()
    share = [options.races // len(DATABASES) + (at < options.races % len(DATABASES)) for at in range(len(DATABASES))]
    command = [sys.executable, "-m", "tests.faults.races", "--seed", str(options.seed), "--backend"]
    racing = [
        subprocess.Popen([*command, backend, str(count)], stdout=subprocess.PIPE, text=True)
        for backend, count in zip(DATABASES, share, strict=True)
    ]
    tally = Tally()
    for process in racing:
        out, _ = process.communicate()
        tally.add(json.loads(out.splitlines()[-1]))
    sys.exit(_report(tally, time.monotonic() - began))


@contextmanager
def _folder() -> Iterator[Path]:
    memory = Path("/dev/shm")  # noqa: S108 - memory, if it is there; the folder in it has a name of its own
    place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="races-", dir=place))
    try:
        yield folder / "archive"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _report(tally: Tally, seconds: float) -> int:
    """Print what came of it; 0 when nothing was shown late, half or broken."""
    totals = [sum(each.values()) for each in (tally.seen, tally.unseen, tally.after)]
    print(f"{seconds:.0f} s on {', '.join(DATABASES)}; asked before the commit: {totals[0]} answers showed the letter,")
    print(f"{totals[1]} did not; asked after it: {totals[2]}. {len(tally.half)} halves, {len(tally.broken)} broken")
    for each in (*tally.late[:20], *tally.half[:20], *tally.broken[:20]):
        print(each)
    print(f"{tally.races} interleavings, {tally.responses} responses, {len(tally.late)} late showings")
    return 1 if tally.late or tally.half or tally.broken else 0


if __name__ == "__main__":
    main()
