"""Mentions: find the names of staff and units in the texts of a case, and keep out whom they name.

A name that is found keeps out everybody who has it, and everybody of the unit that has it, from the moment the text is
stored (`Concern` of kind `mentioned`) until two access reviewers have cleared it. A name that stands elsewhere later is
a mention of its own, since the reviewers have decided on the passages that they were shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from archive_app.access.candidates import holders_of, somebody_is_left, would_be_kept_out
from archive_app.access.identity import INSTRUCTS, Reader
from archive_app.domain.workflow import ROUTING_ACTIONS
from archive_app.errors import NobodyLeft
from archive_app.screening.searched_names import Key, names
from archive_app.screening.texts import CaseText, is_of_letter, texts_of_letter
from index.names import Mention, Name, NameFinder
from index.names import mentions as named_in
from index.text import fold
from storage import written_words
from storage.models import Assignment, Case, CaseStep, Concern, Letter, Person
from storage.models.types import new_public_id

Row: TypeAlias = dict[str, object]

Passage: TypeAlias = dict[str, str]
"""A passage around a name: its `text`, and where it stands (`in`, `storage.models.free_text.place_of`)."""


def screen(session: Session, letter: Letter) -> None:
    """Screen a letter, as it is in this transaction, for all names; what is found keeps out at once.

    The concerns are written last: they may hide the letter from the current reader.
    """
    keep_out(session, mentions_in(session, letter))


def mentions_in(session: Session, letter: Letter) -> list[Row]:
    """The new concerns of a letter, and of what else this transaction has written; nothing is written yet."""
    return mentions_of(session, [*_written(session, letter.case_id), *texts_of_letter(session, letter)])


def mentions_in_words(session: Session, case: Case) -> list[Row]:
    """The new concerns of the words that this transaction has written about a case; nothing is written yet."""
    return mentions_of(session, _written(session, case.id, also_of_letter=True))


def note_reason(session: Session, case_id: int, reason: str, person_id: int | None, unit_id: int | None) -> None:
    """Say that the reason of a concern of a person or unit is being written: it may name them."""
    row = {"case_id": case_id, "reason": reason, "kind": ""}
    written_words.note(session, cast(Table, Concern.__table__), row, about=owner(person_id, unit_id))


def owner(person_id: int | None, unit_id: int | None) -> Key | None:
    """Whom a concern is of; None while that is not known."""
    return ("person", person_id) if person_id is not None else ("unit", unit_id) if unit_id is not None else None


def keep_out(session: Session, concerns: Sequence[Mapping[str, object]]) -> None:
    """Write concerns: from here on they may hide the case from the current reader."""
    if concerns:
        session.flush()
        # One statement: on PostgreSQL the first row may hide the case from the writer of the second.
        session.execute(insert(Concern).values(concerns), execution_options=written_words.NOTED)


def hand_over(session: Session, reader: Reader, case: Case, new: Sequence[Row]) -> bool:
    """Hand a case over whose writer the new concerns keep out, before they are written: somebody must go on with it.

    Returns whether they keep the writer out.

    Raises:
        NobodyLeft: they would keep out everybody of a restricted case.
    """
    if not new:
        return False
    if case.restricted and not somebody_is_left(session, case.id, new=new):
        raise NobodyLeft
    kept_out = would_be_kept_out(session, case.id, [reader.person_id], new)
    if kept_out:
        case.handed_over_at = case.handed_over_at or datetime.now(UTC)
    session.flush()
    return kept_out


def screen_words(session: Session, reader: Reader, case: Case) -> None:
    """Screen what this transaction has written about a case, and keep out whom it names: the last step before a commit.

    Raises NobodyLeft.
    """
    new = mentions_in_words(session, case)
    hand_over(session, reader, case, new)
    keep_out(session, new)


@lru_cache(maxsize=4)
def finder_of(names: tuple[Name, ...]) -> NameFinder:
    """The finder of exactly these names, cached by value, so it is never outdated."""
    return NameFinder(names)


def mentions_of(session: Session, texts: Sequence[CaseText], finder: NameFinder | None = None) -> list[Row]:
    """The new concerns of texts of one case, by the names of a finder (None: by all names)."""
    if not texts:
        return []
    known = names(session)
    finder = finder or finder_of(known)
    found: dict[tuple[Key, int | None], dict[str, Passage]] = {}
    words: dict[tuple[Key, int | None], str] = {}
    of_acts = any(map(_is_of_act, texts))
    appointed = _appointed(session, texts[0].case_id) if of_acts else frozenset()
    leaders = holders_of(session, INSTRUCTS) if of_acts else frozenset()
    for each in texts:
        for key, said in _named_in(finder, each, known).items():
            if _is_of_act(each) and (key in appointed or _is_addressed(each, key, leaders)):
                continue
            words.setdefault((key, each.letter_id), said.words)
            passages = found.setdefault((key, each.letter_id), {})
            for text in said.contexts:
                passages.setdefault(_seen_as(each.place, text), {"text": text, "in": each.place})
    rows = []
    for (key, letter_id), passages in found.items():
        seen = _seen(session, texts[0].case_id, key)
        new = [passage for text, passage in passages.items() if seen is not None and text not in seen]
        if new:
            rows.append(mention(texts[0].case_id, letter_id, key, words[key, letter_id], new))
    return rows


def _named_in(finder: NameFinder, words: CaseText, known: Iterable[Name]) -> dict[Key, Mention]:
    """Whom a text names; not the person or unit whom it is about, nor others by the same name."""
    own = frozenset(fold(name.text).text for name in known if name.key == words.about) if words.about else frozenset()
    found = named_in(finder, (words.text,), words.pages)
    return {key: said for key, said in found.items() if key != words.about and fold(said.words).text not in own}


def _is_of_act(words: CaseText) -> bool:
    return words.place.startswith("case_steps.")


def _is_addressed(words: CaseText, key: Key, leaders: Collection[int]) -> bool:
    """Whether words that say who is to handle the case name a unit, or a leader: 拟请分管局长批示，由执法处办理.

    As with whom an act has given the case to, what accuses them stands in the petition.
    """
    place, _, act = words.place.partition(":")
    kind, key_id = key
    says_who = place == "case_steps.words" and act in ROUTING_ACTIONS
    return says_who and (kind == "unit" or key_id in leaders)


def _appointed(session: Session, case_id: int) -> frozenset[Key]:
    """The units and persons whom an act has given the case to, by name: words of acts may address them.

    What accuses them stands in the petition, and there they are found.
    """
    given = session.execute(select(Assignment.unit_id, Assignment.person_id).where(Assignment.case_id == case_id)).all()
    steps = session.scalars(select(CaseStep.details).where(CaseStep.case_id == case_id))
    named = {details["instructor"] for details in steps if details.get("instructor")}
    persons = session.scalars(select(Person.id).where(Person.public_id.in_(named))) if named else ()
    found = {
        owner(person_id, unit_id) for unit, person in given for unit_id, person_id in ((unit, None), (None, person))
    }
    return frozenset(key for key in (*found, *(("person", each) for each in persons)) if key is not None)


def _written(session: Session, case_id: int, *, also_of_letter: bool = False) -> list[CaseText]:
    """What this transaction has written about a case; without the words of its letter, which are read as a whole."""
    return [
        CaseText(case_id, None, each.place, each.text, each.about)
        for each in written_words.take(session, case_id)
        if also_of_letter or not is_of_letter(each.place)
    ]


def _seen_as(place: str, text: str) -> str:
    """A passage as reviewers know it: the petition's words and the office's are two texts."""
    return text if is_of_letter(place) else f"\x00{text}"


def _seen(session: Session, case_id: int, key: Key) -> frozenset[str] | None:
    """The passages of earlier mentions; None when two reviewers have confirmed one, so that no other is needed."""
    kind, key_id = key
    column = Concern.person_id if kind == "person" else Concern.unit_id
    seen: set[str] = set()
    for confirmed_at, ended_at, passages in session.execute(
        select(Concern.confirmed_at, Concern.ended_at, Concern.contexts).where(
            Concern.case_id == case_id, Concern.kind == "mentioned", column == key_id
        )
    ):
        if confirmed_at is not None and ended_at is None:
            return None
        seen.update(_seen_as(*place_and_text(passage)) for passage in passages)
    return frozenset(seen)


def place_and_text(passage: Passage | str) -> tuple[str, str]:
    """Where a passage stands, and its text. Old ones are plain texts, of a letter."""
    return ("letters", passage) if isinstance(passage, str) else (passage["in"], passage["text"])


def mention(case_id: int, letter_id: int | None, key: Key, words: str, amid: Iterable[Passage]) -> dict[str, object]:
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
        "by_account": None,
        "reason": "",
    }
