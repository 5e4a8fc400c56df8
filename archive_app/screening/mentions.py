"""Mentions: find the names of staff and units in the text of a letter, and keep out whom they name.

A name that is found keeps out everybody who has it, and everybody of the unit that has it, from the moment the text is
stored (`Concern` of kind `mentioned`) until two access reviewers have cleared it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from archive_app.screening.searched_names import Key, names
from archive_app.search.indexing import page_texts, registered_texts
from index.names import Name, NameFinder
from index.names import mentions as named_in
from storage.models import Concern, Letter
from storage.models.types import new_public_id

Row: TypeAlias = dict[str, object]


def screen(session: Session, letter: Letter) -> None:
    """Screen a letter, as it is in this transaction, for all names; what is found keeps out at once.

    The concerns are written last: they may hide the letter from the current reader.
    """
    keep_out(session, mentions_in(session, letter))


def mentions_in(session: Session, letter: Letter) -> list[Row]:
    """The new concerns of a letter as it is in this transaction; nothing is written yet."""
    session.flush()
    return mentions_of(session, letter, finder_of(names(session)))


def keep_out(session: Session, concerns: Sequence[Mapping[str, object]]) -> None:
    """Write concerns: from here on they may hide the case from the current reader."""
    if concerns:
        # One statement: on PostgreSQL the first row may hide the case from the writer of the second.
        session.execute(insert(Concern).values(concerns))


@lru_cache(maxsize=4)
def finder_of(names: tuple[Name, ...]) -> NameFinder:
    """The finder of exactly these names, cached by value, so it is never outdated."""
    return NameFinder(names)


def mentions_of(session: Session, letter: Letter, finder: NameFinder) -> list[Row]:
    """The new concerns of a letter by the names of this finder."""
    pages = [text for _, text in page_texts(session, [letter.id]).get(letter.id, ())]
    registered = registered_texts(session, [letter.case_id]).get(letter.case_id, "")
    found = named_in(finder, (letter.title, letter.sender, registered), pages)
    return [
        mention(letter.case_id, letter.id, key, said.words, said.contexts)
        for key, said in found.items()
        if not _is_known(session, letter, key, said.contexts)
    ]


def _is_known(session: Session, letter: Letter, key: Key, amid: Sequence[str]) -> bool:
    """Whether the mention exists already, or was cleared with every one of these contexts before the reviewers."""
    kind, key_id = key
    column = Concern.person_id if kind == "person" else Concern.unit_id
    for ended_at, seen in session.execute(
        select(Concern.ended_at, Concern.contexts).where(
            Concern.case_id == letter.case_id,
            Concern.letter_id == letter.id,
            Concern.kind == "mentioned",
            column == key_id,
        )
    ):
        if ended_at is None or set(amid) <= set(seen):
            return True
    return False


def mention(case_id: int, letter_id: int | None, key: Key, words: str, amid: Iterable[str]) -> dict[str, object]:
    """A new concern: a person or unit is mentioned in a case."""
    kind, key_id = key
    return {
        "public_id": new_public_id(),
        "case_id": case_id,
        "kind": "mentioned",
        "person_id": key_id if kind == "person" else None,
        "unit_id": key_id if kind == "unit" else None,
        "words": words,
        "letter_id": letter_id,
        "contexts": list(amid),
        "at": datetime.now(UTC),
        "reason": "",
    }
