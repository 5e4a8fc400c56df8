"""Requests and responses of the API. Times are RFC 3339, in UTC unless an offset is given.

Requests are not converted: no number from a text, no unknown field.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from archive_app.domain.registration_form import RegistrationForm

Id = Annotated[str, Field(max_length=40, description="An id that this archive has given out.")]
Day = date
MOST_PAGES = 1_000_000


class ApiRequest(BaseModel):
    """Base of request bodies."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ApiQuery(BaseModel):
    """Base of the query parameters of an address."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ApiResponse(BaseModel):
    """Base of responses, made from a service's result."""

    model_config = ConfigDict(from_attributes=True, extra="forbid", frozen=True)


# ---- requests ----


class PetitionRequest(ApiRequest):
    """A petition without paper: a visit, a call, an online petition."""

    form: RegistrationForm
    received_at: AwareDatetime
    repeats: Id | None = Field(None, description="The earlier case that the same petitioner brought.")


class LetterRequest(ApiRequest):
    """The registration of a scanned letter."""

    form: RegistrationForm
    repeats: Id | None = Field(None, description="The earlier case that the same petitioner brought.")


class FormRequest(ApiRequest):
    """A changed form, whole, and the version that it is based on."""

    form: RegistrationForm
    base_version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ActionRequest(ApiRequest):
    """The input of an action. The case's `offers` say which fields it needs."""

    seen: Annotated[
        int, Field(ge=0, le=2**31 - 1, description="The `seen` of the case as it was when this was decided.")
    ]
    words: str = ""
    unit: Annotated[str, Field(description="The id of one of the case's `units`.")] = ""
    instructor: Annotated[str, Field(description="The id of one of the case's `instructors`.")] = ""
    investigators: Annotated[
        tuple[str, ...], Field(max_length=50, description="Ids out of the case's `investigators`.")
    ] = ()
    urgent: bool = False
    days: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    evidence: str = ""
    papers: str = ""
    authority: str = ""
    route: str = ""
    way_of_handling: str = ""
    feedback_by: str = ""
    other: Annotated[str, Field(description="The register number of another case.")] = ""


class PrintRequest(ApiRequest):
    """The form to print, by its code: reception_form, routing_slip and so on."""

    form: Annotated[str, Field(max_length=40)]


class PageQuery(ApiQuery):
    """The page of a list, from 1."""

    page: Annotated[int, Field(ge=1, le=MOST_PAGES)] = 1


class SearchQuery(PageQuery):
    """A search: the query as people type it, and its filters."""

    q: Annotated[str, Field(max_length=1_000)] = ""
    sort: Literal["date", "relevance"] = "date"
    year: Annotated[str, Field(max_length=4)] = ""
    channel: Annotated[str, Field(max_length=20)] = ""
    state: Annotated[str, Field(max_length=30)] = ""


# ---- responses ----


class AccountResponse(ApiResponse):
    """The account and the scopes of a token."""

    account: str
    name: str
    roles: tuple[str, ...]
    token: str
    scopes: tuple[str, ...]


class CodeResponse(ApiResponse):
    """A code of a table, with its words."""

    code: str
    words: str


class CodesResponse(ApiResponse):
    """The tables of codes, by the field they are for."""

    tables: dict[str, tuple[CodeResponse, ...]]


class RegisteredResponse(ApiResponse):
    """A petition was registered. `case` is null when its own words have closed the case to this account."""

    case: str | None
    register_no: str | None


class VersionResponse(ApiResponse):
    """The number of a form's newest version."""

    version: int


class PrintedResponse(ApiResponse):
    """The number of a print within its case."""

    number: int


class ClockResponse(ApiResponse):
    """A time limit. `used` is 0.0 at its start and 1.0 when it has run out."""

    kind: str
    started_at: AwareDatetime
    days: int
    first_due: Day
    due: Day
    provisional: bool
    overdue: bool
    used: float
    stopped_at: AwareDatetime | None


class StateResponse(ApiResponse):
    """The state of a case, without its content."""

    public_id: str
    register_no: str
    state: str
    urgent: bool
    registered_at: AwareDatetime
    clock: ClockResponse | None


class DoneResponse(ApiResponse):
    """An action was performed. `case` is the case in its new state; null when this account no longer sees it."""

    case: StateResponse | None


class StepResponse(ApiResponse):
    """An action that was performed on a case."""

    number: int
    act: str
    to_state: str
    at: AwareDatetime
    by: str
    account: str
    unit: str
    words: str
    details: dict[str, Any]
    people: tuple[str, ...]
    to_case: tuple[str, str] | None


class OfferResponse(ApiResponse):
    """An action that is possible now: its code, its required and optional fields, and what must exist before."""

    act: str
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    missing: tuple[str, ...]


class ChoiceResponse(ApiResponse):
    """A person or unit that can be chosen: `value` is the value to send."""

    value: str
    name: str
    label: str


class CaseLetterResponse(ApiResponse):
    """A letter of a case."""

    public_id: str
    number: str
    heading: str
    received_at: AwareDatetime
    page_count: int
    has_access_copy: bool


class PrintResponse(ApiResponse):
    """A printed form that is kept with a case."""

    number: int
    form: str
    at: AwareDatetime
    by: str
    size: int


class RelatedResponse(ApiResponse):
    """Another case of the same petitioner. A restricted one is listed with its number only."""

    public_id: str
    register_no: str
    registered_at: AwareDatetime
    main_problem: str
    state: str
    channel: str
    restricted: bool


class CaseResponse(StateResponse):
    """A case: its form, its steps, and the actions that this account can perform now."""

    restricted: bool
    major: bool
    separate: bool
    received_at: AwareDatetime
    registered_by: str
    registered_late: bool
    voided_at: AwareDatetime | None
    form: RegistrationForm
    version: int
    letters: tuple[CaseLetterResponse, ...]
    steps: tuple[StepResponse, ...]
    prints: tuple[PrintResponse, ...]
    seen: int
    offers: tuple[OfferResponse, ...]
    with_unit: str
    earlier: tuple[RelatedResponse, ...]
    later: tuple[RelatedResponse, ...]
    may_change: bool
    units: tuple[ChoiceResponse, ...]
    instructors: tuple[ChoiceResponse, ...]
    investigators: tuple[ChoiceResponse, ...]


class FormVersionResponse(ApiResponse):
    """A version of a form: who wrote it, and when."""

    number: int
    author: str
    at: AwareDatetime
    form: RegistrationForm


class FormVersionsResponse(ApiResponse):
    """All versions of a form, the newest first."""

    versions: tuple[FormVersionResponse, ...]


class RegisterRowResponse(ApiResponse):
    """A line of the special register. A restricted case is listed with its number and state only."""

    public_id: str
    register_no: str
    received_at: AwareDatetime
    registered_at: AwareDatetime
    channel: str
    petitioner: str
    address: str
    headcount: int
    main_problem: str
    content_class: str
    state: str
    unit: str
    registered_by: str
    due: Day | None
    overdue: bool
    urgent: bool
    restricted: bool
    void: bool
    void_reason: str


class RegisterResponse(ApiResponse):
    """A page of the register of a year."""

    year: int
    rows: tuple[RegisterRowResponse, ...]
    total: int
    page: int
    pages: int


class WorkItemResponse(ApiResponse):
    """A waiting case, and the actions that it waits for."""

    row: RegisterRowResponse
    acts: tuple[str, ...]
    used: float


class WorkResponse(ApiResponse):
    """The cases that wait for this account, the most urgent first."""

    waiting: tuple[WorkItemResponse, ...]
    late: int
    to_register: int


class FoundResponse(ApiResponse):
    """A letter in a search result. `snippet` is pieces of its text, each with whether it is a hit."""

    public_id: str
    number: str
    heading: str
    sender: str
    date: Day
    received_at: AwareDatetime
    channel: str
    case_state: str
    restricted: bool
    page_count: int
    page: int
    snippet: tuple[tuple[str, bool], ...]


class SearchResponse(ApiResponse):
    """A page of search results. `total` is exact up to 1,000; beyond, `total_exact` is false."""

    results: tuple[FoundResponse, ...]
    total: int
    total_exact: bool
    pages: int


class PlaceResponse(ApiResponse):
    """A part of a request that does not conform to the document."""

    at: str
    problem: str


class ProblemResponse(ApiResponse):
    """A problem (RFC 9457). `detail` is for a person, `code` for a program; `field` is the invalid field."""

    title: str
    status: int
    detail: str
    code: str
    field: str
    places: tuple[PlaceResponse, ...]
