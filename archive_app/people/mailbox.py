"""The reader's own mail address, set by its owner and visible to nobody else; and the state of the mail server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address

from archive_app.access.identity import NOBODY, Reader
from archive_app.audit.record import record
from archive_app.errors import NotAMailAddress, NotFound
from archive_app.runtime.archive import Archive
from storage.models.mailbox import Mailbox, MailServer
from storage.models.person import Account

LONGEST = 254
"""Maximum length of an address in characters (RFC 5321)."""


@dataclass(frozen=True, slots=True)
class MailboxView:
    """The address to which a reader's digest goes (empty: none), and whether they want it."""

    address: str
    wanted: bool


def mailbox(reader: Reader, archive: Archive) -> MailboxView | None:
    """The reader's own address; None when the archive sends no mail."""
    if not archive.settings.mail_host:
        return None
    with archive.reading(reader) as session:
        row = session.get(Mailbox, reader.account_id)
        return MailboxView("", True) if row is None else MailboxView(row.address, row.wanted)


def set_mailbox(reader: Reader, archive: Archive, address: str, *, wanted: bool) -> None:
    """Send the digest to this address from now on; an empty one, or not `wanted`, means no mail.

    Raises:
        NotFound: the archive sends no mail.
        NotAMailAddress: mail cannot be sent to it.
    """
    if not archive.settings.mail_host:
        raise NotFound
    address = address.strip()
    if address and not is_address(address):
        raise NotAMailAddress(field="address")
    with archive.changing(reader) as session:
        row = session.get(Mailbox, reader.account_id)
        if row is None:
            row = Mailbox(account_id=reader.account_id, address="", wanted=False)
            session.add(row)
        row.address, row.wanted, row.tries, row.not_before = address, wanted, 0, None
        subject = session.get_one(Account, reader.account_id).public_id
        record(session, reader, "mail_set", subject=subject)
        session.commit()


def is_address(text: str) -> bool:
    """Whether mail can be sent to the text: one plain address (RFC 5322) of ASCII characters, with a domain."""
    if len(text) > LONGEST or not text.isascii() or not text.isprintable():
        return False
    try:
        return bool(Address(addr_spec=text).domain)
    except (MessageError, ValueError, IndexError):
        return False


def failing(archive: Archive) -> tuple[datetime, str] | None:
    """Since when the mail server has accepted no mail, and its error; None when it works or none is configured."""
    if not archive.settings.mail_host:
        return None
    with archive.reading(NOBODY) as session:
        row = session.get(MailServer, 1)
        return None if row is None or row.failing_since is None else (row.failing_since, row.reason)
