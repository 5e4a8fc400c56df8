"""Verify the audit trail: every row follows from the preceding one, and the end agrees with the recorded end.

Whoever can write to the database can also rebuild the whole chain. Only a head kept outside reveals that (`take_head`,
`archive audit head`), so one should be printed regularly. No page shows any of this: the number of rows would reveal
that something happened.
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
"""The number of rows per fetch, and between two progress reports."""

MOST_CLOSED_UP = 100
"""The most removed and renumbered rows that are recognized as such; beyond, the row is reported as changed."""

_NAMES = (*chain.FIELDS, "hash")
_COLUMNS = [AuditEvent.__table__.c[name] for name in _NAMES]

Row = dict[str, Any]


class HeadUnreadable(ArchiveError):
    """A file does not contain a head of an audit trail."""

    code = "head_unreadable"
    parameters = ("name",)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of an archive's trail at a moment: the number of rows and the hash of the last."""

    count: int
    hash: str
    at: datetime
    archive: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The first error: a code (see `archive_app.language.notice_sentences`), the row's number, time and action.

    `other` is a second number: the last of several rows, the current number of a row, or the expected count.
    """

    code: str
    row: int
    at: datetime | None = None
    action: str = ""
    other: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result: the first `count` rows form a valid chain; `finding` is None if the trail is intact.

    `through`: whether the chain includes the head kept outside (None: none was given).
    """

    count: int
    finding: Finding | None
    through: bool | None


def verify(
    session: Session, *, head: Head | None = None, progress: Callable[[int, int], None] | None = None
) -> Verdict:
    """Verify all rows in order, in constant memory.

    Args:
        session: a reading session of the system: one snapshot of all rows.
        head: a head kept outside.
        progress: called with (rows verified, rows recorded) from time to time.
    """
    end = _recorded_end(session)
    walk = _walk(session, end, head, progress)
    finding = walk.finding or _wrong_end(walk, end) or _wrong_head(walk, head)
    return Verdict(walk.count, finding, None if head is None else walk.at_head == head.hash)


def take_head(session: Session, archive: str) -> Head:
    """Return the recorded end of the trail, with the archive's name."""
    count, last = _recorded_end(session) or (0, chain.GENESIS)
    return Head(count, last, datetime.now(UTC), archive)


def written(head: Head) -> str:
    """Format a head as lines for people and `read_head`; the QR code on paper has the same text."""
    groups = " ".join(head.hash[start : start + 8] for start in range(0, 64, 8))
    at = head.at.astimezone(UTC).isoformat(timespec="seconds")
    return f"archive: {head.archive}\nrows: {head.count}\nhash: {groups}\nat: {at}\n"


def read_head(text: str, name: str) -> Head:
    """Parse a head formatted by `written`; lines that begin with # are ignored.

    Raises:
        HeadUnreadable: the text, from the file `name`, is not a head.
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
    """The state of the verification: the valid chain so far, and the values found along it."""

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
        _store_passed(walk, end, head)
        if row["id"] != walk.count + 1 or not _follows(walk.hash, row):
            if end == (walk.count, walk.hash):
                walk.finding = _finding_at("audit_beyond_end", row)
            else:
                walk.finding = _diagnosis(session, walk.hash, walk.count + 1, row)
            return walk
        if end is not None and walk.count == end[0]:
            walk.beyond = row
        walk.count, walk.hash, walk.last = row["id"], row["hash"], row
        if progress is not None and walk.count % BATCH == 0:
            progress(walk.count, total)
    _store_passed(walk, end, head)
    if progress is not None:
        progress(walk.count, total)
    return walk


def _store_passed(walk: _Walk, end: tuple[int, str] | None, head: Head | None) -> None:
    """Store the hash at the recorded end and at the outside head, when the walk reaches them."""
    if end is not None and walk.count == end[0]:
        walk.at_end = walk.hash
    if head is not None and walk.count == head.count:
        walk.at_head = walk.hash


def _wrong_end(walk: _Walk, end: tuple[int, str] | None) -> Finding | None:
    """Return the error of the recorded end, if all rows are valid."""
    if end is None:
        return _finding_at("audit_end_missing", walk.last)
    count, last = end
    if count > walk.count:
        return _finding_at("audit_cut_off", walk.last, other=count)
    if walk.at_end != last:
        return _finding_at("audit_end_changed", walk.last, other=count)
    return None if walk.beyond is None else _finding_at("audit_beyond_end", walk.beyond)


def _wrong_head(walk: _Walk, head: Head | None) -> Finding | None:
    """Return the error that only the outside head reveals, if the database is consistent."""
    if head is None or walk.at_head == head.hash:
        return None
    if head.count > walk.count:
        return _finding_at("audit_shorter", walk.last, other=head.count)
    return _finding_at("audit_rewritten", walk.last, other=head.count)


def _diagnosis(session: Session, before: str, number: int, row: Row) -> Finding:
    """Return what happened where `row` is found instead of the row `number` that follows `before`."""
    if row["id"] < number:
        return _finding_at("audit_inserted", row)
    gap = row["id"] > number
    moved = _moved_row(session, before, number, row, itself=gap)
    if gap and moved is None:
        return Finding("audit_missing", number, row.get("at"), row.get("action", ""), other=row["id"] - 1)
    if moved is None:
        return _closed_up(session, number, row) or _finding_at("audit_changed", row)
    there, inserted = moved
    if inserted and not gap:
        return _finding_at("audit_inserted", row)
    return Finding("audit_reordered", number, there["at"], there["action"], other=there["id"])


def _moved_row(session: Session, before: str, number: int, row: Row, *, itself: bool) -> tuple[Row, bool] | None:
    """Find a later row that was written as `number`, and whether all following rows were shifted with it."""
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
    """Detect rows removed here with the rest renumbered: the next row's hash still has its old number."""
    following = next(_rows(session, after=row["id"]), None)
    if following is None or "hash" not in row:
        return None
    for out in range(1, MOST_CLOSED_UP + 1):
        if _follows(row["hash"], following, following["id"] + out):
            return Finding("audit_missing", number, row["at"], row["action"], other=number + out - 1)
    return None


def _link(before: str, row: Row, number: int | None = None) -> str | None:
    """Return the expected hash of the row (as `number`); None if its values cannot have been written by us."""
    try:
        return chain.link(before, row if number is None else {**row, "id": number})
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return None


def _follows(before: str, row: Row, number: int | None = None) -> bool:
    own = _link(before, row, number)
    return own is not None and own == row["hash"]


def _finding_at(code: str, row: Row | None, *, other: int = 0) -> Finding:
    if row is None:
        return Finding(code, 0, other=other)
    return Finding(code, row["id"], row.get("at"), row.get("action", ""), other)


def _rows(session: Session, after: int | None = None) -> Iterator[Row]:
    """Yield the rows in order, after a number. A row with values of wrong types has only its number."""
    while True:
        try:
            # Close the result in any case: PostgreSQL keeps a cursor open until then.
            with session.execute(_after(select(*_COLUMNS), after).execution_options(yield_per=BATCH)) as found:
                for values in found:
                    row = dict(zip(_NAMES, values, strict=True))
                    after = row["id"]
                    yield row
            return
        except (TypeError, ValueError, DBAPIError):
            # A value cannot be read: fetch its batch row by row.
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
