"""Registration 登记: the form beside the letter, the form for a petition without paper, and its later versions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from archive_app.cases import case_view, register, registration
from archive_app.cases.results import FieldHint
from archive_app.domain.codes import CONDUCT, SUGGEST_ACCUSATION
from archive_app.domain.errors import CaseError, FieldUnknown, FormChanged, RegisteredAlready
from archive_app.domain.registration_form import CODED, LENGTHS, RegistrationForm, Signatory
from archive_app.errors import ArchiveError, NotFound
from archive_app.language.sentences import say
from archive_app.learning import suggestions
from archive_app.letters import queries as letter_queries
from archive_app.office_time import ZONE, in_office
from archive_app.values import Notice
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.drafts import SPOKEN_DRAFT, draft_key
from archive_app.views.common.error_status import status_of
from archive_app.views.common.overlay import places

blueprint = Blueprint("registration", __name__)

Answer = str | Response | tuple[str, int]

REPRESENTS = "*"
"""Precedes the name of a signatory who represents the others."""


@blueprint.get("/letters/<public_id>/registration")
def form(public_id: str) -> Answer:
    """The empty form of a letter, beside its pages."""
    register.ensure_registrar(reader(), archive())
    if case := case_view.of_letter(reader(), archive(), public_id):
        return go_to("cases.case", public_id=case)
    return _beside_letter(public_id)


@blueprint.post("/letters/<public_id>/registration")
def save(public_id: str) -> Answer:
    """Register a letter."""
    written = form_of(request.form)
    try:
        case = registration.register(
            reader(), archive(), public_id, written, repeats=request.form.get("repeats") or None
        )
    except CaseError as error:
        return _beside_letter(public_id, written, error=error), status_of(error)
    return _to_case(case, public_id)


@blueprint.get("/registration")
def spoken() -> Answer:
    """The empty form of a petition without paper."""
    register.ensure_registrar(reader(), archive())
    return _without_paper(RegistrationForm(channel=request.args.get("channel", "visit")))


@blueprint.post("/registration")
def save_spoken() -> Answer:
    """Register a visit, a call, an online petition."""
    register.ensure_registrar(reader(), archive())
    written = form_of(request.form)
    try:
        case = registration.register_spoken(
            reader(), archive(), written, received_at=_moment(), repeats=request.form.get("repeats") or None
        )
    except CaseError as error:
        return _without_paper(written, error=error), status_of(error)
    return _to_case(case, SPOKEN_DRAFT)


@blueprint.get("/cases/<public_id>/form")
def change(public_id: str) -> Answer:
    """The current form, for a change."""
    register.ensure_registrar(reader(), archive())
    found = case_view.case(reader(), archive(), public_id)
    if not found.may_change:
        raise NotFound
    return _of_case(public_id, found.form)


@blueprint.post("/cases/<public_id>/form")
def save_change(public_id: str) -> Answer:
    """Keep the changed form as a new version."""
    register.ensure_registrar(reader(), archive())
    written = form_of(request.form)
    base = request.form.get("base_version", 0, type=int)
    try:
        registration.change_form(reader(), archive(), public_id, written, base_version=base)
    except CaseError as error:
        return _of_case(public_id, written, error=error), status_of(error)
    return _to_case(public_id, public_id)


@blueprint.get("/cases/<public_id>/versions")
def versions(public_id: str) -> str:
    """All versions of the form, each with what it changed."""
    found = case_view.case(reader(), archive(), public_id)
    return render_template(
        "cases/form_versions.html", found=found, versions=case_view.versions(reader(), archive(), public_id)
    )


@blueprint.get("/registration/repeats")
def repeats() -> str:
    """Earlier cases of the petitioner whose name or telephone was typed: an HTML fragment of the form."""
    found = case_view.repeats(
        reader(),
        archive(),
        petitioner=request.args.get("petitioner", ""),
        telephone=request.args.get("telephone", ""),
    )
    return render_template("cases/_repeats.html", repeats=found, chosen=request.args.get("chosen", ""))


@blueprint.post("/registration/likely")
def likely() -> str:
    """Suggestions for a petition that is being typed: an HTML fragment. By POST, so that no address contains it."""
    found = suggestions.likely(
        reader(),
        archive(),
        **{name: request.form.get(name, "") for name in ("main_problem", "claims", "verbatim_statement")},
    )
    return render_template("cases/_likely.html", likely=found)


def form_of(fields: MultiDict[str, str]) -> RegistrationForm:
    """Parse the form. An invalid headcount becomes None, which is refused with its own sentence."""
    plain = {name: fields.get(name, "").strip() for name in (*LENGTHS, *CODED)}
    return RegistrationForm(
        **plain,
        anonymous=bool(fields.get("anonymous")),
        conduct=tuple(code for code in CONDUCT if fields.get(f"conduct_{code}")),
        headcount=fields.get("headcount", 0, type=int),
        signatories=tuple(map(_signatory, filter(str.strip, fields.get("signatories", "").splitlines()))),
    )


def signatory_lines(form: RegistrationForm) -> str:
    """The signatories as the form has them: one a line, name, address and telephone separated by commas."""
    return "\n".join(
        "，".join(filter(None, (f"{REPRESENTS if one.represents else ''}{one.name}", one.address, one.telephone)))
        for one in form.signatories
    )


def _signatory(line: str) -> Signatory:
    name, address, telephone, *_ = (*(part.strip() for part in line.replace("，", ",").split(",")), "", "", "")
    return Signatory(name.removeprefix(REPRESENTS).strip(), address, telephone, name.startswith(REPRESENTS))


def _moment() -> datetime:
    """The time of receipt, in office time."""
    try:
        return datetime.fromisoformat(request.form.get("received_at", "")).replace(tzinfo=ZONE)
    except ValueError:
        raise FieldUnknown(field="received_at") from None


def _beside_letter(
    public_id: str, written: RegistrationForm | None = None, *, error: ArchiveError | None = None
) -> str:
    """The form beside the pages: an empty one, or with the typed input."""
    letter = letter_queries.letter(reader(), archive(), public_id)
    return _render(
        written or RegistrationForm(channel=letter.channel),
        key=public_id,
        letter=letter,
        pages=[(page, places(page)) for page in letter.pages],
        **({} if isinstance(error, RegisteredAlready) else _suggested(public_id)),
        error=error,
        case=case_view.of_letter(reader(), archive(), public_id),
    )


def _suggested(public_id: str) -> dict[str, Any]:
    """Suggestions from the letter's text: values by field, likely codes, and the names in it."""
    found = register.to_register(reader(), archive(), public_id)
    hints: dict[str, list[FieldHint]] = {}
    for hint in found.hints:
        hints.setdefault(hint.field, []).append(hint)
    return {"hints": hints, "likely": found.likely, "named": found.named}


def _without_paper(written: RegistrationForm, *, error: ArchiveError | None = None) -> str:
    now = in_office(datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M")
    return _render(written, key=SPOKEN_DRAFT, received_at=request.form.get("received_at", now), error=error)


def _of_case(public_id: str, written: RegistrationForm, *, error: ArchiveError | None = None) -> str:
    found = case_view.case(reader(), archive(), public_id)
    conflict = isinstance(error, FormChanged)
    return _render(written, key=found.public_id, found=found, error=error, theirs=found.form if conflict else None)


def _render(
    written: RegistrationForm,
    *,
    key: str,
    error: ArchiveError | None,
    theirs: RegistrationForm | None = None,
    **more: object,
) -> str:
    return render_template(
        "cases/registration.html",
        form=written,
        signatories=signatory_lines(written),
        theirs=theirs,
        their_signatories="" if theirs is None else signatory_lines(theirs),
        field="" if error is None else error.values.get("field", ""),
        error=None if error is None else say(Notice(error.code, error.values)),
        accusing=SUGGEST_ACCUSATION,
        draft_key=draft_key(archive().settings.secret_key, reader().account_id, key, 0),
        **more,
    )


def _to_case(public_id: str, saved: str) -> Response:
    """Redirect to the case, which deletes the draft of what was `saved`.

    A case that its own words have closed to the reader is with the head of the office.
    """
    try:
        case_view.case(reader(), archive(), public_id)
    except NotFound:
        return go_to("home.home", handed_over=1)
    return go_to("cases.case", public_id=public_id, saved=saved)
