"""Tokens of the web API: another system acts in an account's name, with a part of its rights, until a day."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from archive_app.access.identity import SCOPES, Reader
from archive_app.audit.record import record
from archive_app.errors import NotFound
from archive_app.people.errors import PasswordWrong, TokenNameMissing, TokenWithoutEnd, TokenWithoutScope, TooManyTokens
from archive_app.people.sign_in import digest, is_own_password
from archive_app.runtime.archive import Archive
from storage.models.person import ApiToken

PREFIX = "pa_"
"""The prefix of a token, by which it is recognised wherever it is found."""

MOST_DAYS = 366
MOST_TOKENS = 20
MOST_NAME = 100


@dataclass(frozen=True, slots=True)
class TokenView:
    """A token of the reader's own account; the token itself is shown once, when it is made."""

    public_id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


def make(
    reader: Reader, archive: Archive, *, name: str, scopes: Collection[str], days: int, password: str | None
) -> str:
    """Make a token for the reader's own account; returns it, to be shown only once.

    Args:
        reader: whose account it is.
        archive: the archive.
        name: what uses it; the history shows it beside the account.
        scopes: its rights (`archive_app.access.identity.SCOPES`).
        days: after how many days it ends, at most 366.
        password: the account's own, asked again; None in the terminal, where no password is required.

    Raises:
        PasswordWrong, TokenNameMissing, TokenWithoutScope, TokenWithoutEnd, TooManyTokens.
    """
    name = " ".join(name.split())[:MOST_NAME]
    if not name:
        raise TokenNameMissing(field="name")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise TokenWithoutScope(field="scopes")
    if not 1 <= days <= MOST_DAYS:
        raise TokenWithoutEnd(field="days", most=MOST_DAYS)
    if password is not None and not is_own_password(reader, archive, password):
        raise PasswordWrong(field="password")
    secret = PREFIX + secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    with archive.changing(reader) as session:
        if _count(session, reader, now) >= MOST_TOKENS:
            raise TooManyTokens(most=MOST_TOKENS)
        row = ApiToken(
            account_id=reader.account_id,
            name=name,
            token_hash=digest(secret),
            scopes=[each for each in SCOPES if each in scopes],
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        session.add(row)
        session.flush()
        record(session, reader, "token_made", subject=row.public_id, name=name, scopes=row.scopes)
        session.commit()
    return secret


def tokens(reader: Reader, archive: Archive) -> tuple[TokenView, ...]:
    """The valid tokens of the reader's own account, the newest first."""
    with archive.reading(reader) as session:
        own = select(ApiToken).where(*_in_force(reader, datetime.now(UTC))).order_by(ApiToken.id.desc())
        return tuple(
            TokenView(row.public_id, row.name, tuple(row.scopes), row.created_at, row.expires_at, row.used_at)
            for row in session.scalars(own)
        )


def end(reader: Reader, archive: Archive, public_id: str) -> None:
    """End a token of the reader's own account; it opens nothing from now on. Raises NotFound."""
    now = datetime.now(UTC)
    with archive.changing(reader) as session:
        row = session.scalar(select(ApiToken).where(*_in_force(reader, now), ApiToken.public_id == public_id))
        if row is None:
            raise NotFound
        row.ended_at = now
        record(session, reader, "token_ended", subject=row.public_id, name=row.name)
        session.commit()


def _in_force(reader: Reader, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return ApiToken.account_id == reader.account_id, ApiToken.ended_at.is_(None), ApiToken.expires_at > now


def _count(session: Session, reader: Reader, now: datetime) -> int:
    return session.scalar(select(func.count()).select_from(ApiToken).where(*_in_force(reader, now))) or 0
