"""Accounts and their roles. What an administrator changes on an account waits for an access reviewer.

Every account needs two people, an administrator and a reviewer, neither of them its holder. Only the holder knows the
password: one that an administrator has set must be changed before anything else opens.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.identity import ADMINISTERS, REVIEWS, ROLES, Reader
from archive_app.access.lookups import require
from archive_app.audit.record import record
from archive_app.errors import NotFound, ReasonMissing
from archive_app.people.errors import (
    AccountNameTaken,
    ChangedMeanwhile,
    EndBeforeBegin,
    LastAdministrator,
    OwnChange,
    PasswordSame,
    PasswordTooShort,
    PasswordWrong,
    RoleHeld,
    TooLong,
)
from archive_app.people.queries import waiting_accounts
from archive_app.people.rules import (
    account_row,
    administering,
    ensure_not_own,
    needed,
    person_row,
    require_reconfirmation,
)
from archive_app.people.sign_in import MIN_PASSWORD, end_api_tokens, end_sessions, hashed, is_right
from archive_app.runtime.archive import Archive
from storage.models.person import Account, AccountRole, Person
from storage.models.types import new_public_id

__all__ = [
    "add_account",
    "change_password",
    "confirm",
    "end_role",
    "give_role",
    "new_password",
    "set_active",
    "set_password",
    "waiting_accounts",
]

MAX_REASON = 500
MAX_PASSWORD = 1_000

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Characters of generated passwords: none that is mistaken for another on paper."""


def add_account(
    reader: Reader, archive: Archive, person: str, *, name: str, password: str, roles: Sequence[str] = ()
) -> str:
    """Make an account for an existing person; returns its public id.

    Raises:
        NotFound: no such person or role, or the reader administers nothing.
        OwnPerson, AccountNameTaken, PasswordTooShort, PeopleError: it cannot be so.
    """
    ensure_long_enough(password, "password")
    password_hash = hashed(password)
    with administering(reader, archive) as session:
        row = person_row(session, person)
        account = new_account(session, reader, row, name=name, password_hash=password_hash, roles=roles)
        session.commit()
        return account.public_id


def give_role(
    reader: Reader,
    archive: Archive,
    account: str,
    role: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Give an account a role from a moment (None: now) until another one (None: for good).

    Raises:
        NotFound: no such account or role, or the reader administers nothing.
        OwnPerson, RoleHeld, EndBeforeBegin: it cannot be so.
    """
    with administering(reader, archive) as session:
        row = account_row(session, account)
        if until is not None and until <= (since or datetime.now(UTC)):
            raise EndBeforeBegin(field="until")
        new_role(session, reader, row, role, since=since, until=until)
        session.commit()


def end_role(reader: Reader, archive: Archive, account: str, role: str) -> None:
    """Let a role of an account end now, or never begin. Raises NotFound, OwnPerson, LastAdministrator."""
    with administering(reader, archive) as session:
        row, now = account_row(session, account), datetime.now(UTC)
        ensure_not_own(reader, row.person_id)
        held = [each for each in row.roles if each.role == role and _lasts(each, now)]
        if not held:
            raise NotFound
        if role in ADMINISTERS:
            _ensure_administrator_besides(session, row, now)
        for each in held:
            each.until = now
        record(session, reader, "role_ended", subject=row.public_id, role=role)
        session.commit()


def set_password(reader: Reader, archive: Archive, account: str, password: str) -> None:
    """Give an account a password that must be changed at the next sign-in. Its sessions and tokens end.

    Raises NotFound, OwnPerson, PasswordTooShort.
    """
    ensure_long_enough(password, "password")
    password_hash = hashed(password)
    with administering(reader, archive) as session:
        row = account_row(session, account)
        ensure_not_own(reader, row.person_id)
        row.password_hash, row.password_given = password_hash, True
        require_reconfirmation(row, reader, "password_set")
        end_sessions(session, row.id)
        end_api_tokens(session, row.id)
        record(session, reader, "password_set", subject=row.public_id)
        session.commit()


def set_active(reader: Reader, archive: Archive, account: str, active: bool) -> None:
    """Open or close an account. Closing ends its sessions and tokens; opening it again waits for a confirmation.

    Raises NotFound, OwnPerson, LastAdministrator.
    """
    with administering(reader, archive) as session:
        row = account_row(session, account)
        ensure_not_own(reader, row.person_id)
        if row.active == active:
            return
        if active:
            require_reconfirmation(row, reader, "account_opened")
        else:
            now = datetime.now(UTC)
            if any(each.role in ADMINISTERS and _lasts(each, now) for each in row.roles):
                _ensure_administrator_besides(session, row, now)
            end_sessions(session, row.id)
            end_api_tokens(session, row.id)
        row.active = active
        record(session, reader, "account_opened" if active else "account_closed", subject=row.public_id)
        session.commit()


def confirm(reader: Reader, archive: Archive, account: str, *, reason: str, seen: datetime | None = None) -> None:
    """Confirm an account: from now on it opens what its roles open.

    Args:
        reader: an access reviewer who has not changed the account and is not its person.
        archive: the archive.
        account: its public id.
        reason: why it is right.
        seen: the `changed_at` that was shown; a later change is not confirmed with it.

    Raises:
        NotFound: no such account waits, or the reader is no access reviewer.
        ReasonMissing, TooLong: of the reason.
        OwnChange, ChangedMeanwhile: it cannot be confirmed so.
    """
    why = " ".join(reason.split())
    if not why:
        raise ReasonMissing(field="reason")
    if len(why) > MAX_REASON:
        raise TooLong(field="reason", most=MAX_REASON)
    with archive.changing(reader) as session:
        require(session, reader, REVIEWS)
        row = account_row(session, account)
        if row.confirmed_at is not None or not row.active:
            raise NotFound
        if reader.person_id in _concerned_in(session, row):
            raise OwnChange(field="reason")
        if seen is not None and row.changed_at != seen:
            raise ChangedMeanwhile(field="reason")
        row.confirmed_at, row.confirmed_by, row.changes = datetime.now(UTC), reader.account_id, []
        record(session, reader, "account_confirmed", subject=row.public_id, reason=why)
        session.commit()


def change_password(reader: Reader, archive: Archive, *, old: str, new: str, token: str = "") -> None:
    """Change the reader's own password; all tokens and all sessions but that of `token` end.

    Raises:
        PasswordWrong: the old one is not right.
        PasswordTooShort, PasswordSame, TooLong: the new one cannot be taken.
    """
    with archive.reading(reader) as session:
        stored = session.get_one(Account, reader.account_id).password_hash
    if not is_right(stored, old):
        raise PasswordWrong(field="old")
    ensure_long_enough(new, "new")
    if new == old:
        raise PasswordSame(field="new")
    password_hash = hashed(new)
    with archive.changing(reader) as session:
        row = session.get_one(Account, reader.account_id)
        if row.password_hash != stored:
            raise PasswordWrong(field="old")
        row.password_hash, row.password_given = password_hash, False
        end_sessions(session, row.id, but_for=token)
        end_api_tokens(session, row.id)
        record(session, reader, "password_changed", subject=row.public_id)
        session.commit()


def new_password() -> str:
    """A random password for handing over on paper: three groups of four characters, 59 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def ensure_long_enough(password: str, field: str) -> None:
    """Raise PasswordTooShort, or TooLong, for a password that cannot be taken."""
    if len(password) < MIN_PASSWORD:
        raise PasswordTooShort(field=field, least=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        raise TooLong(field=field, most=MAX_PASSWORD)


def new_account(
    session: Session, reader: Reader, person: Person, *, name: str, password_hash: str, roles: Sequence[str]
) -> Account:
    """Make an account in this transaction. Raises NotFound, OwnPerson, AccountNameTaken, PeopleError."""
    ensure_not_own(reader, person.id)
    named, now = needed(name, "account"), datetime.now(UTC)
    if session.scalar(select(Account.id).where(Account.name == named)) is not None:
        raise AccountNameTaken(field="account", name=named)
    _ensure_roles(roles)
    account = Account(
        public_id=new_public_id(),
        person=person,
        name=named,
        password_hash=password_hash,
        password_given=True,
        roles=[AccountRole(role=role, since=now) for role in dict.fromkeys(roles)],
        created_at=now,
        changes=[],
    )
    require_reconfirmation(account, reader, "account_made")
    session.add(account)
    _match_again(person)
    session.flush()
    record(session, reader, "account_made", subject=account.public_id, person=person.public_id, roles=list(roles))
    return account


def new_role(
    session: Session,
    reader: Reader,
    account: Account,
    role: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """Give an account a role in this transaction. Raises NotFound, OwnPerson, RoleHeld."""
    ensure_not_own(reader, account.person_id)
    _ensure_roles([role])
    now = datetime.now(UTC)
    if any(each.role == role and _lasts(each, now) for each in account.roles):
        raise RoleHeld(field="role")
    account.roles.append(AccountRole(role=role, since=since or now, until=until))
    require_reconfirmation(account, reader, "role_given", role=role)
    _match_again(account.person)
    last = None if until is None else until.isoformat()
    record(session, reader, "role_given", subject=account.public_id, role=role, until=last)


def _match_again(person: Person) -> None:
    """Have the letters searched again for what people of a role are called: 周登记员."""
    person.matched = False


def _lasts(held: AccountRole, now: datetime) -> bool:
    return held.until is None or held.until > now


def _ensure_roles(roles: Sequence[str]) -> None:
    if not set(roles) <= set(ROLES):
        raise NotFound


def _ensure_administrator_besides(session: Session, account: Account, now: datetime) -> None:
    """Raise LastAdministrator unless somebody else can administer the archive, without an end date."""
    others = (
        select(Account.id)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(
            Account.id != account.id,
            Account.person_id != account.person_id,
            Account.active,
            Account.confirmed_at.is_not(None),
            AccountRole.role.in_(ADMINISTERS),
            AccountRole.since <= now,
            AccountRole.until.is_(None),
        )
    )
    if session.scalar(others.limit(1)) is None:
        raise LastAdministrator(field="role")


def _concerned_in(session: Session, account: Account) -> set[int]:
    """The persons who may not confirm an account: its own, and everybody who changed it since the last confirmation."""
    changers = {account.changed_by, *(int(each["by"]) for each in account.changes)}
    return {account.person_id, *session.scalars(select(Account.person_id).where(Account.id.in_(changers - {None})))}
