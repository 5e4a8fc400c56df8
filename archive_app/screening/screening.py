"""Screening: search every letter for the names of staff and units before anybody can open it.

A name that is found keeps out everybody who has it, and everybody of the unit that has it, from the moment the text is
stored (`Concern` of kind `mentioned`) until two access reviewers have cleared it. A letter that the program cannot
screen is handed over to the people who look letters through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias, TypeVar, cast

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from archive_app.access.predicates import Principal
from archive_app.access.rule import rule, visible
from archive_app.access.system import SYSTEM
from archive_app.access.vetoes import Vetoed
from archive_app.runtime.archive import Archive
from archive_app.search.indexing import current_texts, letter_text, page_texts, registered_texts
from index.names import Name, NameFinder, NameHit, contexts, post_titles
from index.query import query_for
from index.text import fold, runs
from storage.models import (
    Account,
    Case,
    Concern,
    Letter,
    Person,
    PersonName,
    Post,
    Unit,
    UnitName,
)
from storage.models.types import new_public_id

READABLE_CONFIDENCE = 0.5
"""Below this mean confidence of its lines (weighted by length), screening of a letter is not reliable."""

READABLE_CHARACTERS = 4
"""A letter with fewer characters than this counts as unread: there is no word to screen."""

BATCH = 200

Named = TypeVar("Named", Person, Unit)

Row: TypeAlias = dict[str, object]

Key = tuple[str, int]
"""The owner of a name: ("person", id) or ("unit", id)."""


def screen(session: Session, letter: Letter) -> None:
    """Screen a letter, as it is in this transaction, for all names; what is found keeps out at once.

    The concerns are written last: they may hide the letter from the current reader.
    """
    keep_out(session, mentions(session, letter))


def mentions(session: Session, letter: Letter) -> list[Row]:
    """The new concerns of a letter as it is in this transaction; nothing is written yet."""
    session.flush()
    return _mentions(session, letter, _finder(names(session)))


def keep_out(session: Session, concerns: Sequence[Mapping[str, object]]) -> None:
    """Write concerns: from here on they may hide the case from the current reader."""
    if concerns:
        # One statement: on PostgreSQL the first row may hide the case from the writer of the second.
        session.execute(insert(Concern).values(concerns))


def finish_reading(session: Session, letter: Letter, *, failed: bool) -> None:
    """Complete the reading of a letter whose pages were read, or could not be: screen it, and open it to its readers.

    With `failed` pages, or unreliable text, somebody must look it through first; and a letter that the person who
    brought it in must not see is handed over like one that could not be read, so that the two are indistinguishable. So
    a completely read letter is either screened afterwards, or handed over (`_screen_next` relies on it).

    A page that is read again, worse than before, changes nothing: its content was looked through then, unless the page
    itself was replaced (which clears `Case.screened`).
    """
    screen(session, letter)
    case = session.get_one(Case, letter.case_id)
    now = datetime.now(UTC)
    case.read_at = case.read_at or now
    case.screened = case.screened or (not failed and is_readable(session, letter))
    session.flush()
    if (not case.screened and not failed) or _keeps_out_bringer(session, case, now):
        case.handed_over_at = case.handed_over_at or now
        session.flush()


def is_readable(session: Session, letter: Letter) -> bool:
    """Whether enough of the letter was read, with enough confidence, to rely on its screening."""
    lines = [line for _, _, text in current_texts(session, letter.id) if text is not None for line in text.lines]
    length = sum(len(str(line["text"])) for line in lines)
    if sum(map(len, runs(fold("\n".join(str(line["text"]) for line in lines)).text))) < READABLE_CHARACTERS:
        return False
    return sum(float(line["confidence"]) * len(str(line["text"])) for line in lines) >= READABLE_CONFIDENCE * length


def catch_up(archive: Archive) -> None:
    """The background work of screening: match new names against existing letters, and screen unscreened letters."""
    while _match_next(archive, Person, "person") or _match_next(archive, Unit, "unit") or _screen_next(archive):
        pass


def names(session: Session) -> tuple[Name, ...]:
    """All names to search for: persons with their other names and posts, watched units with their short forms."""
    found: list[Name] = []
    persons = select(Person.id, Person.name).union_all(select(PersonName.person_id, PersonName.name))
    found += [Name(text, ("person", key)) for key, text in session.execute(persons)]
    unit_names: dict[int, list[str]] = {}
    for key, text, watched in session.execute(
        select(Unit.id, Unit.name, Unit.watched).union_all(
            select(UnitName.unit_id, UnitName.name, Unit.watched).join(Unit, Unit.id == UnitName.unit_id)
        )
    ):
        unit_names.setdefault(key, []).append(text)
        if watched:
            found.append(Name(text, ("unit", key), fuzzy=False))
    for person_id, unit_id, title in session.execute(select(Post.person_id, Post.unit_id, Post.title)):
        titles = post_titles(unit_names.get(unit_id, ()), title) if title else ()
        found += [Name(text, ("person", person_id), fuzzy=False) for text in titles]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4)
def _finder(names: tuple[Name, ...]) -> NameFinder:
    """The finder of exactly these names, cached by value, so it is never outdated."""
    return NameFinder(names)


def _mentions(session: Session, letter: Letter, finder: NameFinder) -> list[Row]:
    pages = page_texts(session, [letter.id]).get(letter.id, ())
    registered = registered_texts(session, [letter.case_id]).get(letter.case_id, "")
    whole = "\x00".join((letter.title, letter.sender, registered, letter_text(pages)))
    found: dict[Key, list[NameHit]] = {}
    for hit in finder.find(whole):
        found.setdefault(cast(Key, hit.key), []).append(hit)
    rows = []
    for key, hits in found.items():
        amid = contexts(whole, hits)
        if not _is_known(session, letter, key, amid):
            rows.append(mention(letter.case_id, letter.id, key, hits[0].name, amid))
    return rows


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


def _keeps_out_bringer(session: Session, case: Case, now: datetime) -> bool:
    person_id = session.scalar(select(Account.person_id).where(Account.id == case.brought_by))
    if person_id is None or case.brought_by is None:
        return False
    bringer = Principal(literal(case.brought_by), literal(person_id), literal(now))
    return session.scalar(select(Case.id).where(Case.id == case.id, Vetoed(bringer))) is not None


def _match_next(archive: Archive, model: type[Named], kind: str) -> bool:
    """Match one person or unit whose names are new, in one transaction; False when there is none."""
    with archive.changing(SYSTEM) as session:
        new = session.scalar(select(model).where(model.matched.is_(False)).order_by(model.id).limit(1))
        if new is None:
            return False
        own = tuple(name for name in names(session) if name.key == (kind, new.id))
        finder = _finder(own)
        for letter in _letters_with(session, archive, own):
            keep_out(session, _mentions(session, letter, finder))
        if isinstance(new, Person):
            note_namesakes(session, new.id)
        new.matched = True
        session.commit()
        return True


def _letters_with(session: Session, archive: Archive, wanted: Iterable[Name]) -> list[Letter]:
    """The letters in the index that may contain one of the names, in all cases."""
    ids: set[int] = set()
    for query in dict.fromkeys(query for name in wanted for query in query_for(name.text, fuzzy=name.fuzzy)):
        offset = 0
        while hits := archive.index.search(session, query, scope=visible(SYSTEM), offset=offset, limit=BATCH).hits:
            ids.update(hit.letter_id for hit in hits)
            offset += BATCH
    return [session.get_one(Letter, each) for each in sorted(ids)]


def note_namesakes(session: Session, person_id: int) -> None:
    """Keep a person out of cases that accuse a namesake, and the namesakes out of those that accuse this person."""
    alike = namesakes(session, person_id)
    for other, kept_out in [(each, person_id) for each in alike] + [(person_id, each) for each in alike]:
        accused = session.scalars(
            select(Concern.case_id).where(
                Concern.person_id == other, Concern.kind == "accused", Concern.ended_at.is_(None)
            )
        )
        for case_id in accused.all():
            if session.scalar(
                select(Concern.id).where(Concern.case_id == case_id, Concern.person_id == kept_out).limit(1)
            ):
                continue
            words = session.get_one(Person, kept_out).name
            session.execute(insert(Concern), [mention(case_id, None, ("person", kept_out), words, ())])


def namesakes(session: Session, person_id: int) -> list[int]:
    """The ids of the other persons who share a name with this person."""
    own = {fold(text).text for text in _names_of(session, person_id)}
    everybody = select(Person.id, Person.name).union_all(select(PersonName.person_id, PersonName.name))
    alike = {key for key, text in session.execute(everybody) if key != person_id and fold(text).text in own}
    return sorted(alike)


def _names_of(session: Session, person_id: int) -> list[str]:
    others = session.scalars(select(PersonName.name).where(PersonName.person_id == person_id))
    return [session.get_one(Person, person_id).name, *others]


def _screen_next(archive: Archive) -> bool:
    """Screen some letters that were read before screening existed; False when there is none.

    Each is screened or handed over, so none is found again.
    """
    with archive.changing(SYSTEM) as session:
        letters = session.scalars(
            select(Letter)
            .join(Case, Case.id == Letter.case_id)
            .where(
                Case.read_at.is_not(None),
                Case.screened.is_(False),
                Case.handed_over_at.is_(None),
                Letter.state == "ready",
                rule(SYSTEM),
            )
            .limit(BATCH)
        ).all()
        for letter in letters:
            finish_reading(session, letter, failed=False)
        session.commit()
        return bool(letters)
