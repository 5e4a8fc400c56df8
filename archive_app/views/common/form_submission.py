"""Form handling of the pages on persons, units and accounts: errors are shown beside their fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from flask import request
from flask_babel import get_timezone
from werkzeug.wrappers import Response

from archive_app.errors import ArchiveError, NotFound
from archive_app.language.sentences import say
from archive_app.tabular.errors import NotADay
from archive_app.values import Notice
from archive_app.views.common.error_status import status_of
from archive_app.views.common.form_fields import day_of

Answer = str | Response | tuple[str, int]


def submit_form(work: Callable[[], Answer], page: Callable[..., str], form: str) -> Answer:
    """Run a form's action; on an error show the page again, with the sentence at its field."""
    try:
        return work()
    except NotFound:
        raise
    except ArchiveError as error:
        values = {"form": form, "field": error.values.get("field", ""), "code": error.code}
        return page(error=say(Notice(error.code, error.values)), **values), status_of(error)


def text(name: str) -> str:
    """The text of a field."""
    return request.form.get(name, "").strip()


def day(name: str) -> date | None:
    """The day of a date field; None for an empty one. Raises NotADay."""
    try:
        return day_of(text(name))
    except ValueError:
        raise NotADay(field=name) from None


def day_or_today(name: str) -> date:
    """The day of a date field; today for an empty one. Raises NotADay."""
    return day(name) or datetime.now(get_timezone()).date()


def beginning(name: str) -> datetime | None:
    """The first moment of a day in office time; None for an empty field. Raises NotADay."""
    first = day(name)
    return None if first is None else datetime.combine(first, time(), get_timezone())


def ending(name: str) -> datetime | None:
    """The last moment of a day in office time; None for an empty field. Raises NotADay."""
    last = day(name)
    return None if last is None else datetime.combine(last, time(23, 59, 59), get_timezone())
