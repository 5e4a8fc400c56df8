"""Notifications: which action notifies whom, written in the action's transaction; and which of them a reader sees.

A notification has no content, only its case and its kind. It is visible as long as its recipient sees the case; the
access rule is applied whenever it is listed, counted, opened or mailed. So a veto hides it at once, and leaves no gap
and no count. Its id is not used outside its table.
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
from archive_app.cases.state import named_instructor, result_signer, steps_of
from archive_app.runtime.archive import Archive
from storage.models import Account, Allowance, Assignment, Case, Notification

Recipients = Literal["office", "instructor", "unit", "signer", "leaders"]
"""The recipients: the petition office, the instructor, the handling unit, the signer of the result, all leaders."""

RECIPIENTS: Mapping[str, Recipients | Literal["responsible"]] = {
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
    "mark_urgent": "responsible",
    "supervise": "responsible",
    "ask_extension": "instructor",
    "grant_extension": "unit",
    "refuse_extension": "unit",
}
"""The actions that notify, and whom (`responsible`: whoever must act on the case now). Other actions notify nobody."""

RESPONSIBLE: Mapping[str, Recipients] = {
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
"""Who must act on a case, by its state."""

ROLES: Mapping[Recipients, tuple[str, ...]] = {
    "office": REGISTERS,
    "instructor": INSTRUCTS,
    "unit": HANDLES,
    "signer": INSTRUCTS,
    "leaders": INSTRUCTS,
}


def notify(session: Session, reader: Reader, case: Case, action: str) -> None:
    """Write the notifications of an action by the reader, in its transaction, after all its effects."""
    recipients = RECIPIENTS.get(action)
    if recipients == "responsible":
        recipients = RESPONSIBLE[case.state]
    if recipients is not None:
        notify_recipients(session, case, recipients, action, excluded=reader.person_id)


def notify_recipients(
    session: Session, case: Case, recipients: Recipients, kind: str, *, excluded: int | None = None
) -> None:
    """Notify the recipients who see the case now, except the person `excluded`, who acted."""
    session.flush()
    now = datetime.now(UTC)
    rows = [
        {"account_id": account_id, "case_id": case.id, "kind": kind, "at": now}
        for account_id, person_id in _accounts_of(session, case, recipients, now)
        if person_id != excluded
    ]
    if rows:
        # No RETURNING: on PostgreSQL the writer may not read another account's notifications.
        session.execute(insert(Notification).values(rows))


def own(reader: Reader, *columns: Any) -> Select[Any]:
    """Select the notifications that a reader sees now; every query for them starts here."""
    mine = select(*columns or (Notification,)).select_from(Notification)
    return mine.where(Notification.account_id == reader.account_id, may_see(reader, Notification.case_id))


def note_opened(reader: Reader, archive: Archive, case: str) -> None:
    """Mark the reader's notifications of a case as opened, when its page is shown."""
    new = own(reader, Case.id).join(Case, Case.id == Notification.case_id).where(Notification.opened_at.is_(None))
    with archive.reading(reader) as session:
        case_id = session.scalar(new.where(Case.public_id == case).limit(1))
    if case_id is not None:
        _mark_opened(reader, archive, Notification.case_id == case_id)


def note_all_opened(reader: Reader, archive: Archive, until: datetime) -> None:
    """Mark the reader's notifications up to a moment as opened; later ones stay new."""
    _mark_opened(reader, archive, Notification.at <= until)


def _mark_opened(reader: Reader, archive: Archive, which: Any) -> None:
    seen = Notification.account_id == reader.account_id, may_see(reader, Notification.case_id)
    opened = update(Notification).where(*seen, Notification.opened_at.is_(None), which)
    with archive.changing(reader) as session:
        session.execute(
            opened.values(opened_at=datetime.now(UTC)).execution_options(synchronize_session=False),
        )
        session.commit()


def _accounts_of(session: Session, case: Case, recipients: Recipients, now: datetime) -> list[tuple[int, int]]:
    """Return the recipients' accounts that see the case, each as (account id, person id).

    A named instructor, or the signer, is notified alone; if they do not see the case, the others with the role are,
    except for a restricted case (三.3).
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
    named = named_instructor(session, steps) if recipients == "instructor" else result_signer(session, steps)
    chosen = [each for each in found if each[1] == named]
    return chosen if chosen or case.restricted else found
