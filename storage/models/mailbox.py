"""Mail addresses of accounts, and the state of the mail server."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.free_text import OFFICE, STAFF, no_free_text
from storage.models.types import UtcDateTime


class Mailbox(Base):
    """The mail address of an account, set by its owner, and the state of its digest.

    `digest_for` is the moment of the last digest that was sent, `leased_until` the end of a worker's lease. After a
    failure (`tries` in a row) it waits until `not_before`.
    """

    __tablename__ = "mailboxes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(String(254), info=no_free_text(STAFF))
    wanted: Mapped[bool]
    digest_for: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)


class MailServer(Base):
    """Whether the mail server accepted mail at the last attempt. One row only."""

    __tablename__ = "mail_server"

    id: Mapped[int] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="", info=no_free_text(OFFICE))
