"""Notifications: a case waits for somebody, or its time runs out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.free_text import CODE, no_free_text
from storage.models.types import UtcDateTime


class Notification(Base):
    """A notification of an account about a case, without any content of the case.

    Its reader sees it only while the access rule lets them see the case (`archive_app.cases.notifications`). `kind` is
    the action that caused it, or how much of a time limit is used. `opened_at`: its reader has seen it. `mailed_at`: it
    was counted in a mail.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_account", "account_id", "at"),
        Index(
            "ix_notifications_new",
            "account_id",
            "case_id",
            sqlite_where=text("opened_at IS NULL"),
            postgresql_where=text("opened_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(30), info=no_free_text(CODE))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
