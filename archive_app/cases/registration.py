"""Registration 登记: a petition gets its number and its form; every version of the form is kept (rules, chapter 一).

A letter that was scanned in is registered as it is; what was said in a visit or on the telephone makes a record without
pages. Either way what is written is looked through for names in the same transaction, and whatever may hide the case
from who writes it is written last.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.candidates import would_be_kept_out
from archive_app.access.identity import REGISTERS, Reader
from archive_app.access.lookups import case_of, find_case, find_letter, letters_of, require
from archive_app.audit.record import record
from archive_app.cases import clock_rows
from archive_app.cases.actions import step
from archive_app.codes.service import load
from archive_app.domain.errors import FormChanged, KeyUsed, NotOffered, NotYetReady, ReceivedLater, RegisteredAlready
from archive_app.domain.registration_form import RegistrationForm, check, cleaned
from archive_app.domain.workflow import OPEN
from archive_app.errors import NotFound
from archive_app.letters.intake import CROCKFORD, new_letter, new_number
from archive_app.office_time import office_day
from archive_app.runtime.archive import Archive
from archive_app.screening.screening import Row, keep_out, mentions
from archive_app.search.indexing import form_of, index_letter
from storage.models import (
    Account,
    Case,
    Concern,
    Intake,
    KeyedRequest,
    Letter,
    Person,
    RegisterYear,
    Registration,
    RegistrationVersion,
)
from storage.session import unit_of_work

RANDOM_LENGTH = 8


def register(
    reader: Reader, archive: Archive, letter: str, form: RegistrationForm, *, repeats: str | None = None
) -> str:
    """Register the case of a letter; returns the public id of the case.

    Args:
        reader: somebody of the petition office.
        archive: the records.
        letter: the public id of the letter.
        form: what is written down of it.
        repeats: the public id of the earlier case that the same petitioner brought.

    Raises:
        NotFound: the reader does not see the letter, or does not register; or the earlier case.
        NotYetReady: the letter is being read, or waits to be looked through.
        RegisteredAlready: it has its number.
        CaseError: what is wrong with the form (`archive_app.domain.registration_form.check`).
    """
    form = cleaned(form)
    with unit_of_work(archive.sessions, reader.key) as session:
        require(session, reader, REGISTERS)
        check(form, load(session))
        row = find_letter(session, reader, letter)
        case = case_of(session, reader, row)
        if case.state != "received":
            raise RegisteredAlready(number=_number_of(session, case))
        if not case.screened:
            raise NotYetReady
        return _register(session, reader, archive, case, row, form, repeats, row.received_at)


@dataclass(frozen=True, slots=True)
class Once:
    """A request that may come twice: the other system's own key for it, and the SHA-256 of what it asks for."""

    key: str
    digest: str


def register_spoken(
    reader: Reader,
    archive: Archive,
    form: RegistrationForm,
    *,
    received_at: datetime,
    repeats: str | None = None,
    once: Once | None = None,
) -> str:
    """Register what came without paper: a visit, a call, an online petition. Returns the public id of the case.

    Args:
        reader: somebody of the petition office, or a system in their name.
        archive: the records.
        form: what is written down of it.
        received_at: when it came.
        repeats: the public id of the earlier case that the same petitioner brought.
        once: if the same account has sent this before, the case that was made then is given back.

    Raises:
        NotFound: the reader does not register; or the earlier case.
        ReceivedLater: it would have come in the future.
        KeyUsed: the key came with something else before.
        CaseError: what is wrong with the form (`archive_app.domain.registration_form.check`).
    """
    form = cleaned(form)
    now = datetime.now(UTC)
    with unit_of_work(archive.sessions, reader.key) as session:
        require(session, reader, REGISTERS)
        if once is not None and (made := _made_before(session, reader, once)):
            return made
        check(form, load(session))
        if received_at > now:
            raise ReceivedLater(field="received_at")
        intake = Intake(
            number=new_number(now),
            account_id=reader.account_id,
            grouping="one",
            channel=form.channel,
            received_at=received_at,
        )
        session.add(intake)
        session.flush()
        case = Case(created_at=now, brought_by=reader.account_id, read_at=now, screened=True)
        row = new_letter(session, intake, 1, of=1, case=case)
        row.state = "ready"
        record(session, reader, "received", row)
        if once is not None:
            session.add(_keyed(reader, once, case, now))
        # What is written from here on is the case's content: the door is asked for it as for any other.
        case = find_case(session, reader, case.public_id)
        return _register(session, reader, archive, case, row, form, repeats, received_at)


def change_form(reader: Reader, archive: Archive, case: str, form: RegistrationForm, *, base_version: int) -> int:
    """Keep a changed form as a new version; returns its number (the old one when nothing was changed).

    Raises:
        NotFound: the reader does not see the case, does not register, or it is not registered.
        NotOffered: the case has ended.
        FormChanged: somebody saved a version after `base_version`.
        CaseError: what is wrong with the form (`archive_app.domain.registration_form.check`).
    """
    form = cleaned(form)
    with unit_of_work(archive.sessions, reader.key) as session:
        require(session, reader, REGISTERS)
        found = find_case(session, reader, case)
        row = session.scalar(select(Registration).where(Registration.case_id == found.id))
        if row is None:
            raise NotFound
        if found.state not in OPEN:
            raise NotOffered
        if row.version != base_version:
            raise FormChanged(author=_author(session, row))
        check(form, load(session), form_of(row))
        if form == form_of(row):
            return row.version
        row.version += 1
        _write(session, reader, row, form)
        letters = letters_of(session, reader, found)
        record(session, reader, "form_changed", letters[0], version=row.version)
        _renew(session, reader, archive, found, letters)
        session.commit()
        return row.version


def _register(
    session: Session,
    reader: Reader,
    archive: Archive,
    case: Case,
    letter: Letter,
    form: RegistrationForm,
    repeats: str | None,
    received_at: datetime,
) -> str:
    """Everything but the look at who may: the entry, the first step, the clock, the index; then the commit."""
    now = datetime.now(UTC)
    case.repeats = find_case(session, reader, repeats).id if repeats else None
    row = Registration(
        case_id=case.id,
        register_no="",
        series="separate",
        year=office_day(now).year,
        received_at=received_at,
        registered_at=now,
        registered_by=reader.account_id,
    )
    letter.title = letter.title or form.main_problem
    letter.sender = letter.sender or form.petitioner
    _write(session, reader, row, form)
    # As if it stood there already: whom the form names decides which number it gets.
    row.register_no = _separate_number(row.year)
    session.add(row)
    session.flush()
    session.add(_version(row, reader, form))
    new = mentions(session, letter)
    if not _somebody_must_not_know(session, case, new):
        row.series, row.sequence = "general", _next_in(session, row.year)
        row.register_no = f"XF{row.year}-{row.sequence:04d}"
    step(session, reader, case, "register", "registered")
    clock_rows.start_transfer(session, case, row, now)
    record(session, reader, "registered", letter)
    public_id = case.public_id
    _finish(session, reader, archive, case, [letter], new)
    session.commit()
    return public_id


def _made_before(session: Session, reader: Reader, once: Once) -> str | None:
    """What the same request of this account has made before. Raises KeyUsed."""
    own = KeyedRequest.account_id == reader.account_id, KeyedRequest.key == once.key
    row = session.scalar(select(KeyedRequest).where(*own))
    if row is not None and row.digest != once.digest:
        raise KeyUsed
    return None if row is None else row.case_public_id


def _keyed(reader: Reader, once: Once, case: Case, now: datetime) -> KeyedRequest:
    return KeyedRequest(
        account_id=reader.account_id, key=once.key, digest=once.digest, case_public_id=case.public_id, at=now
    )


def _somebody_must_not_know(session: Session, case: Case, new: list[Row]) -> bool:
    """Whether a number in order would tell somebody, by its absence, of a case that they must not know of."""
    there = select(Concern.id).where(Concern.case_id == case.id, Concern.ended_at.is_(None)).limit(1)
    return bool(new) or case.restricted or session.scalar(there) is not None


def _next_in(session: Session, year: int) -> int:
    """The next number of the general series. Writers follow one another: none is given twice, and none left out."""
    row = session.get(RegisterYear, year) or RegisterYear(year=year, last=0)
    row.last += 1
    session.add(row)
    return row.last


def _separate_number(year: int) -> str:
    """A number of the separate series: it tells neither order nor count."""
    return f"XZ{year}-" + "".join(secrets.choice(CROCKFORD) for _ in range(RANDOM_LENGTH))


def _write(session: Session, reader: Reader, row: Registration, form: RegistrationForm) -> None:
    for name, value in form.content.items():
        setattr(row, name, value)
    if row.id is not None:
        session.add(_version(row, reader, form))


def _version(row: Registration, reader: Reader, form: RegistrationForm) -> RegistrationVersion:
    return RegistrationVersion(
        registration_id=row.id,
        number=row.version,
        at=datetime.now(UTC),
        account_id=reader.account_id,
        content=form.content,
    )


def _renew(session: Session, reader: Reader, archive: Archive, case: Case, letters: Sequence[Letter]) -> None:
    new = [each for letter in letters for each in mentions(session, letter)]
    _finish(session, reader, archive, case, letters, new)


def _finish(
    session: Session, reader: Reader, archive: Archive, case: Case, letters: Sequence[Letter], new: list[Row]
) -> None:
    """The index follows in this transaction. Then the names that were found keep out, perhaps the reader as well."""
    for letter in letters:
        index_letter(session, archive.index, letter)
    if new and would_be_kept_out(session, case.id, [reader.person_id], new):
        case.handed_over_at = case.handed_over_at or datetime.now(UTC)
    session.flush()
    keep_out(session, new)


def _number_of(session: Session, case: Case) -> str:
    return session.scalar(select(Registration.register_no).where(Registration.case_id == case.id)) or ""


def _author(session: Session, row: Registration) -> str:
    newest = select(RegistrationVersion.account_id).where(
        RegistrationVersion.registration_id == row.id, RegistrationVersion.number == row.version
    )
    named = select(Person.name).join(Account).where(Account.id == newest.scalar_subquery())
    return session.scalar(named) or ""
