"""Results of the services on people for the pages: frozen values without rows or session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from archive_app.values import Notice


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role that an account holds, held, or will hold. `is_open`: it has not ended (it may begin later)."""

    role: str
    since: datetime
    until: datetime | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account of a person. `waiting`: it opens nothing until an access reviewer has confirmed it.

    `password_set`: its holder has set a password.
    """

    public_id: str
    name: str
    active: bool
    waiting: bool
    password_set: bool
    created_at: datetime
    roles: tuple[RoleHeld, ...]


@dataclass(frozen=True, slots=True)
class AccountWaiting:
    """An account that an administrator has changed and no access reviewer has confirmed since.

    `what` lists the changes since the last confirmation; `mine`: the reader made one of them, or it is the reader's own
    account, so another reviewer must confirm it. The confirmation sends `changed_at` back (`accounts.confirm`).
    """

    public_id: str
    name: str
    person: str
    roles: tuple[str, ...]
    changed_at: datetime
    changed_by: str
    what: tuple[Notice, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class ChangeWaiting:
    """What an administrator did to staff and units in one action, as far as it waits for an access reviewer.

    `first_by`: the first of two reviewers has confirmed it. `obstacle` says why this reader may not: it is their `own`
    change or confirmation, or they would see more (`gains`); "" if they may.
    """

    public_id: str
    what: tuple[Notice, ...]
    by: str
    at: datetime
    first_by: str
    obstacle: str


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A membership or post: `kind` is member, leads or oversees; the days are inclusive.

    `is_open`: it has not ended. `waits`: it opens nothing, or its end counts for nothing, until it is confirmed.
    """

    person_id: str
    person: str
    unit_id: str
    unit: str
    kind: Literal["member", "leads", "oversees"]
    title: str
    since: date | None
    until: date | None
    is_open: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person with all names, units, posts and accounts. `own`: it is the reader, whom somebody else must change."""

    public_id: str
    name: str
    staff_no: str
    other_names: tuple[str, ...]
    places: tuple[PlaceView, ...]
    accounts: tuple[AccountView, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in the list: today's units, and the accounts as (name, active, waiting)."""

    public_id: str
    name: str
    staff_no: str
    other_names: tuple[str, ...]
    units: tuple[str, ...]
    accounts: tuple[tuple[str, bool, bool], ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of the list of persons; `page` counts from 1."""

    query: str
    rows: tuple[PersonRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class UnitStep:
    """A successor or predecessor of a unit: the other unit, how (renamed, merged, split), and from which day on."""

    public_id: str
    name: str
    kind: Literal["renamed", "merged", "split"]
    at: date


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit in the tree, `depth` levels below the top. `members` counts today's members; `leads` names its leaders.

    `unwatch_waits`: that its names are not looked for waits to be confirmed.
    """

    public_id: str
    name: str
    depth: int
    parent: str
    other_names: tuple[str, ...]
    watched: bool
    unwatch_waits: bool
    since: date | None
    until: date | None
    is_open: bool
    members: int
    leads: tuple[str, ...]
    became: tuple[UnitStep, ...]
    came_from: tuple[UnitStep, ...]


@dataclass(frozen=True, slots=True)
class ImportChange:
    """What a row of a table adds, changes or ends."""

    row: int
    kind: Literal["added", "changed", "ended"]
    notice: Notice


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A problem in a cell of a table: the row number as spreadsheets count, the column's code, and the remedy."""

    row: int
    column: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class MadeAccount:
    """A new account, and the first code of its password, which is shown once and stored nowhere."""

    public_id: str
    code: str


@dataclass(frozen=True, slots=True)
class ResetNotice:
    """What a holder is told of a new password for their account: who has asked for it, and when it was set.

    `used_at` is None until then; `asked_by` is empty where an operator at the server has asked, `confirmed_by` while
    nobody has confirmed it.
    """

    public_id: str
    asked_at: datetime
    asked_by: str
    confirmed_by: str
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account with the first code of its password, which is shown once and stored nowhere."""

    person: str
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What importing a table would do, or has done. With `problems` it does nothing.

    `fingerprint` is computed over the file and everything shown here; `accounts` is set only after the import.
    """

    rows: int
    changes: tuple[ImportChange, ...]
    problems: tuple[ImportProblem, ...]
    fingerprint: str
    new_accounts: int
    accounts: tuple[NewAccount, ...]
