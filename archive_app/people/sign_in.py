"""Accounts and signing in: the only module that makes a Reader."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive_app.access.identity import NOBODY, ROLES, Reader, WaitsFor
from archive_app.access.system import SYSTEM
from archive_app.audit.record import record
from archive_app.errors import InvalidField, SignInFailed, UnknownAccount
from archive_app.people.errors import AccountNameTaken, PasswordTooShort, TooLong
from archive_app.runtime.archive import Archive
from archive_app.screening import matching
from storage.models.person import Account, AccountRole, ApiToken, Person, SignIn
from storage.models.unit import Membership, Unit

MIN_PASSWORD = 8
MAX_PASSWORD = 1_000
SEEN_EVERY = timedelta(minutes=1)


def add_account(
    archive: Archive, name: str, password: str, *, display_name: str = "", roles: Sequence[str] = ("registrar",)
) -> None:
    """Make an account for a new person at the server: it is confirmed, and its names are matched at once.

    Its holder types the password there. Whoever can do this can read the records anyway; the audit trail says so.

    Raises:
        AccountNameTaken, PasswordTooShort: as their names say.
        InvalidField: the name is empty or too long, or a role unknown.
    """
    if not name.strip() or len(name) > 100:
        raise InvalidField(field="name", reason="1 to 100 characters are needed")
    if len(display_name) > 100:
        raise InvalidField(field="display name", reason="at most 100 characters are allowed")
    if len(password) < MIN_PASSWORD:
        raise PasswordTooShort(field="password", least=MIN_PASSWORD)
    for role in roles:
        if role not in ROLES:
            raise InvalidField(field="role", reason=f"{role} is none of {', '.join(ROLES)}")
    with archive.changing(SYSTEM) as session:
        if session.scalar(select(Account.id).where(Account.name == name)) is not None:
            raise AccountNameTaken(field="name", name=name)
        now = datetime.now(UTC)
        account = Account(
            person=Person(name=display_name or name),
            name=name,
            password_hash=hashed(password),
            roles=[AccountRole(role=role, since=now) for role in roles],
            created_at=now,
            confirmed_at=now,
        )
        session.add(account)
        session.flush()
        record(session, SYSTEM, "account_made", subject=account.public_id, roles=list(roles), at_server=True)
        session.commit()
    matching.catch_up(archive)


def sign_in(archive: Archive, name: str, password: str) -> tuple[Reader, str]:
    """Open a session; returns the reader and the session's token. Raises SignInFailed.

    An unknown name takes the same time as a wrong password.
    """
    with archive.reading(NOBODY) as session:
        account = session.scalar(select(Account).where(Account.name == name))
    stored = (account.password_hash if account is not None else "") or _nobodys_hash()
    if not is_right(stored, password) or account is None or not account.active:
        raise SignInFailed
    token = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    with archive.changing(NOBODY) as session:
        session.add(SignIn(account_id=account.id, token_hash=digest(token), created_at=now, seen_at=now))
        session.commit()
        return _mint(session, account), token


def reader_of(archive: Archive, token: str) -> Reader | None:
    """The reader of the session that this token opens.

    None when it has ended, was idle too long, has lasted too long, or never existed.
    """
    now = datetime.now(UTC)
    with archive.reading(NOBODY) as session:
        entry = session.scalar(select(SignIn).where(SignIn.token_hash == digest(token)))
        reader = None if entry is None else _mint(session, entry.account)
    if entry is None or entry.ended_at is not None or not entry.account.active:
        return None
    settings = archive.settings
    if now - entry.seen_at > timedelta(hours=settings.session_hours):
        return None
    if now - entry.created_at > timedelta(hours=settings.session_limit_hours):
        return None
    if now - entry.seen_at > SEEN_EVERY:
        with archive.changing(NOBODY) as session:
            session.get_one(SignIn, entry.id).seen_at = now
            session.commit()
    return reader


def sign_out(archive: Archive, token: str) -> None:
    """End the session that this token opens."""
    with archive.changing(NOBODY) as session:
        entry = session.scalar(select(SignIn).where(SignIn.token_hash == digest(token)))
        if entry is not None:
            entry.ended_at = datetime.now(UTC)
            session.commit()


def local_reader(archive: Archive, name: str) -> Reader:
    """The reader for a command in the terminal (`--as`): a user who can read the database file needs no password.

    Raises:
        UnknownAccount: no active account has this name.
    """
    with archive.reading(NOBODY) as session:
        account = session.scalar(select(Account).where(Account.name == name, Account.active))
        if account is None:
            raise UnknownAccount(name=name)
        return _mint(session, account)


def reader_of_api_token(archive: Archive, secret: str) -> Reader | None:
    """The reader of an API token; None when the token has ended, never existed, or opens nothing yet."""
    now = datetime.now(UTC)
    with archive.reading(NOBODY) as session:
        entry = session.scalar(select(ApiToken).where(ApiToken.token_hash == digest(secret)))
        reader = None if entry is None else _mint(session, entry.account)
    if entry is None or reader is None or entry.ended_at is not None or entry.expires_at <= now:
        return None
    if not entry.account.active:
        return None
    if entry.used_at is None or now - entry.used_at > SEEN_EVERY:
        with archive.changing(NOBODY) as session:
            session.get_one(ApiToken, entry.id).used_at = now
            session.commit()
    return replace(reader, token=entry.name, scopes=frozenset(entry.scopes))


def _mint(session: Session, account: Account) -> Reader:
    now = datetime.now(UTC)
    return Reader(
        account_id=account.id,
        person_id=account.person_id,
        name=account.name,
        display_name=account.person.name,
        roles=frozenset(
            entry.role for entry in account.roles if entry.since <= now and (entry.until is None or entry.until > now)
        ),
        waits_for=_waits_for(session, account),
    )


def _waits_for(session: Session, account: Account) -> WaitsFor:
    """What an account waits for before it opens anything (`archive_app.access.trust`), to tell its holder."""
    if account.confirmed_at is None:
        return "confirmation"
    unmatched = (
        select(Unit.id)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == account.person_id, Unit.matched.is_(False))
    )
    if not account.person.matched or session.scalar(unmatched.limit(1)) is not None:
        return "names"
    return ""


def ensure_long_enough(password: str, field: str) -> None:
    """Raise PasswordTooShort, or TooLong, for a password that cannot be taken."""
    if len(password) < MIN_PASSWORD:
        raise PasswordTooShort(field=field, least=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        raise TooLong(field=field, most=MAX_PASSWORD)


def holder(session: Session, account: Account) -> Reader:
    """The holder of an account, who has shown both codes of a new password."""
    return _mint(session, account)


def hashed(password: str) -> str:
    """The stored hash of a password (Argon2id)."""
    return _hasher().hash(password)


def is_right(stored: str, password: str) -> bool:
    """Whether the password matches the stored hash."""
    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def is_own_password(reader: Reader, archive: Archive, password: str) -> bool:
    """Whether this is the reader's password: somebody else at an open session does not know it."""
    with archive.reading(NOBODY) as session:
        stored = session.get_one(Account, reader.account_id).password_hash
    return is_right(stored, password)


def end_sessions(session: Session, account_id: int, *, but_for: str = "") -> None:
    """End all sessions of an account in this transaction, except the one that the token `but_for` opens."""
    session.execute(
        update(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.token_hash != digest(but_for))
        .values(ended_at=datetime.now(UTC))
    )


def end_api_tokens(session: Session, account_id: int) -> None:
    """End all tokens of an account in this transaction."""
    in_force = ApiToken.account_id == account_id, ApiToken.ended_at.is_(None)
    session.execute(update(ApiToken).where(*in_force).values(ended_at=datetime.now(UTC)))


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def digest(token: str) -> str:
    """The stored hash of a token, so that a copy of the database opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
