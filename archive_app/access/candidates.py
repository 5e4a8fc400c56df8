"""The persons and units that a form offers: all of them, or only those who can be given access to a case.

Services validate their input with the same queries: what is not offered cannot be chosen, and every refusal is the
same, whatever its cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    cast,
    exists,
    false,
    literal,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from archive_app.access.grants import OPENING, in_force
from archive_app.access.identity import REVIEWS, Reader
from archive_app.access.predicates import AccessPredicate, Principal
from archive_app.access.rule import Rule
from archive_app.access.vetoes import VETOES, Vetoed
from archive_app.errors import NotToBeChosen
from archive_app.office_time import office_day
from archive_app.values import Choice
from storage.models import Account, AccountRole, Allowance, Case, Concern, Membership, Person, Unit, UnitReach

LIFTS: Mapping[str, frozenset[str]] = {
    "listed": frozenset({"unknown"}),
    "granted": frozenset(),
    "overseer": frozenset({"unknown", "oversees"}),
}
"""The vetoes that each kind of allow-list entry lifts."""


def persons(session: Session) -> dict[int, Choice]:
    """Return all persons by name and unit; persons with the same label also show the staff number."""
    rows = session.execute(select(Person.id, Person.public_id, Person.name, Person.staff_no)).all()
    units = _units_of(session)
    plain = {person_id: " · ".join((name, *units.get(person_id, ()))) for person_id, _, name, _ in rows}
    alike = Counter(plain.values())
    return _sorted(
        (key, Choice(public_id, name, _qualified(plain[key], alike[plain[key]], number or public_id[:6])))
        for key, public_id, name, number in rows
    )


def units(session: Session) -> dict[int, Choice]:
    """Return all units, including ended ones; units with the same name also show the superior unit."""
    above = aliased(Unit)
    rows = session.execute(
        select(Unit.id, Unit.public_id, Unit.name, above.name).outerjoin(above, above.id == Unit.parent_id)
    ).all()
    alike = Counter(name for _, _, name, _ in rows)
    return _sorted(
        (
            key,
            Choice(public_id, name, _qualified(name, alike[name], " · ".join(filter(None, (parent, public_id[:6]))))),
        )
        for key, public_id, name, parent in rows
    )


def see_also(session: Session, case_id: int, other_id: int) -> bool:
    """Whether every account that sees the case now sees the other one as well."""
    every = Principal(
        account=literal_column("accounts.id", Integer),
        person=literal_column("accounts.person_id", Integer),
        now=literal(datetime.now(UTC), Allowance.at.type),
    )
    sees = select(Account.id).join(Case, literal(True)).where(Rule(every))
    of_case, of_other = (set(session.scalars(sees.where(Case.id == each))) for each in (case_id, other_id))
    return of_case <= of_other


def can_be_let_in(session: Session, reader: Reader, case_id: int, kind: str) -> dict[int, str]:
    """Return the persons (id → public id), without the reader, whom an entry of this kind would let into the case.

    A person whom the case concerns is excluded: a veto overrides every allow-list entry. An overseer must oversee an
    accused unit.
    """
    principal = _anybody()
    lifted = LIFTS[kind]
    wanted = [
        Person.id != reader.person_id,
        exists().where(Account.person_id == Person.id, Account.active),
        not_(KeptOut(principal, tuple(veto.code for veto in VETOES if veto.code not in lifted))),
    ]
    if kind == "overseer":
        wanted.append(KeptOut(principal, ("oversees",)))
    found = session.execute(
        select(Person.id, Person.public_id).select_from(Person).join(Case, Case.id == case_id).where(*wanted)
    )
    return {person_id: public_id for person_id, public_id in found}


def somebody_is_left(
    session: Session, case_id: int, *, without: Iterable[int] = (), new: Sequence[Mapping[str, Any]] = ()
) -> bool:
    """Whether a person on the allow list could still see the case, without some persons and with the new concerns."""
    principal = _anybody()
    allowance = aliased(Allowance)
    left = (
        select(Person.id)
        .select_from(Person)
        .join(Case, Case.id == case_id)
        .where(
            Person.id.not_in(list(without)),
            exists().where(Account.person_id == Person.id, Account.active),
            exists().where(in_force(principal, allowance, OPENING)).correlate(Case),
            not_(Vetoed(principal)),
            not_(or_(false(), *(_would_keep_out(principal, row) for row in new))),
        )
    )
    return session.scalar(left.limit(1)) is not None


def would_be_kept_out(session: Session, case_id: int, persons: Sequence[int], new: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one of the new concerns, not written yet, would keep one of the persons out of the case.

    Unresolved words do not count here, since they keep out everybody who is not on the list.
    """
    principal = _anybody()
    resolved = [row for row in new if row["person_id"] is not None or row["unit_id"] is not None]
    reached = (
        select(Person.id)
        .select_from(Person)
        .join(Case, Case.id == case_id)
        .where(Person.id.in_(persons), or_(false(), *(_would_keep_out(principal, row) for row in resolved)))
    )
    return session.scalar(reached.limit(1)) is not None


def kept_out(session: Session, case_id: int) -> frozenset[int]:
    """Return the ids of all persons whom a veto keeps out of the case."""
    found = session.scalars(
        select(Person.id).select_from(Person).join(Case, Case.id == case_id).where(Vetoed(_anybody()))
    )
    return frozenset(found)


def is_kept_out() -> ColumnElement[bool]:
    """SQL: whether a veto keeps the enclosing statement's person out of its case."""
    return Vetoed(_anybody())


def has_two_reviewers(session: Session, case: Case) -> bool:
    """Whether two access reviewers can see the case while it has a mention to review."""
    principal = _anybody()
    reviewers = (
        select(Person.id)
        .select_from(Person)
        .join(Case, Case.id == case.id)
        .where(
            _employed(principal, REVIEWS),
            not_(Vetoed(principal)),
            or_(
                not_(Case.restricted), exists().where(in_force(principal, aliased(Allowance), OPENING)).correlate(Case)
            ),
        )
    )
    return len(session.scalars(reviewers.limit(2)).all()) == 2


def holders_of(session: Session, roles: Sequence[str]) -> frozenset[int]:
    """Return the ids of the persons who now hold one of the roles with an active, confirmed account."""
    principal, role = _anybody(), aliased(AccountRole)
    held = exists().where(
        role.account_id == Account.id,
        role.role.in_(roles),
        role.since <= principal.now,
        or_(role.until.is_(None), role.until > principal.now),
    )
    rows = select(Account.person_id).where(Account.active, Account.confirmed_at.is_not(None), held)
    return frozenset(session.scalars(rows))


def listed_holders(roles: Sequence[str]) -> Select[int]:
    """Select the persons on the restricted case's allow list who hold one of the roles and see the case."""
    principal = _anybody()
    listed = exists().where(in_force(principal, aliased(Allowance), OPENING)).correlate(Case)
    return select(Person.id).where(_employed(principal, roles), listed, not_(Vetoed(principal))).correlate(Case)


def units_that_can_handle(session: Session, case_id: int) -> dict[int, str]:
    """Return the existing units (id → public id) that no concern of the case covers."""
    concern, reach = aliased(Concern), aliased(UnitReach)
    concerned = exists().where(
        concern.case_id == case_id,
        concern.ended_at.is_(None),
        concern.unit_id == reach.unit_id,
        reach.member_unit_id == Unit.id,
    )
    existing = or_(Unit.until.is_(None), Unit.until >= office_day(datetime.now(UTC)))
    rows = select(Unit.id, Unit.public_id).where(existing, not_(concerned.correlate(Unit)))
    return {unit_id: public_id for unit_id, public_id in session.execute(rows)}


def person_of(session: Session, public_id: str) -> int:
    """Return the id of a person. Raises NotToBeChosen."""
    found = session.scalar(select(Person.id).where(Person.public_id == public_id))
    if found is None:
        raise NotToBeChosen(field="person")
    return found


def unit_of(session: Session, public_id: str) -> int:
    """Return the id of a unit. Raises NotToBeChosen."""
    found = session.scalar(select(Unit.id).where(Unit.public_id == public_id))
    if found is None:
        raise NotToBeChosen(field="unit")
    return found


def _anybody() -> Principal:
    """Return each person of the enclosing statement as the principal of the access rule."""
    person = literal_column("persons.id", Integer)
    return Principal(account=literal(0), person=person, now=literal(datetime.now(UTC), Allowance.at.type))


def _employed(principal: Principal, roles: Sequence[str]) -> ColumnElement[bool]:
    """SQL: whether the principal now holds one of the roles with an active, confirmed account."""
    account, role = aliased(Account), aliased(AccountRole)
    return exists().where(
        account.person_id == principal.person,
        account.active,
        account.confirmed_at.is_not(None),
        role.account_id == account.id,
        role.role.in_(roles),
        role.since <= principal.now,
        or_(role.until.is_(None), role.until > principal.now),
    )


class KeptOut(AccessPredicate):
    """Whether one of the vetoes with the codes `of` keeps the principal out of the case."""

    inherit_cache = True

    def expanded(self, principal: Principal) -> ColumnElement[bool]:
        """Return the condition that one of the vetoes applies to a current concern of the case."""
        concern = aliased(Concern)
        applies = or_(false(), *(veto.applies(principal, concern) for veto in VETOES if veto.code in self.of))
        return exists().where(concern.case_id == Case.id, concern.ended_at.is_(None), applies).correlate(Case)


def _would_keep_out(principal: Principal, row: Mapping[str, Any]) -> ColumnElement[bool]:
    """SQL: whether a concern that is not written yet would keep the principal out."""
    values = select(
        cast(literal(row["kind"]), String).label("kind"),
        cast(literal(row["person_id"]), Integer).label("person_id"),
        cast(literal(row["unit_id"]), Integer).label("unit_id"),
    ).subquery()
    concern = aliased(Concern, values, adapt_on_names=True)
    applies = or_(*(veto.applies(principal, concern) for veto in VETOES))
    return exists().select_from(values).where(applies).correlate(Case)


def _units_of(session: Session) -> dict[int, list[str]]:
    """Return by person the names of their current units."""
    found: dict[int, list[str]] = {}
    today = date.today()
    rows = session.execute(
        select(Membership.person_id, Unit.name)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(or_(Membership.until.is_(None), Membership.until >= today))
        .order_by(Unit.name)
    )
    for person_id, name in rows:
        found.setdefault(person_id, []).append(name)
    return found


def _qualified(label: str, alike: int, by: str) -> str:
    return label if alike == 1 else f"{label} · {by}"


def _sorted(choices: Iterable[tuple[int, Choice]]) -> dict[int, Choice]:
    # GB 18030 orders the common characters by pinyin.
    return dict(sorted(choices, key=lambda entry: entry[1].label.encode("gb18030", "replace")))
