"""Persons and their accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.free_text import CODE, CREDENTIAL, HASH, ID, STAFF, no_free_text
from storage.models.types import Json, UtcDateTime, new_public_id


class Person(Base):
    """A person, never deleted: a renamed, transferred or re-created account is still the same person.

    `matched`: the existing letters were screened for all names of this person. Until then the person's accounts open no
    content.
    """

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id, info=no_free_text(ID))
    name: Mapped[str] = mapped_column(String(100), info=no_free_text(STAFF))
    staff_no: Mapped[str | None] = mapped_column(String(40), unique=True, info=no_free_text(STAFF))
    matched: Mapped[bool] = mapped_column(default=False)

    names: Mapped[list[PersonName]] = relationship(back_populates="person", order_by="PersonName.id")


class PersonName(Base):
    """Another name of a person: a former name, a nickname. Screening looks for it in letters too."""

    __tablename__ = "person_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    name: Mapped[str] = mapped_column(String(100), info=no_free_text(STAFF))

    person: Mapped[Person] = relationship(back_populates="names")


class Account(Base):
    """An account, with which a person signs in.

    It opens content only while `confirmed_at` is set: every change by an administrator (making it, giving a role,
    asking for a new password) clears the confirmation, until an access reviewer confirms it again. `changes` lists what
    was done since the last confirmation: what, when, and by which account (None: at the server). `password_hash` is
    empty until the holder has set a password (`PasswordReset`).
    """

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id, info=no_free_text(ID))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    name: Mapped[str] = mapped_column(String(100), unique=True, info=no_free_text(STAFF))
    password_hash: Mapped[str] = mapped_column(String(200), info=no_free_text(CREDENTIAL))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    changes: Mapped[list[Json]] = mapped_column(JSON, default=list, info=no_free_text(STAFF))

    person: Mapped[Person] = relationship(lazy="joined")
    roles: Mapped[list[AccountRole]] = relationship(
        lazy="selectin", cascade="all, delete-orphan", order_by="AccountRole.id"
    )


class Signature(Base):
    """The picture that an account signs with from `at` on, by its SHA-256 in the store; empty: without one.

    Rows are only added. A step of a case keeps the picture that it was signed with (`CaseStep.signature`).
    """

    __tablename__ = "signatures"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    sha256: Mapped[str] = mapped_column(String(64), info=no_free_text(HASH))


class AccountRole(Base):
    """A role that an account holds from `since` until `until` (`regulation.md`, roles). Ended ones are kept."""

    __tablename__ = "account_roles"
    __table_args__ = (Index("ix_account_roles_account", "account_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[str] = mapped_column(String(40), info=no_free_text(CODE))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignIn(Base):
    """A session of an account. Only the token's hash is kept, so a copy of the database opens no session."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=no_free_text(CREDENTIAL))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(lazy="joined")


class ApiToken(Base):
    """A token with which another system uses the web API in an account's name: for some of its rights, until a day.

    Only the token's hash is kept. `scopes` are those of `archive_app.access.identity`; `used_at`: its last use.
    """

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id, info=no_free_text(ID))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(String(100), info=no_free_text(STAFF))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=no_free_text(CREDENTIAL))
    scopes: Mapped[list[str]] = mapped_column(JSON, info=no_free_text(CODE))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(lazy="joined")
