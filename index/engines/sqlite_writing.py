"""Storage of the words of the SQLite index, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Session

from index.engines.conditions import first_key
from index.engines.keeping import note, noted
from index.engines.sqlite_conditions import KEYS_A_DAY
from index.engines.tables import WORD_COLUMNS, letters
from index.errors import DayFull
from index.text import tokens

_NAMES = ", ".join(WORD_COLUMNS)
_VALUES = ", ".join(f":{name}" for name in WORD_COLUMNS)
_ADD = text(f"INSERT INTO index_words(rowid, {_NAMES}) VALUES (:key, {_VALUES})")  # noqa: S608 - fixed names
# From a contentless table, FTS5 deletes the tokens that the statement gives.
_TAKE = text(
    f"INSERT INTO index_words(index_words, rowid, {_NAMES}) VALUES ('delete', :key, {_VALUES})"  # noqa: S608 - fixed names
)
_MERGE = text("INSERT INTO index_words(index_words, rank) VALUES ('merge', :pages)")
_MERGED_PAGES = 1000
_LAST_KEY = select(func.max(letters.c.key)).where(letters.c.key >= bindparam("first"), letters.c.key < bindparam("end"))


class FtsWords:
    """Implements `index.engines.keeping.Words` on FTS5."""

    def next_key(self, session: Session, day: date) -> int:
        """A key that no letter has, after those of its date.

        Raises:
            DayFull: the row ids of this date are used up.
        """
        first = first_key(day, KEYS_A_DAY)
        last = session.scalar(_LAST_KEY, {"first": first, "end": first + KEYS_A_DAY})
        key = first if last is None else int(last) + 1
        if key >= first + KEYS_A_DAY:
            raise DayFull(date=day.isoformat(), limit=KEYS_A_DAY)
        return key

    def add(self, session: Session, key: int, forms: Mapping[str, str]) -> None:
        """Add the words of a letter."""
        session.execute(_ADD, {"key": key, **_cut(forms)})

    def take(self, session: Session, key: int, forms: Mapping[str, str]) -> None:
        """Remove a letter's words completely."""
        session.execute(_TAKE, {"key": key, **_cut(forms)})

    def clear(self, session: Session) -> None:
        """Remove all words."""
        session.execute(text("INSERT INTO index_words(index_words) VALUES ('delete-all')"))


def merge(session: Session) -> bool:
    """Merge some pages of the words' segments towards a single one; True when there is more to merge.

    A merge in one go ('optimize') would block other writers for its whole length. The first step has a negative number
    of pages; FTS5 has nothing to do when it changes fewer than two rows (its documentation, 6.8).
    """
    changes = select(func.total_changes())
    begun = noted(session, "merging") is not None
    note(session, "merging", "begun")
    before = session.scalar(changes) or 0
    session.execute(_MERGE, {"pages": _MERGED_PAGES if begun else -_MERGED_PAGES})
    more = (session.scalar(changes) or 0) - before >= 2
    if not more:
        note(session, "merging", None)
    return more


def _cut(forms: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(tokens(form)) for name, form in forms.items()}
