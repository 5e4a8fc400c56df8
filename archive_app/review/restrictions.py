"""Case restrictions: whom a case concerns, and who may see it.

Each change is one action of a reader who sees the case, with its reason, and one row in the audit trail. What may hide
the case from that reader is written last, in one statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Select, Table, select, update
from sqlalchemy.orm import Session

from archive_app.access.candidates import person_of, somebody_is_left, unit_of, would_be_kept_out
from archive_app.access.identity import LOOKS_THROUGH, RESTRICTS, REVIEWS, Reader
from archive_app.audit.record import record
from archive_app.errors import InvalidField, NobodyLeft, NotFound, NotToBeChosen
from archive_app.review.allow_list import admissible_person, allow, end_allowance, keep_reader_in, put_on_list
from archive_app.review.guards import checked_reason, editable_case, ensure_somebody_stays, screen_and_commit
from archive_app.runtime.archive import Archive
from archive_app.screening.matching import namesakes
from archive_app.screening.mentions import keep_out, mention, mentions_in_words, note_reason, owner
from storage.models import Case, Concern, Person
from storage.models.types import new_public_id
from storage.written_words import note

__all__ = [
    "accuse",
    "allow",
    "end_allowance",
    "look_through",
    "recuse",
    "resolve",
    "restrict",
]

MAX_WORDS = 200

Row = dict[str, Any]


def accuse(
    reader: Reader,
    archive: Archive,
    letter: str,
    *,
    person: str | None = None,
    unit: str | None = None,
    words: str = "",
    reason: str,
    listed: Sequence[str] = (),
) -> None:
    """Record whom the case accuses: a person, a unit, or words that are not resolved yet.

    The case is restricted from now on, to the reader and those `listed`. Everybody with the accused person's name is
    kept out too, until reviewers have told them apart. To accuse the same party twice changes nothing.

    Raises:
        NotFound: the reader does not see the letter, or may not change this.
        ReasonMissing, InvalidField: of the fields.
        NotToBeChosen: not exactly one party, or somebody listed who could not see the case.
        NobodyLeft: nobody of the allow-list could see the case then.
    """
    why, words = checked_reason(reason), " ".join(words.split())
    if len(words) > MAX_WORDS:
        raise InvalidField(field="words", reason=f"at most {MAX_WORDS} characters")
    if sum(map(bool, (person, unit, words))) != 1:
        raise NotToBeChosen(field="party")
    with editable_case(reader, archive, letter, RESTRICTS) as (session, row, case):
        person_id, unit_id = _party(session, person, unit)
        if _is_concerned(session, case, "accused", person_id, unit_id, words):
            return
        also = [admissible_person(session, reader, case, each, "listed") for each in dict.fromkeys(listed)]
        new = _concern(reader, case, "accused", person_id=person_id, unit_id=unit_id, words=words, reason=why)
        note(session, cast(Table, Concern.__table__), new, about=owner(person_id, unit_id))
        concerns = [new, *_mentions_of_namesakes(session, case, person_id), *mentions_in_words(session, case)]
        if would_be_kept_out(session, case.id, also, concerns):
            raise NotToBeChosen(field="listed")
        keep_reader_in(session, reader, case, why)
        for each in also:
            put_on_list(session, reader, case, each, "listed", None, why)
        session.flush()
        case.restricted = True
        session.flush()
        if not somebody_is_left(session, case.id, new=concerns):
            raise NobodyLeft
        record(session, reader, "accused", row, subject=new["public_id"], reason=why)
        keep_out(session, concerns)
        session.commit()


def resolve(
    reader: Reader,
    archive: Archive,
    letter: str,
    concern: str,
    *,
    person: str | None = None,
    unit: str | None = None,
    reason: str,
) -> None:
    """Resolve the words of an accusation to a person or unit. Such a case is open to its allow-list only.

    Raises:
        NotFound: no such letter or unresolved accusation for this reader.
        ReasonMissing, InvalidField, NotToBeChosen, NobodyLeft: as with `accuse`.
    """
    why = checked_reason(reason)
    if bool(person) == bool(unit):
        raise NotToBeChosen(field="party")
    with editable_case(reader, archive, letter, RESTRICTS) as (session, row, case):
        found = session.scalar(_in_force(case).where(Concern.public_id == concern, Concern.kind == "accused"))
        if found is None or found.person_id is not None or found.unit_id is not None:
            raise NotFound
        person_id, unit_id = _party(session, person, unit)
        note_reason(session, case.id, why, person_id, unit_id)
        others = [*_mentions_of_namesakes(session, case, person_id), *mentions_in_words(session, case)]
        resolved = {"kind": "accused", "person_id": person_id, "unit_id": unit_id}
        if not somebody_is_left(session, case.id, new=[resolved, *others]):
            raise NobodyLeft
        record(session, reader, "accused_resolved", row, subject=found.public_id, reason=why)
        session.flush()
        resolving = update(Concern).where(Concern.id == found.id).values(person_id=person_id, unit_id=unit_id)
        # What hides the case from the reader, if something does, comes last.
        if not would_be_kept_out(session, case.id, [reader.person_id], [resolved]):
            session.execute(resolving)
            keep_out(session, others)
        else:
            keep_out(session, others)
            session.execute(resolving)
        session.commit()


def recuse(reader: Reader, archive: Archive, letter: str, *, person: str, reason: str) -> None:
    """Keep a person with an interest of their own out of the case (rules, 11.3), at once.

    Raises:
        NotFound: the reader does not see the letter, or may not change this.
        ReasonMissing, InvalidField, NotToBeChosen, NobodyLeft: as with `accuse`.
    """
    why = checked_reason(reason)
    with editable_case(reader, archive, letter, RESTRICTS) as (session, row, case):
        person_id = person_of(session, person)
        if _is_concerned(session, case, "recused", person_id, None):
            return
        new = _concern(reader, case, "recused", person_id=person_id, reason=why)
        note_reason(session, case.id, why, person_id, None)
        concerns = [new, *mentions_in_words(session, case)]
        ensure_somebody_stays(session, case, new=concerns)
        record(session, reader, "recused", row, subject=new["public_id"], reason=why)
        keep_out(session, concerns)
        session.commit()


def restrict(reader: Reader, archive: Archive, letter: str, *, restricted: bool, reason: str) -> None:
    """Restrict a case to its allow-list with the reader on it; or, as an access reviewer, open it to the roles again.

    Raises:
        NotFound: the reader does not see the letter, or may not change this.
        ReasonMissing, InvalidField: of the reason.
    """
    why = checked_reason(reason)
    with editable_case(reader, archive, letter, RESTRICTS if restricted else REVIEWS) as (session, row, case):
        if case.restricted == restricted:
            return
        if restricted:
            keep_reader_in(session, reader, case, why)
            session.flush()
        case.restricted = restricted
        record(session, reader, "restricted" if restricted else "unrestricted", row, reason=why)
        screen_and_commit(session, reader, case)


def look_through(reader: Reader, archive: Archive, letter: str, *, reason: str) -> None:
    """Record that a person has looked through a letter that could not be screened: it is open like any other now.

    Concerns must be recorded before that (`accuse`, `recuse`). A repeated call changes nothing.

    Raises:
        NotFound: the reader does not see the letter, does not look letters through, or it was not handed over.
        ReasonMissing, InvalidField: of the reason.
    """
    why = checked_reason(reason)
    with editable_case(reader, archive, letter, LOOKS_THROUGH) as (session, row, case):
        if case.screened and case.handed_over_at is None:
            raise NotFound
        if case.looked_through_at is not None:
            return
        case.looked_through_at, case.screened = datetime.now(UTC), True
        record(session, reader, "looked_through", row, reason=why)
        screen_and_commit(session, reader, case)


def _party(session: Session, person: str | None, unit: str | None) -> tuple[int | None, int | None]:
    return person_of(session, person) if person else None, unit_of(session, unit) if unit else None


def _in_force(case: Case) -> Select[Concern]:
    return select(Concern).where(Concern.case_id == case.id, Concern.ended_at.is_(None))


def _is_concerned(
    session: Session, case: Case, kind: str, person_id: int | None, unit_id: int | None, words: str = ""
) -> bool:
    same = _in_force(case).where(Concern.kind == kind, Concern.person_id == person_id, Concern.unit_id == unit_id)
    if person_id is None and unit_id is None:
        same = same.where(Concern.words == words)
    return session.scalar(same.limit(1)) is not None


def _concern(
    reader: Reader,
    case: Case,
    kind: str,
    *,
    person_id: int | None,
    unit_id: int | None = None,
    words: str = "",
    reason: str,
) -> Row:
    return {
        "public_id": new_public_id(),
        "case_id": case.id,
        "kind": kind,
        "person_id": person_id,
        "unit_id": unit_id,
        "words": words,
        "letter_id": None,
        "contexts": [],
        "at": datetime.now(UTC),
        "by_account": reader.account_id,
        "reason": reason,
    }


def _mentions_of_namesakes(session: Session, case: Case, person_id: int | None) -> list[Row]:
    """Concerns that keep out everybody of the same name, except persons with an earlier concern of the case."""
    alike = [] if person_id is None else namesakes(session, person_id)
    known = set(session.scalars(select(Concern.person_id).where(Concern.case_id == case.id)))
    return [
        mention(case.id, None, ("person", each), session.get_one(Person, each).name, ())
        for each in alike
        if each not in known
    ]
