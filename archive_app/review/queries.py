"""Who is kept out of a case and who may see it, for readers who may change it; and the letters handed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, selectinload

from archive_app.access import candidates
from archive_app.access.identity import LOOKS_THROUGH, RESTRICTS, Reader, may
from archive_app.access.lookups import case_of, require, visible_letters
from archive_app.letters.read_log import opened
from archive_app.review import event_dates
from archive_app.review.allow_list import WHO_ALLOWS
from archive_app.review.concerns import account_names, concern_views
from archive_app.review.results import AllowanceView, ConcernView, HandedOver, RestrictionsView
from archive_app.runtime.archive import Archive
from archive_app.values import Choice
from storage.models import Allowance, Case, Concern, Letter


def restrictions(reader: Reader, archive: Archive, letter: str) -> RestrictionsView:
    """A letter's concerns and allow-list, and what this reader may change. Raises NotFound."""
    with archive.reading(reader) as session:
        require(session, reader, RESTRICTS)
    with opened(reader, archive, letter, "read_access") as (session, row):
        case = case_of(session, reader, row)
        persons = candidates.persons(session)
        concerns = _concerns(session, reader, persons, case)
        mentioned = tuple(each for each in concerns if each.kind == "mentioned")
        # Persons who are kept out for good anyway need not wait for reviewers: the list does not grow for them.
        said = {(each.is_unit, each.whom) for each in concerns if each.kind != "mentioned"}
        waits = any(each.confirmed_at is None and (each.is_unit, each.whom) not in said for each in mentioned)
        return RestrictionsView(
            public_id=row.public_id,
            number=row.number,
            heading=row.title or row.heading or row.number,
            restricted=case.restricted,
            event_date=case.event_date,
            event_date_waiting=event_dates.waiting(session, reader, case),
            accused=tuple(each for each in concerns if each.kind == "accused"),
            recused=tuple(each for each in concerns if each.kind == "recused"),
            mentioned=mentioned,
            allowances=_allowances(session, persons, case),
            too_few_reviewers=waits and not candidates.has_two_reviewers(session, case),
            may_loosen=may(reader, "review"),
            may_grant=_may_allow(reader, "granted"),
            may_review=may(reader, "review"),
            persons=tuple(persons.values()),
            units=tuple(candidates.units(session).values()),
            to_list=_offered(session, reader, persons, case, "listed"),
            to_grant=_offered(session, reader, persons, case, "granted"),
            to_oversee=_offered(session, reader, persons, case, "overseer"),
        )


def handed_over(reader: Reader, archive: Archive) -> tuple[HandedOver, ...]:
    """The handed-over letters that the reader sees and somebody has to look through, newest first. Raises NotFound.

    A restricted letter's title is content, which only an audited page shows.
    """
    with archive.reading(reader) as session:
        require(session, reader, LOOKS_THROUGH)
        rows = session.execute(
            visible_letters(reader)
            .add_columns(Case)
            .join(Case, Case.id == Letter.case_id)
            .where(
                Case.looked_through_at.is_(None),
                or_(Case.handed_over_at.is_not(None), and_(Case.screened.is_(False), Case.read_at.is_not(None))),
            )
            .order_by(Letter.received_at.desc(), Letter.public_id)
        ).all()
        names = account_names(session)
        return tuple(
            HandedOver(
                public_id=letter.public_id,
                number=letter.number,
                heading="" if case.restricted else letter.title or letter.heading,
                received_at=letter.received_at,
                received_by=names.get(letter.intake.account_id, ""),
                channel=letter.channel,
                why=_why(case),
            )
            for letter, case in rows
        )


def _concerns(session: Session, reader: Reader, persons: Mapping[int, Choice], case: Case) -> tuple[ConcernView, ...]:
    rows = session.scalars(
        select(Concern)
        .where(Concern.case_id == case.id, Concern.ended_at.is_(None))
        .options(selectinload(Concern.reviews))
        .order_by(Concern.at, Concern.id)
    ).all()
    return concern_views(session, reader, persons, rows)


def _allowances(session: Session, persons: Mapping[int, Choice], case: Case) -> tuple[AllowanceView, ...]:
    names, kept_out = account_names(session), candidates.kept_out(session, case.id)
    rows = session.scalars(
        select(Allowance)
        .where(Allowance.case_id == case.id, Allowance.ended_at.is_(None))
        .order_by(Allowance.at, Allowance.id)
    )
    return tuple(
        AllowanceView(
            person=persons[row.person_id].value,
            whom=persons[row.person_id].label,
            kind=row.kind,  # type: ignore[arg-type]
            until=row.until,
            at=row.at,
            by=names.get(row.by_account),
            reason=row.reason,
            without_effect=row.person_id in kept_out,
        )
        for row in rows
    )


def _offered(
    session: Session, reader: Reader, persons: Mapping[int, Choice], case: Case, kind: str
) -> tuple[Choice, ...]:
    if not _may_allow(reader, kind):
        return ()
    there = select(Allowance.person_id).where(
        Allowance.case_id == case.id, Allowance.kind == kind, Allowance.ended_at.is_(None)
    )
    can = candidates.can_be_let_in(session, reader, case.id, kind).keys() - set(session.scalars(there))
    return tuple(choice for key, choice in persons.items() if key in can)


def _may_allow(reader: Reader, kind: str) -> bool:
    return not reader.roles.isdisjoint(WHO_ALLOWS[kind])


def _why(case: Case) -> Literal["unread", "partly", "concerned"]:
    if case.screened:
        return "concerned"
    return "partly" if case.handed_over_at is None else "unread"
