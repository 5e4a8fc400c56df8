"""Restricted access review 保密审查: two reviewers, two persons, decide whether a concern is true.

Two equal decisions are final: `cleared` ends the concern, `confirmed` keeps it in force for good. Two different ones
close the round, and the review starts again. A reviewer whom the case concerns sees nothing of it; what they decided
before does not count.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import insert, literal, select, update
from sqlalchemy.orm import Session

from archive_app.access.candidates import would_be_kept_out
from archive_app.access.identity import REVIEWS, Reader
from archive_app.access.lookups import require
from archive_app.access.predicates import Principal
from archive_app.access.rule import may_see
from archive_app.access.vetoes import Vetoed
from archive_app.audit.record import record
from archive_app.errors import InvalidField, NotFound, ReviewedAlready
from archive_app.review.concerns import open_round
from archive_app.review.guards import checked_reason
from archive_app.review.queue import letter_of, waiting
from archive_app.runtime.archive import Archive
from archive_app.screening.mentions import keep_out, mentions_in_words, note_reason
from storage.models import Case, Concern, ConcernReview
from storage.written_words import NOTED

__all__ = ["Decision", "decide", "waiting"]

Decision = Literal["cleared", "confirmed"]


def decide(reader: Reader, archive: Archive, concern: str, decision: Decision, *, reason: str) -> None:
    """Decide that a concern is wrong (`cleared`) or true (`confirmed`); a second person's agreement makes it final.

    Raises:
        NotFound: the reader is no access reviewer, or there is no such concern in force in a case they see.
        ReasonMissing, InvalidField: of the reason, also when it names somebody of the reviewer's own name or unit.
        ReviewedAlready: the same person made the decision that waits for a second one.
    """
    why = checked_reason(reason)
    if decision not in ("cleared", "confirmed"):
        raise NotFound
    with archive.changing(reader) as session:
        require(session, reader, REVIEWS)
        found = session.scalar(
            select(Concern).where(
                may_see(reader, Concern.case_id), Concern.public_id == concern, Concern.ended_at.is_(None)
            )
        )
        if found is None or (found.confirmed_at is not None and decision == "confirmed"):
            raise NotFound
        number, first = _round_of(session, found)
        if first is not None and first.person_id == reader.person_id:
            raise ReviewedAlready
        decided = first is not None and first.decision == decision
        now = datetime.now(UTC)
        session.execute(
            insert(ConcernReview).values(
                concern_id=found.id,
                round=number,
                person_id=reader.person_id,
                account_id=reader.account_id,
                decision=decision,
                at=now,
                reason=why,
            ),
            execution_options=NOTED,
        )
        note_reason(session, found.case_id, why, found.person_id, found.unit_id)
        record(
            session,
            reader,
            f"review_{decision}",
            letter_of(session, reader, found),
            subject=found.public_id,
            round=number,
            decided=decided,
            reason=why,
        )
        named = mentions_in_words(session, session.get_one(Case, found.case_id))
        # Reviewers may sign their reason.
        new = [row for row in named if row["person_id"] != reader.person_id]
        if new and would_be_kept_out(session, found.case_id, [reader.person_id], new):
            raise InvalidField(field="reason", reason="it may name nobody who would keep the reviewer out")
        keep_out(session, new)
        session.flush()
        if decided:
            # Last, because the reviewer may see the case for this mention only.
            ended = {"ended_at": now} if decision == "cleared" else {"confirmed_at": now}
            session.execute(update(Concern).where(Concern.id == found.id).values(**ended))
        session.commit()


def _round_of(session: Session, concern: Concern) -> tuple[int, ConcernReview | None]:
    """The number of the open round, and the first reviewer's decision in it."""
    said = open_round(concern.reviews)
    last = max((review.round for review in concern.reviews), default=0)
    if said is None:
        return last + 1, None
    if _is_vetoed(session, concern.case_id, said.person_id):
        return last + 1, None
    return said.round, said


def _is_vetoed(session: Session, case_id: int, person_id: int) -> bool:
    principal = Principal(literal(0), literal(person_id), literal(datetime.now(UTC)))
    return session.scalar(select(Case.id).where(Case.id == case_id, Vetoed(principal))) is not None
