"""What is sent to the API, and what it answers. Times are RFC 3339, in UTC unless an offset is given.

What is sent is taken as it is or not at all: no number from a text, no field that is not known.
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
    """What somebody sends."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ApiQuery(BaseModel):
    """What stands behind the question mark of an address."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ApiResponse(BaseModel):
    """What is answered, out of what a service gives."""

    model_config = ConfigDict(from_attributes=True, extra="forbid", frozen=True)


# ---- sent ----


class PetitionRequest(ApiRequest):
    """A petition that came without paper: a visit, a call, an online petition."""

    form: RegistrationForm
    received_at: AwareDatetime
    repeats: Id | None = Field(None, description="The earlier case that the same petitioner brought.")


class LetterRequest(ApiRequest):
    """What is written down of a letter that was scanned in."""

    form: RegistrationForm
    repeats: Id | None = Field(None, description="The earlier case that the same petitioner brought.")


class FormRequest(ApiRequest):
    """A changed form, whole, and the version that it was made from."""

    form: RegistrationForm
    base_version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ActionRequest(ApiRequest):
    """What is written down of an act. Which fields it needs, the case's `offers` say."""

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
    """A form that is to be printed, by its code: reception_form, routing_slip and so on."""

    form: Annotated[str, Field(max_length=40)]


class PageQuery(ApiQuery):
    """Which page of a list, from 1."""

    page: Annotated[int, Field(ge=1, le=MOST_PAGES)] = 1


class SearchQuery(PageQuery):
    """A search: the query as people type it, and what narrows it."""

    q: Annotated[str, Field(max_length=1_000)] = ""
    sort: Literal["date", "relevance"] = "date"
    year: Annotated[str, Field(max_length=4)] = ""
    channel: Annotated[str, Field(max_length=20)] = ""
    state: Annotated[str, Field(max_length=30)] = ""


# ---- answered ----


class AccountResponse(ApiResponse):
    """In whose name a token asks, and what it is for."""

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
    """A petition was registered. `case` is null when what was written has put the case out of this account's hands."""

    case: str | None
    register_no: str | None


class VersionResponse(ApiResponse):
    """The number of a form's newest version."""

    version: int


class PrintedResponse(ApiResponse):
    """The number that a print has among those of its case."""

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
    """How a case stands, and nothing of what it is about."""

    public_id: str
    register_no: str
    state: str
    urgent: bool
    registered_at: AwareDatetime
    clock: ClockResponse | None


class DoneResponse(ApiResponse):
    """Something was done. `case` is how the case stands now; null when it is in other hands, as one given back is."""

    case: StateResponse | None


class StepResponse(ApiResponse):
    """Something that was done with a case."""

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
    """Something that can be done now: the act, the fields it needs and takes, and what must be there before."""

    act: str
    needs: tuple[str, ...]
    takes: tuple[str, ...]
    missing: tuple[str, ...]


class ChoiceResponse(ApiResponse):
    """Somebody, or a unit, that can be chosen: `value` is what is sent."""

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
    """A form that was printed of a case and is kept with it."""

    number: int
    form: str
    at: AwareDatetime
    by: str
    size: int


class RelatedResponse(ApiResponse):
    """Another case of the same petitioner. Of a restricted one only its number is told."""

    public_id: str
    register_no: str
    registered_at: AwareDatetime
    main_problem: str
    state: str
    channel: str
    restricted: bool


class CaseResponse(StateResponse):
    """A case: its form, its way, and what can be done with it by this account now."""

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
    """A line of the special register. Of a restricted case nothing is told but its number and its state."""

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
    """A case that waits, and the acts that carry it on."""

    row: RegisterRowResponse
    acts: tuple[str, ...]
    used: float


class WorkResponse(ApiResponse):
    """What waits for this account, the most pressing first."""

    waiting: tuple[WorkItemResponse, ...]
    late: int
    to_register: int


class FoundResponse(ApiResponse):
    """A letter that was found. `snippet` are pieces of its text, each with whether it is a hit."""

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
    """A page of what was found. `total` is exact up to 1,000; beyond, `total_exact` is false."""

    results: tuple[FoundResponse, ...]
    total: int
    total_exact: bool
    pages: int


class PlaceResponse(ApiResponse):
    """A place in a request that is not as the document says."""

    at: str
    problem: str


class ProblemResponse(ApiResponse):
    """What is wrong (RFC 9457). `detail` is for a person, `code` for a program; `field` is the field that is wrong."""

    title: str
    status: int
    detail: str
    code: str
    field: str
    places: tuple[PlaceResponse, ...]
