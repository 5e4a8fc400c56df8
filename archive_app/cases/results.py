"""The results of the services on cases: frozen values, like `archive_app.values`. Times are aware, in UTC."""

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
    """A time limit: `kind` is handling or transfer. `used` is 0.0 at the start and 1.0 when the time has run out.

    `first_due` is the due day without extensions; `provisional`: the days off are not announced yet for that period.
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
    """A step of a case: its action, author, time and text. `unit` is the unit that the action concerns.

    `signature` is the SHA-256 of the signature's image, empty without one; `people` are the persons named in the step;
    `to_case` is another case it refers to, as (public id, number), as it was told then; the number is "" if it was not
    known to the whole office.
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
    """An available action: its transition, the fields it needs here, and the requirements that do not hold yet."""

    transition: Transition
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RelatedCase:
    """Another visible case of the same petitioner. A restricted one shows only its number."""

    public_id: str
    register_no: str
    registered_at: datetime
    main_problem: str
    state: str
    channel: str
    restricted: bool


@dataclass(frozen=True, slots=True)
class CaseLetter:
    """A letter of a case, with its redacted extracts, or the letter it was extracted from, if the reader sees them."""

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
    """A printed form that is kept with the case."""

    number: int
    form: str
    at: datetime
    by: str
    size: int


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its form, its steps, and the actions available to the reader.

    `seen` is the number of its steps: an action sends it back (`archive_app.cases.actions.perform`). `with_unit` is the
    unit that has the papers ("": the office). `units`, `instructors` and `investigators` are the forms' choices.
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
    """A version of a registration form: its author, time, and changes as (field, before, after)."""

    number: int
    author: str
    at: datetime
    form: RegistrationForm
    changed: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class FieldHint:
    """A value that the letter's text suggests for a field; `places` are (page, line), both from 1."""

    field: str
    value: str
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class NamedInLetter:
    """A member of staff or a unit whose name was found in the letter: `words` at `places`, as (page, line)."""

    words: str
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ToRegister:
    """The hints beside an empty registration form: the letter, its text's suggestions, and whom it names."""

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
    """A row of the special register 来信登记册. A restricted case shows only its number and state."""

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
    """A page of the register of a year; `page` counts from 1. `years` are the years with a visible case."""

    year: int
    years: tuple[int, ...]
    rows: tuple[RegisterRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A case that waits for the reader: `acts` are the codes of the actions that move it forward."""

    row: RegisterRow
    acts: tuple[str, ...]
    used: float


@dataclass(frozen=True, slots=True)
class WorkList:
    """The work list 工作台: cases that wait for the reader, most urgent first; and the count of letters to register."""

    waiting: tuple[WorkItem, ...]
    late: int
    to_register: int


@dataclass(frozen=True, slots=True)
class DaysFigures:
    """The handling time of a group of cases in natural days; a figure is None if no case was answered (or timed).

    `waiting` counts the open cases without an answer. `in_time` is the share, 0.0 to 1.0, of the `timed` cases
    (answered, with a time limit) that met their limit.
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
    """A group: its key of codes or names, and its figures."""

    key: tuple[str, ...]
    figures: DaysFigures


@dataclass(frozen=True, slots=True)
class HandlingDays:
    """The handling time of the cases registered in a year, in groups (months in order, else the largest group first).

    `year` is 0 for all `years` with a visible case; `by` names the parts of a key.
    """

    year: int
    years: tuple[int, ...]
    by: tuple[str, ...]
    rows: tuple[DaysGroup, ...]
    total: DaysFigures


@dataclass(frozen=True, slots=True)
class TableDay:
    """A day in a year's table: working day or day off, and the holiday it belongs to."""

    day: date
    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class KnownYear:
    """An imported year: when, by whom, and its days in order."""

    year: int
    imported_at: datetime
    by: str
    days: tuple[TableDay, ...]


@dataclass(frozen=True, slots=True)
class DueChange:
    """The change of a running time limit of a visible case: its due day before and after.

    `provisional`: the new due day still depends on days that are not announced. If both days are equal, only this flag
    changes.
    """

    public_id: str
    register_no: str
    kind: str
    before: date
    after: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class DaysOffPreview:
    """The preview of a year's import. `known`: the year's days off are known already, and the table replaces them.

    `fingerprint` is sent back to import exactly this preview.
    """

    year: int
    known: bool
    days: tuple[TableDay, ...]
    changes: tuple[DueChange, ...]
    fingerprint: str
