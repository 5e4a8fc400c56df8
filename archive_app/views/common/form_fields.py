"""Find the choice that was typed into a field with suggestions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from itertools import zip_longest

from flask import request
from flask_babel import to_utc

from archive_app.errors import EndNeeded, NotToBeChosen
from archive_app.office_time import usual_day
from archive_app.values import Choice


def picked(choices: Sequence[Choice], typed: str) -> str | None:
    """The choice whose label was typed, or whose name if unique; None when nobody or several match."""
    wanted = typed.strip()
    for choice in choices:
        if choice.label == wanted:
            return choice.value
    of_name = [choice.value for choice in choices if choice.name == wanted]
    return of_name[0] if len(of_name) == 1 else None


def must_pick(choices: Sequence[Choice], typed: str, field: str) -> str:
    """The choice that was typed. Raises NotToBeChosen."""
    found = picked(choices, typed)
    if found is None:
        raise NotToBeChosen(field=field)
    return found


def chosen(field: str, offered: Callable[[], Sequence[Choice]]) -> list[str]:
    """Return the ids of what was chosen in a field with suggestions, which may stand several times in its form.

    The page sends the id of each in `{field}_id` (`static/js/suggested.js`). What comes without an id is looked up
    among `offered`, which is not called otherwise; that an id is one of those offered is for the service to check.
    Raises NotToBeChosen.
    """
    typed, ids = request.form.getlist(field), request.form.getlist(f"{field}_id")
    pairs = zip_longest(map(str.strip, typed), map(str.strip, ids), fillvalue="")
    return [known or must_pick(offered(), words, field) for words, known in pairs if words]


def day_of(written: str) -> date | None:
    """The date of a date field; None for an empty one. Raises ValueError."""
    return usual_day(written) if written.strip() else None


def end_of_day(written: str) -> datetime | None:
    """The last second of a day in office time; None for an empty field. Raises EndNeeded."""
    try:
        day = day_of(written)
    except ValueError:
        raise EndNeeded(field="until") from None
    return None if day is None else to_utc(datetime.combine(day, time(23, 59, 59))).replace(tzinfo=UTC)
