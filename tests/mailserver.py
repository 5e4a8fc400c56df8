"""A mail server for tests, on this machine: it takes what comes, or fails in the way that it is told to.

Small and our own, as a test wants to say at which command it refuses, hangs up or says nothing.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mail. `refuse` has, by command (MAIL, RCPT, DATA), the line that it is answered with; "" hangs up."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.refuse: dict[str, str] = {}
        self.taken: list[tuple[str, EmailMessage]] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @property
    def texts(self) -> list[str]:
        """The words of the mails, in the order in which they came."""
        return [str(message.get_content()) for _, message in self.taken]


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server, to = cast(MailServer, self.server), ""
        self._say("220 mail.test")
        while line := self.rfile.readline().decode().strip():
            command = line[:4].upper()
            if command in server.refuse:
                if not server.refuse[command]:
                    return
                self._say(server.refuse[command])
            elif command == "RCPT":
                to = line.partition("<")[2].rstrip(">")
                self._say("250 ok")
            elif command == "DATA":
                self._say("354 go on")
                content = b"".join(iter(self.rfile.readline, b".\r\n"))
                message = message_from_bytes(content, policy=policy.default)
                server.taken.append((to, cast(EmailMessage, message)))
                self._say("250 taken")
            elif command == "QUIT":
                self._say("221 goodbye")
                return
            else:
                self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server that listens as long as the context lasts."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
