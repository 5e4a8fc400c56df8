"""Registration 登记: a petition gets its number and its form; every version of the form is kept (rules, chapter 一).

A scanned letter is registered as it is; a visit or a telephone call becomes a record without pages. In both cases the
form is screened for names in the same transaction, and rows that may hide the case from the writer are written last.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.identity import REGISTERS, Reader
from archive_app.access.lookups import case_of, find_case, find_letter, letters_of, require
from archive_app.audit.record import record
from archive_app.cases import clock_rows
from archive_app.cases.actions import step
from archive_app.codes.service import load
from archive_app.domain.errors import (
    FieldUnknown,
    FormChanged,
    KeyUsed,
    NotOffered,
    NotYetReady,
    ReceivedLater,
    RegisteredAlready,
)
from archive_app.domain.registration_form import RegistrationForm, check, cleaned
from archive_app.domain.workflow import OPEN
from archive_app.errors import NotFound
from archive_app.letters.intake import CROCKFORD, new_letter, new_number
from archive_app.office_time import is_usual, office_day
from archive_app.runtime.archive import Archive
from archive_app.screening.mentions import Row, hand_over, keep_out, mentions_in
from archive_app.screening.outcomes import tell_outcome
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

RANDOM_LENGTH = 8


def register(
    reader: Reader, archive: Archive, letter: str, form: RegistrationForm, *, repeats: str | None = None
) -> str:
    """Register the case of a letter; returns the public id of the case.

    Args:
        reader: a member of the petition office.
        archive: the records.
        letter: the public id of the letter.
        form: the registration form.
        repeats: the public id of an earlier case of the same petitioner.

    Raises:
        NotFound: the reader does not register, or does not see the letter or the earlier case.
        NotYetReady: the letter is being read, or has not been screened.
        RegisteredAlready: the case has a register number.
        CaseError: the form is wrong (`archive_app.domain.registration_form.check`).
    """
    form = cleaned(form)
    with archive.changing(reader) as session:
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
class IdempotencyKey:
    """The client's key of a request that may be sent repeatedly, with the SHA-256 of its content."""

    key: str
    digest: str


def register_spoken(
    reader: Reader,
    archive: Archive,
    form: RegistrationForm,
    *,
    received_at: datetime,
    repeats: str | None = None,
    idempotency_key: IdempotencyKey | None = None,
) -> str:
    """Register a petition without paper: a visit, a call, an online petition. Returns the public id of the case.

    Args:
        reader: a member of the petition office, or a system on their behalf.
        archive: the records.
        form: the registration form.
        received_at: the time of receipt.
        repeats: the public id of an earlier case of the same petitioner.
        idempotency_key: if the same account has sent this key before, the case registered then is returned.

    Raises:
        NotFound: the reader does not register, or does not see the earlier case.
        ReceivedLater: `received_at` is in the future.
        FieldUnknown: `received_at` is in no year of an office.
        KeyUsed: the key was sent with other content before.
        CaseError: the form is wrong (`archive_app.domain.registration_form.check`).
    """
    form = cleaned(form)
    now = datetime.now(UTC)
    with archive.changing(reader) as session:
        require(session, reader, REGISTERS)
        if idempotency_key is not None and (made := _earlier_result(session, reader, idempotency_key)):
            return made
        check(form, load(session))
        if not is_usual(received_at):
            raise FieldUnknown(field="received_at")
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
        if idempotency_key is not None:
            session.add(_keyed_request(reader, idempotency_key, case, now))
        # From here on the case's content is written: the access rule applies as for any other case.
        case = find_case(session, reader, case.public_id)
        return _register(session, reader, archive, case, row, form, repeats, received_at)


def change_form(reader: Reader, archive: Archive, case: str, form: RegistrationForm, *, base_version: int) -> int:
    """Save a changed form as a new version; returns its number (the old one if nothing changed).

    Raises:
        NotFound: the reader does not register or does not see the case, or the case is not registered.
        NotOffered: the case has ended.
        FormChanged: somebody saved a version after `base_version`.
        CaseError: the form is wrong (`archive_app.domain.registration_form.check`).
    """
    form = cleaned(form)
    with archive.changing(reader) as session:
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
        _write_form(session, reader, row, form)
        letters = letters_of(session, reader, found)
        record(session, reader, "form_changed", letters[0], version=row.version)
        _screen_and_finish(session, reader, archive, found, letters)
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
    """Register after all checks: write the entry, the first step, the clock and the index; then commit."""
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
    _write_form(session, reader, row, form)
    # A provisional number until the form has been screened: the persons it names decide its series.
    row.register_no = _separate_number(row.year)
    session.add(row)
    session.flush()
    session.add(_version(row, reader, form))
    new = mentions_in(session, letter)
    if not _needs_separate_number(session, case, new):
        row.series, row.sequence = "general", _next_number(session, row.year)
        row.register_no = f"XF{row.year}-{row.sequence:04d}"
    step(session, reader, case, "register", "registered")
    clock_rows.start_transfer(session, case, row, now)
    record(session, reader, "registered", letter)
    public_id = case.public_id
    _finish(session, reader, archive, case, [letter], new)
    session.commit()
    return public_id


def _earlier_result(session: Session, reader: Reader, idempotency_key: IdempotencyKey) -> str | None:
    """Return the case that the same request of this account created before. Raises KeyUsed."""
    own = KeyedRequest.account_id == reader.account_id, KeyedRequest.key == idempotency_key.key
    row = session.scalar(select(KeyedRequest).where(*own))
    if row is not None and row.digest != idempotency_key.digest:
        raise KeyUsed
    return None if row is None else row.case_public_id


def _keyed_request(reader: Reader, idempotency_key: IdempotencyKey, case: Case, now: datetime) -> KeyedRequest:
    return KeyedRequest(
        account_id=reader.account_id,
        key=idempotency_key.key,
        digest=idempotency_key.digest,
        case_public_id=case.public_id,
        at=now,
    )


def _needs_separate_number(session: Session, case: Case, new: list[Row]) -> bool:
    """Whether a sequential number would reveal the case, by a gap, to somebody who must not know of it."""
    concern = select(Concern.id).where(Concern.case_id == case.id, Concern.ended_at.is_(None)).limit(1)
    return bool(new) or case.restricted or session.scalar(concern) is not None


def _next_number(session: Session, year: int) -> int:
    """Return the next number of the general series. Transactions are serialized: no number repeats or is skipped."""
    row = session.get(RegisterYear, year) or RegisterYear(year=year, last=0)
    row.last += 1
    session.add(row)
    return row.last


def _separate_number(year: int) -> str:
    """Return a number of the separate series: it reveals neither order nor count."""
    return f"XZ{year}-" + "".join(secrets.choice(CROCKFORD) for _ in range(RANDOM_LENGTH))


def _write_form(session: Session, reader: Reader, row: Registration, form: RegistrationForm) -> None:
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


def _screen_and_finish(
    session: Session, reader: Reader, archive: Archive, case: Case, letters: Sequence[Letter]
) -> None:
    new = [each for letter in letters for each in mentions_in(session, letter)]
    _finish(session, reader, archive, case, letters, new)


def _finish(
    session: Session, reader: Reader, archive: Archive, case: Case, letters: Sequence[Letter], new: list[Row]
) -> None:
    """Update the index in this transaction, then keep out the persons found, which may include the reader."""
    for letter in letters:
        index_letter(session, archive.index, letter)
    kept_out = hand_over(session, reader, case, new)
    for letter in letters:
        tell_outcome(session, letter, "handed_over" if kept_out else "read")
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
