"""What an operator does to accounts at the server, where the records can be read without a password anyway."""

from __future__ import annotations

from sqlalchemy import select

from archive_app.access.candidates import holders_of
from archive_app.access.identity import REVIEWS
from archive_app.access.system import SYSTEM
from archive_app.audit.record import record
from archive_app.errors import UnknownAccount
from archive_app.people import resets
from archive_app.people.rules import require_reconfirmation
from archive_app.runtime.archive import Archive
from storage.models.person import Account


def reset_password(archive: Archive, name: str) -> tuple[str, str]:
    """Ask for a new password for an account; returns its first code, and the second one where nobody can confirm it.

    As with an administrator, an access reviewer confirms the account and is shown the second code. Only if there is no
    other reviewer, the operator gets both; the audit trail says so, and the holder is told.

    Raises:
        UnknownAccount: no active account has this name.
    """
    with archive.changing(SYSTEM) as session:
        account = session.scalar(select(Account).where(Account.name == name, Account.active))
        if account is None:
            raise UnknownAccount(name=name)
        alone = not holders_of(session, REVIEWS) - {account.person_id}
        first = resets.ask(session, account, None)
        second = resets.second_code(session, account, None) if alone else ""
        if not alone:
            require_reconfirmation(account, None, "password_asked")
        record(session, SYSTEM, "password_asked", subject=account.public_id, at_server=True, both=alone)
        session.commit()
        return first, second
