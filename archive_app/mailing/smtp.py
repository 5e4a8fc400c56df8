"""The connection to the mail server, with the standard library's SMTP."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from archive_app.runtime.config import Settings

PATIENCE = 20.0
"""Seconds that the server may take for each answer."""

TAKEN = 250
"""The reply code for success (RFC 5321)."""


def send(settings: Settings, message: EmailMessage) -> None:
    """Send a mail. Raises OSError, SMTPException when the server does not accept it."""
    with _connected(settings) as server:
        server.send_message(message)


def check(settings: Settings) -> None:
    """Connect and give the sender of a mail, then stop. Raises OSError, SMTPException when the server refuses."""
    with _connected(settings) as server:
        code, answer = server.mail(settings.mail_from)
        if code != TAKEN:
            raise smtplib.SMTPSenderRefused(code, answer, settings.mail_from)
        server.rset()


def reason(error: OSError | smtplib.SMTPException) -> str:
    """What failed, without personal data: the kind of error, and the server's or the system's code."""
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


@contextmanager
def _connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A connection to the server that is ready to accept mail."""
    context = ssl.create_default_context()
    if settings.mail_tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.mail_host, settings.mail_port, timeout=PATIENCE, context=context
        )
    else:
        server = smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=PATIENCE)
    try:
        if settings.mail_tls == "starttls":
            server.starttls(context=context)
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
        else:
            server.ehlo_or_helo_if_needed()
        yield server
        # A mail that the server accepted counts as sent, however the connection ends.
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
    finally:
        server.close()
