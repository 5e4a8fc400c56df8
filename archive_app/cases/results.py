"""What the services on cases give to the pages: frozen values, like `archive_app.values`. Times are aware, in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from archive_app.domain.registration_form import RegistrationForm
from archive_app.domain.workflow import Transition
from archive_app.learning.results import Likely
from archive_app.values import Choice, LetterLink


@dataclass(frozen=True, slots=True)
class ClockView:
    """A time limit: `kind` is handling or transfer. `used` is 0.0 at the start and 1.0 when it has run out.

    `first_due` is the due day without extensions; `provisional`: days off are not announced yet that far.
    """

    kind: str
    started_at: datetime
    days: int
    first_due: date
    due: date
    provisional: bool
    overdue: bool
    used: float
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepView:
    """Something that was done with a case: by whom, when, and what was written. `unit` is the unit it was about.

    `signature` is the SHA-256 of the picture that it was signed with, empty without one; `people` are the persons named
    in it; `to_case` is another case it leads to, as (public id, number), if the reader
    sees it.
    """

    number: int
    act: str
    to_state: str
    at: datetime
    by: str
    account: str
    unit: str
    words: str
    details: Mapping[str, Any]
    signature: str
    people: tuple[str, ...]
    to_case: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class OfferView:
    """Something the reader may do now: the row of the table, the fields it needs here, and what is still missing."""

    transition: Transition
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RelatedCase:
    """Another case of the same petitioner that the reader sees. Of a restricted one only its number is told."""

    public_id: str
    register_no: str
    registered_at: datetime
    main_problem: str
    state: str
    channel: str
    restricted: bool


@dataclass(frozen=True, slots=True)
class CaseLetter:
    """A letter of a case; and its redacted extracts, or what it is one of, as far as the reader sees them."""

    public_id: str
    number: str
    heading: str
    received_at: datetime
    page_count: int
    has_access_copy: bool
    extract_of: tuple[LetterLink, ...]
    extracts: tuple[LetterLink, ...]


@dataclass(frozen=True, slots=True)
class PrintView:
    """A form that was printed of the case, and is kept with it."""

    number: int
    form: str
    at: datetime
    by: str
    size: int


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its form, its way, and what the reader may do with it.

    `seen` is how many steps it has: an action sends it back (`archive_app.cases.actions.perform`). `with_unit` is the
    unit that has the papers ("": the office). `units`, `instructors` and `investigators` are whom the forms offer.
    """

    public_id: str
    state: str
    restricted: bool
    urgent: bool
    major: bool
    register_no: str
    separate: bool
    received_at: datetime
    registered_at: datetime
    registered_by: str
    registered_late: bool
    voided_at: datetime | None
    form: RegistrationForm
    version: int
    letters: tuple[CaseLetter, ...]
    steps: tuple[StepView, ...]
    prints: tuple[PrintView, ...]
    seen: int
    offers: tuple[OfferView, ...]
    clock: ClockView | None
    with_unit: str
    earlier: tuple[RelatedCase, ...]
    later: tuple[RelatedCase, ...]
    may_change: bool
    units: tuple[Choice, ...]
    instructors: tuple[Choice, ...]
    investigators: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class FormVersion:
    """A version of a registration form: who wrote it, when, and what it changed, as (field, before, after)."""

    number: int
    author: str
    at: datetime
    form: RegistrationForm
    changed: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class FieldHint:
    """A value that the letter's text suggests for a field, and the pages and lines it was found on (both from 1)."""

    field: str
    value: str
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class NamedInLetter:
    """Somebody of the staff, or a unit, whose name was found in the letter: `words` at `places` (pages and lines)."""

    words: str
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ToRegister:
    """What stands beside an empty registration form: the letter, what its text suggests, and whom it names."""

    letter_id: str
    number: str
    channel: str
    received_at: datetime
    restricted: bool
    hints: tuple[FieldHint, ...]
    likely: Likely
    named: tuple[NamedInLetter, ...]


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A line of the special register 来信登记册. Of a restricted case nothing is told but its number and its state."""

    public_id: str
    register_no: str
    received_at: datetime
    registered_at: datetime
    channel: str
    petitioner: str
    address: str
    headcount: int
    main_problem: str
    content_class: str
    state: str
    unit: str
    registered_by: str
    due: date | None
    overdue: bool
    urgent: bool
    restricted: bool
    void: bool
    void_reason: str


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """A page of the register of a year; `page` counts from 1. `years` are those in which the reader sees a case."""

    year: int
    years: tuple[int, ...]
    rows: tuple[RegisterRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A case that waits for the reader: `waits_for` are the acts that carry it on."""

    row: RegisterRow
    acts: tuple[str, ...]
    used: float


@dataclass(frozen=True, slots=True)
class WorkList:
    """What waits for somebody 工作台: what they can carry on, most pressing first; and letters not registered yet."""

    waiting: tuple[WorkItem, ...]
    late: int
    to_register: int


@dataclass(frozen=True, slots=True)
class DaysFigures:
    """How long a group of cases took. Days are natural; where nothing was answered (or timed) there is no figure.

    `waiting` are those at work without an answer. `in_time` is the share, 0.0 to 1.0, of the `timed` ones (answered,
    and a time limit ran) that were ready within it.
    """

    registered: int
    waiting: int
    answered: int
    mean: float | None
    median: float | None
    longest: int | None
    timed: int
    in_time: float | None


@dataclass(frozen=True, slots=True)
class DaysGroup:
    """A group: the codes or names it is told apart by, and its figures."""

    key: tuple[str, ...]
    figures: DaysFigures


@dataclass(frozen=True, slots=True)
class HandlingDays:
    """How long the cases registered in a year took, in groups (months in order, else the largest group first).

    `year` is 0 for all `years` in which the reader sees a case; `by` names what each part of a key is.
    """

    year: int
    years: tuple[int, ...]
    by: tuple[str, ...]
    rows: tuple[DaysGroup, ...]
    total: DaysFigures


@dataclass(frozen=True, slots=True)
class TableDay:
    """A day in a year's table: worked or off, and the holiday it belongs to."""

    day: date
    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class KnownYear:
    """A year that was imported: when, by whom, and its days in order."""

    year: int
    imported_at: datetime
    by: str
    days: tuple[TableDay, ...]


@dataclass(frozen=True, slots=True)
class DueChange:
    """A running time limit of a case that the reader sees, as it is and as it would be.

    `provisional`: it would still rest on days that are not announced. Where the day stays, that alone has changed.
    """

    public_id: str
    register_no: str
    kind: str
    before: date
    after: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class DaysOffPreview:
    """What importing a year's table changes. `known`: the year's days off were known, and the table takes their place.

    `fingerprint` goes back with the order to import exactly this.
    """

    year: int
    known: bool
    days: tuple[TableDay, ...]
    changes: tuple[DueChange, ...]
    fingerprint: str
