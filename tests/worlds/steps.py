"""What can happen in an office: each step knows how to be played in a world. What a step may not do, it leaves undone.

A step says nothing of the complaint; an `Entry` (`history.py`) says whether it belongs to it. Letters are called by
labels, people by the keys of the cast: the same step means the same in both worlds. `by` is who does it; a step of the
complaint may be done by whoever sees it (`ANYBODY`): there is no such step in the world without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from io import BytesIO

from sqlalchemy import select

from archive_app.access.identity import Reader
from archive_app.access.rule import may_see
from archive_app.access.system import SYSTEM
from archive_app.errors import ArchiveError, NotFound
from archive_app.letters import correction, intake, receipts
from archive_app.letters import queries as letter_queries
from archive_app.search import search
from archive_app.search.indexing import documents
from archive_app.search.results import SearchRequest
from index.rebuild import rebuild
from storage.models import Letter
from storage.session import reading, unit_of_work
from tests.worlds.cast import CAST, PASSWORD, token_of
from tests.worlds.paper import Sheet, file_of
from tests.worlds.world import Browser, Question, World

ANYBODY = "anybody"
COMPLAINT = "C"
"""The label of the complaint's letter."""


class Refused(Exception):
    """A step that could not be done; what it was told."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that is done. `play` gives back what its doer saw of it."""

    by: str

    def play(self, world: World) -> object:
        """Do it. Raises ArchiveError when it may not be done."""
        raise NotImplementedError

    def without_complaint(self) -> Step:
        """The same step in a world in which the complaint never was."""
        return self


def doers(world: World, by: str, label: str) -> Iterator[Reader]:
    """Who does a step: the one named, or everybody but the accused who sees the letter, one after the other."""
    keys = [role.key for role in CAST if role.key != world.accused] if by == ANYBODY else [by]
    for key in keys:
        try:
            reader = world.reader(key)
        except ArchiveError:
            continue
        if by != ANYBODY:
            yield reader
            continue
        with reading(world.archive.sessions, reader.key) as session:
            seen = select(Letter.id).where(Letter.public_id == world.letter(label), may_see(reader, Letter.case_id))
            if session.scalar(seen) is not None:
                yield reader


@dataclass(frozen=True, slots=True)
class AccountAction(Step):
    """Something done with a letter, by somebody who sees it."""

    letter: str

    def play(self, world: World) -> object:
        refused: ArchiveError = NotFound()
        for reader in doers(world, self.by, self.letter):
            try:
                return self.do(world, reader, world.letter(self.letter))
            except ArchiveError as error:
                refused = error
        raise refused

    def do(self, world: World, reader: Reader, letter: str) -> object:
        """Do it, as this reader, with the letter of this address."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter on paper: what it is called here, its sheets, and what the file of them is called."""

    label: str
    sheets: tuple[Sheet, ...]
    file: str = "scan.pdf"


@dataclass(frozen=True, slots=True)
class Bring(Step):
    """Scan letters in: each in a file of its own, all pages of one letter, or a stack with separator sheets."""

    papers: tuple[Paper, ...]
    grouping: str = "each"
    channel: str = "letter"

    def play(self, world: World) -> object:
        reader = world.reader(self.by)
        world.notes["labels"] = tuple(paper.label for paper in self.papers)
        try:
            receipt = intake.receive(
                reader,
                world.archive,
                [intake.Upload(name, BytesIO(content)) for name, content in self._files()],
                grouping=self.grouping,  # type: ignore[arg-type]
                channel=self.channel,
            )
        finally:
            world.notes.pop("labels", None)
        world.note_letters()
        return receipt

    def without_complaint(self) -> Bring:
        return replace(self, papers=tuple(paper for paper in self.papers if paper.label != COMPLAINT))

    def _files(self) -> list[tuple[str, bytes]]:
        if self.grouping == "stack":
            sheets: list[Sheet] = []
            for paper in self.papers:
                sheets += [Sheet((), separator=True), *paper.sheets]
            return [("stack.pdf", file_of(*sheets))]
        if self.grouping == "one":
            name = self.papers[0].file
            return [(f"{number}-{name}", file_of(sheet)) for number, sheet in enumerate(self.papers[0].sheets, 1)]
        return [(paper.file, file_of(*paper.sheets, copy=paper.label)) for paper in self.papers]


@dataclass(frozen=True, slots=True)
class Sweep(Step):
    """The worker does what there is to do; of the complaint's letter no more than so many `pages` (None: all)."""

    pages: int | None = None

    def play(self, world: World) -> object:
        world.sweep(self.pages)
        return None


@dataclass(frozen=True, slots=True)
class Rebuild(Step):
    """The index is made again from the records."""

    def play(self, world: World) -> object:
        rebuild(world.archive.index, partial(unit_of_work, world.archive.sessions, SYSTEM.key), documents, anew=True)
        return None


@dataclass(frozen=True, slots=True)
class Look(Step):
    """Home, as a browser shows it: somebody signs in, looks, and signs out or does not."""

    signs_out: bool = True

    def play(self, world: World) -> object:
        browser = Browser()
        said = [sign_in(world, browser, self.by)]
        said.append(world.ask(browser, Question("GET", "/")))
        if self.signs_out:
            token = csrf_of(said[-1].body)
            said.append(world.ask(browser, Question("POST", "/logout", body=(("csrf_token", token),))))
        return [(answer.status, answer.headers, answer.body) for answer in said]


@dataclass(frozen=True, slots=True)
class Search(Step):
    """Somebody searches."""

    words: str
    sort: str = "date"

    def play(self, world: World) -> object:
        request = SearchRequest(text=self.words, sort=self.sort)  # type: ignore[arg-type]
        return search.search(world.reader(self.by), world.archive, request)


@dataclass(frozen=True, slots=True)
class Read(AccountAction):
    """A letter is read, with its pictures, its versions and its files."""

    def do(self, world: World, reader: Reader, letter: str) -> object:
        shown = letter_queries.letter(reader, world.archive, letter)
        letter_queries.history(reader, world.archive, letter)
        for page in shown.pages[:2]:
            if page.state == "done":
                letter_queries.page_image(reader, world.archive, letter, page.number, "a4")
                letter_queries.versions(reader, world.archive, letter, page.number)
        for file in shown.files[:1]:
            letter_queries.original(reader, world.archive, letter, file.position)
        return receipts.status(reader, world.archive)


@dataclass(frozen=True, slots=True)
class Correct(AccountAction):
    """The last line of the first page is put right: it says `words` now."""

    words: str

    def do(self, world: World, reader: Reader, letter: str) -> object:
        shown = letter_queries.letter(reader, world.archive, letter)
        page = next((page for page in shown.pages if page.lines), None)
        if page is None:
            raise NotFound
        lines = [line.text for line in page.lines[:-1]] + [self.words]
        return correction.correct(reader, world.archive, letter, page.number, base_version=page.version, lines=lines)


@dataclass(frozen=True, slots=True)
class Describe(AccountAction):
    """Title, sender and date are written down."""

    title: str
    sender: str
    date: date | None

    def do(self, world: World, reader: Reader, letter: str) -> object:
        correction.describe(reader, world.archive, letter, title=self.title, sender=self.sender, letter_date=self.date)
        return None


@dataclass(frozen=True, slots=True)
class Turn(AccountAction):
    """A page is turned."""

    def do(self, world: World, reader: Reader, letter: str) -> object:
        intake.turn_page(reader, world.archive, letter, 1, turn=90)
        return None


@dataclass(frozen=True, slots=True)
class ReplacePage(AccountAction):
    """A page is scanned again."""

    sheet: Sheet
    file: str = "again.jpg"

    def do(self, world: World, reader: Reader, letter: str) -> object:
        upload = intake.Upload(self.file, BytesIO(file_of(self.sheet, copy="again")))
        intake.replace_page(reader, world.archive, letter, 1, upload)
        return None


@dataclass(frozen=True, slots=True)
class Retry(AccountAction):
    """What failed is tried again."""

    def do(self, world: World, reader: Reader, letter: str) -> object:
        intake.retry(reader, world.archive, letter)
        return None


def sign_in(world: World, browser: Browser, key: str, password: str = PASSWORD) -> object:
    """Sign in as a browser does; a system of the same account has its token."""
    browser.token = token_of(key)
    form = world.ask(browser, Question("GET", "/login"))
    fields = (("csrf_token", csrf_of(form.body)), ("next", "/"), ("name", key), ("password", password))
    return world.ask(browser, Question("POST", "/login", body=fields))


def csrf_of(body: bytes) -> str:
    """The token in a page's first form; empty when there is none."""
    _, found, after = body.partition(b'name="csrf_token" value="')
    return after.partition(b'"')[0].decode() if found else ""
