"""The way to the mail server, with the standard library's SMTP."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from archive_app.runtime.config import Settings

PATIENCE = 20.0
"""Seconds that the server may take for each of its answers."""

TAKEN = 250
"""The code of an answer that says yes (RFC 5321)."""


def send(settings: Settings, message: EmailMessage) -> None:
    """Hand a mail to the server. Raises OSError, SMTPException when it was not taken."""
    with _connected(settings) as server:
        server.send_message(message)


def check(settings: Settings) -> None:
    """Go as far as a mail's sender, and no further. Raises OSError, SMTPException when the server does not want it."""
    with _connected(settings) as server:
        code, answer = server.mail(settings.mail_from)
        if code != TAKEN:
            raise smtplib.SMTPSenderRefused(code, answer, settings.mail_from)
        server.rset()


def reason(error: OSError | smtplib.SMTPException) -> str:
    """What went wrong, in a few words that name nobody: the kind of error, and the server's code or the system's."""
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


@contextmanager
def _connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """The server, ready to take mail."""
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
        # A mail that was taken stays so, however the server says goodbye.
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
    finally:
        server.close()
