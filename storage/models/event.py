"""The audit trail's rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.free_text import CODE, HASH, ID, OFFICE, free_text, no_free_text
from storage.models.types import Json, UtcDateTime


class AuditEvent(Base):
    """One audited action: who (None: the system), what, when, on what. Never content itself.

    The rows are a chain: `id` counts without gaps, `hash` covers the row and the hash of the row before
    (`archive_app.audit.record`). `subject` is the public id of a person, an account or a unit.
    """

    __tablename__ = "audit_events"
    __table_args__ = (
        Index("ix_audit_events_letter", "letter_id", "id"),
        Index("ix_audit_events_case", "case_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    action: Mapped[str] = mapped_column(String(40), info=no_free_text(CODE))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"))
    page_number: Mapped[int | None]
    subject: Mapped[str] = mapped_column(String(80), default="", info=no_free_text(ID))
    details: Mapped[Json] = mapped_column(JSON, default=dict, info=free_text("reason"))
    hash: Mapped[str] = mapped_column(String(64), info=no_free_text(HASH))


class AuditHead(Base):
    """The end of the chain: the number and the hash of its last row. One row only."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), info=no_free_text(HASH))


class WorkerBeat(Base):
    """When a worker last reported, and with which engine."""

    __tablename__ = "worker_beats"

    name: Mapped[str] = mapped_column(String(80), primary_key=True, info=no_free_text(OFFICE))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    engine: Mapped[str] = mapped_column(String(80), default="", info=no_free_text(OFFICE))
