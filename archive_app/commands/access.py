"""`archive access explain`: the reasons as lines, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from archive_app.commands.terminal import say, say_code
from archive_app.office_time import in_office
from archive_app.review.explanation import Explanation
from archive_app.values import Notice


def as_lines(told: Explanation) -> list[str]:
    """Return the explanation as sentences in the terminal's language."""
    who = {"person": told.person, "account": told.account, "case": told.case}
    seen = say("%(person)s (%(account)s) sees %(case)s.", **who)
    unseen = say("%(person)s (%(account)s) does not see %(case)s.", **who)
    return [
        seen if told.sees else unseen,
        *_section(say("What lets in:"), map(_sentence, told.grants)),
        *_section(say("What keeps out, whatever lets in:"), (" ".join(map(_sentence, v.said)) for v in told.vetoes)),
        *_section(say("What would keep out but for a decision:"), map(_sentence, told.lifted)),
        *_section(say("What is missing:"), map(_sentence, told.missing)),
    ]


def as_object(told: Explanation) -> Any:
    """Return the explanation as JSON values: codes with their values, and the sentences."""
    values = json.loads(json.dumps(asdict(told), default=_plain))
    return values | {"text": as_lines(told)}


def _section(heading: str, sentences: Iterable[str]) -> list[str]:
    found = [f"  - {sentence}" for sentence in sentences]
    return [heading, *found] if found else []


def _sentence(notice: Notice) -> str:
    values = {name: _shown(value) for name, value in notice.values.items()} | {"period": _period(notice.values)}
    return say_code(notice.code, values)


def _period(values: Mapping[str, Any]) -> str:
    since, until = values.get("since"), values.get("until")
    if since is not None and until is not None:
        return say("from %(since)s to %(until)s", since=_shown(since), until=_shown(until))
    if since is not None:
        return say("since %(since)s", since=_shown(since))
    if until is not None:
        return say("until %(until)s", until=_shown(until))
    return say("no dates recorded")


def _shown(value: Any) -> str:
    """Format a moment in office time, a day, or a text; a dash for an unknown value."""
    if isinstance(value, datetime):
        return f"{in_office(value):%Y-%m-%d %H:%M}"
    return "—" if value is None else str(value)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
