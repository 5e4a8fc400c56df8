"""Accounts and their roles. What an administrator changes on an account waits for an access reviewer.

Every account needs two people, an administrator and a reviewer, neither of them its holder. Only the holder sets the
password (`archive_app.people.resets`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.identity import ADMINISTERS, REVIEWS, ROLES, Reader
from archive_app.access.lookups import require
from archive_app.audit.record import record
from archive_app.errors import NotFound
from archive_app.people import resets
from archive_app.people.errors import (
    AccountNameTaken,
    ChangedMeanwhile,
    EndBeforeBegin,
    LastAdministrator,
    OwnChange,
    PasswordSame,
    PasswordWrong,
    RoleHeld,
)
from archive_app.people.queries import waiting_accounts
from archive_app.people.results import MadeAccount
from archive_app.people.rules import (
    account_row,
    administering,
    ensure_not_own,
    needed,
    person_row,
    require_reconfirmation,
    why,
)
from archive_app.people.sign_in import end_api_tokens, end_sessions, ensure_long_enough, hashed, is_right
from archive_app.runtime.archive import Archive
from storage.models.person import Account, AccountRole, Person
from storage.models.types import new_public_id

__all__ = [
    "add_account",
    "ask_reset",
    "change_password",
    "confirm",
    "end_role",
    "give_role",
    "set_active",
    "waiting_accounts",
]


def add_account(reader: Reader, archive: Archive, person: str, *, name: str, roles: Sequence[str] = ()) -> MadeAccount:
    """Make an account for an existing person; returns it with the first code of its password.

    Raises:
        NotFound: no such person or role, or the reader administers nothing.
        OwnPerson, AccountNameTaken, PeopleError: it cannot be so.
    """
    with administering(reader, archive) as session:
        row = person_row(session, person)
        account, code = new_account(session, reader, row, name=name, roles=roles)
        session.commit()
        return MadeAccount(account.public_id, code)


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


def ask_reset(reader: Reader, archive: Archive, account: str) -> str:
    """Ask for a new password for an account; returns the first of its two codes. Its sessions and tokens end.

    Its holder sets the password with both codes (`resets.set_with_codes`). Raises NotFound, OwnPerson.
    """
    with administering(reader, archive) as session:
        row = account_row(session, account)
        ensure_not_own(reader, row.person_id)
        require_reconfirmation(row, reader, "password_asked")
        code = resets.ask(session, row, reader)
        record(session, reader, "password_asked", subject=row.public_id)
        session.commit()
        return code


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


def confirm(reader: Reader, archive: Archive, account: str, *, reason: str, seen: datetime | None = None) -> str:
    """Confirm an account: from now on it opens what its roles open.

    Returns the second code of its password, where one is waited for, to be handed to the holder in person; else "".

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
    said = why(reason)
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
        code = resets.second_code(session, row, reader)
        record(session, reader, "account_confirmed", subject=row.public_id, reason=said, code=bool(code))
        session.commit()
        return code


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
        row.password_hash = password_hash
        end_sessions(session, row.id, but_for=token)
        end_api_tokens(session, row.id)
        record(session, reader, "password_changed", subject=row.public_id)
        session.commit()


def new_account(
    session: Session, reader: Reader, person: Person, *, name: str, roles: Sequence[str]
) -> tuple[Account, str]:
    """Make an account in this transaction; returns it with the first code of its password.

    Raises NotFound, OwnPerson, AccountNameTaken, PeopleError.
    """
    ensure_not_own(reader, person.id)
    named, now = needed(name, "account"), datetime.now(UTC)
    if session.scalar(select(Account.id).where(Account.name == named)) is not None:
        raise AccountNameTaken(field="account", name=named)
    _ensure_roles(roles)
    account = Account(
        public_id=new_public_id(),
        person=person,
        name=named,
        password_hash="",
        roles=[AccountRole(role=role, since=now) for role in dict.fromkeys(roles)],
        created_at=now,
        changes=[],
    )
    require_reconfirmation(account, reader, "account_made")
    session.add(account)
    _match_again(person)
    session.flush()
    record(session, reader, "account_made", subject=account.public_id, person=person.public_id, roles=list(roles))
    return account, resets.ask(session, account, reader)


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
    changers = {account.changed_by, *(each["by"] for each in account.changes)}
    return {account.person_id, *session.scalars(select(Account.person_id).where(Account.id.in_(changers - {None})))}
