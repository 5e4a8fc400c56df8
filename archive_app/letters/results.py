"""The results of the services on letters: frozen values, no rows, no session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from archive_app.values import LetterLink, Notice, Quad

Grouping = Literal["one", "each", "stack"]
LetterState = Literal["kept", "reading", "ready", "attention"]
PageState = Literal["waiting", "done", "failed"]
Outcome = Literal["", "read", "attention", "handed_over"]


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A stored original. `error` is the reason why it has no pages."""

    position: int
    name: str
    size: int
    sha256: str
    media_type: str | None
    page_count: int | None
    error: Notice | None


@dataclass(frozen=True, slots=True)
class ReceiptLetter:
    """A letter as its receipt states it, by its place in what was brought in and the `name` of its (first) file.

    `outcome` is "" while the letter is read. Outcome and `pages`, the number of its pages, are then as they were when
    the reading ended, whatever became of the letter.
    """

    position: int
    public_id: str
    name: str
    pages: int
    outcome: Outcome

    @property
    def can_open(self) -> bool:
        """Whether the receipt leads to the letter, which may be hidden since."""
        return self.outcome in ("read", "attention")


@dataclass(frozen=True, slots=True)
class IntakeView:
    """A receipt and its progress. `done`: the reading of all its letters has ended.

    `pages` counts the pages found so far, `settled` those that are done, readable or not. `waiting_for` is what delays
    the reading.
    """

    public_id: str
    number: str
    received_at: datetime
    received_by: str
    grouping: Grouping
    channel: str
    files: tuple[ReceivedFile, ...]
    letters: tuple[ReceiptLetter, ...]
    pages: int
    settled: int
    waiting_for: Notice | None
    done: bool


@dataclass(frozen=True, slots=True)
class NeedsLook:
    """A letter of which some page or file could not be read: `pages` with the reasons, None for those that were."""

    public_id: str
    title: str
    files: tuple[ReceivedFile, ...]
    pages: tuple[tuple[int, Notice | None], ...]


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of a page's text. `doubtful`: it should be checked; `corrected`: a person has changed it."""

    text: str
    polygon: Quad
    direction: str
    confidence: float
    doubtful: bool
    corrected: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """The position of a hit on a page: the line (from 0), its characters, and the polygon on the paper."""

    line: int
    start: int
    end: int
    polygon: Quad


@dataclass(frozen=True, slots=True)
class PageView:
    """A page of a letter. `scan` is the number of its scan (rescans and turns count), `version` that of its text.

    `source` has the original's size in pixels and millimetres, and its dpi; `operations` are (name, parameters).
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
    """A letter with its pages. `title` was written by a person; `heading` is the title, or else the first line read.

    `case_id` is the public id of its case, "" until that is registered. `screened`: the letter was screened for names;
    before that few may open it. `handed_over`: it waits for a person to look it through. `extract_of` is the letter
    that it is a redacted extract of, `extracts` are its own extracts; both as far as the reader sees them.
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
    """A version of a page's text: its author (None: the engine), time, and lines."""

    page: int
    version: int
    author: str | None
    engine: str
    at: datetime
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An entry in a letter's history: the action's code (see `archive_app.language.labels`), actor, and time."""

    at: datetime
    actor: str | None
    action: str
    page: int | None
    values: Mapping[str, Any]
