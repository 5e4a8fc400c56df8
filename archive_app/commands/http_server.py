"""What the server takes from the wire: before a page looks at a request, its body already lies on our disk.

So the bounds of what strangers may send, and of what the disk can still take, are kept here, while the body comes in.
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

THREADS = 8
CONNECTIONS = 900
"""Below the 1,024 files that a process may commonly have open; an office has some hundred browsers."""
IDLE_SECONDS = 60
STRANGERS_BYTES = 64 * 2**10
"""What somebody may send who has not signed in: the form to sign in with, and nothing larger."""

COPIES = 3
"""A file lies on the disk so often while it is taken in: in the body, by itself, and in the store."""

IsKnownSession = Callable[[str], bool]
"""Whether a request with this Cookie header comes from a session of ours."""


class NoRoomLeft(Error):
    """The body does not fit on the disk any more."""

    code = 507
    reason = "Insufficient Storage"


def listen(
    app: Any, *, host: str, port: int, largest: int, spool: Path, reserve: int, is_known_session: IsKnownSession
) -> Any:
    """A waitress server, bound but not yet running.

    `largest` is what a request may have at most, in bytes; `spool` the folder in which bodies wait, on whose disk
    `reserve` bytes are left free; `is_known_session` tells who may send more than a form to sign in with.
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
        # Whom to believe about addresses the application says (setting `trusted_proxies`), so it must get to see them.
        clear_untrusted_proxy_headers=False,
        ident=None,
    )
    bounds = {"spool": spool, "reserve": reserve, "is_known_session": staticmethod(is_known_session)}
    parser = type("Parser", (BoundedParser,), bounds)
    server.channel_class = type("Channel", (HTTPChannel,), {"parser_class": parser})
    return server


class BoundedParser(HTTPRequestParser):
    """A parser of requests that stops taking a body in when it is too much: of a stranger, or for the disk."""

    spool: Path
    reserve: int
    is_known_session: IsKnownSession
    most: int | None = None

    def received(self, data: bytes) -> int:
        """As waitress's own; returns how many bytes were used."""
        used: int = super().received(data)  # type: ignore[no-untyped-call]
        if self.body_rcv is None or self.error is not None:
            return used
        if self.most is None:
            known = self.is_known_session(self.headers.get("COOKIE", ""))
            self.most = self.adj.max_request_body_size if known else STRANGERS_BYTES
        whole = max(self.content_length, self.body_bytes_received)
        if whole > self.most:
            self._refuse(RequestEntityTooLarge(f"more than {self.most} bytes"))  # type: ignore[no-untyped-call]
        elif self._missing() + (COPIES - 1) * whole > self._room():
            self._refuse(NoRoomLeft("there is no room left on the archive's disk"))  # type: ignore[no-untyped-call]
        return used

    def _missing(self) -> int:
        """Bytes that are still to come, as far as it is known."""
        return int(max(self.content_length - self.body_bytes_received, 0))

    def _room(self) -> int:
        disk = os.statvfs(self.spool)
        return disk.f_bavail * disk.f_frsize - self.reserve

    def _refuse(self, error: Error) -> None:
        self.error = error  # type: ignore[assignment]
        self.completed = True
