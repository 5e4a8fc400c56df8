"""Concerns as values: whom, since when, by whom and why, with the passages where a name was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access import candidates
from archive_app.access.identity import Reader
from archive_app.review.results import ConcernView, ReviewSaid
from archive_app.screening.mentions import place_and_text
from archive_app.values import Choice
from index.names import Name, NameFinder
from storage.models import Account, Concern, ConcernReview, Person

Pieces = tuple[tuple[str, bool], ...]


def concern_views(
    session: Session, reader: Reader, persons: Mapping[int, Choice], found: Iterable[Concern]
) -> tuple[ConcernView, ...]:
    """Concerns of cases that the reader sees, in the given order; `persons` as `candidates.persons` returns them."""
    units, names = candidates.units(session), account_names(session)
    return tuple(_view(reader, concern, persons, units, names) for concern in found)


def account_names(session: Session) -> Mapping[int | None, str]:
    """The name of each account's person."""
    return {key: name for key, name in session.execute(select(Account.id, Person.name).join(Person))}


def open_round(reviews: Iterable[ConcernReview]) -> ConcernReview | None:
    """The first reviewer's decision in the round that waits for a second one; None when no round is open."""
    found = list(reviews)
    last = max((review.round for review in found), default=0)
    of_round = [review for review in found if review.round == last]
    return of_round[0] if len(of_round) == 1 else None


def _view(
    reader: Reader,
    concern: Concern,
    persons: Mapping[int, Choice],
    units: Mapping[int, Choice],
    names: Mapping[int | None, str],
) -> ConcernView:
    whom = units.get(concern.unit_id) if concern.unit_id else persons.get(concern.person_id or 0)
    said = open_round(concern.reviews)
    passages = [place_and_text(each) for each in concern.contexts]
    return ConcernView(
        public_id=concern.public_id,
        kind=concern.kind,  # type: ignore[arg-type]
        whom="" if whom is None else whom.label,
        is_unit=concern.unit_id is not None,
        words=concern.words,
        contexts=tuple(_marked(text, concern) for _, text in passages),
        locations=tuple(place for place, _ in passages),
        at=concern.at,
        by=names.get(concern.by_account),
        reason=concern.reason,
        confirmed_at=concern.confirmed_at,
        said=None if said is None else ReviewSaid(names[said.account_id], said.decision, said.reason, said.at),
        said_by_me=said is not None and said.person_id == reader.person_id,
    )


def _marked(context: str, concern: Concern) -> Pieces:
    """Split a passage into pieces and mark the words in it, also misread, in pieces, or a nickname."""
    pieces: list[tuple[str, bool]] = []
    done = 0
    name = Name(concern.words, "", personal=concern.person_id is not None)
    hits = NameFinder([name]).find(context, anywhere=True) if concern.words else ()
    for start, end in sorted({(hit.start, hit.end) for hit in hits}):
        if start >= done:
            pieces += [(context[done:start], False), (context[start:end], True)]
            done = end
    return tuple(piece for piece in [*pieces, (context[done:], False)] if piece[0])
