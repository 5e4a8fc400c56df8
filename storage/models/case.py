"""The petition case: the unit of access control."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.free_text import CODE, ID, free_text, no_free_text
from storage.models.types import UtcDateTime, new_public_id


class Case(Base):
    """A petition case. Until it is registered it holds one letter in state `received`.

    `read_at`: all pages were read once (or failed); before that the case is open to nobody. `screened`: all its text
    was screened for names; before that it is open to the person who brought it in and to those who look letters
    through, and with `handed_over_at` to the latter only (`looked_through_at`: one of them has done so). `event_date`
    is the day of the events that the letter reports (None: unknown, so any time counts). `urgent` cases have shorter
    time limits, `major` ones are reported at once. `repeats`: the earlier case of the same petitioner. The database
    itself sets `veto_bits` (`storage.veto_bits`).
    """

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id, info=no_free_text(ID))
    state: Mapped[str] = mapped_column(String(30), default="received", info=no_free_text(CODE))
    restricted: Mapped[bool] = mapped_column(default=False)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    screened: Mapped[bool] = mapped_column(default=False)
    brought_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    handed_over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked_through_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    event_date: Mapped[date | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    major: Mapped[bool] = mapped_column(default=False)
    repeats: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    veto_bits: Mapped[int] = mapped_column("marks", BigInteger, default=0, server_default="0")


class Allowance(Base):
    """A person may see a case although no role opens it, until it ends.

    `kind`: `listed` (the allow-list of a restricted case), `granted` (an approved access request, with an end),
    `overseer` (the director has decided that a leader over an accused unit may see the case).
    """

    __tablename__ = "allowances"
    __table_args__ = (
        Index(
            "ix_allowances_case",
            "case_id",
            "person_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10), default="listed", info=no_free_text(CODE))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500), default="", info=free_text())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
