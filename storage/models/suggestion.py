"""The training of the models for classes and purposes: the current models and their training examples."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base
from storage.models.free_text import CODE, HASH, no_free_text
from storage.models.types import UtcDateTime


class Training(Base):
    """The training of the current models; one row, or none.

    Its examples are cases that had ended by `last_day`, and the supplied examples `given` (JSON lines, unchanged).
    `withdrawn`: a training example has been restricted or given a concern since; the database itself set it and deleted
    the models (`storage.training_examples`). They must be trained again, with the same day and without that case.
    """

    __tablename__ = "trainings"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_day: Mapped[date] = mapped_column(Date)
    given: Mapped[bytes] = mapped_column(
        LargeBinary, default=b"", info=no_free_text("supplied examples, of no case of this archive")
    )
    withdrawn: Mapped[bool] = mapped_column(default=False)


class SuggestionModel(Base):
    """A model of a field of the registration form (`archive_app.suggesting.classes`), and the SHA-256 of its bytes."""

    __tablename__ = "suggestion_models"

    field: Mapped[str] = mapped_column(String(20), primary_key=True, info=no_free_text(CODE))
    sha256: Mapped[str] = mapped_column(String(64), info=no_free_text(HASH))
    content: Mapped[bytes] = mapped_column(
        LargeBinary, deferred=True, info=no_free_text("the weights of a model of closed cases that nobody is kept from")
    )


class TrainingExample(Base):
    """A case that is a training example of the current models."""

    __tablename__ = "teaching_cases"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
