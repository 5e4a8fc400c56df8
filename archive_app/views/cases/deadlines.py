"""Time limits 时限: a calendar of the month, and lists by unit and by person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from archive_app.cases import deadlines
from archive_app.domain.deadlines import FIRST_MONTH, LAST_MONTH, LEVELS, Chosen
from archive_app.office_time import office_day, usual_day
from archive_app.printing import service as printing
from archive_app.views.cases.cases import KINDS
from archive_app.views.common.context import archive, reader

blueprint = Blueprint("deadlines", __name__)


@blueprint.get("/deadlines")
def page() -> str:
    """The calendar and the lists."""
    chosen = _chosen()
    found = deadlines.deadlines(reader(), archive(), chosen)
    return render_template(
        "cases/deadlines.html",
        found=found,
        chosen=chosen,
        levels=LEVELS,
        before=_month(chosen.month, -1),
        after=_month(chosen.month, 1),
        link=lambda **changes: url_for("deadlines.page", **{**_plain(chosen), **changes}),
        sheet=url_for("deadlines.sheet", **_plain(chosen)),
    )


@blueprint.get("/deadlines.xlsx")
def sheet() -> Response:
    """The lists as an Excel table."""
    content = printing.deadlines_as_table(reader(), archive(), _chosen())
    answer = Response(content, mimetype=KINDS["xlsx"])
    name = f"deadlines-{office_day(datetime.now(UTC)):%Y%m%d}.xlsx"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _chosen() -> Chosen:
    """The filters in the address; missing or invalid values filter nothing."""
    asked = {name: request.args.get(name, "") for name in ("unit", "person", "kind", "level")}
    day = _date(request.args.get("day", ""))
    month = _date(f"{request.args.get('month', '')}-01") or day or office_day(datetime.now(UTC))
    month = min(max(month.replace(day=1), FIRST_MONTH), LAST_MONTH)
    return Chosen(month=month, by="person" if request.args.get("by") == "person" else "unit", day=day, **asked)


def _plain(chosen: Chosen) -> Mapping[str, Any]:
    """The filters in the form of an address."""
    said = {name: getattr(chosen, name) for name in ("by", "unit", "person", "kind", "level")}
    said |= {"month": f"{chosen.month:%Y-%m}", "day": "" if chosen.day is None else chosen.day.isoformat()}
    return {name: value for name, value in said.items() if value}


def _month(month: date, step: int) -> date | None:
    """The month before, or after; None where the calendar ends."""
    number = month.year * 12 + month.month - 1 + step
    found = date(number // 12, number % 12 + 1, 1)
    return found if FIRST_MONTH <= found <= LAST_MONTH else None


def _date(written: str) -> date | None:
    try:
        return usual_day(written)
    except ValueError:
        return None
