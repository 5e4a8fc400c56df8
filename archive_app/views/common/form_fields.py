"""Find the choice that was typed into a field with suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from flask_babel import to_utc

from archive_app.errors import EndNeeded, NotToBeChosen
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


def day_of(written: str) -> date | None:
    """The date of a date field; None for an empty one. Raises ValueError."""
    return date.fromisoformat(written) if written.strip() else None


def end_of_day(written: str) -> datetime | None:
    """The last second of a day in office time; None for an empty field. Raises EndNeeded."""
    try:
        day = day_of(written)
    except ValueError:
        raise EndNeeded(field="until") from None
    return None if day is None else to_utc(datetime.combine(day, time(23, 59, 59))).replace(tzinfo=UTC)
