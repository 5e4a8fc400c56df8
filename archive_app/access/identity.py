"""Who asks: a person that signed in, or the system itself. Neither carries any right: rights are read each time."""

from __future__ import annotations

from dataclasses import dataclass

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
"""Roles that may scan letters in and correct what was read."""

REGISTERS = ("registrar", "office_head")
"""Roles of the petition office: they register cases, deliver them, and answer the petitioner."""

INSTRUCTS = ("deputy_director", "director", "leader")
"""Roles that instruct a case and sign its result."""

KEEPS_DAYS_OFF = ("office_head",)
"""Roles that import a year's days off: all time limits go by them."""

KEEPS_CODES = ("office_head",)
"""Roles that keep the code tables."""

HANDLES = ("unit_head", "handler")
"""Roles that handle the cases given to their unit, or to them by name."""

LEADS = ("leader",)
"""Roles that see the cases of the units which they oversee or lead."""

TAKES_PART = (*WORKS_ON_CASES, *HANDLES, *LEADS)
"""Roles of those by whom a case is carried on, or who see to it that it is."""

LOOKS_THROUGH = ("office_head", "deputy_director", "director")
"""Roles that look through letters the machine could not: whom such a letter speaks of is not known yet."""

RESTRICTS = ("registrar", "office_head", "deputy_director", "director", "access_reviewer")
"""Roles that may say whom a case concerns and who may see it, of the cases they see."""

REVIEWS = ("access_reviewer",)
"""Roles that review mentions, explain access and confirm accounts."""

ADMINISTERS = ("system_administrator",)
"""Roles that keep persons, units, accounts and roles. They see no case."""

SCOPES = ("states:read", "cases:read", "cases:register", "cases:act", "letters:search")
"""What a token of the web API can be for; it never opens more than its account does."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is asking. Created at sign-in only (`archive_app.people.sign_in`); carries no rights to content.

    `roles` decide which menus are shown; what may be seen is decided by `archive_app.access.rule`, from the database,
    each time. `waiting`: the account opens nothing yet (it waits for its confirmation, or for names to be matched).
    `must_change_password`: an administrator has set the password; until it is changed nothing else is shown.
    `token` names the token by which another system asks in this account's name ("": a person does), `scopes` says what
    that is for.
    """

    account_id: int
    person_id: int
    name: str
    display_name: str
    roles: frozenset[str]
    waiting: bool = False
    must_change_password: bool = False
    token: str = ""
    scopes: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """What the database is told of who asks (`storage.session`)."""
        return str(self.account_id)

    @property
    def may_scan(self) -> bool:
        """Whether the menus for bringing letters in are shown."""
        return not self.roles.isdisjoint(BRINGS_LETTERS_IN)

    @property
    def may_read(self) -> bool:
        """Whether the menus for searching are shown."""
        return not self.roles.isdisjoint((*WORKS_ON_CASES, *REVIEWS))

    @property
    def may_register(self) -> bool:
        """Whether the menus for registering cases are shown."""
        return not self.roles.isdisjoint(REGISTERS)

    @property
    def may_keep_days_off(self) -> bool:
        """Whether the way to the days off is shown."""
        return not self.roles.isdisjoint(KEEPS_DAYS_OFF)

    @property
    def may_see_register(self) -> bool:
        """Whether the menu of the register is shown."""
        return not self.roles.isdisjoint(WORKS_ON_CASES)

    @property
    def may_work(self) -> bool:
        """Whether the menus for cases are shown."""
        return not self.roles.isdisjoint(TAKES_PART)

    @property
    def may_keep_codes(self) -> bool:
        """Whether the way to the code tables is shown."""
        return not self.roles.isdisjoint(KEEPS_CODES)

    @property
    def may_look_through(self) -> bool:
        """Whether the list of letters handed over is shown."""
        return not self.roles.isdisjoint(LOOKS_THROUGH)

    @property
    def may_restrict(self) -> bool:
        """Whether the way to who may see a case is shown."""
        return not self.roles.isdisjoint(RESTRICTS)

    @property
    def may_review(self) -> bool:
        """Whether the menus of the restricted access review are shown."""
        return not self.roles.isdisjoint(REVIEWS)

    @property
    def may_administer(self) -> bool:
        """Whether the menus for persons, units and accounts are shown."""
        return not self.roles.isdisjoint(ADMINISTERS)


@dataclass(frozen=True, slots=True)
class System:
    """The system at its own work: reading pages, matching names, rebuilding the index. No request can come by one.

    The one instance is in `archive_app.access.system`, which an import contract keeps from all that serves requests.
    """

    key: str = "system"
