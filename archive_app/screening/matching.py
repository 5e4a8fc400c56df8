"""New names: match them against the existing texts, and screen the letters that were read before screening existed.

Until it is done, the accounts of the person, or of the unit's members, open no content.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from archive_app.access.rule import rule, visible
from archive_app.access.system import SYSTEM
from archive_app.runtime.archive import Archive
from archive_app.screening import mentions
from archive_app.screening.reading import finish_reading
from archive_app.screening.searched_names import Key, names
from archive_app.screening.texts import CaseText, texts_of_letter, unindexed_texts
from archive_app.search.indexing import page_texts
from index.engines.base import Hit
from index.names import Name, NameFinder, over_page_ends, page_ends
from index.query import Query, query_for, query_over_page_ends
from index.text import fold
from storage.models import Case, Concern, Letter, Page, Person, PersonName, Unit

BATCH = 200


def catch_up(archive: Archive) -> None:
    """The background work of screening: match new names against existing texts, and screen unscreened letters."""
    while _match_new(archive) or _screen_next(archive):
        pass


def _match_new(archive: Archive) -> bool:
    """Match the persons and units whose names are new, each in a transaction of its own; False when there are none.

    What the index does not have is read once for all of them, before, so that nobody waits for it: what is written
    meanwhile is screened for their names already.
    """
    with archive.reading(SYSTEM) as session:
        unmatched = _unmatched(session)
        if not unmatched:
            return False
        own = _names_of_owners(session, frozenset(unmatched))
        cases = _cases_with(session, own)
    for key in unmatched:
        _match(archive, key, own, cases.get(key, frozenset()))
    return True


def _unmatched(session: Session) -> list[Key]:
    """The persons and units whose names are new, but for units whose names are not to be looked for.

    That waits to be confirmed, and the members of such a unit wait with it.
    """
    persons = select(Person.id).where(Person.matched.is_(False)).order_by(Person.id)
    units = select(Unit.id).where(Unit.matched.is_(False), or_(Unit.watched, Unit.unwatch_pending_id.is_(None)))
    return [
        *(("person", key) for key in session.scalars(persons)),
        *(("unit", key) for key in session.scalars(units.order_by(Unit.id))),
    ]


def _match(archive: Archive, key: Key, read: Collection[Name], cases: Collection[int]) -> None:
    """Match one person or unit in one transaction; `cases` have one of the `read` names in words without an index."""
    with archive.changing(SYSTEM) as session:
        new: Person | Unit = session.get_one(Person, key[1]) if key[0] == "person" else session.get_one(Unit, key[1])
        own = _names_of_owners(session, frozenset({key}))
        if not set(own) <= set(read):
            return  # it has got another name meanwhile: the next round reads for that
        finder = mentions.finder_of(own)
        texts: dict[int, list[CaseText]] = {case_id: [] for case_id in cases}
        for letter in _letters_with(session, archive, own, finder):
            texts.setdefault(letter.case_id, []).extend(texts_of_letter(session, letter))
        for case_id, current in sorted(texts.items()):
            found = mentions.mentions_of(session, [*current, *unindexed_texts(session, case_id)], finder)
            mentions.keep_out(session, found)
        if isinstance(new, Person):
            note_namesakes(session, new.id)
        new.matched = True
        session.commit()


def _names_of_owners(session: Session, owners: frozenset[Key]) -> tuple[Name, ...]:
    return tuple(name for name in names(session) if name.key in owners)


def _cases_with(session: Session, wanted: tuple[Name, ...]) -> dict[Key, set[int]]:
    """The cases with one of the names in words that the index does not have, by the owner of the name."""
    finder, found = mentions.finder_of(wanted), dict[Key, set[int]]()
    for words in unindexed_texts(session):
        for hit in finder.find(words.text):
            found.setdefault(cast(Key, hit.key), set()).add(words.case_id)
    return found


def _letters_with(session: Session, archive: Archive, wanted: Iterable[Name], finder: NameFinder) -> list[Letter]:
    """The letters in the index that may contain one of the names, in all cases."""
    names = tuple(wanted)
    ids = _found(session, archive, (query for name in names for query in query_for(name)))
    more = _found(session, archive, (query for name in names for query in query_over_page_ends(name))) - ids
    ids |= _over_page_ends(session, finder, sorted(more))
    return [session.get_one(Letter, each) for each in sorted(ids)]


def _found(session: Session, archive: Archive, queries: Iterable[Query]) -> set[int]:
    ids: set[int] = set()
    for query in dict.fromkeys(queries):
        offset = 0
        while hits := _hits(session, archive, query, offset):
            ids.update(hit.letter_id for hit in hits)
            offset += BATCH
    return ids


def _over_page_ends(session: Session, finder: NameFinder, candidates: Sequence[int]) -> set[int]:
    """Those of the letters in which a name goes on over the end of a page."""
    found: set[int] = set()
    for start in range(0, len(candidates), BATCH):
        several = select(Page.letter_id).where(Page.letter_id.in_(candidates[start : start + BATCH]), Page.number > 1)
        for letter, pages in page_texts(session, session.scalars(several.distinct()).all()).items():
            if over_page_ends(finder, page_ends([text for _, text in pages])):
                found.add(letter)
    return found


def _hits(session: Session, archive: Archive, query: Query, offset: int) -> tuple[Hit, ...]:
    """A part of the letters that a query finds, however many must be read for it."""
    found = archive.index.search(session, query, scope=visible(SYSTEM), offset=offset, limit=BATCH, limited=False)
    return found.hits


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
            mentions.keep_out(session, [mentions.mention(case_id, None, ("person", kept_out), words, ())])


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
