"""The list of the restricted access review: the mentions that wait for an access reviewer."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, selectinload

from archive_app.access import candidates
from archive_app.access.identity import REVIEWS, Reader
from archive_app.access.lookups import find_letter, require, visible_letters
from archive_app.access.rule import may_see
from archive_app.audit.record import record
from archive_app.errors import NotFound
from archive_app.review.concerns import concern_views
from archive_app.review.results import MentionToReview
from archive_app.runtime.archive import Archive
from storage.models import Case, Concern, Letter


def waiting(reader: Reader, archive: Archive) -> tuple[MentionToReview, ...]:
    """The mentions to review in the cases that this reviewer sees, oldest letter first.

    A mention is content: those of restricted cases are audited. Raises NotFound.
    """
    with archive.reading(reader) as session:
        require(session, reader, REVIEWS)
        found = _waiting(session, reader)
    if not any(mention.restricted for mention in found):
        return found
    with archive.changing(reader) as session:
        found = _waiting(session, reader)
        for letter_id in dict.fromkeys(mention.letter_id for mention in found if mention.restricted):
            record(session, reader, "found", find_letter(session, reader, letter_id))
        session.commit()
    return found


def letter_of(session: Session, reader: Reader, concern: Concern) -> Letter:
    """The letter of a concern, or the first one of its case. Raises NotFound."""
    wanted = visible_letters(reader).where(Letter.case_id == concern.case_id)
    if concern.letter_id is not None:
        wanted = wanted.where(Letter.id == concern.letter_id)
    letter = session.scalar(wanted.order_by(Letter.id).limit(1))
    if letter is None:
        raise NotFound
    return letter


def _waiting(session: Session, reader: Reader) -> tuple[MentionToReview, ...]:
    rows = session.execute(
        select(Concern, Letter, Case.restricted)
        .join(Case, Case.id == Concern.case_id)
        .join(Letter, and_(Letter.case_id == Case.id, or_(Concern.letter_id.is_(None), Concern.letter_id == Letter.id)))
        .where(
            may_see(reader, Concern.case_id),
            Concern.kind == "mentioned",
            Concern.ended_at.is_(None),
            Concern.confirmed_at.is_(None),
        )
        .options(selectinload(Concern.reviews))
        .order_by(Letter.id.desc())
    ).all()
    # A concern of the whole case is shown with its first letter.
    first = {concern.id: (concern, letter, restricted) for concern, letter, restricted in rows}
    views = concern_views(session, reader, candidates.persons(session), [concern for concern, _, _ in first.values()])
    found = [
        MentionToReview(
            concern=view,
            letter_id=letter.public_id,
            number=letter.number,
            heading=letter.title or letter.heading or letter.number,
            received_at=letter.received_at,
            restricted=restricted,
        )
        for view, (_, letter, restricted) in zip(views, first.values(), strict=True)
    ]
    # Mentions that the reader has decided already wait for somebody else, so they come last.
    return tuple(
        sorted(found, key=lambda each: (each.concern.said_by_me, each.received_at, each.letter_id, each.concern.whom))
    )
