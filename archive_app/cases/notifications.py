"""Notifications: who is told of which act, in the transaction of the act; and what of it is there for its reader.

A notification holds no content, only which case, and why. It is there as long as its reader sees the case, and the door
is asked at each look: when it is listed, counted, opened, and sent by mail. So a veto withdraws it in the moment in
which it arrives, and nothing is left of it, no gap and no count. Outside of its table it has no id.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Integer, Select, exists, insert, literal, literal_column, select, update
from sqlalchemy.orm import Session, aliased

from archive_app.access.grants import assigned_to
from archive_app.access.identity import HANDLES, INSTRUCTS, REGISTERS, Reader
from archive_app.access.predicates import Principal
from archive_app.access.rule import Rule, may_see
from archive_app.access.trust import Holds
from archive_app.cases.state import named_instructor, steps_of, who_instructed
from archive_app.runtime.archive import Archive
from storage.models import Account, Allowance, Assignment, Case, Notification
from storage.session import reading, unit_of_work

Recipients = Literal["office", "instructor", "unit", "signer", "leaders"]
"""Who is told: the petition office, who instructs, who handles, who signs the result, all who lead."""

RECIPIENTS: Mapping[str, Recipients | Literal["carrier"]] = {
    "propose": "instructor",
    "instruct": "office",
    "send_back": "office",
    "hand_over": "unit",
    "decline": "office",
    "submit_result": "signer",
    "hand_on": "signer",
    "refuse_result": "unit",
    "sign_off": "office",
    "reopen": "office",
    # 二.2: "at once", so in the transaction of the report itself.
    "report_major": "leaders",
    "mark_urgent": "carrier",
    "supervise": "carrier",
    "ask_extension": "instructor",
    "grant_extension": "unit",
    "refuse_extension": "unit",
}
"""The acts of which somebody is told, and who (`carrier`: whoever has the case now). The others nobody waits for."""

CARRIER: Mapping[str, Recipients] = {
    "registered": "office",
    "pending_instruction": "instructor",
    "instructed": "office",
    "dispatched": "unit",
    "in_handling": "unit",
    "pending_signoff": "signer",
    "signed_off": "office",
    "feedback_due": "office",
    "returned": "office",
    "reopened": "office",
}
"""Who has to carry a case on, by its state."""

ROLES: Mapping[Recipients, tuple[str, ...]] = {
    "office": REGISTERS,
    "instructor": INSTRUCTS,
    "unit": HANDLES,
    "signer": INSTRUCTS,
    "leaders": INSTRUCTS,
}


def notify(session: Session, reader: Reader, case: Case, act: str) -> None:
    """Record whom an action of the reader notifies, in its transaction, after all its effects."""
    whom = RECIPIENTS.get(act)
    if whom is not None:
        notify_recipients(
            session, case, CARRIER[case.state] if whom == "carrier" else whom, act, but_for=reader.person_id
        )


def notify_recipients(
    session: Session, case: Case, recipients: Recipients, kind: str, *, but_for: int | None = None
) -> None:
    """Notify those of the recipients who see the case now, but not the person `but_for`, who did it."""
    session.flush()
    now = datetime.now(UTC)
    told = [person for person in _accounts_of(session, case, recipients, now) if person[1] != but_for]
    rows = [{"account_id": account_id, "case_id": case.id, "kind": kind, "at": now} for account_id, _ in told]
    if rows:
        # It gives nothing back: on PostgreSQL, what another is told is not for who writes it to read.
        session.execute(insert(Notification).values(rows))


def own(reader: Reader, *columns: Any) -> Select[Any]:
    """The notifications that are there for a reader now; every look at them begins here."""
    mine = select(*columns or (Notification,)).select_from(Notification)
    return mine.where(Notification.account_id == reader.account_id, may_see(reader, Notification.case_id))


def note_opened(reader: Reader, archive: Archive, case: str) -> None:
    """What the reader was told of a case is no news any more: its page is shown to them."""
    new = own(reader, Case.id).join(Case, Case.id == Notification.case_id).where(Notification.opened_at.is_(None))
    with reading(archive.sessions, reader.key) as session:
        case_id = session.scalar(new.where(Case.public_id == case).limit(1))
    if case_id is not None:
        _note(reader, archive, Notification.case_id == case_id)


def note_all_opened(reader: Reader, archive: Archive, until: datetime) -> None:
    """What the reader was told up to a moment is no news any more; what came since they looked stays new."""
    _note(reader, archive, Notification.at <= until)


def _note(reader: Reader, archive: Archive, which: Any) -> None:
    seen = Notification.account_id == reader.account_id, may_see(reader, Notification.case_id)
    opened = update(Notification).where(*seen, Notification.opened_at.is_(None), which)
    with unit_of_work(archive.sessions, reader.key) as session:
        session.execute(
            opened.values(opened_at=datetime.now(UTC)).execution_options(synchronize_session=False),
        )
        session.commit()


def _accounts_of(session: Session, case: Case, recipients: Recipients, now: datetime) -> list[tuple[int, int]]:
    """The accounts at a recipients that see the case, each with its person.

    Who was named to instruct, or has instructed, is told alone; if they cannot see the case, the others who may do it.
    A restricted case is for them only (三.3).
    """
    principal = Principal(
        account=literal_column("accounts.id", Integer),
        person=literal_column("accounts.person_id", Integer),
        now=literal(now, Allowance.at.type),
    )
    rows = select(Account.id, Account.person_id).select_from(Account).join(Case, Case.id == case.id)
    rows = rows.where(Holds(principal, ROLES[recipients]), Rule(principal)).order_by(Account.id)
    if recipients == "unit":
        assignment = aliased(Assignment)
        rows = rows.where(exists().where(assigned_to(principal, assignment)).correlate_except(assignment))
    found = [(account_id, person_id) for account_id, person_id in session.execute(rows)]
    if recipients not in ("instructor", "signer"):
        return found
    steps = steps_of(session, case)
    named = named_instructor(session, steps) if recipients == "instructor" else who_instructed(session, steps)
    chosen = [each for each in found if each[1] == named]
    return chosen if chosen or case.restricted else found
