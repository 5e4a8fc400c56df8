"""Chance and the clock in the tests' hands: the same step draws the same values, at the same moment, in both worlds."""

from __future__ import annotations

import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from unittest import mock

import time_machine
from argon2.exceptions import VerifyMismatchError

from archive_app.people import sign_in

BEGINNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine in the morning, in the office's time zone."""


@dataclass
class Chance:
    """Stands for the operating system's source of chance: a stream that begins anew where it is told to.

    It is for the thread that plays. A thread that another test has left behind in this process draws real chance: what
    it draws is no part of a history.
    """

    _stream: random.Random = field(default_factory=lambda: random.Random(0))
    _real: Callable[[int], bytes] = os.urandom
    _thread: int = field(default_factory=threading.get_ident)

    def begin(self, key: str) -> None:
        """Everything drawn from here on follows from the key."""
        self._stream = random.Random(key)

    def __call__(self, count: int) -> bytes:
        # How many names SQLAlchemy makes up for its aliases depends on what it has in its caches; nobody sees them.
        asks = sys._getframe(1).f_globals.get("__name__", "")
        if threading.get_ident() != self._thread or asks.startswith("sqlalchemy."):
            return self._real(count)
        return self._stream.randbytes(count)


class PlainPasswords:
    """Keeps passwords as they are: the tests' accounts have no secrets, and a real hash costs as much as ten pages."""

    def hash(self, password: str) -> str:
        return f"plain:{password}"

    def verify(self, stored: str, password: str) -> bool:
        if stored != f"plain:{password}":
            raise VerifyMismatchError
        return True


@dataclass
class Clock:
    """The frozen clock."""

    traveller: time_machine.Traveller

    def set(self, moment: datetime) -> None:
        self.traveller.move_to(moment)

    def pass_(self, time: timedelta) -> None:
        self.traveller.shift(time)


@contextmanager
def in_hand() -> Iterator[tuple[Chance, Clock]]:
    """Chance and time, for as long as the context lasts; what measures how long something took measures nothing.

    Raises:
        RuntimeError: they are in somebody's hand already, who would draw from the wrong stream from now on.
    """
    if isinstance(os.urandom, Chance):
        raise RuntimeError("chance is in hand already")
    chance = Chance()
    passwords = PlainPasswords()
    with (
        mock.patch.object(os, "urandom", chance),
        mock.patch.object(random, "_urandom", chance),
        mock.patch.object(sign_in, "_hasher", return_value=passwords),
        mock.patch.object(sign_in, "_nobodys_hash", return_value="plain:\0"),
        # The terminal's search says how long it took: no two runs take the same time, whoever asks.
        mock.patch("archive_app.search.search.time.perf_counter", return_value=0.0),
        time_machine.travel(BEGINNING, tick=False) as traveller,
    ):
        yield chance, Clock(traveller)
