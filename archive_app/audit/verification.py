"""The audit trail looked through: does every row follow from the row before, and does the end agree with what was kept?

Whoever can write the database can also make the whole chain anew. That is found only by a head that was kept outside
(`take_head`, `archive audit head`), which is why one should be printed now and then. Nothing of this is on a page: the
number of rows would tell that something happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from archive_app.errors import ArchiveError
from storage import chain
from storage.models import AuditEvent, AuditHead

BATCH = 5_000
"""Rows fetched at once, and looked at between two signs of progress."""

MOST_CLOSED_UP = 100
"""Rows taken out with the gap closed up are recognised up to this many; beyond, the row reads as changed."""

_NAMES = (*chain.FIELDS, "hash")
_COLUMNS = [AuditEvent.__table__.c[name] for name in _NAMES]

Row = dict[str, Any]


class HeadUnreadable(ArchiveError):
    """A file that should hold a head of the audit trail does not."""

    code = "head_unreadable"
    parameters = ("name",)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the trail at a moment: how many rows there were, the hash of the last, and of which archive."""

    count: int
    hash: str
    at: datetime
    archive: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that is wrong: a code of `archive_app.language.notice_sentences`, the row, its time, its action.

    `other` is a second number: the last of several rows, where a row stands now, or how many there should be.
    """

    code: str
    row: int
    at: datetime | None = None
    action: str = ""
    other: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`count` rows from the first on follow from one another; `finding` is None if that is all there should be.

    `through`: whether they run through the head that was kept outside (None: none was given).
    """

    count: int
    finding: Finding | None
    through: bool | None


def verify(
    session: Session, *, head: Head | None = None, progress: Callable[[int, int], None] | None = None
) -> Verdict:
    """Look through all rows, in order; memory does not grow with their number.

    Args:
        session: of the system, for reading: one snapshot of all rows.
        head: one that was kept outside.
        progress: told (rows looked at, rows recorded) now and then.
    """
    end = _recorded_end(session)
    walk = _walk(session, end, head, progress)
    finding = walk.finding or _wrong_end(walk, end) or _wrong_head(walk, head)
    return Verdict(walk.count, finding, None if head is None else walk.at_head == head.hash)


def take_head(session: Session, archive: str) -> Head:
    """The end of the trail as it is recorded now, of the archive of this name."""
    count, last = _recorded_end(session) or (0, chain.GENESIS)
    return Head(count, last, datetime.now(UTC), archive)


def written(head: Head) -> str:
    """A head as lines that people and `read_head` can read; the QR code on paper holds the same."""
    groups = " ".join(head.hash[start : start + 8] for start in range(0, 64, 8))
    at = head.at.astimezone(UTC).isoformat(timespec="seconds")
    return f"archive: {head.archive}\nrows: {head.count}\nhash: {groups}\nat: {at}\n"


def read_head(text: str, name: str) -> Head:
    """A head as `written` wrote it; lines that begin with # are for people.

    Raises:
        HeadUnreadable: the text, of the file called `name`, is none.
    """
    lines = [line.partition(":") for line in text.splitlines() if not line.lstrip("\ufeff ").startswith("#")]
    values = {key.strip(): value.strip() for key, colon, value in lines if colon}
    try:
        head = Head(
            count=int(values["rows"]),
            hash="".join(values["hash"].split()).lower(),
            at=datetime.fromisoformat(values["at"]),
            archive=values["archive"],
        )
        if head.count < 0 or head.at.tzinfo is None or len(bytes.fromhex(head.hash)) != 32:
            raise ValueError(text)
    except (KeyError, ValueError) as error:
        raise HeadUnreadable(name=name) from error
    return head


@dataclass(slots=True)
class _Walk:
    """How far the rows follow from one another, and what was met on the way."""

    count: int = 0
    hash: str = chain.GENESIS
    last: Row | None = None
    at_head: str | None = None
    at_end: str | None = None
    beyond: Row | None = None
    finding: Finding | None = None


def _recorded_end(session: Session) -> tuple[int, str] | None:
    row = session.execute(select(AuditHead.count, AuditHead.hash).where(AuditHead.id == 1)).first()
    return None if row is None else (row[0], row[1])


def _walk(
    session: Session, end: tuple[int, str] | None, head: Head | None, progress: Callable[[int, int], None] | None
) -> _Walk:
    walk, total = _Walk(), 0 if end is None else end[0]
    for row in _rows(session):
        _note(walk, end, head)
        if row["id"] != walk.count + 1 or not _follows(walk.hash, row):
            if end == (walk.count, walk.hash):
                walk.finding = _told("audit_beyond_end", row)
            else:
                walk.finding = _diagnosis(session, walk.hash, walk.count + 1, row)
            return walk
        if end is not None and walk.count == end[0]:
            walk.beyond = row
        walk.count, walk.hash, walk.last = row["id"], row["hash"], row
        if progress is not None and walk.count % BATCH == 0:
            progress(walk.count, total)
    _note(walk, end, head)
    if progress is not None:
        progress(walk.count, total)
    return walk


def _note(walk: _Walk, end: tuple[int, str] | None, head: Head | None) -> None:
    """Remember the hash at the recorded end, and at the head from outside, when they are passed."""
    if end is not None and walk.count == end[0]:
        walk.at_end = walk.hash
    if head is not None and walk.count == head.count:
        walk.at_head = walk.hash


def _wrong_end(walk: _Walk, end: tuple[int, str] | None) -> Finding | None:
    """What is wrong with the recorded end, if all rows are as they should be."""
    if end is None:
        return _told("audit_end_missing", walk.last)
    count, last = end
    if count > walk.count:
        return _told("audit_cut_off", walk.last, other=count)
    if walk.at_end != last:
        return _told("audit_end_changed", walk.last, other=count)
    return None if walk.beyond is None else _told("audit_beyond_end", walk.beyond)


def _wrong_head(walk: _Walk, head: Head | None) -> Finding | None:
    """What the head from outside finds although the database agrees with itself."""
    if head is None or walk.at_head == head.hash:
        return None
    if head.count > walk.count:
        return _told("audit_shorter", walk.last, other=head.count)
    return _told("audit_rewritten", walk.last, other=head.count)


def _diagnosis(session: Session, before: str, number: int, row: Row) -> Finding:
    """What has happened where `row` stands instead of what should follow `before` as row `number`."""
    if row["id"] < number:
        return _told("audit_inserted", row)
    gap = row["id"] > number
    moved = _belonging(session, before, number, row, itself=gap)
    if gap and moved is None:
        return Finding("audit_missing", number, row.get("at"), row.get("action", ""), other=row["id"] - 1)
    if moved is None:
        return _closed_up(session, number, row) or _told("audit_changed", row)
    there, inserted = moved
    if inserted and not gap:
        return _told("audit_inserted", row)
    return Finding("audit_reordered", number, there["at"], there["action"], other=there["id"])


def _belonging(session: Session, before: str, number: int, row: Row, *, itself: bool) -> tuple[Row, bool] | None:
    """The row further on that was written as `number`, and whether all that follows it was moved on with it."""
    earlier, rows = row, _rows(session, after=row["id"] - itself)
    for each in rows:
        own = _link(before, each, number)
        if own is not None and own in (each.get("hash"), row.get("hash")):
            following = next(rows, None)
            if following is not None:
                return each, _follows(own, following, number + 1)
            true_before = own if each["id"] == number + 1 else earlier.get("hash", "")
            return each, _link(true_before, row, each["id"]) not in (row.get("hash"), each.get("hash"))
        earlier = each
    return None


def _closed_up(session: Session, number: int, row: Row) -> Finding | None:
    """Whether rows were taken out here and those after them numbered anew: the next still counts from where it was."""
    following = next(_rows(session, after=row["id"]), None)
    if following is None or "hash" not in row:
        return None
    for out in range(1, MOST_CLOSED_UP + 1):
        if _follows(row["hash"], following, following["id"] + out):
            return Finding("audit_missing", number, row["at"], row["action"], other=number + out - 1)
    return None


def _link(before: str, row: Row, number: int | None = None) -> str | None:
    """The hash that the row should have (as `number`); None when its values are none that were ever written."""
    try:
        return chain.link(before, row if number is None else {**row, "id": number})
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return None


def _follows(before: str, row: Row, number: int | None = None) -> bool:
    own = _link(before, row, number)
    return own is not None and own == row["hash"]


def _told(code: str, row: Row | None, *, other: int = 0) -> Finding:
    if row is None:
        return Finding(code, 0, other=other)
    return Finding(code, row["id"], row.get("at"), row.get("action", ""), other)


def _rows(session: Session, after: int | None = None) -> Iterator[Row]:
    """The rows in order, from a number on. Of one whose values are not of their kinds there is the number only."""
    while True:
        try:
            # Closed when nobody asks for more: PostgreSQL keeps a cursor open until then.
            with session.execute(_after(select(*_COLUMNS), after).execution_options(yield_per=BATCH)) as found:
                for values in found:
                    row = dict(zip(_NAMES, values, strict=True))
                    after = row["id"]
                    yield row
            return
        except (TypeError, ValueError, DBAPIError):
            # A value that cannot be read: the batch that it is in is looked at row by row.
            numbers = session.scalars(_after(select(AuditEvent.id), after).limit(BATCH)).all()
            if not numbers:
                raise
        for number in numbers:
            after = number
            yield _one(session, number)


def _one(session: Session, number: int) -> Row:
    try:
        values = session.execute(select(*_COLUMNS).where(AuditEvent.id == number)).one()
    except (TypeError, ValueError, DBAPIError):
        return {"id": number}
    return dict(zip(_NAMES, values, strict=True))


def _after(query: Select[Any], number: int | None) -> Select[Any]:
    return (query if number is None else query.where(AuditEvent.id > number)).order_by(AuditEvent.id)
