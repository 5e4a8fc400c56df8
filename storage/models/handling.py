"""Handling of a case from registration to closing: its steps, assignments, time limits and prints."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.free_text import CODE, HASH, free_text, no_free_text
from storage.models.types import Json, UtcDateTime


class CaseStep(Base):
    """One action on a case: a transition of `archive_app.domain.workflow` that somebody performed.

    Steps count without gaps within their case and never change: `number` also detects two people who act on one case at
    once. `words` is the text (an instruction, a finding, a result); `details` are plain JSON values; `signature` is the
    SHA-256 of the signer's picture at that time, empty without one.
    """

    __tablename__ = "case_steps"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    act: Mapped[str] = mapped_column(String(30), info=no_free_text(CODE))
    from_state: Mapped[str] = mapped_column(String(30), info=no_free_text(CODE))
    to_state: Mapped[str] = mapped_column(String(30), info=no_free_text(CODE))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    words: Mapped[str] = mapped_column(Text, default="", info=free_text())
    details: Mapped[Json] = mapped_column(
        JSON, default=dict, info=free_text("evidence", "authority", "route", "papers[].title")
    )
    signature: Mapped[str] = mapped_column(String(64), server_default=text("''"), info=no_free_text(HASH))


class Assignment(Base):
    """A unit handles a case, or one of its members by name (an appointed investigator), until it ends."""

    __tablename__ = "assignments"
    __table_args__ = (
        Index(
            "ix_assignments_case",
            "case_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CaseClock(Base):
    """A time limit of a case, as `archive_app.domain.clocks` computed it; `kind` is `handling` or `transfer`.

    `changes` lists its events in order, so that it can be computed again with another calendar. It runs until
    `stopped_at`. `reminded` is the last percentage that was notified (`archive_app.mailing.reminders`).
    """

    __tablename__ = "case_clocks"
    __table_args__ = (
        Index(
            "ix_case_clocks_due",
            "due",
            sqlite_where=text("stopped_at IS NULL"),
            postgresql_where=text("stopped_at IS NULL"),
        ),
        Index("ix_case_clocks_case", "case_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(10), info=no_free_text(CODE))
    days: Mapped[int]
    urgent_days: Mapped[int]
    counting: Mapped[str] = mapped_column(String(10), info=no_free_text(CODE))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_urgent: Mapped[bool]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=list, info=no_free_text("days and times of the events of a time limit")
    )
    first_due: Mapped[date] = mapped_column(Date)
    due: Mapped[date] = mapped_column(Date)
    provisional: Mapped[bool]
    reminded: Mapped[int] = mapped_column(default=0)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CasePrint(Base):
    """A printed form of a case, kept with the case under its SHA-256.

    Prints count without gaps within their case; `form` is the code of the form (`archive_app.printing.case_forms`).
    """

    __tablename__ = "case_prints"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    form: Mapped[str] = mapped_column(String(30), info=no_free_text(CODE))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    sha256: Mapped[str] = mapped_column(String(64), info=no_free_text(HASH))
    size: Mapped[int]
