"""Cases in the API: their state, the actions on them, and their prints."""

from __future__ import annotations

from werkzeug.wrappers import Response

from archive_app.cases import actions, case_view, registration
from archive_app.cases.results import CaseView
from archive_app.domain.action_input import ActionInput
from archive_app.errors import NotFound
from archive_app.language.marking import N_
from archive_app.printing import service as printing
from archive_app.views.api.keys import idempotency_key
from archive_app.views.api.operations import operation
from archive_app.views.api.values import (
    ActionRequest,
    CaseResponse,
    DoneResponse,
    FormRequest,
    FormVersionsResponse,
    LetterRequest,
    PetitionRequest,
    PrintedResponse,
    PrintRequest,
    RegisteredResponse,
    StateResponse,
    VersionResponse,
)
from archive_app.views.common.context import archive, reader
from archive_app.views.common.downloads import send


@operation(
    "POST",
    "/cases",
    N_("Register a petition that came without paper"),
    scope="cases:register",
    status=201,
    refused=(409, 422),
    keyed=True,
)
def register_petition(body: PetitionRequest) -> RegisteredResponse:
    """Register a visit, call or online petition. A repetition with the same `Idempotency-Key` registers nothing."""
    case = registration.register_spoken(
        reader(),
        archive(),
        body.form,
        received_at=body.received_at,
        repeats=body.repeats,
        idempotency_key=idempotency_key(),
    )
    return _registered(case)


@operation(
    "POST",
    "/letters/<public_id>/case",
    N_("Register a letter that was scanned in"),
    scope="cases:register",
    status=201,
    refused=(409, 422),
)
def register_letter(public_id: str, body: LetterRequest) -> RegisteredResponse:
    """Register the case of a letter."""
    return _registered(registration.register(reader(), archive(), public_id, body.form, repeats=body.repeats))


@operation("GET", "/cases/<public_id>/state", N_("How a case stands"), scope="states:read")
def case_state(public_id: str) -> StateResponse:
    """The state of a case and its time limit, without its content."""
    return StateResponse.model_validate(case_view.case(reader(), archive(), public_id))


@operation("GET", "/cases/<public_id>", N_("A case with its form, its way and what can be done"), scope="cases:read")
def case(public_id: str) -> CaseResponse:
    """A registered case."""
    return _case_response(case_view.case(reader(), archive(), public_id))


@operation(
    "PUT", "/cases/<public_id>/form", N_("Change the registration form"), scope="cases:register", refused=(409, 422)
)
def change_form(public_id: str, body: FormRequest) -> VersionResponse:
    """Keep a changed form as a new version. Another account's change meanwhile is never overwritten (409)."""
    version = registration.change_form(reader(), archive(), public_id, body.form, base_version=body.base_version)
    return VersionResponse(version=version)


@operation("GET", "/cases/<public_id>/versions", N_("All versions of the registration form"), scope="cases:read")
def form_versions(public_id: str) -> FormVersionsResponse:
    """All versions of the form, the newest first."""
    return FormVersionsResponse.model_validate({"versions": case_view.versions(reader(), archive(), public_id)})


@operation(
    "POST", "/cases/<public_id>/acts/<act>", N_("Do something with a case"), scope="cases:act", refused=(409, 422)
)
def act(public_id: str, act: str, body: ActionRequest) -> DoneResponse:
    """Perform one of the case's `offers`. If another account has acted on the case meanwhile, the answer is 409."""
    given = ActionInput(**body.model_dump(exclude={"seen"}))
    still_seen = actions.perform(reader(), archive(), public_id, act, given, seen=body.seen)
    return DoneResponse(
        case=StateResponse.model_validate(case_view.case(reader(), archive(), public_id)) if still_seen else None
    )


@operation("POST", "/cases/<public_id>/prints", N_("Print a form of a case"), scope="cases:act", status=201, keeps=True)
def make_print(public_id: str, body: PrintRequest) -> PrintedResponse:
    """Print a form and keep it with the case."""
    return PrintedResponse(number=printing.make(reader(), archive(), public_id, body.form))


@operation("GET", "/cases/<public_id>/prints/<int:number>", N_("A print, as PDF"), scope="cases:read")
def printed(public_id: str, number: int) -> Response:
    """A form as it was printed."""
    return send(case_view.printed(reader(), archive(), public_id, number), download=True)


def _registered(case: str) -> RegisteredResponse:
    """Nothing is shown of a case that its own words have closed to the account: the head of the office has it."""
    try:
        found = case_view.case(reader(), archive(), case)
    except NotFound:
        return RegisteredResponse(case=None, register_no=None)
    return RegisteredResponse(case=found.public_id, register_no=found.register_no)


def _case_response(found: CaseView) -> CaseResponse:
    offers = [
        {"act": each.transition.code, "needs": each.needs, "takes": each.takes, "missing": each.missing}
        for each in found.offers
    ]
    names = (name for name in CaseResponse.model_fields if name != "offers")
    return CaseResponse.model_validate({name: getattr(found, name) for name in names} | {"offers": offers})
