"""Putting letters into the SQLite index and taking them out, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from index.engines.base import Document
from index.engines.sqlite_conditions import KEYS_A_DAY, first_key
from index.engines.sqlite_tables import WORD_COLUMNS, letters, notes, texts
from index.errors import DayFull
from index.text import fingerprint, plain, simplified, tokens

_NAMES = ", ".join(WORD_COLUMNS)
_VALUES = ", ".join(f":{name}" for name in WORD_COLUMNS)
_ADD_WORDS = text(f"INSERT INTO index_words(rowid, {_NAMES}) VALUES (:key, {_VALUES})")  # noqa: S608 - fixed names
# From a contentless table, FTS5 deletes what it is told that the row had.
_TAKE_WORDS = text(
    f"INSERT INTO index_words(index_words, rowid, {_NAMES}) VALUES ('delete', :key, {_VALUES})"  # noqa: S608 - fixed names
)
_MERGE = text("INSERT INTO index_words(index_words, rank) VALUES ('merge', :pages)")
_MERGED_PAGES = 1000
_BEFORE = (
    select(letters.c.date, texts)
    .join(texts, texts.c.key == letters.c.key)
    .where(letters.c.letter_id == bindparam("letter_id"))
)
_LAST_KEY = select(func.max(letters.c.key)).where(letters.c.key >= bindparam("first"), letters.c.key < bindparam("end"))
_ADD_LETTER, _ADD_TEXTS = insert(letters), insert(texts)
_TAKE_LETTER = delete(letters).where(letters.c.key == bindparam("key"))
_TAKE_TEXTS = delete(texts).where(texts.c.key == bindparam("key"))


def put(session: Session, document: Document) -> None:
    """Add a letter or replace it; words that did not change are not written again."""
    forms = _forms(document)
    before = session.execute(_BEFORE, {"letter_id": document.letter_id}).mappings().one_or_none()
    stays = before is not None and before["date"] == document.date
    if before is not None:
        if stays and all(before[name] == form for name, form in forms.items()):
            change(
                session, document.letter_id, case_id=document.case_id, channel=document.channel, state=document.state
            )
            return
        _take_out(session, before)
    # A corrected letter keeps its place among the letters of its date.
    key = before["key"] if before is not None and stays else _next_key(session, document.date)
    session.execute(_ADD_LETTER, {"key": key, "year": document.date.year, **_own(document)})
    session.execute(_ADD_TEXTS, {"key": key, **forms})
    session.execute(_ADD_WORDS, {"key": key, **_cut(forms)})


def remove(session: Session, letter_id: int) -> None:
    """Take a letter out, if it is there."""
    before = session.execute(_BEFORE, {"letter_id": letter_id}).mappings().one_or_none()
    if before is not None:
        _take_out(session, before)


def change(session: Session, letter_id: int, **values: int | str) -> None:
    """Change columns of `letters`."""
    session.execute(update(letters).where(letters.c.letter_id == letter_id).values(values))


def clear(session: Session) -> None:
    """Take all letters out, and say that what comes is of this program's making."""
    session.execute(text("INSERT INTO index_words(index_words) VALUES ('delete-all')"))
    session.execute(delete(letters))
    session.execute(delete(texts))
    note(session, "fingerprint", fingerprint())


def merge(session: Session) -> bool:
    """Merge some pages of the words' segments towards a single one; True when there is more to merge.

    A merge in one go ('optimize') would keep other writers waiting for its whole length. The first step has the number
    of pages below zero, and then FTS5 has nothing to do when it changes fewer than two rows (its documentation, 6.8).
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


def note(session: Session, name: str, value: str | None) -> None:
    """Keep a note about the index as a whole; None drops it."""
    session.execute(delete(notes).where(notes.c.name == name))
    if value is not None:
        session.execute(insert(notes).values(name=name, value=value))


def noted(session: Session, name: str) -> str | None:
    """A note that was kept."""
    return session.scalar(select(notes.c.value).where(notes.c.name == name))


def _take_out(session: Session, before: Mapping[Any, Any]) -> None:
    key = {"key": before["key"]}
    session.execute(_TAKE_WORDS, key | _cut({name: before[name] for name in WORD_COLUMNS}))
    session.execute(_TAKE_TEXTS, key)
    session.execute(_TAKE_LETTER, key)


def _own(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in ("letter_id", "case_id", "date", "channel", "state")}


def _forms(document: Document) -> dict[str, str]:
    written_text, written_title = plain(document.text).text, plain(document.title).text
    folded_text, folded_title = simplified(written_text), simplified(written_title)
    return {
        "text": folded_text,
        "title": folded_title,
        "text_written": "" if written_text == folded_text else written_text,
        "title_written": "" if written_title == folded_title else written_title,
        "sender": simplified(plain(document.sender).text),
        "number": simplified(plain(document.receipt_no).text),
    }


def _cut(forms: Mapping[str, str]) -> dict[str, str]:
    return {name: " ".join(tokens(form)) for name, form in forms.items()}


def _next_key(session: Session, day: date) -> int:
    first = first_key(day)
    last = session.scalar(_LAST_KEY, {"first": first, "end": first + KEYS_A_DAY})
    key = first if last is None else int(last) + 1
    if key >= first + KEYS_A_DAY:
        raise DayFull(date=day.isoformat(), limit=KEYS_A_DAY)
    return key
