"""One-time codes by which the holder of an account sets its password."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.free_text import CREDENTIAL, ID, no_free_text
from storage.models.types import UtcDateTime, new_public_id


class PasswordReset(Base):
    """A password that is to be set by its holder: with two codes, of which nobody else has both.

    The administrator who asks for it (None: an operator at the server) is shown the first code, the access reviewer who
    confirms the account the second one. Only hashes are kept. It ends by its use (`used_at`), when another one is asked
    for, when the holder refuses it, and on its last day. `seen_at`: the holder has acknowledged that it was used.
    """

    __tablename__ = "password_resets"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id, info=no_free_text(ID))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_hash: Mapped[str] = mapped_column(String(64), info=no_free_text(CREDENTIAL))
    second_hash: Mapped[str] = mapped_column(String(64), default="", info=no_free_text(CREDENTIAL))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
