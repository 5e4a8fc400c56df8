"""Who may see a case 查阅范围: whom it concerns, the allow-list, and the forms that change them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from archive_app.errors import ArchiveError, FutureDay, NotFound, NotToBeChosen
from archive_app.language.sentences import say
from archive_app.review import event_dates, restrictions
from archive_app.review import queries as review_queries
from archive_app.review.results import RestrictionsView
from archive_app.values import Notice
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.error_status import status_of
from archive_app.views.common.form_fields import day_of, end_of_day, must_pick, picked

blueprint = Blueprint("restrictions", __name__)

Answer = Response | tuple[str, int]


@blueprint.get("/letters/<public_id>/access")
def access(public_id: str) -> str:
    """Who is kept out and who may see the case, since when and why."""
    return _page(review_queries.restrictions(reader(), archive(), public_id))


@blueprint.post("/letters/<public_id>/access/accused")
def accuse(public_id: str) -> Answer:
    """Record whom the case accuses."""

    def work(found: RestrictionsView) -> None:
        typed, words = request.form.get("party", "").strip(), ""
        person, unit = picked(found.persons, typed), picked(found.units, typed)
        if request.form.get("unknown"):
            person, unit, words = None, None, typed
        elif person and unit:
            raise NotToBeChosen(field="party")
        others = [each for each in request.form.getlist("listed") if each.strip()]
        restrictions.accuse(
            reader(),
            archive(),
            public_id,
            person=person,
            unit=unit,
            words=words,
            reason=request.form.get("reason", ""),
            listed=[must_pick(found.to_list, each, "listed") for each in others],
        )

    return _do(public_id, "accuse", work)


@blueprint.post("/letters/<public_id>/access/accused/<concern>")
def resolve(public_id: str, concern: str) -> Answer:
    """Resolve the words of an accusation to a person or unit."""

    def work(found: RestrictionsView) -> None:
        typed = request.form.get("party", "")
        restrictions.resolve(
            reader(),
            archive(),
            public_id,
            concern,
            person=picked(found.persons, typed),
            unit=picked(found.units, typed),
            reason=request.form.get("reason", ""),
        )

    return _do(public_id, f"resolve-{concern}", work)


@blueprint.post("/letters/<public_id>/access/recused")
def recuse(public_id: str) -> Answer:
    """Keep somebody out of the case."""

    def work(found: RestrictionsView) -> None:
        person = must_pick(found.persons, request.form.get("person", ""), "person")
        restrictions.recuse(reader(), archive(), public_id, person=person, reason=request.form.get("reason", ""))

    return _do(public_id, "recuse", work)


@blueprint.post("/letters/<public_id>/access/allowed")
def allow(public_id: str) -> Answer:
    """Add a person to the allow-list."""

    def work(found: RestrictionsView) -> None:
        kind = request.form.get("kind", "listed")
        offered = {"listed": found.to_list, "granted": found.to_grant, "overseer": found.to_oversee}.get(kind, ())
        restrictions.allow(
            reader(),
            archive(),
            public_id,
            person=must_pick(offered, request.form.get("person", ""), "person"),
            kind=kind,
            until=end_of_day(request.form.get("until", "")),
            reason=request.form.get("reason", ""),
        )

    return _do(public_id, "allow", work)


@blueprint.post("/letters/<public_id>/access/allowed/end")
def end_allowance(public_id: str) -> Answer:
    """Remove a person from the allow-list."""
    person, kind = request.form.get("person", ""), request.form.get("kind", "")

    def work(_found: RestrictionsView) -> None:
        restrictions.end_allowance(
            reader(), archive(), public_id, person=person, kind=kind, reason=request.form.get("reason", "")
        )

    return _do(public_id, f"end-{kind}-{person}", work)


@blueprint.post("/letters/<public_id>/access/restricted")
def restrict(public_id: str) -> Answer:
    """Restrict the case to its list, or open it to the roles again."""

    def work(_found: RestrictionsView) -> None:
        restricted = request.form.get("restricted") != "no"
        reason = request.form.get("reason", "")
        restrictions.restrict(reader(), archive(), public_id, restricted=restricted, reason=reason)

    return _do(public_id, "restrict", work)


@blueprint.post("/letters/<public_id>/access/event-date")
def set_event_date(public_id: str) -> Answer:
    """Set the day of the events that the letter reports."""

    def work(_found: RestrictionsView) -> None:
        try:
            day = day_of(request.form.get("event_date", ""))
        except ValueError:
            raise FutureDay(field="event_date") from None
        event_dates.set_event_date(reader(), archive(), public_id, day, reason=request.form.get("reason", ""))

    return _do(public_id, "date", work)


@blueprint.post("/letters/<public_id>/access/event-date/<proposal>")
def confirm_event_date(public_id: str, proposal: str) -> Answer:
    """Confirm a later day of the events."""

    def work(_found: RestrictionsView) -> None:
        reason = request.form.get("reason", "")
        event_dates.confirm_event_date(reader(), archive(), public_id, proposal, reason=reason)

    return _do(public_id, "confirm", work)


@blueprint.post("/letters/<public_id>/looked-through")
def look_through(public_id: str) -> Response:
    """Record that a person has looked through the letter."""
    restrictions.look_through(reader(), archive(), public_id, reason=request.form.get("reason", ""))
    return go_to("home.home", looked_through=1)


def _do(public_id: str, form: str, work: Callable[[RestrictionsView], None]) -> Answer:
    """Run the action of one of the page's forms; an error is shown at its field."""
    found = review_queries.restrictions(reader(), archive(), public_id)
    try:
        work(found)
    except NotFound:
        raise
    except ArchiveError as error:
        return _page(found, form=form, error=error), status_of(error)
    return go_to("restrictions.access", public_id=public_id, done=form.split("-")[0])


def _page(found: RestrictionsView, *, form: str = "", error: ArchiveError | None = None) -> str:
    return render_template(
        "review/access.html",
        found=found,
        form=form,
        field="" if error is None else error.values.get("field", ""),
        error=None if error is None else say(Notice(error.code, error.values)),
        done=request.args.get("done", ""),
    )
