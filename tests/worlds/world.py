"""A world: an archive with its site, put back to its first day for each history, and asked as browsers ask it."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.cases import registration
from archive_app.learning import suggestions
from archive_app.learning.training import retrain
from archive_app.letters import intake, separator_split
from archive_app.letters.extracts import making
from archive_app.letters.lease import unfinished
from archive_app.letters.processing import LetterProcessor
from archive_app.mailing import digest, reminders
from archive_app.people.sign_in import local_reader
from archive_app.printing import service as printing
from archive_app.runtime.archive import Archive, open_archive
from archive_app.screening import matching, mentions
from archive_app.site import create_app
from archive_app.suggesting.classes import ClassModel
from archive_app.worker import main
from scanning import redaction
from storage.files import LocalFiles
from storage.models import Case, Intake, Letter
from storage.session import reading
from tests.compiled import share_statements
from tests.worlds.cast import assemble
from tests.worlds.chance import Chance
from tests.worlds.days import PostgresDay, SqliteDay
from tests.worlds.paper import Readers, redacted
from tests.worlds.work import counted

ROOM = 10 * 2**30
"""Bytes free on the disk of a world that has no letter: each letter leaves less."""


def room_left(store: LocalFiles) -> int:
    """Bytes free on the disk of a world."""
    return ROOM - sum(path.stat().st_size for path in store.folder.rglob("*"))


KEY = "47"
"""The key that every system gives its requests: another account's must find nothing."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request, in the words of HTTP. `body` are a form's fields, `file` a file in the form's field `file`."""

    method: str
    path: str
    query: str = ""
    body: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str, bytes], ...] = ()
    language: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def of_api(self) -> bool:
        """Whether a system asks: with a token, and its one field is the JSON that it sends."""
        return self.path.startswith("/api/")

    def __str__(self) -> str:
        query = f"?{self.query}" if self.query else ""
        body = f" {urlencode(self.body)[:200]}" if self.body else ""
        headers = "".join(f" {name}: {value}" for name, value in self.headers)
        return f"{self.method} {self.path}{query}{body}{headers}"


@dataclass(frozen=True, slots=True)
class Answer:
    """All of a response that goes over the wire."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass
class Browser:
    """Somebody's cookies, and the token of a system that asks in their name."""

    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""


class World:
    """One world. `letters` knows its letters by the labels that the history gives them."""

    def __init__(self, folder: Path, chance: Chance) -> None:
        self.folder = folder
        self.chance = chance
        self.archive: Archive = open_archive(folder)
        share_statements(self.archive.database)
        self.work_done = counted(self.archive.database)
        self.app: Flask = create_app(self.archive)
        self.letters: dict[str, str] = {}
        self.labels_of_intake: dict[str, tuple[str, ...]] = {}
        self.label_of_case: dict[int, str] = {}
        self.notes: dict[str, Any] = {}
        self.step = ""
        self.accused = ""
        self.mentions: dict[str, int] = {}
        self.mails: list[tuple[str, bytes]] = []
        self.models: dict[str, ClassModel] = {}
        self.readers = Readers()
        self.work = LetterProcessor(self.archive, self.readers, threading.Event(), self.archive.settings.work)  # type: ignore[arg-type]

    def forget(self) -> None:
        """Nothing is known any more of the history before."""
        for limiter in self.app.extensions["limiter"]:
            limiter.reset()
        for known in (self.letters, self.labels_of_intake, self.label_of_case, self.notes, self.mentions, self.models):
            known.clear()
        self.mails.clear()

    def let_go(self) -> None:
        """Close the database, so that it can be put back."""
        self.archive.database.dispose()
        self.archive.queue.close()

    def begin(self, key: str) -> None:
        """A step begins: what is drawn in it follows from the key."""
        self.step = key
        self.mentions.clear()
        self.chance.begin(key)

    def reader(self, key: str) -> Reader:
        """One of the cast, signed in at the terminal. Raises UnknownAccount when the account is not active."""
        return local_reader(self.archive, key)

    def sweep(self, pages: int | None = None) -> None:
        """All that the worker does, until nothing is left to do now.

        With `pages`, it stops in the middle of the complaint's letter: when so many pages of it are read.
        """
        main._beat(self.archive)
        matching.catch_up(self.archive)
        retrain(self.archive)
        for _ in range(4):
            left = unfinished(self.archive)
            if not left:
                break
            for letter_id in left:
                self.chance.begin(f"{self.step}/work/{self._label(letter_id)}")
                if pages is None or not self._is_the_complaint(letter_id):
                    self.work.on_letter(letter_id)
                elif pages:
                    self._read(letter_id, pages)
                    pages = 0
        self.note_letters()
        reminders.remind(self.archive)
        digest.deliver(self.archive, lambda message: self.mails.append((str(message["To"]), message.as_bytes())))
        reminders.tidy(self.archive)

    def _read(self, letter_id: int, pages: int) -> None:
        """Read so many pages of a letter; then the worker is asked to stop."""
        self.readers.left, self.readers.stop = pages, self.work.stop
        self.work.on_letter(letter_id)
        self.readers.left = None
        self.work.stop.clear()

    def _is_the_complaint(self, letter_id: int) -> bool:
        """Whether the letter is the complaint's, and came alone."""
        with reading(self.archive.sessions, SYSTEM.key) as session:
            number = session.scalar(select(Intake.number).join(Letter).where(Letter.id == letter_id))
        return self.labels_of_intake.get(number or "") == ("C",)

    def note_letters(self) -> None:
        """Learn the addresses of the letters that have labels."""
        with reading(self.archive.sessions, SYSTEM.key) as session:
            for number, labels in self.labels_of_intake.items():
                found = session.execute(
                    select(Letter.public_id, Letter.case_id)
                    .join(Intake, Intake.id == Letter.intake_id)
                    .where(Intake.number == number)
                    .order_by(Letter.position)
                )
                for label, (public_id, case_id) in zip(labels, found, strict=False):
                    self.letters[label] = public_id
                    self.label_of_case[case_id] = label

    def letter(self, label: str) -> str:
        """The address of a letter; of one that is not there (yet), one that nothing has."""
        return self.letters.get(label, "none-of-these")

    def ask(self, browser: Browser, question: Question) -> Answer:
        """Send a request and take in the whole response; its cookies are kept."""
        body, content_type = _encoded(question)
        cookies = browser.cookies | ({"language": question.language} if question.language else {})
        environ = {
            "REQUEST_METHOD": question.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": question.path.encode().decode("latin-1"),
            "QUERY_STRING": question.query,
            "SERVER_NAME": "archive.test",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "archive.test",
            "HTTP_AUTHORIZATION": f"Bearer {browser.token}" if browser.token and question.of_api else "",
            "HTTP_IDEMPOTENCY_KEY": KEY,
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in question.headers}
        status, headers, content = "", [], b""
        self.work_done.take()

        def start(said: str, named: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = said, named
            return lambda _data: None

        # What one world has loaded, the other has not: each is a process of its own in use.
        suggestions._MODELS = self.models
        parts = self.app(environ, start)
        try:
            content = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()
        for name, value in headers:
            if name == "Set-Cookie":
                for morsel in SimpleCookie(value).values():
                    browser.cookies[morsel.key] = morsel.value
        return Answer(status, tuple(headers), content)

    def _label(self, letter_id: int) -> str:
        with reading(self.archive.sessions, SYSTEM.key) as session:
            case_id = session.scalar(select(Letter.case_id).where(Letter.id == letter_id))
        return self.label_of_case.get(case_id or 0, "?")


@dataclass
class Coupling:
    """Gives a thing that a step makes the same chance in both worlds, also where one step makes more in one of them.

    A stack or an upload that the complaint is part of makes a letter more in one world, and so does a sweep: each
    letter and each mention draws from a stream of its own.
    """

    world: World | None = None

    def _at(self, key: str) -> None:
        if self.world is not None:
            self.world.chance.begin(f"{self.world.step}/{key}")

    def _label(self, number: str, position: int) -> str:
        labels = () if self.world is None else self.world.labels_of_intake.get(number, ())
        return labels[position - 1] if position <= len(labels) else f"{number}/{position}"

    def new_letter(
        self, session: Session, taken: Intake, position: int, *, of: int, case: Case | None = None
    ) -> Letter:
        """As `intake.new_letter`."""
        world = self.world
        if world is not None and taken.number not in world.labels_of_intake:
            world.labels_of_intake[taken.number] = world.notes.pop("labels", ())
        label = self._label(taken.number, position)
        self._at(f"letter/{label}")
        letter = _NEW_LETTER(session, taken, position, of=of, case=case)
        if world is not None:
            world.label_of_case[letter.case_id] = label
        return letter

    def divide(self, session: Session, letter: Letter) -> list[Letter]:
        """As `stacks.divide`."""
        self._at(f"divide/{letter.intake.number}")
        return _DIVIDE(session, letter)

    def mention(self, case_id: int, letter_id: int | None, key: Any, words: str, amid: Any) -> dict[str, object]:
        """As `mentions.mention`."""
        if self.world is not None:
            of = f"mention/{self.world.label_of_case.get(case_id, '?')}/{key}"
            self.world.mentions[of] = self.world.mentions.get(of, 0) + 1
            self._at(f"{of}/{self.world.mentions[of]}")
        return _MENTION(case_id, letter_id, key, words, amid)


_NEW_LETTER, _DIVIDE, _MENTION = intake.new_letter, separator_split.divide, mentions.mention


DAYS = {"sqlite": SqliteDay, "postgresql": PostgresDay}
FirstDay = SqliteDay | PostgresDay


def first_day(chance: Chance, folder: Path, database: str = "sqlite") -> FirstDay:
    """The day on which worlds begin: the cast is there, and nothing else."""
    day = DAYS[database](folder)
    chance.begin("template")
    archive = day.begin()
    assemble(archive)
    archive.close()
    return day


class Worlds:
    """World A and world B, and the day on which both begin."""

    def __init__(self, chance: Chance, folder: Path, coupling: Coupling, day: FirstDay) -> None:
        self.day = day
        for name in ("a", "b"):
            self.day.new(folder / name)
        self.a, self.b = World(folder / "a", chance), World(folder / "b", chance)
        self.coupling = coupling

    def put_back(self) -> None:
        """Both worlds' first day again."""
        for world in (self.a, self.b):
            world.let_go()
            self.day.put_back(world.folder)
            shutil.rmtree(world.folder / "files")
            world.archive.files.ensure()  # type: ignore[attr-defined]
            world.forget()

    def close(self) -> None:
        """Let go of both."""
        self.a.archive.close()
        self.b.archive.close()


def folder_in_memory() -> tempfile.TemporaryDirectory[str]:
    """A folder for as long as the context lasts: in memory, where there is such a folder."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it has a name of its own
    return tempfile.TemporaryDirectory(prefix="worlds-", dir=memory if memory.is_dir() else None)


@contextmanager
def two_worlds(chance: Chance, database: str = "sqlite", day: FirstDay | None = None) -> Iterator[Worlds]:
    """Two worlds in memory, for as long as the context lasts; they begin on this day, or on one of their own."""
    coupling = Coupling()
    patches: Mapping[Any, dict[str, Any]] = {
        intake: {"new_letter": coupling.new_letter},
        registration: {"new_letter": coupling.new_letter},
        # What stands on a form is compared, not how it is drawn: that takes longer than all the rest.
        printing: {"draw": lambda form, sheet=False: repr((form, sheet)).encode()},
        separator_split: {"new_letter": coupling.new_letter, "divide": coupling.divide},
        mentions: {"mention": coupling.mention},
        making: {"new_letter": coupling.new_letter, "_redacted": redacted},
        redaction: {"frame_of": lambda *_: redaction.Frame(1654, 2339, 1)},
        LocalFiles: {"free_bytes": room_left},
    }
    with ExitStack() as stack:
        folder = Path(stack.enter_context(folder_in_memory()))
        for where, what in patches.items():
            for name, instead in what.items():
                stack.enter_context(mock.patch.object(where, name, instead))
        worlds = Worlds(chance, folder, coupling, day or first_day(chance, folder, database))
        stack.callback(worlds.close)
        # What is written beside the archives is looked at too (`disk.py`).
        (folder / "tmp").mkdir()
        stack.enter_context(mock.patch.object(tempfile, "tempdir", str(folder / "tmp")))
        yield worlds


def _encoded(question: Question) -> tuple[bytes, str]:
    """A form as browsers send it."""
    if question.method not in ("POST", "PUT", "PATCH", "DELETE"):
        return b"", ""
    if question.of_api:
        return "".join(value for _, value in question.body).encode(), "application/json"
    if not question.files:
        return urlencode(question.body).encode(), "application/x-www-form-urlencoded"
    boundary = "a-boundary-of-the-tests"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in question.body
    ]
    for name, file, content in question.files:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
