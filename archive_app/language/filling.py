"""Sentences by their code, filled with their values, for the pages and for the terminal.

A code without a sentence is a mistake of ours, and a test looks for it; to a person it reads as the most general
sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil, floor
from typing import Any

from archive_app.language.case_labels import MISSING
from archive_app.language.error_sentences import ERRORS, TERMINAL_ERRORS
from archive_app.language.labels import FIELDS, MEASURES, ROLES
from archive_app.language.notice_sentences import NOTICES

SENTENCES: Mapping[str, str] = {**NOTICES, **ERRORS}

VALUE_LABELS: Mapping[str, Mapping[str, str]] = {
    "field": FIELDS,
    "role": ROLES,
    "what": MEASURES,
    "missing": MISSING,
}
"""The values that are codes, and what they are called."""


UNITS: Mapping[str, int] = {"bytes": 2**20, "unpacked bytes": 2**20, "pixels": 10**6}
"""What a number of these is told in: millions."""

_WHOLE_FROM = 10


class Values(dict[str, Any]):
    """Values as a sentence wants them: a dash for what nobody knows."""

    def __missing__(self, key: str) -> str:
        return "—"


def page_sentence(code: str, values: Mapping[str, Any], translate: Callable[[str], str]) -> str:
    """The sentence of a warning, an error or a reason to wait, as a page says it."""
    return _filled(SENTENCES.get(code, SENTENCES["archive_error"]), values, translate)


def terminal_sentence(code: str, values: Mapping[str, Any], translate: Callable[[str], str]) -> str:
    """The same, as the terminal says it."""
    if code in TERMINAL_ERRORS:
        return _filled(TERMINAL_ERRORS[code], values, translate)
    return page_sentence(code, values, translate)


def _filled(template: str, values: Mapping[str, Any], translate: Callable[[str], str]) -> str:
    words = {
        name: translate(labels[values[name]])
        for name, labels in VALUE_LABELS.items()
        if isinstance(values.get(name), str) and values[name] in labels
    }
    return translate(template) % Values({**values, **_measured(values), **words})


def _measured(values: Mapping[str, Any]) -> dict[str, Any]:
    """What was found and what is allowed, in the units of people: what was found rounded up, the limit down."""
    unit = UNITS.get(str(values.get("what")))
    if unit is None:
        return {}
    return {
        key: _in_units(values[key], unit, rounded)
        for key, rounded in (("found", ceil), ("limit", floor))
        if key in values
    }


def _in_units(number: object, unit: int, rounded: Callable[[float], int]) -> str:
    """A number in units; one that is only a bound, `> 5000`, stays one."""
    sign, digits = ("> ", str(number)[2:]) if str(number).startswith("> ") else ("", str(number))
    many = float(digits) / unit
    return f"{sign}{rounded(many) if many >= _WHOLE_FROM else round(many, 2):g}"
