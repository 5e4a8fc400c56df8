"""The limit of one search on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from index.engines import base
from index.errors import QueryTooBroad

_CANCELED = "57014"


@contextmanager
def limited(session: Session) -> Iterator[None]:
    """Limit the time of each statement of one search, and of what follows in its transaction.

    Raises:
        QueryTooBroad: a statement was ended; the transaction is of no use after it.
    """
    session.connection().exec_driver_sql(f"SET LOCAL statement_timeout = {base.SECONDS * 1000:.0f}")
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == _CANCELED:
            raise QueryTooBroad from None
        raise
