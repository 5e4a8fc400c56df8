"""The input of an action on a case: the fields of all actions in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from archive_app.domain.clocks import MOST_DAYS
from archive_app.domain.code_tables import UNCHANGED, CodeTables
from archive_app.domain.codes import FEEDBACK
from archive_app.domain.errors import DaysOutOfRange, FieldTooLong, FieldUnknown
from archive_app.domain.registration_form import LONG

LENGTHS: Mapping[str, int] = {
    **dict.fromkeys(("words", "evidence", "papers"), LONG),
    **dict.fromkeys(("authority", "route"), 300),
    "other": 30,
}


@dataclass(frozen=True, slots=True)
class ActionInput:
    """The fields of an action; its transition says which it needs and takes (`archive_app.domain.workflow`).

    `unit`, `instructor` and `investigators` are public ids; `other` is the register number of another case; `papers`
    lists what is handed over besides the letters, one title per line.
    """

    words: str = ""
    unit: str = ""
    instructor: str = ""
    investigators: tuple[str, ...] = ()
    urgent: bool = False
    days: int = 0
    evidence: str = ""
    papers: str = ""
    authority: str = ""
    route: str = ""
    way_of_handling: str = ""
    feedback_by: str = ""
    other: str = ""

    @property
    def filled_in(self) -> frozenset[str]:
        """The names of the fields that are not empty."""
        return frozenset(field.name for field in fields(self) if getattr(self, field.name))


def check_fields(given: ActionInput, tables: CodeTables = UNCHANGED) -> None:
    """Refuse values that no action accepts.

    Raises:
        FieldTooLong: a text exceeds the maximum length of its field.
        FieldUnknown: the table does not offer the code.
        DaysOutOfRange: the number of days is not allowed.
    """
    for name, most in LENGTHS.items():
        if len(getattr(given, name)) > most:
            raise FieldTooLong(field=name, most=most)
    if given.way_of_handling and given.way_of_handling not in tables.offered("way_of_handling"):
        raise FieldUnknown(field="way_of_handling")
    if given.feedback_by and given.feedback_by not in FEEDBACK:
        raise FieldUnknown(field="feedback_by")
    if not 0 <= given.days <= MOST_DAYS:
        raise DaysOutOfRange(field="days", days=given.days, least=1, most=MOST_DAYS)
