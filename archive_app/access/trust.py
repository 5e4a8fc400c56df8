"""Which accounts may open anything at all, and which roles they hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Exists, and_, exists, not_, or_
from sqlalchemy.orm import aliased

from archive_app.access.predicates import AccessPredicate, Column, Principal
from storage.models import Account, AccountRole, Membership, Person, Unit


class Trusted(AccessPredicate):
    """Whether the account may open anything at all."""

    inherit_cache = True

    def expanded(self, principal: Principal) -> ColumnElement[bool]:
        """`trusted`."""
        return trusted(principal)


class Holds(AccessPredicate):
    """Whether the account holds one of the roles `of`, and may use it."""

    inherit_cache = True

    def expanded(self, principal: Principal) -> ColumnElement[bool]:
        """`holds`."""
        return holds(principal, self.of)


def role_in_force(principal: Principal, role: type[AccountRole], roles: Sequence[str]) -> ColumnElement[bool]:
    """Whether this entry gives the account one of the roles now."""
    return and_(
        role.account_id == principal.account,
        role.role.in_(roles),
        role.since <= principal.now,
        or_(role.until.is_(None), role.until > principal.now),
    )


def holds(principal: Principal, roles: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether the account holds one of the roles, now, and may use it."""
    return and_(exists().where(role_in_force(principal, aliased(AccountRole), roles)), trusted(principal))


def trusted(principal: Principal) -> ColumnElement[bool]:
    """Whether the account may open anything at all.

    It is active, a second person has confirmed it (`Account.confirmed_at`), and all letters were screened for the names
    of its person and of that person's units.
    """
    account, person = aliased(Account), aliased(Person)
    return exists().where(
        account.id == principal.account,
        person.id == account.person_id,
        *(trust.holds(account, person) for trust in TRUST),
    )


def _has_unmatched_unit(person: type[Person]) -> Exists:
    member, unit = aliased(Membership), aliased(Unit)
    of_person = member.person_id == person.id, unit.id == member.unit_id
    return exists().where(*of_person, not_(unit.matched)).correlate_except(member, unit)


@dataclass(frozen=True, slots=True)
class Trust:
    """A condition on an account and its person; `lacking` is the code of what is missing when it fails."""

    lacking: str
    holds: Callable[[type[Account], type[Person]], Column[bool]]


TRUST = (
    Trust("account_inactive", lambda account, person: account.active),
    Trust("account_unconfirmed", lambda account, person: account.confirmed_at.is_not(None)),
    Trust("names_unmatched", lambda account, person: person.matched),
    Trust("unit_unmatched", lambda account, person: not_(_has_unmatched_unit(person))),
)
"""All conditions of trust."""
