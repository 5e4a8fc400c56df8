"""Passwords that only their holder sets, with two one-time codes, of which nobody else has both.

An administrator makes an account, or asks for a new password, and is shown the first code; the access reviewer who
confirms the account is shown the second one. Each hands theirs to the holder in person, on paper. So neither can sign
in as somebody else alone; both together could, and the holder would find their own password no longer right. Until the
codes are used, an old password stays as it is, and its holder may refuse the new one.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from archive_app.access.identity import NOBODY, Reader
from archive_app.audit.record import record
from archive_app.errors import NotFound
from archive_app.people.errors import CodesWrong
from archive_app.people.results import ResetNotice
from archive_app.people.sign_in import digest, end_api_tokens, end_sessions, ensure_long_enough, hashed, holder
from archive_app.runtime.archive import Archive
from storage.models.password import PasswordReset
from storage.models.person import Account, Person

DAYS = 7
"""How long a pair of codes is valid, from the day on which it was asked for."""

GROUPS, LENGTH = 4, 4
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Characters of codes: none that is mistaken for another on paper."""


def ask(session: Session, account: Account, by: Reader | None) -> str:
    """Ask for a new password in this transaction; returns the first code. `by` is None at the server.

    What was asked for before ends, and so do all sessions and tokens of the account.
    """
    _end_open(session, account)
    code, now = _new_code(), datetime.now(UTC)
    session.add(
        PasswordReset(
            account_id=account.id,
            asked_by=None if by is None else by.account_id,
            asked_at=now,
            expires_at=now + timedelta(days=DAYS),
            first_hash=_stored(code),
        )
    )
    end_sessions(session, account.id)
    end_api_tokens(session, account.id)
    session.flush()
    return code


def second_code(session: Session, account: Account, by: Reader | None) -> str:
    """The second code, made at the confirmation of an account in this transaction; "" where none is waited for.

    It is made only once: whoever confirms a later change of the account learns no code.
    """
    row = session.scalar(_open().where(PasswordReset.account_id == account.id, PasswordReset.second_hash == ""))
    if row is None:
        return ""
    code = _new_code()
    row.second_hash, row.confirmed_by = _stored(code), None if by is None else by.account_id
    return code


def set_with_codes(archive: Archive, name: str, first: str, second: str, new: str) -> None:
    """Set the password of an account by its two codes; all its sessions and tokens end.

    Raises:
        CodesWrong: no such pair of codes is open for an account of this name.
        PasswordTooShort, TooLong: of the new password.
    """
    ensure_long_enough(new, "new")
    with archive.reading(NOBODY) as session:
        account = session.scalar(select(Account).where(Account.name == name.strip(), Account.active))
        if account is None or _matching(session, account.id, first, second) is None:
            raise CodesWrong(field="first")
        reader = holder(session, account)
    password_hash = hashed(new)
    with archive.changing(reader) as session:
        row, now = _matching(session, reader.account_id, first, second), datetime.now(UTC)
        if row is None:
            raise CodesWrong(field="first")
        own = session.get_one(Account, reader.account_id)
        own.password_hash, row.used_at, row.ended_at = password_hash, now, now
        end_sessions(session, own.id)
        end_api_tokens(session, own.id)
        record(session, reader, "password_set_by_code", subject=own.public_id)
        session.commit()


def notices(reader: Reader, archive: Archive) -> tuple[ResetNotice, ...]:
    """What the reader has to know of the passwords that were asked for or set for their own account, newest first."""
    with archive.reading(reader) as session:
        names = {key: name for key, name in session.execute(select(Account.id, Person.name).join(Person))}
        used = PasswordReset.used_at.is_not(None) & PasswordReset.seen_at.is_(None)
        rows = session.scalars(
            select(PasswordReset)
            .where(PasswordReset.account_id == reader.account_id, used | _is_open())
            .order_by(PasswordReset.id.desc())
        )
        return tuple(
            ResetNotice(
                public_id=row.public_id,
                asked_at=row.asked_at,
                asked_by=names.get(row.asked_by or 0, ""),
                confirmed_by=names.get(row.confirmed_by or 0, ""),
                used_at=row.used_at,
            )
            for row in rows
        )


def answer(reader: Reader, archive: Archive, reset: str) -> None:
    """Acknowledge that a password of the own account was set, or refuse one that was asked for. Raises NotFound."""
    now = datetime.now(UTC)
    with archive.changing(reader) as session:
        own = PasswordReset.account_id == reader.account_id, PasswordReset.public_id == reset
        row = session.scalar(select(PasswordReset).where(*own, PasswordReset.seen_at.is_(None)))
        if row is None or (row.used_at is None and row.ended_at is not None):
            raise NotFound
        row.seen_at = now
        if row.used_at is None:
            row.ended_at = now
        said = "reset_refused" if row.used_at is None else "reset_seen"
        record(session, reader, said, subject=session.get_one(Account, reader.account_id).public_id)
        session.commit()


def _matching(session: Session, account_id: int, first: str, second: str) -> PasswordReset | None:
    """The open pair of an account, if these are its codes."""
    row = session.scalar(_open().where(PasswordReset.account_id == account_id, PasswordReset.second_hash != ""))
    if row is None:
        return None
    right = hmac.compare_digest(row.first_hash, _stored(first)) & hmac.compare_digest(row.second_hash, _stored(second))
    return row if right else None


def _open() -> Select[PasswordReset]:
    return select(PasswordReset).where(_is_open())


def _is_open() -> ColumnElement[bool]:
    return PasswordReset.ended_at.is_(None) & (PasswordReset.expires_at > datetime.now(UTC))


def _end_open(session: Session, account: Account) -> None:
    mine = PasswordReset.account_id == account.id, PasswordReset.ended_at.is_(None)
    session.execute(update(PasswordReset).where(*mine).values(ended_at=datetime.now(UTC)))


def _new_code() -> str:
    """A random code for paper: four groups of four characters, 79 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(GROUPS))


def _stored(code: str) -> str:
    """The stored hash of a code, however it was typed: with or without hyphens and spaces."""
    return digest("".join(each for each in code.casefold() if each.isalnum()))
