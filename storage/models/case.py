"""The petition case: what access is decided on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.types import UtcDateTime, new_public_id


class Case(Base):
    """A petition case. Until it is registered it holds one letter in state `received`."""

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    state: Mapped[str] = mapped_column(String(30), default="received")
    restricted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Allowance(Base):
    """A person may see a restricted case, until the allowance ends."""

    __tablename__ = "allowances"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Recusal(Base):
    """A person keeps out of a case; it beats every grant (regulation 十一.3)."""

    __tablename__ = "recusals"
    __table_args__ = (Index("ix_recusals_case_person", "case_id", "person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(500), default="")
