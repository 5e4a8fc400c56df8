"""What the services on people give to the pages: frozen values, no rows, no session."""

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
    """An account of somebody. `waiting`: it opens nothing until an access reviewer has confirmed it."""

    public_id: str
    name: str
    active: bool
    waiting: bool
    password_given: bool
    created_at: datetime
    roles: tuple[RoleHeld, ...]


@dataclass(frozen=True, slots=True)
class AccountWaiting:
    """An account that an administrator has changed and no access reviewer has confirmed since.

    `what` is all that was done since the last confirmation; `mine`: the reader has done some of it, or it is the
    reader's own, so another one must confirm it. `changed_at` goes back with the confirmation (`holding.confirm`).
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
class PlaceView:
    """Where somebody belongs or what they are there: `kind` is member, leads or oversees; the days are inclusive.

    `is_open`: it has not ended.
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


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody with all names, units, posts and accounts. `own`: it is the reader, whom another one must change."""

    public_id: str
    name: str
    staff_no: str
    other_names: tuple[str, ...]
    places: tuple[PlaceView, ...]
    accounts: tuple[AccountView, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the list: the units of today, and the accounts as (name, active, waiting)."""

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
    """What a unit became or came out of: the other unit, how (renamed, merged, split), and from which day on."""

    public_id: str
    name: str
    kind: Literal["renamed", "merged", "split"]
    at: date


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit in the tree, `depth` levels below the top. `members` counts those of today; `leads` names who leads it."""

    public_id: str
    name: str
    depth: int
    parent: str
    other_names: tuple[str, ...]
    watched: bool
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
    """What is wrong with a cell of a table: the row as spreadsheets count, the column's code, and the remedy."""

    row: int
    column: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that an import has made, with its initial password: told once, kept nowhere."""

    person: str
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What importing a table would do, or has done. With `problems` it does nothing.

    `fingerprint` stands for the file and all that is told here; `accounts` is there only when it has been done.
    """

    rows: int
    changes: tuple[ImportChange, ...]
    problems: tuple[ImportProblem, ...]
    fingerprint: str
    new_accounts: int
    accounts: tuple[NewAccount, ...]
