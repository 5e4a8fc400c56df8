"""The days off and make-up working days of a year, as the office has imported them. They depend on no case."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.free_text import HASH, OFFICE, no_free_text
from storage.models.types import UtcDateTime


class ImportedYear(Base):
    """A year's announcement, from a file with this SHA-256. A newer import of the year replaces it."""

    __tablename__ = "imported_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    sha256: Mapped[str] = mapped_column(String(64), info=no_free_text(HASH))


class ImportedDay(Base):
    """A day in the announcement of a year; two years may both list a day in late December.

    `name` is the holiday that the day belongs to ("" if not given).
    """

    __tablename__ = "imported_days"

    year: Mapped[int] = mapped_column(ForeignKey("imported_years.year"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(100), default="", info=no_free_text(OFFICE))
