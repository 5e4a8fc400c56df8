"""What the administration does: persons, units, posts, accounts. None of it is ever a step of a complaint."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from urllib.parse import urlencode

from sqlalchemy import select

from archive_app.access.system import SYSTEM
from archive_app.people import accounts, importing, memberships, pending, persons, resets, units
from archive_app.people.errors import CodesWrong
from storage.models import Account
from storage.session import reading
from tests.worlds.cast import BY_KEY, PASSWORD, token_of
from tests.worlds.steps import Step, sign_in
from tests.worlds.world import Browser, Question, World

WHEN = date(2026, 3, 1)
SOLD = "被人变卖"
"""What the complaint says."""


@dataclass(frozen=True, slots=True)
class RenamePerson(Step):
    """Somebody has another name from now on."""

    person: str
    name: str

    def play(self, world: World) -> object:
        return persons.rename_person(world.reader(self.by), world.archive, f"person-{self.person}", name=self.name)


@dataclass(frozen=True, slots=True)
class AddPerson(Step):
    """Somebody new, perhaps of a name that is there already, with an account."""

    name: str
    role: str

    def play(self, world: World) -> object:
        reader, archive = world.reader(self.by), world.archive
        person = persons.add_person(reader, archive, name=self.name, namesake=True)
        return accounts.add_account(reader, archive, person, name="newcomer", roles=[self.role])


@dataclass(frozen=True, slots=True)
class Join(Step):
    """Somebody joins a unit."""

    person: str
    unit: str
    since: date | None

    def play(self, world: World) -> object:
        reader = world.reader(self.by)
        return memberships.join(reader, world.archive, f"person-{self.person}", f"unit-{self.unit}", self.since)


@dataclass(frozen=True, slots=True)
class Leave(Step):
    """Somebody leaves a unit."""

    person: str
    unit: str
    until: date

    def play(self, world: World) -> object:
        reader = world.reader(self.by)
        return memberships.leave(reader, world.archive, f"person-{self.person}", f"unit-{self.unit}", self.until)


@dataclass(frozen=True, slots=True)
class Appoint(Step):
    """Somebody leads or oversees a unit."""

    person: str
    unit: str
    kind: str

    def play(self, world: World) -> object:
        return memberships.appoint(
            world.reader(self.by),
            world.archive,
            f"person-{self.person}",
            f"unit-{self.unit}",
            kind=self.kind,  # type: ignore[arg-type]
            title="主任",
            since=WHEN,
        )


@dataclass(frozen=True, slots=True)
class ChangeUnit(Step):
    """A unit is renamed, looked for no more, moved below another, merged with it, or divided."""

    unit: str
    how: str
    other: str

    def play(self, world: World) -> object:
        reader, archive = world.reader(self.by), world.archive
        unit, other = f"unit-{self.unit}", f"unit-{self.other}"
        if self.how == "renamed":
            return units.rename_unit(reader, archive, unit, name=f"新设{self.unit}处")
        if self.how == "unwatched":
            return units.watch_unit(reader, archive, unit, watched=False)
        if self.how == "moved":
            return units.move_unit(reader, archive, unit, other)
        if self.how == "merged":
            return units.succeed(reader, archive, [unit, other], names=["综合处"], kind="merged", at=WHEN)
        return units.succeed(reader, archive, [unit], names=["综合一处", "综合二处"], kind="split", at=WHEN)


@dataclass(frozen=True, slots=True)
class ConfirmChanges(Step):
    """A reviewer confirms what an administrator has done to staff and units."""

    def play(self, world: World) -> object:
        reviewer = world.reader(self.by)
        for change in pending.waiting(reviewer, world.archive):
            pending.confirm(reviewer, world.archive, change.public_id, reason="核对无误")
        return None


@dataclass(frozen=True, slots=True)
class Follow(Step):
    """A new unit, for whose name nobody looks, takes the place of another one, with all its members."""

    unit: str
    name: str
    confirmed_by: str

    def play(self, world: World) -> object:
        reader, archive = world.reader(self.by), world.archive
        new = units.add_unit(reader, archive, name=self.name)
        units.watch_unit(reader, archive, new, watched=False)
        ConfirmChanges(self.confirmed_by).play(world)
        units.succeed(reader, archive, [f"unit-{self.unit}"], [new], kind="renamed", at=WHEN)
        return memberships.take_over(reader, archive, f"unit-{self.unit}", new, WHEN)


@dataclass(frozen=True, slots=True)
class ChangeAccount(Step):
    """An account gets a role, another password, is switched off or on again; a reviewer may confirm it."""

    account: str
    how: str
    role: str = "registrar"
    confirmed_by: str = ""

    def play(self, world: World) -> object:
        reader, archive = world.reader(self.by), world.archive
        account = f"account-{self.account}"
        if self.how == "role":
            accounts.give_role(reader, archive, account, self.role)
        elif self.how == "password":
            accounts.ask_reset(reader, archive, account)
        else:
            accounts.set_active(reader, archive, account, False)
            accounts.set_active(reader, archive, account, True)
        if self.confirmed_by:
            with reading(archive.sessions, SYSTEM.key) as session:
                seen = session.scalar(select(Account.changed_at).where(Account.name == self.account))
            reviewer = world.reader(self.confirmed_by)
            accounts.confirm(reviewer, archive, account, reason="核对无误", seen=seen)
        return None


@dataclass(frozen=True, slots=True)
class Watch(Step):
    """The names of a unit are looked for from now on, or are not any more."""

    unit: str
    watched: bool

    def play(self, world: World) -> object:
        return units.watch_unit(world.reader(self.by), world.archive, f"unit-{self.unit}", watched=self.watched)


@dataclass(frozen=True, slots=True)
class TakeOver(Step):
    """The members of a unit are members of another one from a day on."""

    unit: str
    other: str

    def play(self, world: World) -> object:
        reader = world.reader(self.by)
        return memberships.take_over(reader, world.archive, f"unit-{self.unit}", f"unit-{self.other}", WHEN)


@dataclass(frozen=True, slots=True)
class ImportStaff(Step):
    """A table is imported in which somebody belongs to this unit, under another name before."""

    person: str
    unit: str

    def play(self, world: World) -> object:
        reader, archive = world.reader(self.by), world.archive
        table = f"工号,姓名,曾用名,单位\nN-{self.person},{BY_KEY[self.person].name},施旧名,{self.unit}\n".encode()
        shown = importing.preview(reader, archive, BytesIO(table), "staff.csv")
        importing.apply(reader, archive, BytesIO(table), "staff.csv", shown.fingerprint)
        return shown


@dataclass(frozen=True, slots=True)
class ResetFor(Step):
    """An administrator asks for a new password for somebody, a reviewer confirms it, and the administrator tries it."""

    account: str
    confirmed_by: str

    def play(self, world: World) -> object:
        archive = world.archive
        code = accounts.ask_reset(world.reader(self.by), archive, f"account-{self.account}")
        accounts.confirm(world.reader(self.confirmed_by), archive, f"account-{self.account}", reason="忘记密码")
        with suppress(CodesWrong):
            resets.set_with_codes(archive, self.account, code, code, "a stolen secret")
        browser = Browser()
        sign_in(world, browser, self.account, "a stolen secret")
        answer = world.ask(browser, Question("GET", "/search", urlencode({"q": SOLD})))
        return answer.status, answer.body


@dataclass(frozen=True, slots=True)
class UseToken(Step):
    """Somebody has the token of another one, who sets a new password because of it."""

    account: str

    def play(self, world: World) -> object:
        owner = world.reader(self.account)
        accounts.change_password(owner, world.archive, old=PASSWORD, new="another password")
        browser = Browser(token=token_of(self.account))
        answer = world.ask(browser, Question("GET", "/api/v2/search", urlencode({"q": SOLD})))
        return answer.status, answer.body
