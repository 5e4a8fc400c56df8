"""A planted leak: a change of the source that shows the accused what they must not see."""

from __future__ import annotations

from dataclasses import dataclass

RULE = "the rule"
"""The row of the leaks that change the rule itself and not one channel."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A change of one file that leaks: `old` stands in it once and becomes `new`; the classic cases that see it.

    What the adversary asks `first` in them (endpoints or addresses), because it is likely to tell, saves time only: all
    else is asked after it. Instead of a classic case, `module:function` is a function that returns the differences that
    it sees.
    """

    name: str
    row: str
    file: str
    old: str
    new: str
    caught_by: tuple[str, ...]
    first: tuple[str, ...] = ()


ACCESS = "archive_app/access/rule.py"
GRANTS = "archive_app/access/grants.py"
LOOKUPS = "archive_app/access/lookups.py"
TRUST = "archive_app/access/trust.py"
VETOES = "archive_app/access/vetoes.py"
SEARCH = "archive_app/search/search.py"
LETTERS = "archive_app/letters/queries.py"
INTAKES = "archive_app/letters/receipts.py"
MENTIONS = "archive_app/screening/mentions.py"
MATCHING = "archive_app/screening/matching.py"
READING = "archive_app/screening/reading.py"
TEXTS = "archive_app/screening/texts.py"
REGISTRATION = "archive_app/cases/registration.py"
INTAKE = "archive_app/letters/intake.py"
