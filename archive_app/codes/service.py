"""Maintain the code tables 代码表: entries are added, renamed, moved, retired and offered again, never deleted.

Each change is a row with author, time and reason; the newest row of an entry is in force (`storage.models.CodeEntry`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.identity import KEEPS_CODES, NOBODY, Reader
from archive_app.access.lookups import require
from archive_app.audit.record import record
from archive_app.domain.code_tables import ALWAYS_OFFERED, DEFAULTS, Code, CodeTables, Word, over_the_defaults
from archive_app.domain.errors import CodeMalformed, CodeNeeded, CodeTaken, FieldMissing, FieldTooLong, WordsTaken
from archive_app.errors import NotFound, ReasonMissing
from archive_app.language.case_words import in_chinese
from archive_app.runtime.archive import Archive
from storage.models import Account, CodeEntry, Person

LENGTHS: Mapping[str, int] = {"zh": 60, "en": 100, "reason": 500}

WRITTEN = {"locality": re.compile(r"[0-9]{6}")}
"""The pattern of codes that the office adds, by table; the default is `PLAIN`."""

PLAIN = re.compile(r"[A-Za-z0-9_]{1,20}")


@dataclass(frozen=True, slots=True)
class CodeChange:
    """A past change of an entry: its labels, whether it was offered, author, time and reason."""

    at: datetime
    by: str
    zh: str
    en: str
    offered: bool
    reason: str


@dataclass(frozen=True, slots=True)
class CodeView:
    """An entry as its table's page shows it; `needed`: rules depend on it, so it cannot be retired."""

    code: str
    zh: str
    en: str
    offered: bool
    needed: bool
    history: tuple[CodeChange, ...]


def load(session: Session) -> CodeTables:
    """Load the current tables."""
    rows = session.scalars(select(CodeEntry).order_by(CodeEntry.id))
    return over_the_defaults((row.field, Code(row.code, row.zh, row.en, row.offered, row.place)) for row in rows)


def tables_of(archive: Archive) -> CodeTables:
    """Load the current tables; they reveal no case, and everybody may read them."""
    with archive.reading(NOBODY) as session:
        return load(session)


def chinese_words(tables: CodeTables) -> Word:
    """Return a function for the Chinese label of a code, whatever the reader's language, for the official forms."""

    def word(field: str, code: str) -> str:
        return tables.words(field, code, chinese=True) or in_chinese(field, code)

    return word


def table(reader: Reader, archive: Archive, name: str) -> tuple[CodeView, ...]:
    """Return a table in its order, with its history. Raises NotFound unless the reader maintains the codes."""
    with archive.reading(reader) as session:
        tables = _maintained_tables(session, reader, name)
        history: dict[str, list[CodeChange]] = {}
        rows = select(CodeEntry, Person.name).join(Account, Account.id == CodeEntry.account_id).join(Person)
        for row, by in session.execute(rows.where(CodeEntry.field == name).order_by(CodeEntry.id.desc())):
            change = CodeChange(row.at, by, row.zh, row.en, row.offered, row.reason)
            history.setdefault(row.code, []).append(change)
        needed = ALWAYS_OFFERED.get(name, ())
        return tuple(
            CodeView(each.code, each.zh, each.en, each.offered, each.code in needed, tuple(history.get(each.code, ())))
            for each in tables.entries(name)
        )


def add(reader: Reader, archive: Archive, name: str, *, code: str, zh: str, en: str, reason: str) -> str:
    """Add an entry at the end of a table; returns its code, which is generated if `code` is empty.

    Raises:
        NotFound: there is no such table, or the reader does not maintain the codes.
        CodeMalformed, CodeTaken: the code is wrong.
        FieldMissing, FieldTooLong, WordsTaken, ReasonMissing: a label or the reason is wrong.
    """
    zh, en, reason = _words(zh, en, reason)
    with archive.changing(reader) as session:
        tables = _maintained_tables(session, reader, name)
        entries = {entry.code: entry for entry in tables.entries(name)}
        code = code.strip() or _new_code(name, entries)
        if not WRITTEN.get(name, PLAIN).fullmatch(code):
            raise CodeMalformed(field="code")
        if code.casefold() in map(str.casefold, entries):
            raise CodeTaken(field="code", code=code)
        _ensure_not_taken(tables, name, code, zh)
        last = max((entry.place for entry in entries.values()), default=0.0)
        _write(session, reader, name, Code(code, zh, en, True, last + 1), reason)
        session.commit()
        return code


def rename(reader: Reader, archive: Archive, name: str, code: str, *, zh: str, en: str, reason: str) -> None:
    """Rename an entry; existing cases show the new label as well.

    Raises:
        NotFound: there is no such entry, or the reader does not maintain the codes.
        FieldMissing, FieldTooLong, WordsTaken, ReasonMissing: a label or the reason is wrong.
    """
    zh, en, reason = _words(zh, en, reason)
    with archive.changing(reader) as session:
        tables, entry = _entry(session, reader, name, code)
        _ensure_not_taken(tables, name, code, zh)
        _write(session, reader, name, replace(entry, zh=zh, en=en), reason)
        session.commit()


def offer(reader: Reader, archive: Archive, name: str, code: str, *, offered: bool, reason: str) -> None:
    """Retire an entry, so that forms no longer offer it, or offer it again; existing cases keep it.

    Raises:
        NotFound: there is no such entry, or the reader does not maintain the codes.
        CodeNeeded: rules depend on the entry.
        FieldTooLong, ReasonMissing: the reason is wrong.
    """
    reason = _checked_reason(reason)
    with archive.changing(reader) as session:
        _, entry = _entry(session, reader, name, code)
        if not offered and code in ALWAYS_OFFERED.get(name, ()):
            raise CodeNeeded
        if entry.offered != offered:
            _write(session, reader, name, replace(entry, offered=offered), reason)
            session.commit()


def move(reader: Reader, archive: Archive, name: str, code: str, *, up: bool) -> None:
    """Move an entry one position up or down; at the end of the table it stays. Raises NotFound."""
    with archive.changing(reader) as session:
        tables, entry = _entry(session, reader, name, code)
        places = [each.place for each in tables.entries(name)]
        # Its new place is the mean of its neighbours', so that no other entry changes.
        others = [place for place in places if place != entry.place]
        at = places.index(entry.place) + (-1 if up else 1)
        if 0 <= at < len(places):
            before = others[at - 1] if at > 0 else others[0] - 2
            after = others[at] if at < len(others) else others[-1] + 2
            _write(session, reader, name, replace(entry, place=(before + after) / 2), "")
            session.commit()


def _maintained_tables(session: Session, reader: Reader, name: str) -> CodeTables:
    require(session, reader, KEEPS_CODES)
    if name not in DEFAULTS:
        raise NotFound
    return load(session)


def _entry(session: Session, reader: Reader, name: str, code: str) -> tuple[CodeTables, Code]:
    tables = _maintained_tables(session, reader, name)
    for entry in tables.entries(name):
        if entry.code == code:
            return tables, entry
    raise NotFound


def _write(session: Session, reader: Reader, name: str, entry: Code, reason: str) -> None:
    session.add(
        CodeEntry(
            field=name,
            code=entry.code,
            zh=entry.zh,
            en=entry.en,
            offered=entry.offered,
            place=entry.place,
            at=datetime.now(UTC),
            account_id=reader.account_id,
            reason=reason,
        )
    )
    record(session, reader, "code_changed", subject=entry.code, table=name)


def _words(zh: str, en: str, reason: str) -> tuple[str, str, str]:
    zh, en = (" ".join(words.replace("\0", "").split()) for words in (zh, en))
    if not zh:
        raise FieldMissing(field="zh")
    for field, words in (("zh", zh), ("en", en)):
        if len(words) > LENGTHS[field]:
            raise FieldTooLong(field=field, most=LENGTHS[field])
    return zh, en, _checked_reason(reason)


def _checked_reason(reason: str) -> str:
    reason = " ".join(reason.replace("\0", "").split())
    if not reason:
        raise ReasonMissing(field="reason")
    if len(reason) > LENGTHS["reason"]:
        raise FieldTooLong(field="reason", most=LENGTHS["reason"])
    return reason


def _ensure_not_taken(tables: CodeTables, name: str, code: str, zh: str) -> None:
    """Raise WordsTaken if another entry has the label: they could not be distinguished in a form."""
    word = chinese_words(tables)
    if any(word(name, other.code) == zh for other in tables.entries(name) if other.code != code):
        raise WordsTaken(field="zh", words=zh)


def _new_code(name: str, entries: Mapping[str, Code]) -> str:
    """Return an unused code; for a locality six digits from 900001, which no division has."""
    generated = (str(900000 + number) if name == "locality" else f"own{number}" for number in count(1))
    return next(code for code in generated if code not in entries)
