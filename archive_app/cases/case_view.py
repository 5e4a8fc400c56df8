"""A case as its page shows it: its form, its steps, the available actions, and linked cases and letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from archive_app.access import candidates
from archive_app.access.identity import REGISTERS, Reader
from archive_app.access.lookups import find_case, letters_of, require, visible_cases
from archive_app.audit.record import record
from archive_app.cases import clock_rows
from archive_app.cases.actions import can_handle, can_instruct, can_investigate
from archive_app.cases.results import (
    CaseLetter,
    CaseView,
    ClockView,
    FormVersion,
    OfferView,
    PrintView,
    RelatedCase,
    StepView,
)
from archive_app.cases.state import parties_of, snapshot_of, steps_of
from archive_app.domain import clocks
from archive_app.domain.registration_form import RegistrationForm
from archive_app.domain.workflow import OPEN, Offer, holder_of_papers, needed, offers
from archive_app.domain.working_days import Calendar
from archive_app.errors import NotFound
from archive_app.letters.links import extract_of, extracts_of
from archive_app.letters.read_log import opened_case
from archive_app.review.concerns import account_names
from archive_app.runtime.archive import Archive
from archive_app.search.indexing import form_of
from archive_app.values import Choice, FileContent
from storage.models import (
    Account,
    Case,
    CaseClock,
    CasePrint,
    CaseStep,
    Letter,
    Page,
    Person,
    Registration,
    RegistrationVersion,
    Unit,
)

MOST_RELATED = 10


def case(reader: Reader, archive: Archive, public_id: str) -> CaseView:
    """Return a registered case. Raises NotFound."""
    with opened_case(reader, archive, public_id, "case_opened") as (session, row):
        registration = _registration(session, row)
        steps = steps_of(session, row)
        snapshot = snapshot_of(session, row, steps, registration)
        parties = parties_of(session, reader, row, steps)
        offered = tuple(offers(snapshot, parties))
        holder = holder_of_papers([(each.act, each.unit_id) for each in steps])
        choices = _choices(session, reader, row, offered)
        return CaseView(
            public_id=row.public_id,
            state=row.state,
            restricted=row.restricted,
            urgent=row.urgent,
            major=row.major,
            register_no=registration.register_no,
            separate=registration.series == "separate",
            received_at=registration.received_at,
            registered_at=registration.registered_at,
            registered_by=account_names(session).get(registration.registered_by, ""),
            registered_late=clocks.registered_late(
                registration.received_at, registration.registered_at, clock_rows.calendar(session)
            ),
            voided_at=registration.voided_at,
            form=form_of(registration),
            version=registration.version,
            letters=_letters(session, reader, row),
            steps=_steps(session, steps),
            prints=_prints(session, row),
            seen=len(steps),
            offers=tuple(_offer(each, needed(each.transition, snapshot)) for each in offered),
            clock=clock_view(session, row),
            with_unit="" if holder is None else session.get_one(Unit, holder).name,
            earlier=_related(session, reader, Case.id == row.repeats),
            later=_related(session, reader, Case.repeats == row.id),
            may_change="office" in parties and row.state in OPEN,
            units=choices["unit"],
            instructors=choices["instructor"],
            investigators=choices["investigators"],
        )


def field_choices(reader: Reader, archive: Archive, public_id: str) -> Mapping[str, tuple[Choice, ...]]:
    """What the fields of the actions offer that the reader may do with a case now, as `case` has it.

    Raises:
        NotFound: the reader does not see the case.
    """
    with opened_case(reader, archive, public_id, "case_opened") as (session, row):
        steps = steps_of(session, row)
        snapshot = snapshot_of(session, row, steps, _registration(session, row))
        return _choices(session, reader, row, tuple(offers(snapshot, parties_of(session, reader, row, steps))))


def versions(reader: Reader, archive: Archive, public_id: str) -> tuple[FormVersion, ...]:
    """Return all versions of a case's form, newest first, each with its changes (一.3). Raises NotFound."""
    with opened_case(reader, archive, public_id, "form_versions_read") as (session, row):
        registration = _registration(session, row)
        names = account_names(session)
        rows = session.scalars(
            select(RegistrationVersion)
            .where(RegistrationVersion.registration_id == registration.id)
            .order_by(RegistrationVersion.number)
        ).all()
        found = []
        before: Mapping[str, Any] | None = None
        for each in rows:
            changed = _changes(before, each.content)
            form = RegistrationForm.of(each.content)
            found.append(FormVersion(each.number, names.get(each.account_id, ""), each.at, form, changed))
            before = each.content
        return tuple(reversed(found))


def printed(reader: Reader, archive: Archive, public_id: str, number: int) -> FileContent:
    """Return a printed form that is kept with the case, and record the download. Raises NotFound."""
    with archive.changing(reader) as session:
        row = find_case(session, reader, public_id)
        kept = session.scalar(select(CasePrint).where(CasePrint.case_id == row.id, CasePrint.number == number))
        if kept is None:
            raise NotFound
        record(session, reader, "downloaded_print", case_id=row.id, form=kept.form, number=number)
        name = f"{_registration(session, row).register_no}-{kept.form}-{number}.pdf"
        session.commit()
        return FileContent(archive.files.path(kept.sha256), "application/pdf", name)


def repeats(reader: Reader, archive: Archive, *, petitioner: str, telephone: str) -> tuple[RelatedCase, ...]:
    """Return earlier visible cases of the same petitioner, by name or telephone, newest first.

    Raises:
        NotFound: the reader does not register.
    """
    wanted = {"petitioner": " ".join(petitioner.split()), "telephone": " ".join(telephone.split())}
    same = [getattr(Registration, name) == value for name, value in wanted.items() if len(value) > 1]
    with archive.reading(reader) as session:
        require(session, reader, REGISTERS)
        return _related(session, reader, or_(*same)) if same else ()


def of_letter(reader: Reader, archive: Archive, letter: str) -> str | None:
    """Return the public id of a visible letter's registered case; None while it is not registered."""
    with archive.reading(reader) as session:
        return session.scalar(
            visible_cases(reader)
            .with_only_columns(Case.public_id)
            .join(Letter, Letter.case_id == Case.id)
            .where(Letter.public_id == letter, Case.state != "received")
        )


def clock_view(session: Session, row: Case) -> ClockView | None:
    """Return the running time limit of a case, else the last one; None if there was none."""
    last = session.scalar(
        select(CaseClock)
        .where(CaseClock.case_id == row.id)
        .order_by(CaseClock.stopped_at.is_not(None), CaseClock.id.desc())
        .limit(1)
    )
    return None if last is None else clock_view_of(last, clock_rows.calendar(session))


def clock_view_of(row: CaseClock, calendar: Calendar) -> ClockView:
    """Return a clock's state now, or at the moment when it stopped."""
    clock = clock_rows.clock_of(row)
    moment = row.stopped_at or datetime.now(UTC)
    return ClockView(
        kind=row.kind,
        started_at=row.started_at,
        days=row.urgent_days if clock.urgent else row.days,
        first_due=row.first_due,
        due=row.due,
        provisional=row.provisional,
        overdue=clocks.is_overdue(clock, moment),
        used=clocks.used(clock, moment, calendar),
        stopped_at=row.stopped_at,
    )


def _registration(session: Session, row: Case) -> Registration:
    found = session.scalar(select(Registration).where(Registration.case_id == row.id))
    if found is None:
        raise NotFound
    return found


def _changes(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    """Return the fields that differ from the preceding version; none for the first."""
    if before is None:
        return ()
    return tuple((name, before.get(name), value) for name, value in after.items() if value != before.get(name))


def _prints(session: Session, row: Case) -> tuple[PrintView, ...]:
    names = account_names(session)
    kept = session.scalars(select(CasePrint).where(CasePrint.case_id == row.id).order_by(CasePrint.number.desc()))
    return tuple(PrintView(each.number, each.form, each.at, names.get(each.account_id, ""), each.size) for each in kept)


def _offer(offer: Offer, needs: tuple[str, ...]) -> OfferView:
    takes = tuple(name for name in offer.transition.takes if name not in needs)
    return OfferView(offer.transition, needs, takes, offer.missing)


def _letters(session: Session, reader: Reader, row: Case) -> tuple[CaseLetter, ...]:
    letters = letters_of(session, reader, row)
    pages = select(Page.letter_id, func.count(Page.id)).where(
        Page.letter_id.in_([letter.id for letter in letters]), Page.number > 0
    )
    counts = {letter_id: count for letter_id, count in session.execute(pages.group_by(Page.letter_id))}
    return tuple(
        CaseLetter(
            public_id=letter.public_id,
            number=letter.number,
            heading=letter.title or letter.heading or letter.number,
            received_at=letter.received_at,
            page_count=counts.get(letter.id, 0),
            has_access_copy=letter.access_copy is not None,
            extract_of=extract_of(session, reader, letter.id),
            extracts=extracts_of(session, reader, letter.id),
        )
        for letter in letters
    )


def _steps(session: Session, steps: Sequence[CaseStep]) -> tuple[StepView, ...]:
    accounts = {
        key: (name, person)
        for key, name, person in session.execute(
            select(Account.id, Account.name, Person.name).join(Person, Person.id == Account.person_id)
        )
    }
    units = {key: name for key, name in session.execute(select(Unit.id, Unit.name))}
    return tuple(
        StepView(
            number=each.number,
            act=each.act,
            to_state=each.to_state,
            at=each.at,
            by=accounts[each.account_id][1],
            account=accounts[each.account_id][0],
            unit=units.get(each.unit_id or 0, ""),
            words=each.words,
            details=each.details,
            signature=each.signature,
            people=_people(session, each),
            to_case=_other_case(each),
        )
        for each in steps
    )


def _people(session: Session, each: CaseStep) -> tuple[str, ...]:
    named = [each.details["instructor"]] if "instructor" in each.details else each.details.get("investigators", [])
    if not named:
        return ()
    return tuple(session.scalars(select(Person.name).where(Person.public_id.in_(named)).order_by(Person.name)))


def _other_case(each: CaseStep) -> tuple[str, str] | None:
    """Return the case that a step refers to, as it was told then: it may be hidden from the reader since."""
    return (each.details["case"], each.details.get("number", "")) if "case" in each.details else None


def _related(session: Session, reader: Reader, *where: Any) -> tuple[RelatedCase, ...]:
    rows = session.execute(
        visible_cases(reader)
        .add_columns(Registration)
        .join(Registration, Registration.case_id == Case.id)
        .where(*where)
        .order_by(Registration.registered_at.desc(), Case.public_id)
        .limit(MOST_RELATED)
    )
    return tuple(
        RelatedCase(
            public_id=other.public_id,
            register_no=registration.register_no,
            registered_at=registration.registered_at,
            main_problem="" if other.restricted else registration.main_problem,
            state=other.state,
            channel=registration.channel,
            restricted=other.restricted,
        )
        for other, registration in rows
    )


def _choices(session: Session, reader: Reader, row: Case, offered: Sequence[Offer]) -> dict[str, tuple[Choice, ...]]:
    """The units and persons that can be chosen, by the field; none for a field that no offered action has."""
    fields = {
        name
        for each in offered
        for name in (*each.transition.needs, *each.transition.takes, *each.transition.when_restricted)
    }
    persons = candidates.persons(session) if fields & {"instructor", "investigators"} else {}
    units = candidates.units(session) if "unit" in fields else {}
    return {
        "unit": _offered(units, can_handle(session, row) if units else {}),
        "instructor": _offered(persons, can_instruct(session, reader, row) if "instructor" in fields else {}),
        "investigators": _offered(persons, can_investigate(session, reader, row) if "investigators" in fields else {}),
    }


def _offered(choices: Mapping[int, Choice], offered: Mapping[int, str]) -> tuple[Choice, ...]:
    return tuple(choice for key, choice in choices.items() if key in offered)
