"""The HTTP server with limits on request bodies, which are written to disk before any view sees the request.

The limits for visitors who have not signed in, and for the free disk space, are therefore enforced here, while the body
is received.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.utilities import Error, RequestEntityTooLarge

from archive_app.views.common import bearer

THREADS = 8
CONNECTIONS = 900
"""Below the usual limit of 1,024 open files per process; an office has about a hundred browsers."""
IDLE_SECONDS = 60
STRANGERS_BYTES = 64 * 2**10
"""The largest body without a session: enough for the sign-in form."""

COPIES = 3
"""The number of copies of a file on disk during intake: in the body, as a separate file, and in the store."""

IsKnownSession = Callable[[str], bool]
"""Whether a Cookie header belongs to a known session."""


class NoRoomLeft(Error):
    """The body does not fit on the disk."""

    code = 507
    reason = "Insufficient Storage"


def listen(
    app: Any, *, host: str, port: int, largest: int, spool: Path, reserve: int, is_known_session: IsKnownSession
) -> Any:
    """Create a waitress server, bound but not yet running.

    `largest` is the largest request in bytes; `spool` the folder for request bodies, on whose disk `reserve` bytes stay
    free; `is_known_session` decides who may send more than a sign-in form.
    """
    server = create_server(  # type: ignore[no-untyped-call]
        app,
        host=host,
        port=port,
        threads=THREADS,
        max_request_body_size=largest,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=10,
        asyncore_use_poll=True,
        # The application decides which proxies to trust (setting `trusted_proxies`), so it needs their headers.
        clear_untrusted_proxy_headers=False,
        ident=None,
    )
    bounds = {"spool": spool, "reserve": reserve, "is_known_session": staticmethod(is_known_session)}
    parser = type("Parser", (BoundedParser,), bounds)
    server.channel_class = type("Channel", (HTTPChannel,), {"parser_class": parser})
    return server


class BoundedParser(HTTPRequestParser):
    """A request parser that refuses a body too large for its sender or for the disk."""

    spool: Path
    reserve: int
    is_known_session: IsKnownSession
    most: int | None = None

    def received(self, data: bytes) -> int:
        """Parse as waitress does; returns the number of consumed bytes."""
        used: int = super().received(data)  # type: ignore[no-untyped-call]
        if self.body_rcv is None or not isinstance(self.error, RequestEntityTooLarge | None):
            return used
        if self.most is None:
            self.most = self._most()
        whole = max(self.content_length, self.body_bytes_received)
        if whole > self.most and bearer.is_of_api(self.path):
            self._leave_refusal_to_application(whole)
        elif whole > self.most:
            self._refuse(RequestEntityTooLarge(f"more than {self.most} bytes"))  # type: ignore[no-untyped-call]
        elif self._missing() + (COPIES - 1) * whole > self._room():
            self._refuse(NoRoomLeft("there is no room left on the archive's disk"))  # type: ignore[no-untyped-call]
        return used

    def _most(self) -> int:
        if bearer.is_of_api(self.path):
            shown = self.headers.get("AUTHORIZATION", "")
            return bearer.MOST_BYTES if shown.startswith(bearer.SCHEME) else STRANGERS_BYTES
        known = self.is_known_session(self.headers.get("COOKIE", ""))
        return int(self.adj.max_request_body_size) if known else STRANGERS_BYTES

    def _leave_refusal_to_application(self, whole: int) -> None:
        """Hand over the request without its body: another system is told of every error as a problem document."""
        self.error, self.completed = None, True
        self.headers["CONTENT_LENGTH"], self.headers["CONNECTION"] = str(whole), "close"

    def _missing(self) -> int:
        """Return the number of bytes still to be received, as far as known."""
        return int(max(self.content_length - self.body_bytes_received, 0))

    def _room(self) -> int:
        disk = os.statvfs(self.spool)
        return disk.f_bavail * disk.f_frsize - self.reserve

    def _refuse(self, error: Error) -> None:
        self.error = error  # type: ignore[assignment]
        self.completed = True
