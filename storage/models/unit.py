"""Units of the bureau: their tree, their successors, and their members over time."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base
from storage.models.free_text import CODE, ID, STAFF, no_free_text
from storage.models.person import Person
from storage.models.types import new_public_id


class Unit(Base):
    """A unit. Never deleted: it ends. Screening looks for the names of `watched` units in every letter.

    The bureau as a whole is not watched: its name is on every envelope. `matched` as with persons: until the existing
    letters were screened for the unit's names and posts, its members' accounts open no content.

    `unwatch_pending_id`: that the names are looked for no more (or never were, of a new unit) waits for a confirmation.
    Until then they are looked for, and the members of a new unit open no content.
    """

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id, info=no_free_text(ID))
    name: Mapped[str] = mapped_column(String(100), info=no_free_text(STAFF))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    watched: Mapped[bool] = mapped_column(default=True)
    unwatch_pending_id: Mapped[int | None] = mapped_column(ForeignKey("pending_changes.id"))
    matched: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date | None]
    until: Mapped[date | None]

    names: Mapped[list[UnitName]] = relationship(back_populates="unit", order_by="UnitName.id")


class UnitName(Base):
    """Another name of a unit: a short form, a former name."""

    __tablename__ = "unit_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(100), info=no_free_text(STAFF))

    unit: Mapped[Unit] = relationship(back_populates="names")


class UnitSuccession(Base):
    """A successor of a unit: `kind` is renamed, merged or split."""

    __tablename__ = "unit_successions"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), info=no_free_text(CODE))
    at: Mapped[date]


class UnitReach(Base):
    """A concern of a unit reaches the members of `member_unit_id`. Updated with every change of units.

    A unit reaches itself, its subunits, its successors and predecessors, and their subunits. Pairs are never removed: a
    unit that moves away takes nobody out of reach (`archive_app.people.reach`). A pair with a `pending_id` keeps out
    already, and lets nobody in yet.
    """

    __tablename__ = "unit_reach"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    member_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    pending_id: Mapped[int | None] = mapped_column(ForeignKey("pending_changes.id"))


class Membership(Base):
    """A person belongs to a unit from `since` until `until` (inclusive; None: open).

    With a `pending_id` it keeps out already, and lets nobody in yet. With an `end_pending_id` it keeps out as if it had
    not ended.
    """

    __tablename__ = "memberships"
    __table_args__ = (Index("ix_memberships_person_unit", "person_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    since: Mapped[date | None]
    until: Mapped[date | None]
    pending_id: Mapped[int | None] = mapped_column(ForeignKey("pending_changes.id"))
    end_pending_id: Mapped[int | None] = mapped_column(ForeignKey("pending_changes.id"))

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()


class Post(Base):
    """A person's post in a unit: `kind` leads or oversees; `title` as people write it (处长).

    `pending_id` and `end_pending_id` as with memberships.
    """

    __tablename__ = "posts"
    __table_args__ = (Index("ix_posts_person_unit", "person_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10), info=no_free_text(CODE))
    title: Mapped[str] = mapped_column(String(40), default="", info=no_free_text(STAFF))
    since: Mapped[date | None]
    until: Mapped[date | None]
    pending_id: Mapped[int | None] = mapped_column(ForeignKey("pending_changes.id"))
    end_pending_id: Mapped[int | None] = mapped_column(ForeignKey("pending_changes.id"))

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()
