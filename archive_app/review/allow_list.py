"""The allow-list of a case: who may see it although no role opens it, or although it is restricted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from archive_app.access.candidates import can_be_let_in
from archive_app.access.identity import RESTRICTS, Reader
from archive_app.audit.record import record
from archive_app.errors import EndNeeded, NotFound, NotToBeChosen
from archive_app.review.guards import checked_reason, editable_case, ensure_somebody_stays, screen_and_commit
from archive_app.runtime.archive import Archive
from storage.models import Allowance, Case, Person

WHO_ALLOWS: Mapping[str, tuple[str, ...]] = {
    "listed": RESTRICTS,
    "granted": ("access_reviewer", "deputy_director", "director"),
    "overseer": ("director",),
}
"""The kinds of allow-list entry, and the roles that may add each."""


def allow(
    reader: Reader,
    archive: Archive,
    letter: str,
    *,
    person: str,
    kind: str,
    until: datetime | None = None,
    reason: str,
) -> None:
    """Add a person to a case's allow-list: `listed`, `granted` (until a day) or `overseer` (the director has decided).

    Nobody adds themselves, and a person whom the case concerns is refused like any name that the form does not offer.
    An overseer also becomes `listed`.

    Raises:
        NotFound: the reader does not see the letter, or may not add this kind.
        ReasonMissing, InvalidField: of the fields.
        EndNeeded: a grant without an end, or an end that has passed.
        NotToBeChosen: somebody who could not see the case even so.
    """
    why = checked_reason(reason)
    if kind not in WHO_ALLOWS:
        raise NotFound
    if (until is None and kind == "granted") or (until is not None and until <= datetime.now(UTC)):
        raise EndNeeded(field="until")
    with editable_case(reader, archive, letter, WHO_ALLOWS[kind]) as (session, row, case):
        person_id = admissible_person(session, reader, case, person, kind)
        put_on_list(session, reader, case, person_id, kind, until, why)
        if kind == "overseer":
            put_on_list(session, reader, case, person_id, "listed", until, why)
        last = None if until is None else until.astimezone(UTC).isoformat()
        record(session, reader, "allowed", row, subject=person, kind=kind, until=last, reason=why)
        screen_and_commit(session, reader, case)


def end_allowance(reader: Reader, archive: Archive, letter: str, *, person: str, kind: str, reason: str) -> None:
    """Remove a person from the allow-list.

    Raises:
        NotFound: the reader does not see the letter, may not remove this kind, or there is no such entry.
        ReasonMissing, InvalidField: of the reason.
        NobodyLeft: it is the last one who can see a restricted case.
    """
    why = checked_reason(reason)
    with editable_case(reader, archive, letter, RESTRICTS) as (session, row, case):
        entries = session.scalars(
            select(Allowance)
            .join(Person, Person.id == Allowance.person_id)
            .where(
                Allowance.case_id == case.id,
                Allowance.kind == kind,
                Allowance.ended_at.is_(None),
                Person.public_id == person,
            )
        ).all()
        if not entries:
            raise NotFound
        ensure_somebody_stays(session, case, without=[entries[0].person_id])
        record(session, reader, "allowance_ended", row, subject=person, kind=kind, reason=why)
        now = datetime.now(UTC)
        for entry in entries:
            entry.ended_at, entry.ended_by = now, reader.account_id
        screen_and_commit(session, reader, case)


def admissible_person(session: Session, reader: Reader, case: Case, person: str, kind: str) -> int:
    """The id of a person who can see the case through an entry of this kind. Raises NotToBeChosen."""
    for person_id, public_id in can_be_let_in(session, reader, case.id, kind).items():
        if public_id == person:
            return person_id
    raise NotToBeChosen(field="person")


def keep_reader_in(session: Session, reader: Reader, case: Case, why: str) -> None:
    """Put the reader, who is about to restrict the case, on its list; for no longer than they may see it now."""
    own = session.scalars(
        select(Allowance).where(
            Allowance.case_id == case.id,
            Allowance.person_id == reader.person_id,
            Allowance.kind.in_(("listed", "granted")),
            Allowance.ended_at.is_(None),
            or_(Allowance.until.is_(None), Allowance.until > datetime.now(UTC)),
        )
    ).all()
    if any(entry.kind == "listed" for entry in own):
        return
    ends = [entry.until for entry in own if entry.until is not None] if case.restricted else []
    put_on_list(session, reader, case, reader.person_id, "listed", max(ends, default=None), why)


def put_on_list(
    session: Session, reader: Reader, case: Case, person_id: int, kind: str, until: datetime | None, why: str
) -> None:
    """Add an entry; it replaces an older one of the same person and kind."""
    now = datetime.now(UTC)
    session.execute(
        update(Allowance)
        .where(
            Allowance.case_id == case.id,
            Allowance.person_id == person_id,
            Allowance.kind == kind,
            Allowance.ended_at.is_(None),
        )
        .values(ended_at=now, ended_by=reader.account_id)
    )
    session.add(
        Allowance(
            case_id=case.id,
            person_id=person_id,
            kind=kind,
            until=until,
            at=now,
            by_account=reader.account_id,
            reason=why,
        )
    )
