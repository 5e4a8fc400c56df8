"""Where in a case words stand, for the people who review a name in them (`storage.models.free_text`)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext

from archive_app.language.case_labels import ACTS, DEED_FIELDS, FORM_FIELDS, WORDS_OF
from archive_app.language.marking import N_

LOCATIONS: Mapping[str, str] = {
    "letters": N_("Letter"),
    "text_versions": N_("Letter"),
    "registrations": N_("Registration form"),
    "registration_versions": N_("Registration form"),
    "sources": N_("Name of a file"),
    "case_steps": N_("Action"),
    "concerns": N_("Accused party or reason, on the page of who may see the case"),
    "allowances": N_("Reason, on the page of who may see the case"),
    "event_date_proposals": N_("Reason, on the page of who may see the case"),
    "audit_events": N_("Reason, in the history of the letter"),
    "concern_reviews": N_("Reason of a reviewer"),
}
"""What each table with free text is called."""


def text_location(code: str) -> str:
    """The name of the location: of an action also which, and which of its texts."""
    where, _, act = code.partition(":")
    table, _, field = where.partition(".")
    if table == "case_steps":
        field = field.partition("[")[0]
        what = DEED_FIELDS[field] if field in DEED_FIELDS else WORDS_OF.get(act, N_("Reason"))
        return f"{gettext(ACTS[act])} · {gettext(what)}" if act in ACTS else gettext(what)
    if table == "registration_versions" and field in FORM_FIELDS:
        return f"{gettext(LOCATIONS[table])} · {gettext(FORM_FIELDS[field])}"
    return gettext(LOCATIONS[table])
