"""Answers without a result, and searches, leave at fixed time steps: their duration must not reveal what is hidden.

Skipping a hidden letter takes a little time, finding no letter takes none. Both answers are equal byte for byte; so
that they are equal in time as well, the server sends each of them at the next full step since its request began
(docs/decisions/0015).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

from flask import request

STEP = 0.1
"""Seconds, for an address that does not exist: many times the actual duration, so that no answer misses the first step.
"""

SEARCH_STEP = 0.25
"""Seconds, for a search without results: it skips each hidden letter that matches, 2 µs a letter."""

FOUND_STEP = 0.1
"""Seconds, for a search with results: it skips hidden letters too, and people do not notice a tenth of a second."""

SEARCHED = "archive.searched"
"""The key in a request's environment with which a view reports that it has searched: the step of its answer."""

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]
Write = Callable[[bytes], object]
StartResponse = Callable[..., Write]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class ConstantTimeResponses:
    """A WSGI application around the site; the thread of such an answer sleeps until its next step."""

    def __init__(
        self,
        site: Application,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._site, self._clock, self._sleep = site, clock, sleep

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        began = self._clock()
        statuses: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None) -> Write:
            statuses.append(status)
            return start_response(status, headers, exc_info)

        # Nothing is sent before the first piece of the body is requested.
        answer = self._site(environ, start)
        if SEARCHED in environ:
            self._sleep(time_left(self._clock() - began, environ[SEARCHED]))
        elif any(status.startswith("404") for status in statuses):
            self._sleep(time_left(self._clock() - began, STEP))
        return answer


def time_left(passed: float, step: float) -> float:
    """Seconds from now until the next full step, `passed` seconds after the beginning."""
    return step - passed % step


def send_search_at_step(*, found: bool) -> None:
    """Send the current search page at a fixed time step."""
    request.environ[SEARCHED] = FOUND_STEP if found else SEARCH_STEP
