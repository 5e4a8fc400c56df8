"""The code tables 代码表 as the office maintains them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.free_text import CODE, OFFICE, no_free_text
from storage.models.types import UtcDateTime


class CodeEntry(Base):
    """A version of an entry of a code table: its words, whether it is offered, its position, by whom and why.

    Rows are only added: the newest row of a field and code is in force, and all rows are its history. It depends on no
    case. `zh` and `en` are empty where the application's own words for the code apply.
    """

    __tablename__ = "code_entries"
    __table_args__ = (Index("ix_code_entries_code", "field", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(20), info=no_free_text(CODE))
    code: Mapped[str] = mapped_column(String(20), info=no_free_text(CODE))
    zh: Mapped[str] = mapped_column(String(60), info=no_free_text(OFFICE))
    en: Mapped[str] = mapped_column(String(100), info=no_free_text(OFFICE))
    offered: Mapped[bool]
    place: Mapped[float] = mapped_column(Float)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500), info=no_free_text(OFFICE))
