"""Storage of letters in the tables that every index has; each engine stores the words in its own way (`Words`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from index.engines.base import Document
from index.engines.tables import WORD_COLUMNS, letters, notes, texts
from index.text import fingerprint, plain, simplified

_BEFORE = (
    select(letters.c.date, texts)
    .join(texts, texts.c.key == letters.c.key)
    .where(letters.c.letter_id == bindparam("letter_id"))
)
_ADD_LETTER, _ADD_TEXTS = insert(letters), insert(texts)
_TAKE_LETTER = delete(letters).where(letters.c.key == bindparam("taken"))
_TAKE_TEXTS = delete(texts).where(texts.c.key == bindparam("taken"))


class Words(Protocol):
    """The word storage of an index. `forms` is folded text by its column of `texts`."""

    def next_key(self, session: Session, day: date) -> int:
        """A key that no letter has, higher than those of all other letters of its date and of earlier ones.

        Raises:
            DayFull: no key of this date is left.
        """

    def add(self, session: Session, key: int, forms: Mapping[str, str]) -> None:
        """Add the words of a letter."""

    def take(self, session: Session, key: int, forms: Mapping[str, str]) -> None:
        """Remove the words of a letter; `forms` are those that were added."""

    def clear(self, session: Session) -> None:
        """Remove all words."""


def put(session: Session, words: Words, document: Document) -> None:
    """Add a letter or replace it; unchanged words are not written again."""
    forms = _forms(document)
    before = session.execute(_BEFORE, {"letter_id": document.letter_id}).mappings().one_or_none()
    stays = before is not None and before["date"] == document.date
    if before is not None:
        if stays and all(before[name] == form for name, form in forms.items()):
            change(
                session, document.letter_id, case_id=document.case_id, channel=document.channel, state=document.state
            )
            return
        _take_out(session, words, before)
    # A corrected letter keeps its key, and so its position among the letters of its date.
    key = before["key"] if before is not None and stays else words.next_key(session, document.date)
    session.execute(_ADD_LETTER, {"key": key, "year": document.date.year, **_own(document)})
    session.execute(_ADD_TEXTS, {"key": key, **forms})
    words.add(session, key, forms)


def remove(session: Session, words: Words, letter_id: int) -> None:
    """Remove a letter, if it is in the index."""
    before = session.execute(_BEFORE, {"letter_id": letter_id}).mappings().one_or_none()
    if before is not None:
        _take_out(session, words, before)


def change(session: Session, letter_id: int, **values: int | str) -> None:
    """Change columns of `letters`."""
    session.execute(update(letters).where(letters.c.letter_id == letter_id).values(values))


def clear(session: Session, words: Words) -> None:
    """Remove all letters, and mark the index as made by this program."""
    words.clear(session)
    session.execute(delete(texts))
    session.execute(delete(letters))
    note(session, "fingerprint", fingerprint())


def note(session: Session, name: str, value: str | None) -> None:
    """Store a note about the index as a whole; None removes it."""
    session.execute(delete(notes).where(notes.c.name == name))
    if value is not None:
        session.execute(insert(notes).values(name=name, value=value))


def noted(session: Session, name: str) -> str | None:
    """A stored note."""
    return session.scalar(select(notes.c.value).where(notes.c.name == name))


def _take_out(session: Session, words: Words, before: Mapping[Any, Any]) -> None:
    words.take(session, before["key"], {name: before[name] for name in WORD_COLUMNS})
    session.execute(_TAKE_TEXTS, {"taken": before["key"]})
    session.execute(_TAKE_LETTER, {"taken": before["key"]})


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
