"""Where mail goes: the addresses that people have given for their accounts, and whether the server takes any."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.types import UtcDateTime


class Mailbox(Base):
    """The mail address of an account, set by its owner, and how far its mail is.

    `digest_for` is the moment of the last digest that went out, `leased_until` until when a worker is at it. After a
    failure (`tries` in a row) it waits until `not_before`.
    """

    __tablename__ = "mailboxes"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    address: Mapped[str] = mapped_column(String(254))
    wanted: Mapped[bool]
    digest_for: Mapped[datetime | None] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)


class MailServer(Base):
    """Whether the mail server took mail when it was last asked, whoever's mail waits. One row only."""

    __tablename__ = "mail_server"

    id: Mapped[int] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="")
