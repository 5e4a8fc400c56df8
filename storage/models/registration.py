"""The special register 来信登记册: the entry of each registered case, with all versions of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.free_text import CODE, HASH, ID, free_text, no_free_text
from storage.models.types import Json, UtcDateTime


class Registration(Base):
    """The entry of a case in the register, and its current registration form 接待登记表 (rules, 1.1 to 1.4).

    `series` is `general` (consecutive numbers within the year: `sequence`) or `separate` (numbers that reveal neither
    order nor count, for cases that somebody must not know of; no `sequence`). A number is never given twice; a void
    entry (`voided_at`) keeps it. `version` is that of the newest `RegistrationVersion`, whose content the columns from
    `channel` on repeat.

    The codes (`channel`, `purpose` and so on) are those of `archive_app.domain.codes`; `locality` is a six-digit
    division code. `verbatim_statement` is what the petitioner said, in their words; `registrar_note` is the registrar's
    own. `signatories` are the other writers of a joint letter, each with name, address, telephone and whether they
    represent the others. `conduct` are the confirmed points of the check list of a reception (rules, 11.2),
    `conduct_note` says why one was not.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        UniqueConstraint("series", "year", "sequence"),
        CheckConstraint("(series = 'general') = (sequence IS NOT NULL)", name="numbered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), unique=True)
    register_no: Mapped[str] = mapped_column(String(30), unique=True, info=no_free_text(ID))
    series: Mapped[str] = mapped_column(String(10), info=no_free_text(CODE))
    year: Mapped[int]
    sequence: Mapped[int | None]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    registered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    registered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_reason: Mapped[str] = mapped_column(
        String(500), default="", info=no_free_text("the words of the step, declared")
    )
    version: Mapped[int] = mapped_column(default=1)

    channel: Mapped[str] = mapped_column(String(20), info=no_free_text(CODE))
    anonymous: Mapped[bool] = mapped_column(default=False)
    petitioner: Mapped[str] = mapped_column(String(100), index=True, info=free_text(indexed=True))
    address: Mapped[str] = mapped_column(String(300), info=free_text(indexed=True))
    telephone: Mapped[str] = mapped_column(String(60), index=True, info=free_text(indexed=True))
    headcount: Mapped[int]
    signatories: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, info=free_text("[].name", "[].address", "[].telephone", indexed=True)
    )
    purpose: Mapped[str] = mapped_column(String(20), info=no_free_text(CODE))
    locality: Mapped[str] = mapped_column(String(6), info=no_free_text(CODE))
    street: Mapped[str] = mapped_column(String(100), info=free_text(indexed=True))
    content_class: Mapped[str] = mapped_column(String(20), info=no_free_text(CODE))
    sector: Mapped[str] = mapped_column(String(20), info=no_free_text(CODE))
    cause: Mapped[str] = mapped_column(String(20), info=no_free_text(CODE))
    main_problem: Mapped[str] = mapped_column(String(200), info=free_text(indexed=True))
    claims: Mapped[str] = mapped_column(Text, info=free_text(indexed=True))
    suggestions: Mapped[str] = mapped_column(Text, info=free_text(indexed=True))
    matter: Mapped[str] = mapped_column(Text, info=free_text(indexed=True))
    reasons: Mapped[str] = mapped_column(Text, info=free_text(indexed=True))
    verbatim_statement: Mapped[str] = mapped_column(Text, info=free_text(indexed=True))
    registrar_note: Mapped[str] = mapped_column(Text, info=free_text(indexed=True))
    feedback_by: Mapped[str] = mapped_column(String(20), info=no_free_text(CODE))
    conduct: Mapped[list[str]] = mapped_column(JSON, default=list, info=no_free_text(CODE))
    conduct_note: Mapped[str] = mapped_column(String(500), server_default=text("''"), info=free_text(indexed=True))


class RegistrationVersion(Base):
    """A version of the form after a change: earlier content stays readable (rules, 1.3)."""

    __tablename__ = "registration_versions"
    __table_args__ = (UniqueConstraint("registration_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registrations.id"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    content: Mapped[Json] = mapped_column(
        JSON,
        info=free_text(
            "petitioner",
            "address",
            "telephone",
            "street",
            "main_problem",
            "claims",
            "suggestions",
            "matter",
            "reasons",
            "verbatim_statement",
            "registrar_note",
            "conduct_note",
            "signatories[].name",
            "signatories[].address",
            "signatories[].telephone",
        ),
    )


class RegisterYear(Base):
    """How many numbers of the general series a year has used. It reveals nothing about any case."""

    __tablename__ = "register_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class KeyedRequest(Base):
    """A request to register that another system may repeat: the repetition returns the result of the first one.

    `key` is chosen by the system and unique within the account; `digest` is the SHA-256 of the request. Only that
    account can learn anything from it, and only what it has sent itself.
    """

    __tablename__ = "keyed_requests"
    __table_args__ = (UniqueConstraint("account_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    key: Mapped[str] = mapped_column(
        String(100), info=no_free_text("chosen by another system for its own request; never shown")
    )
    digest: Mapped[str] = mapped_column(String(64), info=no_free_text(HASH))
    case_public_id: Mapped[str] = mapped_column(String(32), info=no_free_text(ID))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
