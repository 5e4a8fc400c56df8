"""How long cases took 办理时长: a year in groups, with bars, and as an Excel table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from archive_app.cases import handling_days
from archive_app.cases.results import DaysFigures, HandlingDays
from archive_app.forms.figures import Cell, figures_sheet
from archive_app.language.case_labels import DAYS_COLUMNS
from archive_app.language.case_words import days_column, days_group, days_title
from archive_app.views.cases.cases import KINDS
from archive_app.views.common.context import archive, reader

blueprint = Blueprint("handling_days", __name__)

GROUPS: Mapping[str, tuple[str, ...]] = {
    "place": ("locality", "street"),
    "unit": ("unit",),
    "month": ("month",),
    "content_class": ("content_class",),
    "purpose": ("purpose",),
}
"""The groupings of the page, and the dimensions of each."""


@blueprint.get("/register/days")
def page() -> str:
    """The figures of a year's registrations."""
    by, found = _found()
    figures = [row.figures for row in found.rows]
    most = max((each for row in figures for each in (row.mean, row.median) if each is not None), default=0.0)
    return render_template("cases/handling_days.html", found=found, by=by, groups=tuple(GROUPS), most=most or 1.0)


@blueprint.get("/register/days.xlsx")
def sheet() -> Response:
    """The same table as an Excel file."""
    by, found = _found()
    rows = [(days_group(row.key, found.by), *_cells(row.figures)) for row in found.rows]
    total = (gettext("All together"), *_cells(found.total))
    headings = (days_title(by), *map(days_column, DAYS_COLUMNS))
    name = gettext("How long cases took")
    year = str(found.year or "–".join(sorted({str(found.years[-1]), str(found.years[0])}))) if found.years else ""
    content = figures_sheet(
        f"{name} {year}".strip(), archive().settings.name, headings, (*rows, total), made_at=datetime.now(UTC)
    )
    answer = Response(content, mimetype=KINDS["xlsx"])
    answer.headers.set("Content-Disposition", "attachment", filename=f"handling-days-{by}-{year or 'none'}.xlsx")
    return answer


def _found() -> tuple[str, HandlingDays]:
    by = request.args.get("by", "")
    by = by if by in GROUPS else "place"
    year = request.args.get("year", None, type=int)
    return by, handling_days.handling_days(reader(), archive(), GROUPS[by], year)


def _cells(figures: DaysFigures) -> tuple[Cell, ...]:
    """The cells in the order of `DAYS_COLUMNS`; a missing figure stays empty."""
    mean = None if figures.mean is None else round(figures.mean, 2)
    return (
        figures.registered, figures.answered, figures.waiting, mean, figures.median, figures.longest, figures.in_time
    )  # fmt: skip
