"""Persons, with their names, units, posts and accounts: pages for system administrators. They show no case."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Blueprint, render_template, request

from archive_app.access.identity import ROLES
from archive_app.errors import NotFound
from archive_app.people import accounts, memberships, persons
from archive_app.people import queries as people_queries
from archive_app.people.results import NewAccount
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.form_fields import must_pick
from archive_app.views.common.form_submission import Answer, beginning, day, day_or_today, ending, submit_form, text

blueprint = Blueprint("people", __name__)

SEVERAL = re.compile(r"[、，,;；]")


@blueprint.get("/people")
def people() -> str:
    """The list of persons, searched by name, staff number, account or unit."""
    page = request.args.get("page", 1, type=int)
    return render_template(
        "people/people.html", found=people_queries.people(reader(), archive(), request.args.get("q", ""), page)
    )


@blueprint.get("/people/new")
def new() -> str:
    """The form for a new person."""
    return _new()


@blueprint.post("/people")
def add() -> Answer:
    """Add a person, once namesakes are ruled out."""

    def work() -> Answer:
        made = persons.add_person(
            reader(),
            archive(),
            name=text("name"),
            staff_no=text("staff_no"),
            other_names=SEVERAL.split(text("other_names")),
            namesake=bool(text("namesake")),
        )
        return go_to("people.person", public_id=made, done="person")

    return submit_form(work, _new, "new")


@blueprint.get("/people/<public_id>")
def person(public_id: str) -> str:
    """A person."""
    return _page(public_id)


@blueprint.post("/people/<public_id>/name")
def rename(public_id: str) -> Answer:
    """Change a person's name."""
    return _do(public_id, "rename", lambda: persons.rename_person(reader(), archive(), public_id, name=text("name")))


@blueprint.post("/people/<public_id>/other-names")
def add_name(public_id: str) -> Answer:
    """Add another name of a person."""
    return _do(public_id, "names", lambda: persons.add_name(reader(), archive(), public_id, name=text("other_name")))


@blueprint.post("/people/<public_id>/staff-number")
def number(public_id: str) -> Answer:
    """Set a person's staff number."""
    return _do(
        public_id,
        "number",
        lambda: persons.set_staff_number(reader(), archive(), public_id, staff_no=text("staff_no")),
    )


@blueprint.post("/people/<public_id>/places")
def place(public_id: str) -> Answer:
    """Add a membership or a post."""

    def work() -> None:
        choices = people_queries.unit_choices(people_queries.units(reader(), archive()))
        unit, kind, since = must_pick(choices, text("unit"), "unit"), text("kind"), day("since")
        if kind == "member":
            memberships.join(reader(), archive(), public_id, unit, since)
        else:
            title = text("title")
            memberships.appoint(reader(), archive(), public_id, unit, kind=kind, title=title, since=since)  # type: ignore[arg-type]

    return _do(public_id, "place", work)


@blueprint.post("/people/<public_id>/places/end")
def end_place(public_id: str) -> Answer:
    """End a membership or a post."""
    unit, kind = text("unit"), text("kind")

    def work() -> None:
        if kind == "member":
            memberships.leave(reader(), archive(), public_id, unit, day_or_today("until"))
        else:
            memberships.dismiss(reader(), archive(), public_id, unit, kind, day_or_today("until"))  # type: ignore[arg-type]

    return _do(public_id, f"end-{kind}-{unit}", work)


@blueprint.post("/people/<public_id>/accounts")
def add_account(public_id: str) -> Answer:
    """Make an account; only the answering page shows the first code of its password."""

    def work() -> Answer:
        name, roles = text("account"), request.form.getlist("roles")
        made = accounts.add_account(reader(), archive(), public_id, name=name, roles=roles)
        return _page(public_id, given=NewAccount("", name, made.code))

    return submit_form(work, _of(public_id), "account")


@blueprint.post("/people/<public_id>/accounts/<account>/password")
def ask_reset(public_id: str, account: str) -> Answer:
    """Ask for a new password for an account; only the answering page shows its first code."""

    def work() -> Answer:
        names = _accounts(public_id)
        if account not in names:
            raise NotFound
        code = accounts.ask_reset(reader(), archive(), account)
        return _page(public_id, given=NewAccount("", names[account], code))

    return submit_form(work, _of(public_id), f"password-{account}")


@blueprint.post("/people/<public_id>/accounts/<account>/roles")
def give_role(public_id: str, account: str) -> Answer:
    """Give an account a role."""
    return _do(
        public_id,
        f"role-{account}",
        lambda: accounts.give_role(
            reader(), archive(), account, text("role"), since=beginning("since"), until=ending("until")
        ),
        done="account",
    )


@blueprint.post("/people/<public_id>/accounts/<account>/roles/end")
def end_role(public_id: str, account: str) -> Answer:
    """End a role of an account."""
    return _do(public_id, f"roles-{account}", lambda: accounts.end_role(reader(), archive(), account, text("role")))


@blueprint.post("/people/<public_id>/accounts/<account>/active")
def set_active(public_id: str, account: str) -> Answer:
    """Close an account, or open it again."""
    active = text("active") == "yes"
    return _do(
        public_id,
        f"active-{account}",
        lambda: accounts.set_active(reader(), archive(), account, active),
        done="account" if active else "closed",
    )


def _do(public_id: str, form: str, work: Callable[[], None], *, done: str = "kept") -> Answer:
    def work_and_go() -> Answer:
        work()
        return go_to("people.person", public_id=public_id, done=done)

    return submit_form(work_and_go, _of(public_id), form)


def _accounts(public_id: str) -> dict[str, str]:
    """The names of a person's accounts. Raises NotFound."""
    return {each.public_id: each.name for each in people_queries.person(reader(), archive(), public_id).accounts}


def _of(public_id: str) -> Callable[..., str]:
    def page(**values: object) -> str:
        return _page(public_id, **values)

    return page


def _page(public_id: str, **values: object) -> str:
    return render_template(
        "people/person.html",
        found=people_queries.person(reader(), archive(), public_id),
        units=people_queries.unit_choices(people_queries.units(reader(), archive())),
        roles=ROLES,
        done=request.args.get("done", ""),
        **values,
    )


def _new(**values: object) -> str:
    people_queries.ensure_administers(reader(), archive())
    alike = people_queries.named(reader(), archive(), text("name")) if values.get("code") == "namesake_exists" else ()
    return render_template("people/person_new.html", alike=alike, **values)
