"""Codes into sentences and words, in the reader's language, for the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_babel import gettext

from archive_app.language.filling import Values, page_sentence
from archive_app.language.filters import add_filters
from archive_app.language.formats import day, html_language, month, number, size, time_of, weekday
from archive_app.language.labels import ACTIONS, DECISIONS, GROUPINGS, LETTER_STATES, OPERATIONS, OUTCOMES, ROLES
from archive_app.language.text_locations import text_location
from archive_app.values import Notice

SMALLEST_ANGLE = 0.05


def say(notice: Notice) -> str:
    """The sentence of a warning, an error or a reason to wait."""
    return page_sentence(notice.code, {name: _value(value) for name, value in notice.values.items()}, gettext)


def sentence(code: str) -> str:
    """The sentence of a code that has no values."""
    return say(Notice(code, {}))


def _value(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return number(round(value, 1) if isinstance(value, float) and abs(value) < 10 else round(value))


def letter_state(code: str) -> str:
    """How far the reading of a letter is."""
    return _named(LETTER_STATES, code)


def outcome(code: str) -> str:
    """What came of a letter that was brought in."""
    return _named(OUTCOMES, code)


def grouping(code: str) -> str:
    """How files became letters."""
    return _named(GROUPINGS, code)


def action(code: str) -> str:
    """One thing that happened to a letter."""
    return _named(ACTIONS, code)


def decision(code: str) -> str:
    """What an access reviewer finds about a concern."""
    return _named(DECISIONS, code)


def role(code: str) -> str:
    """What somebody is in the office."""
    return _named(ROLES, code)


def operation(step: tuple[str, Mapping[str, Any]]) -> str:
    """One thing that was done to a page, in words; nothing for what changed nothing that can be seen."""
    name, parameters = step
    values = dict(parameters)
    if name == "turn" and values.get("degrees") == 270:
        name = "turn_left"
    if name in ("turn", "deskew") and abs(float(values.get("degrees", 0))) < SMALLEST_ANGLE:
        return ""
    if "degrees" in values:
        values["degrees"] = abs(values["degrees"])
    if "scale" in values:
        values["percent"] = values["scale"] * 100
    if name not in OPERATIONS:
        return name
    return gettext(OPERATIONS[name]) % Values({key: _value(value) for key, value in values.items()})


def _named(names: Mapping[str, str], code: str) -> str:
    return gettext(names[code]) if code in names else code


def setup(app: Flask) -> None:
    """Give the templates the words."""
    add_filters(
        app,
        say=say,
        sentence=sentence,
        letter_state=letter_state,
        outcome=outcome,
        grouping=grouping,
        action=action,
        decision=decision,
        role=role,
        operation=operation,
        text_location=text_location,
        day=day,
        month=month,
        weekday=weekday,
        time_of=time_of,
        size=size,
        number=number,
    )
    app.jinja_env.globals["html_language"] = html_language
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
