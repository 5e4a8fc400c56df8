"""What the services on letters give to the pages: frozen values, no rows, no session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from archive_app.values import LetterLink, Notice, Quad

Grouping = Literal["one", "each", "stack"]


LetterState = Literal["kept", "reading", "ready", "attention"]


PageState = Literal["waiting", "done", "failed"]


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """One original, as it was kept. `error` says why no page could be made of it."""

    position: int
    name: str
    size: int
    sha256: str
    media_type: str | None
    page_count: int | None
    error: Notice | None


@dataclass(frozen=True, slots=True)
class PageProgress:
    """One page on its way."""

    number: int
    state: PageState
    separator: bool
    warnings: tuple[Notice, ...]
    error: Notice | None


@dataclass(frozen=True, slots=True)
class LetterProgress:
    """One letter on its way. `pages` is empty until its files were looked into; `waiting_for` says what holds it up.

    `can_open`: it was read, and its page can be opened; before that it is open to nobody.
    """

    public_id: str
    can_open: bool
    title: str
    state: LetterState
    files: tuple[ReceivedFile, ...]
    pages: tuple[PageProgress, ...]
    waiting_for: Notice | None
    has_access_copy: bool
    restricted: bool


@dataclass(frozen=True, slots=True)
class IntakeView:
    """A receipt and what has become of what it acknowledges. `done` when nothing is left to wait for.

    `handed_over` counts the letters that are no longer in the bringer's hands; why is never told.
    """

    public_id: str
    number: str
    received_at: datetime
    received_by: str
    grouping: Grouping
    channel: str
    files: tuple[ReceivedFile, ...]
    letters: tuple[LetterProgress, ...]
    handed_over: int
    done: bool


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of a page's text. `doubtful` lines want a look; `corrected` ones a person has changed."""

    text: str
    polygon: Quad
    direction: str
    confidence: float
    doubtful: bool
    corrected: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a hit lies on a page: the line (from 0), the characters of it, and the box on the paper."""

    line: int
    start: int
    end: int
    polygon: Quad


@dataclass(frozen=True, slots=True)
class PageView:
    """One page of a letter. `scan` counts how often it was scanned or turned, `version` the versions of its text.

    `source` has the original's pixel size, dpi, millimetres; `operations` is (name, parameters) in order.
    """

    number: int
    state: PageState
    separator: bool
    scan: int
    version: int
    warnings: tuple[Notice, ...]
    error: Notice | None
    operations: tuple[tuple[str, Mapping[str, Any]], ...]
    source: Mapping[str, Any]
    quality: Mapping[str, Any]
    engine: str
    lines: tuple[LineView, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class LetterView:
    """A letter with its pages. `title` is what a person wrote; `heading` is that, or else the first line read.

    `case_id` is the public id of its case once that is registered.
    `screened`: it was looked through for names; until then few may open it. `handed_over`: somebody must see to it.
    `extract_of` is the letter that it is a redacted extract of, `extracts` are those made of it: of either, what the
    reader sees.
    """

    public_id: str
    number: str
    intake_id: str
    title: str
    heading: str
    sender: str
    letter_date: date | None
    received_at: datetime
    received_by: str
    channel: str
    case_state: str
    case_id: str
    restricted: bool
    screened: bool
    handed_over: bool
    state: LetterState
    waiting_for: Notice | None
    files: tuple[ReceivedFile, ...]
    pages: tuple[PageView, ...]
    has_access_copy: bool
    access_copy_current: bool
    extract_of: tuple[LetterLink, ...]
    extracts: tuple[LetterLink, ...]


@dataclass(frozen=True, slots=True)
class TextVersionView:
    """A version of a page's text: who wrote it (None: the engine), when, and its lines."""

    page: int
    version: int
    author: str | None
    engine: str
    at: datetime
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened to a letter: an action's code (see `archive_app.language.labels`), by whom, when."""

    at: datetime
    actor: str | None
    action: str
    page: int | None
    values: Mapping[str, Any]
