"""Changes that could show somebody a case, and wait for a second person who gains nothing by them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.free_text import ID, STAFF, free_text, no_free_text
from storage.models.types import Json, UtcDateTime, new_public_id


class PendingChange(Base):
    """What an administrator did to staff and units in one action, as far as it could show somebody a case.

    The rows that wait for it refer to it (`Membership.pending_id` and so on): what they hide they hide at once, what
    they show they show when it is confirmed. `changes` lists what was done: what, with its values. `first_by` is the
    first of two reviewers, where every reviewer gains by the change.
    """

    __tablename__ = "pending_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id, info=no_free_text(ID))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changes: Mapped[list[Json]] = mapped_column(JSON, default=list, info=no_free_text(STAFF))
    first_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(500), default="", info=no_free_text(STAFF))


class EventDateProposal(Base):
    """A later day of a case's events than the one recorded: it may let in who left an accused unit before that day.

    It is the case's day only when a second person who sees the case has confirmed it. `ended_at`: it was confirmed
    (`confirmed_by`), or another day was set or proposed meanwhile.
    """

    __tablename__ = "event_date_proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id, info=no_free_text(ID))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    day: Mapped[date]
    by_account: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(500), default="", info=free_text())
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
