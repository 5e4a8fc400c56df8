"""The reader: a person who signed in, or the system. Neither carries rights: they are read from the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

ROLES = (
    "registrar",
    "office_head",
    "deputy_director",
    "director",
    "leader",
    "unit_head",
    "handler",
    "information_officer",
    "records_manager",
    "access_reviewer",
    "system_administrator",
)
"""The roles of `regulation.md`."""

WORKS_ON_CASES = ("registrar", "office_head", "deputy_director", "director", "records_manager")
"""Roles that work on unrestricted cases. The system administrator is not among them: no right to content."""

BRINGS_LETTERS_IN = ("registrar", "office_head")
"""Roles that may bring letters in and correct their text."""

REGISTERS = ("registrar", "office_head")
"""Roles of the petition office: they register cases, hand them over, and answer the petitioner."""

INSTRUCTS = ("deputy_director", "director", "leader")
"""Roles that instruct a case and sign its result."""

KEEPS_DAYS_OFF = ("office_head",)
"""Roles that import a year's days off, on which all time limits depend."""

KEEPS_CODES = ("office_head",)
"""Roles that maintain the code tables."""

HANDLES = ("unit_head", "handler")
"""Roles that handle the cases assigned to their unit, or to them by name."""

LEADS = ("leader",)
"""Roles that see the cases of the units that they oversee or lead."""

TAKES_PART = (*WORKS_ON_CASES, *HANDLES, *LEADS)
"""Roles that take part in the handling or supervision of cases."""

LOOKS_THROUGH = ("office_head", "deputy_director", "director")
"""Roles that look through letters that could not be read, whose mentions are therefore unknown."""

RESTRICTS = ("registrar", "office_head", "deputy_director", "director", "access_reviewer")
"""Roles that may record whom a visible case concerns, and who may see it."""

REVIEWS = ("access_reviewer",)
"""Roles that review mentions, explain access and confirm accounts."""

ADMINISTERS = ("system_administrator",)
"""Roles that maintain persons, units, accounts and roles. They see no case."""

RIGHTS: Mapping[str, tuple[str, ...]] = {
    "administer": ADMINISTERS,
    "keep_codes": KEEPS_CODES,
    "keep_days_off": KEEPS_DAYS_OFF,
    "look_through": LOOKS_THROUGH,
    "read": (*WORKS_ON_CASES, *REVIEWS),  # search letters
    "register": REGISTERS,
    "restrict": RESTRICTS,  # say who may see a case
    "review": REVIEWS,  # of restricted access
    "scan": BRINGS_LETTERS_IN,  # and correct what was read
    "see_register": WORKS_ON_CASES,
    "work": TAKES_PART,  # carry cases on
}
"""What the pages show to which roles (`may`)."""

SCOPES = ("states:read", "cases:read", "cases:register", "cases:act", "letters:search")
"""The scopes of a token of the web API; it never allows more than its account."""


WaitsFor = Literal["", "confirmation", "names"]
"""What an account waits for: its confirmation, or that letters are screened for the names of its person and units."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The signed-in reader. Created at sign-in only (`archive_app.people.sign_in`); carries no rights to content.

    `roles` decide which menus are shown; what may be seen is decided by `archive_app.access.rule`, from the database,
    each time. `waits_for`: what has to happen before the account opens anything (`archive_app.access.trust`).
    `token` names the token by which another system asks in this account's name ("": a person does), `scopes` says what
    that is for.
    """

    account_id: int
    person_id: int
    name: str
    display_name: str
    roles: frozenset[str]
    waits_for: WaitsFor = ""
    token: str = ""
    scopes: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """What the database is told of who asks (`storage.session`)."""
        return str(self.account_id)

    @property
    def waiting(self) -> bool:
        """Whether the account opens nothing yet."""
        return bool(self.waits_for)


def may(reader: Reader, right: str) -> bool:
    """Whether the menus and links of this right (`RIGHTS`) are shown to the reader. Raises KeyError: no such right.

    It decides nothing about content; `archive_app.access.rule` does.
    """
    return not reader.roles.isdisjoint(RIGHTS[right])


@dataclass(frozen=True, slots=True)
class System:
    """The system at its own work: reading pages, matching names, rebuilding the index. No request can come by one.

    The one instance is in `archive_app.access.system`, which an import contract keeps from all that serves requests.
    """

    key: str = "system"


@dataclass(frozen=True, slots=True)
class Nobody:
    """No reader: before sign-in, and for tables that hold no content. Sees no case."""

    key: str = ""


NOBODY = Nobody()
"""The one instance."""
