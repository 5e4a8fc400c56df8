"""A year's days off are imported: what that changes is shown first, then exactly that is done, or nothing.

With the table, every clock that runs is reckoned anew in the same transaction: also those of cases which who imports it
does not see, since a time limit is the same for everybody. That is the system's work; who imports is told of the cases
that they see, and of nothing else, neither on the page nor by the count.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive_app.access.identity import KEEPS_DAYS_OFF, Reader, System
from archive_app.access.lookups import letters_of, require, visible_cases
from archive_app.access.system import SYSTEM
from archive_app.audit.record import record
from archive_app.cases import clock_rows
from archive_app.cases.results import DaysOffPreview, DueChange, KnownYear, TableDay
from archive_app.domain import clocks
from archive_app.domain.errors import YearTableOfOtherYear
from archive_app.domain.holiday_tables import read_year_table
from archive_app.domain.working_days import Calendar, YearTable
from archive_app.runtime.archive import Archive
from archive_app.tabular.errors import ImportChanged
from storage.models import Account, Case, CaseClock, ImportedDay, ImportedYear, Person, Registration
from storage.session import reading, unit_of_work


@dataclass(frozen=True, slots=True)
class _Moved:
    """A running clock that is another one by the new calendar."""

    case: Case
    register_no: str
    row: CaseClock
    clock: clocks.Clock

    @property
    def told(self) -> DueChange:
        """What is told of it."""
        return DueChange(
            public_id=self.case.public_id,
            register_no=self.register_no,
            kind=self.row.kind,
            before=self.row.due,
            after=self.clock.due.day,
            provisional=self.clock.provisional,
        )


def known_years(reader: Reader, archive: Archive) -> tuple[KnownYear, ...]:
    """The years that were imported, newest first. Raises NotFound unless the reader keeps the days off."""
    with reading(archive.sessions, reader.key) as session:
        require(session, reader, KEEPS_DAYS_OFF)
        tables = clock_rows.calendar(session).tables
        rows = session.execute(
            select(ImportedYear, Person.name)
            .join(Account, Account.id == ImportedYear.account_id)
            .join(Person, Person.id == Account.person_id)
            .order_by(ImportedYear.year.desc())
        )
        return tuple(KnownYear(row.year, row.imported_at, name, _days(tables[row.year])) for row, name in rows)


def preview(reader: Reader, archive: Archive, content: bytes, name: str, *, year: int | None = None) -> DaysOffPreview:
    """What importing a table would change, of the cases that the reader sees. Nothing is kept.

    Args:
        reader: who keeps the days off.
        archive: the records.
        content: the file, CSV or Excel (`archive_app.domain.holiday_tables`).
        name: what it is called.
        year: which year it should be of; None for any.

    Raises:
        NotFound: the reader does not keep the days off.
        YearTableOfOtherYear: it is of another year.
        YearTableError, PeopleError: what is wrong with the file.
    """
    with reading(archive.sessions, reader.key) as session:
        require(session, reader, KEEPS_DAYS_OFF)
        return _told(session, reader, content, _table(content, name, year))


def apply(reader: Reader, archive: Archive, content: bytes, name: str, fingerprint: str) -> DaysOffPreview:
    """Import what was previewed, and reckon all running clocks anew.

    Raises:
        NotFound, YearTableError, PeopleError: as with `preview`.
        ImportChanged: the file, or what it changes for the reader, is not what it was when it was shown.
    """
    table = _table(content, name, None)
    # As the system: row-level security would hide the clocks of cases that the reader does not see.
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        require(session, reader, KEEPS_DAYS_OFF)
        told = _told(session, reader, content, table)
        if told.fingerprint != fingerprint:
            raise ImportChanged(field="file")
        calendar = clock_rows.calendar(session).with_table(table)
        for moved in list(_moved(session, SYSTEM, calendar)):
            before = moved.row.due.isoformat()
            clock_rows.keep(moved.row, moved.clock)
            letters = letters_of(session, SYSTEM, moved.case)
            due = moved.row.due.isoformat()
            letter = letters[0] if letters else None
            record(session, SYSTEM, "due_reckoned_anew", letter, case_id=moved.case.id, before=before, due=due)
        sha256 = hashlib.sha256(content).hexdigest()
        _keep(session, reader, table, sha256)
        record(session, reader, "days_off_imported", subject=sha256, year=table.year, days=len(table.days))
        session.commit()
        return told


def _table(content: bytes, name: str, year: int | None) -> YearTable:
    table = read_year_table(content, name)
    if year is not None and table.year != year:
        raise YearTableOfOtherYear(field="file", found=str(table.year), year=str(year))
    return table


def _told(session: Session, reader: Reader, content: bytes, table: YearTable) -> DaysOffPreview:
    now = clock_rows.calendar(session)
    changes = tuple(each.told for each in _moved(session, reader, now.with_table(table)))
    said = [[each.public_id, each.before, each.after, each.provisional] for each in changes]
    whole = json.dumps([hashlib.sha256(content).hexdigest(), said], default=str)
    return DaysOffPreview(
        year=table.year,
        known=now.knows(table.year),
        days=_days(table),
        changes=changes,
        fingerprint=hashlib.sha256(whole.encode()).hexdigest(),
    )


def _moved(session: Session, who: Reader | System, calendar: Calendar) -> Iterator[_Moved]:
    """Of the cases that may be seen, the running clocks that are others by that calendar, the earliest due first."""
    running = (
        visible_cases(who)
        .add_columns(Registration.register_no, CaseClock)
        .join(Registration, Registration.case_id == Case.id)
        .join(CaseClock, CaseClock.case_id == Case.id)
        .where(CaseClock.stopped_at.is_(None))
        .order_by(CaseClock.due, Registration.registered_at, Case.public_id)
    )
    for case, register_no, row in session.execute(running):
        clock = clocks.recompute(clock_rows.clock_of(row), calendar)
        if (clock.first_due.day, clock.due.day, clock.provisional) != (row.first_due, row.due, row.provisional):
            yield _Moved(case, register_no, row, clock)


def _keep(session: Session, reader: Reader, table: YearTable, sha256: str) -> None:
    session.execute(delete(ImportedDay).where(ImportedDay.year == table.year))
    session.merge(
        ImportedYear(year=table.year, imported_at=datetime.now(UTC), account_id=reader.account_id, sha256=sha256)
    )
    session.flush()
    session.add_all(
        ImportedDay(year=table.year, day=day, working=each.working, name=each.name[:100])
        for day, each in table.days.items()
    )


def _days(table: YearTable) -> tuple[TableDay, ...]:
    return tuple(TableDay(day, table.days[day].working, table.days[day].name) for day in sorted(table.days))
