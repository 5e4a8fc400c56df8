"""Password hashes in tests: as cheap as Argon2 allows, but in the tests of signing in and of accounts.

A real hash takes 0.3 s of processor time on purpose, which says nothing of a page behind the password. A hash carries
the parameters that it was made with, so a program that a test starts checks a cheap one cheaply by itself: the
application has no setting for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from argon2 import PasswordHasher

from archive_app.people import sign_in

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_real: Callable[[], PasswordHasher] = sign_in._hasher


@contextmanager
def cheap_hashes() -> Iterator[None]:
    """Hash passwords cheaply in this process."""
    with _hashing(lambda: CHEAP):
        yield


@contextmanager
def real_hashes() -> Iterator[None]:
    """Hash passwords as in use, also within `cheap_hashes`."""
    with _hashing(_real):
        yield


@contextmanager
def _hashing(hasher: Callable[[], PasswordHasher]) -> Iterator[None]:
    with mock.patch.object(sign_in, "_hasher", hasher):
        # What stands for the password of an unknown name is kept, and costs as much to check as it cost to make.
        sign_in._nobodys_hash.cache_clear()
        yield
    sign_in._nobodys_hash.cache_clear()
