"""Redacted extracts 摘转: which letter was made from which."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.types import UtcDateTime


class Extract(Base):
    """A letter is a redacted copy of another one.

    This is the only link between the two, visible to those who see both letters. It has a table of its own so that no
    row that a reader of one letter can read shows it.
    """

    __tablename__ = "extracts"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), primary_key=True)
    of_letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
