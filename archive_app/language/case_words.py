"""The codes of a case in the words of the reader's language, for the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, has_request_context
from flask_babel import get_locale, gettext

from archive_app.domain.code_tables import DEFAULTS, UNCHANGED, CodeTables
from archive_app.domain.deadlines import Holder
from archive_app.language.case_labels import (
    ACTS,
    CASE_STATES,
    CLOCKS,
    DAYS_COLUMNS,
    DAYS_GROUPS,
    DEED_FIELDS,
    FORM_FIELDS,
    HOLDERS,
    HOLIDAYS,
    LEVELS,
    MISSING,
    PRINTS,
    TOLD,
    WORDS_OF,
)
from archive_app.language.catalogues import FOLDER, compile_missing
from archive_app.language.code_labels import TABLES
from archive_app.language.filters import add_filters
from archive_app.language.formats import month


def case_state(code: str) -> str:
    """How far the case is."""
    return _named(CASE_STATES, code)


def act(code: str) -> str:
    """Something that is, or was, done with a case."""
    return _named(ACTS, code)


def told(kind: str, number: str) -> str:
    """What somebody is told of the case with this number."""
    return gettext(TOLD[kind], number=number, percent=kind.rpartition("_")[2])


def words_of(code: str) -> str:
    """What the words of an act are called."""
    return gettext(WORDS_OF[code]) if code in WORDS_OF else gettext("Reason")


def form_field(name: str) -> str:
    """A field of the registration form."""
    return _named(FORM_FIELDS, name)


def deed_field(name: str) -> str:
    """A field of an act."""
    return _named(DEED_FIELDS, name)


def coded(code: str, field: str) -> str:
    """A code of a field, in words, the office's own going first; nothing for an empty one."""
    if not code:
        return ""
    return _tables().words(field, code, chinese=_is_chinese()) or _named(TABLES[field], code)


def channel(code: str) -> str:
    """How it came."""
    return coded(code, "channel")


def in_english(code: str, field: str) -> str:
    """The program's own English word for a code; "" for a code that is none of its own."""
    return TABLES[field].get(code, "")


def table_name(field: str) -> str:
    """A code table."""
    return deed_field(field) if field in DEED_FIELDS else form_field(field)


def missing(code: str) -> str:
    """What stands in the way of an act."""
    return _named(MISSING, code)


def print_form(code: str) -> str:
    """A form that can be printed of a case."""
    return _named(PRINTS, code)


def in_chinese(field: str, code: str) -> str:
    """A code of a field in Chinese, whatever language the reader has chosen: for the office's own forms."""
    tables = {**TABLES, "state": CASE_STATES, "clock": CLOCKS}
    return str(_chinese().gettext(tables[field][code])) if code in tables[field] else code


@cache
def _chinese() -> NullTranslations:
    compile_missing()
    return Translations.load(str(FOLDER), ["zh"])


def clock_kind(code: str) -> str:
    """Which time limit it is."""
    return _named(CLOCKS, code)


def level(code: str) -> str:
    """How pressing a time limit is."""
    return _named(LEVELS, code)


def holder(one: Holder) -> str:
    """With whom a case is: the name of a unit or a person, or what stands in its place."""
    return one.name or _named(HOLDERS, one.key)


def holiday(name: str) -> str:
    """A holiday; one that is not in the table is called what its announcement calls it."""
    return _named(HOLIDAYS, name)


def days_title(by: str) -> str:
    """What the figures are grouped by."""
    return _named(DAYS_GROUPS, by)


def days_column(code: str) -> str:
    """A column of the figures."""
    return _named(DAYS_COLUMNS, code)


def days_group(key: Sequence[str], by: Sequence[str]) -> str:
    """A group of the figures of how long cases took (`archive_app.cases.handling_days.DIMENSIONS`)."""
    return " · ".join(filter(None, (_of_dimension(code, name) for code, name in zip(key, by, strict=True))))


def _of_dimension(code: str, name: str) -> str:
    if name == "month":
        return month(date.fromisoformat(f"{code}-01"))
    if name == "unit":
        return code or gettext("Not given to a unit")
    return code if name == "street" else coded(code, name)


def table_of(field: str, kept: str = "") -> list[tuple[str, str]]:
    """The codes that a field offers with their words, in the table's order, and the one that a form has kept."""
    offered = _tables().offered(field) if field in DEFAULTS else tuple(TABLES[field])
    more = (kept,) if kept and kept not in offered and kept in _tables().known(field) else ()
    return [(code, coded(code, field)) for code in (*offered, *more)]


def _tables() -> CodeTables:
    """The code tables as they stand, asked for once in a request; without one, as they are from the beginning."""
    if not has_request_context():
        return UNCHANGED
    if "code_tables" not in g:
        g.code_tables = current_app.extensions["code_tables"]()
    found: CodeTables = g.code_tables
    return found


def _is_chinese() -> bool:
    return str(get_locale()).startswith("zh")


def _named(names: Mapping[str, str], code: str) -> str:
    return gettext(names[code]) if code in names else code


def setup(app: Flask) -> None:
    """Give the templates the words."""
    add_filters(
        app,
        case_state=case_state,
        act=act,
        told=told,
        words_of=words_of,
        form_field=form_field,
        deed_field=deed_field,
        coded=coded,
        channel=channel,
        coded_in_chinese=lambda code, field: in_chinese(field, code) if code in TABLES[field] else "",
        coded_in_english=in_english,
        table_name=table_name,
        missing=missing,
        clock_kind=clock_kind,
        print_form=print_form,
        level=level,
        holder=holder,
        holiday=holiday,
        days_title=days_title,
        days_column=days_column,
        days_group=days_group,
    )
    app.jinja_env.globals.update(table_of=table_of, as_day=date.fromisoformat)
