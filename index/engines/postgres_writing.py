"""Storage of the words of the PostgreSQL index, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Text, bindparam, delete, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from index.engines.conditions import first_key
from index.engines.postgres_conditions import KEYS_A_DAY
from index.engines.postgres_expression import words_of
from index.engines.postgres_tables import numbers, words

_NUMBER = select(numbers.next_value())
_ADD = insert(words).values(key=bindparam("key"), tokens=func.array_to_tsvector(bindparam("tokens", type_=ARRAY(Text))))
_TAKE = delete(words).where(words.c.key == bindparam("taken"))


class VectorWords:
    """Implements `index.engines.keeping.Words` on tsvectors."""

    def next_key(self, session: Session, day: date) -> int:
        """A key that no letter has, after those of its date, whether the reader may see these or not."""
        return first_key(day, KEYS_A_DAY) + session.execute(_NUMBER).scalar_one()

    def add(self, session: Session, key: int, forms: Mapping[str, str]) -> None:
        """Add the words of a letter."""
        session.execute(_ADD, {"key": key, "tokens": words_of(forms)})

    def take(self, session: Session, key: int, forms: Mapping[str, str]) -> None:
        """Remove a letter's words."""
        session.execute(_TAKE, {"taken": key})

    def clear(self, session: Session) -> None:
        """Remove all words."""
        session.execute(delete(words))
