"""A case 案件: its form, its steps, and the actions that the reader can perform now."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from archive_app.cases import actions, case_view, register
from archive_app.cases.notifications import note_opened
from archive_app.cases.results import CaseView
from archive_app.domain.action_input import ActionInput
from archive_app.domain.errors import CaseError
from archive_app.domain.workflow import MAIN_PATH, ROUTING_ACTIONS
from archive_app.errors import ArchiveError, NobodyLeft, NotFound, NotToBeChosen
from archive_app.language.sentences import say
from archive_app.printing import service as printing
from archive_app.printing.case_forms import printable
from archive_app.values import Choice, Notice
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.downloads import send
from archive_app.views.common.drafts import SPOKEN_DRAFT, draft_key
from archive_app.views.common.error_status import status_of
from archive_app.views.common.form_fields import chosen

blueprint = Blueprint("cases", __name__)

KINDS = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
"""Formats in which the register can be downloaded."""


@blueprint.get("/cases/<public_id>")
def case(public_id: str) -> str:
    """Show a registered case and mark its notifications as read.

    `act` is the action that the reader has chosen, whose form is open then.
    """
    found = case_view.case(reader(), archive(), public_id)
    note_opened(reader(), archive(), public_id)
    return _page(found, act=request.args.get("act", ""))


@blueprint.post("/cases/<public_id>/acts/<act>")
def do(public_id: str, act: str) -> Response | tuple[str, int]:
    """Perform an action on a case; an error is shown on the page, with everything that was typed."""
    try:
        seen = request.form.get("seen", 0, type=int)
        still_seen = actions.perform(reader(), archive(), public_id, act, _action_input(public_id), seen=seen)
    except (CaseError, NobodyLeft, NotToBeChosen) as error:
        return _page(case_view.case(reader(), archive(), public_id), act=act, error=error), status_of(error)
    return go_to("cases.case", public_id=public_id, done=act) if still_seen else go_to("cases.work", done=act)


@blueprint.post("/cases/<public_id>/prints/<form>")
def make_print(public_id: str, form: str) -> Response:
    """Print a form, keep it with the case, and show it."""
    number = printing.make(reader(), archive(), public_id, form)
    return go_to("cases.printed", public_id=public_id, number=number)


@blueprint.get("/cases/<public_id>/prints/<int:number>.pdf")
def printed(public_id: str, number: int) -> Response:
    """A form as it was printed."""
    return send(case_view.printed(reader(), archive(), public_id, number), download=True)


@blueprint.get("/register/<int:year>.<kind>")
def register_on_paper(year: int, kind: str) -> Response:
    """The register of a year as PDF or XLSX."""
    if kind not in KINDS:
        raise NotFound
    content = printing.register_on_paper(reader(), archive(), year, sheet=kind == "xlsx")
    answer = Response(content, mimetype=KINDS[kind])
    answer.headers.set("Content-Disposition", "attachment", filename=f"register-{year}.{kind}")
    return answer


@blueprint.get("/work")
def work() -> str:
    """The cases that wait for the reader."""
    found = register.work(reader(), archive())
    letters = register.unregistered(reader(), archive()) if found.to_register else ()
    return render_template("cases/work.html", work=found, letters=letters, done=request.args.get("done", ""))


@blueprint.get("/register")
def register_page() -> str:
    """The special register of a year."""
    page = register.register_page(
        reader(),
        archive(),
        request.args.get("year", None, type=int),
        max(request.args.get("page", 1, type=int), 1),
    )
    return render_template("cases/register.html", found=page)


def _action_input(public_id: str) -> ActionInput:
    """The input of an action's form. Raises NotToBeChosen."""

    @cache
    def choices() -> Mapping[str, tuple[Choice, ...]]:
        return case_view.field_choices(reader(), archive(), public_id)

    def ids(field: str) -> list[str]:
        return chosen(field, lambda: choices()[field])

    return ActionInput(
        words=request.form.get("words", "").strip(),
        unit=next(iter(ids("unit")), ""),
        instructor=next(iter(ids("instructor")), ""),
        investigators=tuple(ids("investigators")),
        urgent=bool(request.form.get("urgent")),
        days=request.form.get("days", 0, type=int),
        **{
            name: request.form.get(name, "").strip()
            for name in ("evidence", "papers", "authority", "route", "way_of_handling", "feedback_by", "other")
        },
    )


def _page(found: CaseView, *, act: str = "", error: ArchiveError | None = None) -> str:
    return render_template(
        "cases/case.html",
        found=found,
        stations=_stations(found),
        act=act,
        routing_actions=ROUTING_ACTIONS,
        field="" if error is None else error.values.get("field", ""),
        error=None if error is None else say(Notice(error.code, error.values)),
        printable=printable(found),
        done=request.args.get("done", ""),
        draft_done=_draft_done(found, request.args.get("saved", "")),
    )


def _draft_done(found: CaseView, saved: str) -> str:
    """The key of the draft that was just saved; only for forms of this case."""
    own = {SPOKEN_DRAFT, found.public_id, *(letter.public_id for letter in found.letters)}
    return draft_key(archive().settings.secret_key, reader().account_id, saved, 0) if saved in own else ""


def _stations(found: CaseView) -> list[tuple[str, object, bool]]:
    """The main path as stations: the state, when it was last reached, and whether the case is there.

    A case that left the main path ends it with its own state.
    """
    reached = {step.to_state: step.at for step in found.steps} | {"received": found.received_at}
    way = [state for state in MAIN_PATH if found.state in MAIN_PATH or state in reached]
    if found.state not in MAIN_PATH:
        way.append(found.state)
    here = way.index(found.state)
    return [(state, reached.get(state) if place <= here else None, place == here) for place, state in enumerate(way)]
