"""The day of the events that a case reports. A later day may let somebody in, so it waits for a second person."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive_app.access.identity import RESTRICTS, Reader
from archive_app.audit.record import record
from archive_app.errors import FutureDay, NotFound, ReviewedAlready
from archive_app.review.concerns import account_names
from archive_app.review.guards import checked_reason, editable_case
from archive_app.review.results import EventDateWaiting
from archive_app.runtime.archive import Archive
from archive_app.screening.mentions import hand_over, keep_out, mentions_in_words
from storage.models import Account, Case, EventDateProposal


def set_event_date(reader: Reader, archive: Archive, letter: str, day: date | None, *, reason: str) -> bool:
    """Set the day of the events that the letter reports (None: unknown); returns whether it counts now.

    A person who left an accused unit before that day is not kept out with the unit. So an earlier day, or none, counts
    at once; a later one only when somebody else who sees the case has confirmed it (`confirm_event_date`).

    Raises:
        NotFound: the reader does not see the letter, or may not change this.
        ReasonMissing, InvalidField: of the reason.
        FutureDay: the day lies ahead.
    """
    why = checked_reason(reason)
    if day is not None and day > date.today():
        raise FutureDay(field="event_date")
    with editable_case(reader, archive, letter, RESTRICTS) as (session, row, case):
        written = None if day is None else day.isoformat()
        waits = day is not None and (case.event_date is None or day > case.event_date)
        _end_proposals(session, case)
        if case.event_date != day:
            record(session, reader, "event_date_proposed" if waits else "event_dated", row, day=written, reason=why)
        session.flush()
        if waits:
            session.add(
                EventDateProposal(
                    case_id=case.id, day=day, by_account=reader.account_id, at=datetime.now(UTC), reason=why
                )
            )
        new = mentions_in_words(session, case)
        hand_over(session, reader, case, new)
        if not waits:
            session.execute(update(Case).where(Case.id == case.id).values(event_date=day))
        keep_out(session, new)
        session.commit()
        return not waits


def confirm_event_date(reader: Reader, archive: Archive, letter: str, proposal: str, *, reason: str) -> None:
    """Confirm a later day of the events, which somebody else has proposed: it counts from now on.

    Whom it could let in does not see the case, so whoever confirms gains nothing by it.

    Raises:
        NotFound: the reader does not see the letter, may not change this, or no such day waits.
        ReasonMissing, InvalidField: of the reason.
        ReviewedAlready: the reader has proposed it.
    """
    why = checked_reason(reason)
    with editable_case(reader, archive, letter, RESTRICTS) as (session, row, case):
        found = session.scalar(
            select(EventDateProposal).where(
                EventDateProposal.case_id == case.id,
                EventDateProposal.public_id == proposal,
                EventDateProposal.ended_at.is_(None),
            )
        )
        if found is None:
            raise NotFound
        if session.get_one(Account, found.by_account).person_id == reader.person_id:
            raise ReviewedAlready
        record(session, reader, "event_dated", row, day=found.day.isoformat(), reason=why)
        found.confirmed_by, found.ended_at = reader.account_id, datetime.now(UTC)
        new = mentions_in_words(session, case)
        hand_over(session, reader, case, new)
        session.flush()
        session.execute(update(Case).where(Case.id == case.id).values(event_date=found.day))
        keep_out(session, new)
        session.commit()


def waiting(session: Session, reader: Reader, case: Case) -> EventDateWaiting | None:
    """The day that waits to be confirmed, of a case that the reader sees; None if there is none."""
    row = session.scalar(
        select(EventDateProposal).where(EventDateProposal.case_id == case.id, EventDateProposal.ended_at.is_(None))
    )
    if row is None:
        return None
    own = session.get_one(Account, row.by_account).person_id == reader.person_id
    return EventDateWaiting(
        public_id=row.public_id,
        day=row.day,
        by=account_names(session)[row.by_account],
        at=row.at,
        reason=row.reason,
        own=own,
    )


def _end_proposals(session: Session, case: Case) -> None:
    waiting = EventDateProposal.case_id == case.id, EventDateProposal.ended_at.is_(None)
    session.execute(update(EventDateProposal).where(*waiting).values(ended_at=datetime.now(UTC)))
