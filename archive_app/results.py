"""What the services give to the pages: frozen values, no rows, no session, nothing that could be asked for more.

Polygons and boxes are PDF points on A4 (595.276 x 841.890), origin top left, y down. Times are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]

Grouping = Literal["one", "each", "stack"]
LetterState = Literal["kept", "reading", "ready", "attention"]
PageState = Literal["waiting", "done", "failed"]
Sort = Literal["date", "relevance"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell a person: a code and its values, said in the reader's language by `archive_app.wording`."""

    code: str
    values: Mapping[str, Any]


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
class LetterLink:
    """Another letter that the reader sees: its number, and nothing of what it says."""

    public_id: str
    number: str
    received_at: datetime


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
    """One thing that happened to a letter: an action's code (said by `archive_app.wording`), by whom, when."""

    at: datetime
    actor: str | None
    action: str
    page: int | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file to send: where it lies, what it is, and the name to save it under."""

    path: Path
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as the address says it. `year`, `channel`, `state` narrow to a facet's value; `page` counts from 1."""

    text: str = ""
    sort: Sort = "date"
    page: int = 1
    year: str = ""
    channel: str = ""
    state: str = ""
    similar: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One letter found. `snippet` is (text, is a hit) pieces; `page` is the page of the first hit, from 1."""

    public_id: str
    number: str
    heading: str
    sender: str
    date: date
    received_at: datetime
    channel: str
    case_state: str
    restricted: bool
    page_count: int
    page: int
    snippet: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, how many of the visible hits have it, and whether the search is narrowed to it."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of results. `total` is exact up to 1,000; beyond, `total_exact` is False and it reads "1000+".

    `facets` count the newest 5,000 hits; when there may be more, `facets_exact` is False. `similar_tried` is
    True when these are hits with one character different; `similar_found` counts what "similar spelling" would add when
    nothing was found as written. `error` says what is wrong with the query; `took_ms` is the server's time.
    """

    request: SearchRequest
    results: tuple[SearchResult, ...]
    total: int
    total_exact: bool
    pages: int
    facets: Mapping[str, tuple[FacetValue, ...]]
    facets_exact: bool
    similar_tried: bool
    similar_found: int
    error: Notice | None
    took_ms: float


@dataclass(frozen=True, slots=True)
class ArchiveStatus:
    """How the archive is doing: letters by state, the worker, room on the disk.

    The letters are those that the reader may see, and those of their own that are on their way.

    `mail_failing_since`: the mail server has taken no mail since then, whoever's waits (None: it does, or none is set
    up); `mail_problem` is what it says.

    `free_bytes` is for the terminal of the machine itself: on a page it would shrink with letters that are hidden.
    """

    letters: Mapping[str, int]
    worker_seen_at: datetime | None
    engine: str
    free_bytes: int
    room_is_low: bool
    mail_failing_since: datetime | None = None
    mail_problem: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody, or a unit, that a form offers: the public id, and a label that no other choice of its kind has."""

    value: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class ReviewSaid:
    """What one access reviewer found about a concern in the round that is open."""

    by: str
    decision: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConcernView:
    """One concern in force: whom it keeps out of the case, since when, and why.

    `whom` is empty while an accused party is `words` only. `contexts` are the places of the letter where the words were
    found, each as (text, is the hit) pieces. `by` is None for the system. `said` is what the first reviewer found;
    `said_by_me` when that was the reader.
    """

    public_id: str
    kind: Literal["accused", "recused", "mentioned"]
    whom: str
    is_unit: bool
    words: str
    contexts: tuple[tuple[tuple[str, bool], ...], ...]
    at: datetime
    by: str | None
    reason: str
    confirmed_at: datetime | None
    said: ReviewSaid | None
    said_by_me: bool


@dataclass(frozen=True, slots=True)
class AllowanceView:
    """One entry of the allow-list: who, of which kind, until when, and who has put them there.

    `without_effect`: the case concerns them, which beats every allowance.
    """

    person: str
    whom: str
    kind: Literal["listed", "granted", "overseer"]
    until: datetime | None
    at: datetime
    by: str | None
    reason: str
    without_effect: bool


@dataclass(frozen=True, slots=True)
class RestrictionsView:
    """Who is kept out of a case and who is let in, with what the reader may change and whom the forms offer.

    `too_few_reviewers`: mentions wait, and fewer than two access reviewers can see the case.
    """

    public_id: str
    number: str
    heading: str
    restricted: bool
    event_date: date | None
    accused: tuple[ConcernView, ...]
    recused: tuple[ConcernView, ...]
    mentioned: tuple[ConcernView, ...]
    allowances: tuple[AllowanceView, ...]
    too_few_reviewers: bool
    may_loosen: bool
    may_grant: bool
    may_review: bool
    persons: tuple[Choice, ...]
    units: tuple[Choice, ...]
    to_list: tuple[Choice, ...]
    to_grant: tuple[Choice, ...]
    to_oversee: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class MentionToReview:
    """A mention that waits for the reviewers, with the letter it stands in."""

    concern: ConcernView
    letter_id: str
    number: str
    heading: str
    received_at: datetime
    restricted: bool


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A letter that somebody has to look through: the machine could not read it, or its bringer may not see it.

    `why`: unread (nothing could be read), partly (pages are missing), concerned (the case concerns who brought it in).
    """

    public_id: str
    number: str
    heading: str
    received_at: datetime
    received_by: str
    channel: str
    why: Literal["unread", "partly", "concerned"]


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role that an account holds, held, or will hold. `lasts`: it has not ended (it may begin later)."""

    role: str
    since: datetime
    until: datetime | None
    lasts: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account of somebody. `waiting`: it opens nothing until an access reviewer has confirmed it."""

    public_id: str
    name: str
    active: bool
    waiting: bool
    password_given: bool
    created_at: datetime
    roles: tuple[RoleHeld, ...]


@dataclass(frozen=True, slots=True)
class AccountWaiting:
    """An account that an administrator has changed and no access reviewer has confirmed since.

    `what` is all that was done since the last confirmation; `mine`: the reader has done some of it, or it is the
    reader's own, so another one must confirm it. `changed_at` goes back with the confirmation (`holding.confirm`).
    """

    public_id: str
    name: str
    person: str
    roles: tuple[str, ...]
    changed_at: datetime
    changed_by: str
    what: tuple[Notice, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where somebody belongs or what they are there: `kind` is member, leads or oversees; the days are inclusive.

    `lasts`: it has not ended.
    """

    person_id: str
    person: str
    unit_id: str
    unit: str
    kind: Literal["member", "leads", "oversees"]
    title: str
    since: date | None
    until: date | None
    lasts: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody with all names, units, posts and accounts. `own`: it is the reader, whom another one must change."""

    public_id: str
    name: str
    staff_no: str
    other_names: tuple[str, ...]
    places: tuple[PlaceView, ...]
    accounts: tuple[AccountView, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the list: the units of today, and the accounts as (name, active, waiting)."""

    public_id: str
    name: str
    staff_no: str
    other_names: tuple[str, ...]
    units: tuple[str, ...]
    accounts: tuple[tuple[str, bool, bool], ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of the list of persons; `page` counts from 1."""

    query: str
    rows: tuple[PersonRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class UnitStep:
    """What a unit became or came out of: the other unit, how (renamed, merged, split), and from which day on."""

    public_id: str
    name: str
    kind: Literal["renamed", "merged", "split"]
    at: date


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit in the tree, `depth` levels below the top. `members` counts those of today; `leads` names who leads it."""

    public_id: str
    name: str
    depth: int
    parent: str
    other_names: tuple[str, ...]
    watched: bool
    since: date | None
    until: date | None
    lasts: bool
    members: int
    leads: tuple[str, ...]
    became: tuple[UnitStep, ...]
    came_from: tuple[UnitStep, ...]


@dataclass(frozen=True, slots=True)
class ImportChange:
    """What a row of a table adds, changes or ends."""

    row: int
    kind: Literal["added", "changed", "ended"]
    notice: Notice


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """What is wrong with a cell of a table: the row as spreadsheets count, the column's code, and the remedy."""

    row: int
    column: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that an import has made, with its initial password: told once, kept nowhere."""

    person: str
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What importing a table would do, or has done. With `problems` it does nothing.

    `fingerprint` stands for the file and all that is told here; `accounts` is there only when it has been done.
    """

    rows: int
    changes: tuple[ImportChange, ...]
    problems: tuple[ImportProblem, ...]
    fingerprint: str
    new_accounts: int
    accounts: tuple[NewAccount, ...]


@dataclass(frozen=True, slots=True)
class NotificationView:
    """Something a reader is told of: why (`kind`), of which case, when; whether it is `new` to them, and of `today`."""

    kind: str
    case_id: str
    register_no: str
    at: datetime
    new: bool
    today: bool
