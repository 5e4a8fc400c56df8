"""What people call roles and the values of facets, in all languages of the interface: for `channel:来信`, tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel.support import Translations

from archive_app.domain.code_tables import UNCHANGED, CodeTables
from archive_app.language.case_labels import CASE_STATES
from archive_app.language.catalogues import FOLDER, LANGUAGES, compile_missing
from archive_app.language.labels import CHANNELS, ROLES
from index.syntax import FacetNames


def facet_names(tables: CodeTables = UNCHANGED) -> FacetNames:
    """For each facet, code and labels in all languages → code; the office's own words among them."""
    channels = dict(_facet_names()["channel"])
    for entry in tables.changed.get("channel", {}).values():
        channels.update({words.casefold(): entry.code for words in (entry.code, entry.zh, entry.en) if words})
    return {**_facet_names(), "channel": channels}


@cache
def _facet_names() -> FacetNames:
    return {"channel": _names(CHANNELS), "state": _names(CASE_STATES)}


@cache
def role_names() -> Mapping[str, str]:
    """Codes and labels of the roles, in all languages → code."""
    return _names(ROLES)


def _names(labels: Mapping[str, str]) -> dict[str, str]:
    compile_missing()
    catalogues = [Translations.load(str(FOLDER), [language]) for language in LANGUAGES]
    found = {code: code for code in labels}
    for code, label in labels.items():
        found.update({str(catalogue.gettext(label)).casefold(): code for catalogue in catalogues})
    return found
