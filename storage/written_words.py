"""The words about a case that a transaction writes, from the declaration: they must be screened before it commits.

What the ORM writes is collected as it is flushed; a service that inserts rows itself says so (`note`). A transaction
that commits words which nobody has taken for screening fails, so that no service can forget it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Insert, Table, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session

from storage.models import Base
from storage.models.free_text import FreeText, free_columns, place_of, words_of

_WAITING, _TAKEN = "words_waiting", "words_taken"

NOTED: Mapping[str, Any] = {"words_noted": True}
"""The execution options of an insert whose words were noted, or that has none of its own."""

Owner = tuple[str, int]
"""A person or a unit: ("person", id) or ("unit", id)."""


class UnscreenedWords(Exception):
    """A transaction was about to commit words about a case that were not screened: a bug. Nothing was committed."""

    def __init__(self, places: set[str]) -> None:
        super().__init__(f"words were written that nobody has screened: {', '.join(sorted(places))}")


@dataclass(frozen=True, slots=True)
class Written:
    """Words that this transaction writes. `case_id` None: of the case that the service works on.

    `about`: the words are the reason of a concern of this person or unit, who are kept out by it or reviewed with it.
    """

    case_id: int | None
    place: str
    text: str
    about: Owner | None = None


def watch(session: Session) -> None:
    """Collect the words that a session writes from now on."""
    session.info[_WAITING], session.info[_TAKEN] = [], set()
    event.listen(session, "before_flush", _collect)
    event.listen(session, "do_orm_execute", _check_insert)
    event.listen(session, "before_commit", _check_commit)


def note(session: Session, table: Table, row: Mapping[str, Any], *, about: Owner | None = None) -> None:
    """Collect the words of a row that a service inserts itself."""
    if _WAITING not in session.info:
        return
    for column, said in _free()[table].items():
        for path, text in words_of(said, row.get(column.name), row):
            _add(session, Written(row.get("case_id"), place_of(column, path, row), text, about))


def take(session: Session, case_id: int) -> tuple[Written, ...]:
    """The words that this transaction has written about a case so far and that were not taken before, each text once.

    Whoever takes them screens them.
    """
    session.flush()
    waiting: list[Written] = session.info.get(_WAITING, [])
    mine = [each for each in waiting if each.case_id in (None, case_id)]
    session.info[_WAITING] = [each for each in waiting if each not in mine]
    session.info.setdefault(_TAKEN, set()).update((case_id, each.text) for each in mine)
    once: dict[str, Written] = {}
    for each in sorted(mine, key=lambda each: each.about is None):
        once.setdefault(each.text, each)
    return tuple(once.values())


def leave_to_reading(session: Session) -> None:
    """The words written so far are those of a letter that is open to nobody until it is read, and screened then."""
    session.flush()
    session.info[_WAITING] = []


@cache
def _free() -> Mapping[Table, Mapping[Column[Any], FreeText]]:
    return free_columns(Base.metadata)


def _add(session: Session, words: Written) -> None:
    taken = session.info[_TAKEN]
    if words.text.strip() and (words.case_id, words.text) not in taken:
        session.info[_WAITING].append(words)


def _collect(session: Session, _context: Any, _instances: Any) -> None:
    for each in (*session.new, *session.dirty):
        state = inspect(each)
        columns = _free().get(state.mapper.local_table)
        if not columns:
            continue
        row = {column.name: getattr(each, state.mapper.get_property_by_column(column).key) for column in columns}
        row |= {name: getattr(each, name) for name in ("act", "kind", "case_id") if hasattr(each, name)}
        if "case_id" in row and row["case_id"] is None:
            continue  # a row of the audit trail that hangs on no case
        for column, said in columns.items():
            if state.attrs[state.mapper.get_property_by_column(column).key].history.has_changes():
                for path, text in words_of(said, row[column.name], row):
                    _add(session, Written(row.get("case_id"), place_of(column, path, row), text))


def _check_insert(state: ORMExecuteState) -> None:
    """Refuse an insert that the flush does not see, of a table with declared words, unless its words were noted."""
    statement = state.statement
    if isinstance(statement, Insert) and statement.table in _free() and not state.execution_options.get("words_noted"):
        raise UnscreenedWords({statement.table.name})


def _check_commit(session: Session) -> None:
    session.flush()
    if waiting := session.info[_WAITING]:
        raise UnscreenedWords({each.place for each in waiting})
