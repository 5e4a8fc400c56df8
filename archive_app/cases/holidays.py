"""Import a year's days off: preview the changes first, then apply exactly those, or nothing.

The import recomputes every running clock in the same transaction, including those of cases that the importer does not
see, since a time limit is the same for everybody. The system does this; the importer is shown only the cases that they
see, in the list as well as in its count.
"""

from __future__ import annotations

import hashlib
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
from archive_app.tabular.previews import ensure_as_shown, fingerprint
from storage.models import Account, Case, CaseClock, ImportedDay, ImportedYear, Person, Registration


@dataclass(frozen=True, slots=True)
class _ChangedClock:
    """A running clock that changes with the new calendar."""

    case: Case
    register_no: str
    row: CaseClock
    clock: clocks.Clock

    @property
    def as_change(self) -> DueChange:
        """The change as the preview shows it."""
        return DueChange(
            public_id=self.case.public_id,
            register_no=self.register_no,
            kind=self.row.kind,
            before=self.row.due,
            after=self.clock.due.day,
            provisional=self.clock.provisional,
        )


def known_years(reader: Reader, archive: Archive) -> tuple[KnownYear, ...]:
    """Return the imported years, newest first. Raises NotFound unless the reader maintains the days off."""
    with archive.reading(reader) as session:
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
    """Preview the import of a table: the changes to cases that the reader sees. Nothing is stored.

    Args:
        reader: who maintains the days off.
        archive: the records.
        content: the file, CSV or Excel (`archive_app.domain.holiday_tables`).
        name: the file name.
        year: the expected year; None for any.

    Raises:
        NotFound: the reader does not maintain the days off.
        YearTableOfOtherYear: the table is of another year.
        YearTableError, PeopleError: the file is wrong.
    """
    with archive.reading(reader) as session:
        require(session, reader, KEEPS_DAYS_OFF)
        return _preview_of(session, reader, content, _table(content, name, year))


def apply(reader: Reader, archive: Archive, content: bytes, name: str, previewed: str) -> DaysOffPreview:
    """Import the previewed table, and recompute all running clocks.

    Raises:
        NotFound, YearTableError, PeopleError: as for `preview`.
        ImportChanged: the file, or its changes for the reader, differ from the preview of which `previewed` is the
            fingerprint.
    """
    table = _table(content, name, None)
    # As the system: row-level security would hide the clocks of cases that the reader does not see.
    with archive.changing(SYSTEM) as session:
        require(session, reader, KEEPS_DAYS_OFF)
        shown = _preview_of(session, reader, content, table)
        ensure_as_shown(shown.fingerprint, previewed)
        calendar = clock_rows.calendar(session).with_table(table)
        for changed in list(_changed_clocks(session, SYSTEM, calendar)):
            before = changed.row.due.isoformat()
            clock_rows.keep(changed.row, changed.clock)
            letters = letters_of(session, SYSTEM, changed.case)
            due = changed.row.due.isoformat()
            letter = letters[0] if letters else None
            record(session, SYSTEM, "due_reckoned_anew", letter, case_id=changed.case.id, before=before, due=due)
        sha256 = hashlib.sha256(content).hexdigest()
        _store(session, reader, table, sha256)
        record(session, reader, "days_off_imported", subject=sha256, year=table.year, days=len(table.days))
        session.commit()
        return shown


def _table(content: bytes, name: str, year: int | None) -> YearTable:
    table = read_year_table(content, name)
    if year is not None and table.year != year:
        raise YearTableOfOtherYear(field="file", found=str(table.year), year=str(year))
    return table


def _preview_of(session: Session, reader: Reader, content: bytes, table: YearTable) -> DaysOffPreview:
    now = clock_rows.calendar(session)
    changes = tuple(each.as_change for each in _changed_clocks(session, reader, now.with_table(table)))
    listed = [[each.public_id, each.before, each.after, each.provisional] for each in changes]
    return DaysOffPreview(
        year=table.year,
        known=now.knows(table.year),
        days=_days(table),
        changes=changes,
        fingerprint=fingerprint(content, listed),
    )


def _changed_clocks(session: Session, who: Reader | System, calendar: Calendar) -> Iterator[_ChangedClock]:
    """Yield the running clocks of visible cases that change with the calendar, earliest due first."""
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
            yield _ChangedClock(case, register_no, row, clock)


def _store(session: Session, reader: Reader, table: YearTable, sha256: str) -> None:
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
