"""The mail digest: once a day, and at once for a major matter, notify people by mail that something waits for them.

A mail gives the number of new notifications and nothing of their content, not even a register number. The count is what
the bell shows at the moment of sending, computed under the same access rule; so a veto that arrives while a mail waits
withdraws it. Whether a mail is sent, and its content, depend only on what its reader sees.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache, partial
from smtplib import SMTPException

from babel.support import NullTranslations, Translations
from sqlalchemy import ColumnElement, Select, exists, or_, select, update

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.cases.notifications import own
from archive_app.errors import UnknownAccount
from archive_app.language.catalogues import FOLDER, compile_missing
from archive_app.language.marking import N_
from archive_app.mailing import smtp
from archive_app.office_time import ZONE, in_office
from archive_app.people import sign_in
from archive_app.runtime.archive import Archive
from scanning import traces
from storage.models import Account, Mailbox, MailServer, Notification

log = logging.getLogger(__name__)

Post = Callable[[EmailMessage], None]
"""Send a mail; raise OSError or SMTPException when the server did not accept it."""

AT_ONCE = ("report_major",)
"""Notification kinds that do not wait for the digest (二.2)."""

LOOK_SECONDS = 5.0
CHECK_SECONDS = 600.0
LEASE = timedelta(minutes=10)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)

SUBJECT = N_("%(site)s: something waits for you")
SUBJECT_AT_ONCE = N_("%(site)s: please look at once")
ONE = N_("There is one thing waiting for you in the archive. Sign in to see it:")
MANY = N_("There are %(count)s things waiting for you in the archive. Sign in to see them:")
WHY = N_("You get this mail because you have asked for it on the page of your account.")


@dataclass(frozen=True, slots=True)
class Due:
    """What a reader is to be mailed now: the number of unread notifications, and those that this mail announces.

    `at` is the moment at which the mail became due; it is its date, and part of its id.
    """

    count: int
    told: tuple[int, ...]
    at: datetime
    at_once: bool


def run(archive: Archive, stop: threading.Event) -> None:
    """Send mail until `stop` is set, in a separate thread: a mail server that does not answer delays nothing else."""
    if not archive.settings.mail_host:
        return
    post = partial(smtp.send, archive.settings)
    checked = -CHECK_SECONDS
    while not stop.is_set():
        try:
            if time.monotonic() - checked > CHECK_SECONDS:
                checked = time.monotonic()
                check(archive)
            deliver(archive, post)
        except Exception as error:
            log.error("mail could not be processed; the next run retries: %s", traces.of(error))
        stop.wait(LOOK_SECONDS)


def deliver(archive: Archive, post: Post) -> None:
    """Mail everybody who has new notifications that were not mailed yet: the daily digest, or an urgent one."""
    now = datetime.now(UTC)
    slot = last_slot(now, archive.settings.mail_at)
    with archive.reading(SYSTEM) as session:
        names = session.scalars(_candidates(slot, now)).all()
    for name in names:
        try:
            _mail(sign_in.local_reader(archive, name), archive, slot, post)
        except UnknownAccount:
            continue


def last_slot(now: datetime, hour: int) -> datetime:
    """The last moment at which a digest was due: today or yesterday at this hour, office time."""
    today = in_office(now).date()
    slot = datetime.combine(today, time_of_day(hour), ZONE)
    return (slot if slot <= now else slot - timedelta(days=1)).astimezone(UTC)


def due(reader: Reader, archive: Archive, slot: datetime) -> Due | None:
    """What the reader is to be mailed, as they see it now; None when there is nothing, or nothing any longer."""
    new = own(reader, Notification.id, Notification.kind, Notification.at, Notification.mailed_at)
    with archive.reading(reader) as session:
        rows = session.execute(new.where(Notification.opened_at.is_(None)).order_by(Notification.at)).all()
        mailbox = session.get_one(Mailbox, reader.account_id)
    fresh = [row for row in rows if row.mailed_at is None]
    had_it = mailbox.digest_for is not None and mailbox.digest_for >= slot
    if not had_it and any(row.at <= slot for row in fresh):
        return Due(len(rows), tuple(row.id for row in fresh), slot, at_once=False)
    urgent = [row for row in fresh if row.kind in AT_ONCE]
    if urgent:
        return Due(len(rows), tuple(row.id for row in urgent), urgent[-1].at, at_once=True)
    return None


def compose(reader: Reader, archive: Archive, address: str, what: Due) -> EmailMessage:
    """Compose the mail. The same reader, notifications and moment give the same mail, so a duplicate is recognised."""
    settings, say = archive.settings, _translations(archive.settings.language).gettext
    words = say(ONE) if what.count == 1 else say(MANY) % {"count": what.count}
    message = EmailMessage()
    message["Subject"] = say(SUBJECT_AT_ONCE if what.at_once else SUBJECT) % {"site": settings.name}
    message["From"], message["To"] = settings.mail_from, address
    message["Date"] = format_datetime(what.at)
    message["Message-ID"] = f"<{_id(settings.secret_key, reader, what)}@{settings.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{words}\n\n{settings.address}\n\n{say(WHY)}\n")
    return message


def check(archive: Archive) -> None:
    """Ask the server whether it would accept mail, and record the answer for `archive status`."""
    reason = ""
    try:
        smtp.check(archive.settings)
    except (OSError, SMTPException) as error:
        reason = smtp.reason(error)
        log.warning("the mail server accepts no mail: %s", reason)
    now = datetime.now(UTC)
    with archive.changing(SYSTEM) as session:
        row = session.get(MailServer, 1) or MailServer(id=1, checked_at=now)
        row.checked_at, row.reason = now, reason
        row.failing_since = (row.failing_since or now) if reason else None
        session.add(row)
        session.commit()


def _candidates(slot: datetime, now: datetime) -> Select[str]:
    """The names of accounts that may have to be mailed; `due` decides under the access rule."""
    waits = exists().where(
        Notification.account_id == Account.id,
        Notification.opened_at.is_(None),
        Notification.mailed_at.is_(None),
        or_(Notification.at <= slot, Notification.kind.in_(AT_ONCE)),
    )
    ready = or_(Mailbox.not_before.is_(None), Mailbox.not_before <= now), _is_free(now)
    rows = select(Account.name).join(Mailbox, Mailbox.account_id == Account.id)
    return rows.where(Account.active, Mailbox.wanted, Mailbox.address != "", *ready, waits).order_by(Account.id)


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(Mailbox.leased_until.is_(None), Mailbox.leased_until < now)


def _mail(reader: Reader, archive: Archive, slot: datetime, post: Post) -> None:
    if due(reader, archive, slot) is None or not _claim(reader, archive):
        return
    # Counted again: this is the moment of sending.
    what = due(reader, archive, slot)
    with archive.reading(reader) as session:
        address = session.get_one(Mailbox, reader.account_id).address
    if what is None:
        _release(reader, archive)
        return
    try:
        post(compose(reader, archive, address, what))
    except (OSError, SMTPException) as error:
        log.warning("a mail was not accepted; it will be retried: %s", smtp.reason(error))
        _release(reader, archive, failed=True)
        return
    _release(reader, archive, sent=what)


def _claim(reader: Reader, archive: Archive) -> bool:
    """Lease the mailbox, unless another worker holds it."""
    now = datetime.now(UTC)
    with archive.changing(SYSTEM) as session:
        row = session.scalar(select(Mailbox).where(Mailbox.account_id == reader.account_id, _is_free(now)))
        if row is None:
            return False
        row.leased_until = now + LEASE
        session.commit()
        return True


def _release(reader: Reader, archive: Archive, *, failed: bool = False, sent: Due | None = None) -> None:
    now = datetime.now(UTC)
    with archive.changing(SYSTEM) as session:
        row = session.get_one(Mailbox, reader.account_id)
        row.leased_until = row.not_before = None
        if failed:
            row.not_before = now + min(FIRST_WAIT * 2 ** min(row.tries, 10), LONGEST_WAIT)
            row.tries += 1
        if sent is not None:
            row.tries = 0
            row.digest_for = row.digest_for if sent.at_once else sent.at
            told = update(Notification).where(Notification.id.in_(sent.told))
            session.execute(told.values(mailed_at=now).execution_options(synchronize_session=False))
        session.commit()


def _id(secret: str, reader: Reader, what: Due) -> str:
    """The message id: equal for equal mails, and not predictable for anybody else."""
    words = f"mail/{reader.account_id}/{what.at_once}/{what.at.isoformat()}"
    return hmac.new(secret.encode(), words.encode(), hashlib.sha256).hexdigest()[:32]


@cache
def _translations(language: str) -> NullTranslations:
    compile_missing()
    return Translations.load(str(FOLDER), [language])
