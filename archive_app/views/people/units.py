"""Units: the tree, and each unit with its names, its people and its successors. They show no case."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Blueprint, render_template, request

from archive_app.people import memberships
from archive_app.people import queries as people_queries
from archive_app.people import units as units_service
from archive_app.people.results import UnitView
from archive_app.views.common.context import archive, go_to, reader
from archive_app.views.common.form_fields import must_pick, picked
from archive_app.views.common.form_submission import Answer, day, day_or_today, submit_form, text

blueprint = Blueprint("units", __name__)

SEVERAL = re.compile(r"[、，,;；]")


@blueprint.get("/units")
def units() -> str:
    """The tree of units."""
    return _tree()


@blueprint.post("/units")
def add() -> Answer:
    """Add a unit."""

    def work() -> Answer:
        made = units_service.add_unit(
            reader(),
            archive(),
            name=text("name"),
            parent=_unit("parent") if text("parent") else None,
            short_names=_several("short_names"),
            watched=bool(text("watched")),
            since=day("since"),
        )
        return go_to("units.unit", public_id=made, done="unit")

    return submit_form(work, _tree, "add")


@blueprint.get("/units/<public_id>")
def unit(public_id: str) -> str:
    """A unit and its members."""
    return _page(public_id)


@blueprint.post("/units/<public_id>/name")
def rename(public_id: str) -> Answer:
    """Change a unit's name; it stays the same unit."""
    return _do(
        public_id, "rename", lambda: units_service.rename_unit(reader(), archive(), public_id, name=text("name"))
    )


@blueprint.post("/units/<public_id>/short-names")
def add_short_name(public_id: str) -> Answer:
    """Add a short name of a unit."""
    return _do(
        public_id,
        "short",
        lambda: units_service.add_short_name(reader(), archive(), public_id, name=text("short_name")),
    )


@blueprint.post("/units/<public_id>/watched")
def watch(public_id: str) -> Answer:
    """Set whether screening looks for its names."""
    watched = text("watched") == "yes"
    return _do(public_id, "watch", lambda: units_service.watch_unit(reader(), archive(), public_id, watched=watched))


@blueprint.post("/units/<public_id>/place")
def move(public_id: str) -> Answer:
    """Put a unit below another one."""
    return _do(
        public_id,
        "move",
        lambda: units_service.move_unit(reader(), archive(), public_id, _unit("parent") if text("parent") else None),
    )


@blueprint.post("/units/<public_id>/became")
def became(public_id: str) -> Answer:
    """Record what a unit became: existing units are identified by name, others are made."""

    def work() -> None:
        choices = people_queries.unit_choices(people_queries.units(reader(), archive()))
        named = [(each, picked(choices, each)) for each in _several("into")]
        units_service.succeed(
            reader(),
            archive(),
            [public_id],
            [known for _, known in named if known],
            names=[name for name, known in named if not known],
            kind=text("kind"),  # type: ignore[arg-type]
            at=day_or_today("at"),
            goes_on=bool(text("goes_on")),
        )

    return _do(public_id, "became", work)


@blueprint.post("/units/<public_id>/end")
def end(public_id: str) -> Answer:
    """End a unit."""
    return _do(public_id, "end", lambda: units_service.end_unit(reader(), archive(), public_id, day_or_today("until")))


@blueprint.post("/units/<public_id>/members")
def take_over(public_id: str) -> Answer:
    """Move all members of a unit to another one."""
    return _do(
        public_id,
        "members",
        lambda: memberships.take_over(reader(), archive(), public_id, _unit("successor"), day_or_today("since")),
    )


def _unit(field: str) -> str:
    return must_pick(people_queries.unit_choices(people_queries.units(reader(), archive())), text(field), field)


def _several(field: str) -> list[str]:
    return [each.strip() for each in SEVERAL.split(text(field)) if each.strip()]


def _do(public_id: str, form: str, work: Callable[[], None]) -> Answer:
    def work_and_go() -> Answer:
        work()
        return go_to("units.unit", public_id=public_id, done="kept")

    def page(**values: object) -> str:
        return _page(public_id, **values)

    return submit_form(work_and_go, page, form)


def _tree(**values: object) -> str:
    found = people_queries.units(reader(), archive())
    return render_template("people/units.html", found=found, choices=people_queries.unit_choices(found), **values)


def _page(public_id: str, **values: object) -> str:
    found, people = people_queries.unit(reader(), archive(), public_id)
    tree = people_queries.units(reader(), archive())
    return render_template(
        "people/unit.html",
        found=found,
        people=people,
        below=_below(tree, public_id),
        choices=[each for each in people_queries.unit_choices(tree) if each.value != public_id],
        done=request.args.get("done", ""),
        **values,
    )


def _below(tree: tuple[UnitView, ...], public_id: str) -> list[UnitView]:
    """The direct subunits of a unit, in the order of the tree."""
    place = next(number for number, each in enumerate(tree) if each.public_id == public_id)
    found = []
    for each in tree[place + 1 :]:
        if each.depth <= tree[place].depth:
            break
        if each.depth == tree[place].depth + 1:
            found.append(each)
    return found
