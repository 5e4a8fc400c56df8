"""Incoming mail: the intake with its originals, and the letters made of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.free_text import CODE, COPY, HASH, ID, OFFICE, free_text, no_free_text
from storage.models.types import Json, UtcDateTime, new_public_id


class Intake(Base):
    """One submission of files, acknowledged by one receipt. `letter_count` is the number of letters made of it."""

    __tablename__ = "intakes"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id, info=no_free_text(ID))
    number: Mapped[str] = mapped_column(String(30), unique=True, info=no_free_text(ID))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    grouping: Mapped[str] = mapped_column(String(10), info=no_free_text(CODE))
    channel: Mapped[str] = mapped_column(String(20), info=no_free_text(CODE))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    letter_count: Mapped[int] = mapped_column(default=1)

    sources: Mapped[list[Source]] = relationship(back_populates="intake", order_by="Source.position")
    letters: Mapped[list[Letter]] = relationship(back_populates="intake", order_by="Letter.position")


class ReceiptEntry(Base):
    """What the receipt says of a letter. `outcome` is "" while it is read; once written, it and `pages` never change.

    It names the letter by its public id and has no reference to it: what becomes of the letter does not reach it.
    """

    __tablename__ = "receipt_entries"
    __table_args__ = (UniqueConstraint("intake_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intakes.id"))
    position: Mapped[int]
    letter: Mapped[str] = mapped_column(String(32), unique=True, info=no_free_text(ID))
    pages: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(String(12), default="", info=no_free_text(CODE))


class Source(Base):
    """An original, kept bit for bit under its SHA-256. `error` says why no page could be made of it.

    `replaces_page`: it was brought in later, to replace a page of a letter; the receipt does not name it.
    """

    __tablename__ = "sources"
    __table_args__ = (UniqueConstraint("intake_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intakes.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(255), info=free_text())
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True, info=no_free_text(HASH))
    media_type: Mapped[str | None] = mapped_column(String(80), info=no_free_text(CODE))
    page_count: Mapped[int | None]
    error: Mapped[Json | None] = mapped_column(JSON, info=no_free_text(COPY))
    replaces_page: Mapped[bool] = mapped_column(default=False, server_default=false())

    intake: Mapped[Intake] = relationship(back_populates="sources")


class Letter(Base):
    """A letter of a case. Its state is the truth about its processing; the queue only wakes a worker.

    kept: the originals are stored, nothing was made of them yet. reading: pages are being made. ready: all pages are
    read. attention: processing is complete, but some page or file failed. `lease` names the worker that processes it,
    until `leased_until`; `not_before` defers a letter that cannot be processed now (no engine, no disk space),
    `waiting_for` says why. `asked_by` is who asked for what is to be done anew (None: who brought the letter in).
    """

    __tablename__ = "letters"
    __table_args__ = (UniqueConstraint("intake_id", "position"), Index("ix_letters_state", "state", "not_before"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id, info=no_free_text(ID))
    number: Mapped[str] = mapped_column(String(36), unique=True, info=no_free_text(ID))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    intake_id: Mapped[int] = mapped_column(ForeignKey("intakes.id"))
    position: Mapped[int]
    channel: Mapped[str] = mapped_column(String(20), info=no_free_text(CODE))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    title: Mapped[str] = mapped_column(String(200), default="", info=free_text(indexed=True))
    heading: Mapped[str] = mapped_column(String(200), default="", info=no_free_text(COPY))
    sender: Mapped[str] = mapped_column(String(100), default="", info=free_text(indexed=True))
    letter_date: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12), default="kept", info=no_free_text(CODE))
    lease: Mapped[str | None] = mapped_column(String(40), info=no_free_text(ID))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting_for: Mapped[Json | None] = mapped_column(JSON, info=no_free_text(COPY))
    access_copy: Mapped[str | None] = mapped_column(String(64), info=no_free_text(HASH))
    access_copy_current: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))

    intake: Mapped[Intake] = relationship(back_populates="letters")
    sources: Mapped[list[Source]] = relationship(
        secondary="letter_sources", order_by="LetterSource.position", viewonly=True
    )
    pages: Mapped[list[Page]] = relationship(back_populates="letter", order_by="Page.number")


class ReadingTurn(Base):
    """When an account last had its turn with a worker: turns are numbered in their order."""

    __tablename__ = "reading_turns"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)


class LetterSource(Base):
    """The originals of a letter, in order. The letters of a stack share their originals."""

    __tablename__ = "letter_sources"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    position: Mapped[int]


class Page(Base):
    """A page of a letter. All its scans are kept; `current` is the one that is shown."""

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("letter_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"))
    number: Mapped[int]

    letter: Mapped[Letter] = relationship(back_populates="pages")
    scans: Mapped[list[PageScan]] = relationship(back_populates="page", order_by="PageScan.number")

    @property
    def current(self) -> PageScan:
        """The newest scan that did not fail (a failed rescan must not hide a good older one); else the newest."""
        return next((scan for scan in reversed(self.scans) if scan.state != "failed"), self.scans[-1])


class PageScan(Base):
    """One scan of a page from its source: waiting, done or failed. `turn` None: detect the orientation."""

    __tablename__ = "page_scans"
    __table_args__ = (UniqueConstraint("page_id", "number"), Index("ix_page_scans_state", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id"))
    number: Mapped[int]
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"))
    source_index: Mapped[int]
    source_part: Mapped[str] = mapped_column(String(10), default="whole", info=no_free_text(CODE))
    turn: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default="waiting", info=no_free_text(CODE))
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[Json | None] = mapped_column(JSON, info=no_free_text(COPY))
    separator: Mapped[str | None] = mapped_column(
        String(200), info=no_free_text("the code on a separator sheet; only that there is one is shown")
    )
    upright: Mapped[int] = mapped_column(default=0)
    report: Mapped[Json | None] = mapped_column(JSON, info=no_free_text("codes and measures of a page"))
    engine: Mapped[str] = mapped_column(String(80), default="", info=no_free_text(OFFICE))
    layer: Mapped[str | None] = mapped_column(String(64), info=no_free_text(HASH))
    layer_type: Mapped[str | None] = mapped_column(String(10), info=no_free_text(CODE))
    preview: Mapped[str | None] = mapped_column(String(64), info=no_free_text(HASH))
    source_preview: Mapped[str | None] = mapped_column(String(64), info=no_free_text(HASH))

    page: Mapped[Page] = relationship(back_populates="scans")
    source: Mapped[Source] = relationship()
    texts: Mapped[list[TextVersion]] = relationship(back_populates="scan", order_by="TextVersion.number")


class TextVersion(Base):
    """A version of a page's text: the first of a scan is the recognised text, later ones are corrections by people.

    `text` has one line a row, for uses that need no positions; `lines` have positions: `text`, `polygon` (8 numbers, A4
    points), `direction`, `confidence`, `spans`, `corrected`, `raw` (the engine's text, where it differs).
    """

    __tablename__ = "text_versions"
    __table_args__ = (UniqueConstraint("page_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id"))
    scan_id: Mapped[int] = mapped_column(ForeignKey("page_scans.id"), index=True)
    number: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(Text, info=free_text(indexed=True))
    lines: Mapped[list[Json]] = mapped_column(JSON, info=no_free_text(COPY))

    scan: Mapped[PageScan] = relationship(back_populates="texts")
