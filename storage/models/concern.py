"""Concerns: the persons and units that are kept out of a case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.free_text import CODE, ID, free_text, no_free_text
from storage.models.types import UtcDateTime, new_public_id


class Concern(Base):
    """A person or a unit is concerned in a case. Until it ends it keeps them out, whatever else is granted.

    `kind`: `accused` (an accused party; with neither person nor unit it is `words` not resolved yet), `recused`,
    `mentioned` (`words` were found in the letter `letter_id`, amid `contexts`; provisional until reviewed). It ends
    only by the reviews of two access reviewers (`ConcernReview`); `confirmed_at` says that two found it true.
    """

    __tablename__ = "concerns"
    __table_args__ = (
        CheckConstraint("person_id IS NULL OR unit_id IS NULL", name="one"),
        Index(
            "ix_concerns_case",
            "case_id",
            "person_id",
            "unit_id",
            "kind",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id, info=no_free_text(ID))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str] = mapped_column(String(10), info=no_free_text(CODE))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    words: Mapped[str] = mapped_column(String(200), default="", info=free_text(only=("kind", "accused")))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    contexts: Mapped[list[dict[str, str]]] = mapped_column(
        JSON, default=list, info=no_free_text("passages of declared text, in which a name was found")
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_account: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(String(500), default="", info=free_text())
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    reviews: Mapped[list[ConcernReview]] = relationship(back_populates="concern", order_by="ConcernReview.id")


class ConcernReview(Base):
    """An access reviewer's decision on a concern: `decision` is `cleared` or `confirmed`.

    Two equal decisions of two persons decide it; a different second one closes the `round`, and the review starts
    again.
    """

    __tablename__ = "concern_reviews"
    __table_args__ = (UniqueConstraint("concern_id", "person_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    concern_id: Mapped[int] = mapped_column(ForeignKey("concerns.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    decision: Mapped[str] = mapped_column(String(10), info=no_free_text(CODE))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(500), default="", info=free_text())

    concern: Mapped[Concern] = relationship(back_populates="reviews")
