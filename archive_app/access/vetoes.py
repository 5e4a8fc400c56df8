"""The vetoes: a case that concerns a person is closed to them, whatever is granted to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, exists, not_, or_, select
from sqlalchemy.orm import aliased

from archive_app.access.grants import allowed
from archive_app.access.predicates import AccessPredicate, Column, Principal, of_this_case
from storage import veto_bits
from storage.models import Case, Concern, Membership, Post, UnitReach


class Vetoed(AccessPredicate):
    """The vetoes as a predicate, compiled once."""

    inherit_cache = True

    def expanded(self, principal: Principal) -> ColumnElement[bool]:
        """`vetoed`."""
        return vetoed(principal)


def vetoed(principal: Principal) -> ColumnElement[bool]:
    """Whether a veto applies: `concerned`, asked only of cases that have one of the principal's veto bits.

    For most cases the row itself shows that no concern can apply (`storage.veto_bits`). Asking the concerns of every
    case would cost more than the rest of a list.
    """
    return and_(Case.veto_bits.bitwise_and(_in_question(principal)) != 0, concerned(principal))


def concerned(principal: Principal) -> ColumnElement[bool]:
    """Whether the case concerns the reader (`confidentiality.md`, the rule).

    The reader is accused, recused or mentioned; or, at any time since the event, belonged to a unit that is, or led it;
    or oversees an accused unit, and the director has not decided; or somebody accused is not known yet, and the reader
    is not on the allow-list.
    """
    concern = aliased(Concern)
    return (
        exists()
        .where(
            concern.case_id == Case.id,
            concern.ended_at.is_(None),
            or_(*(veto.applies(principal, concern) for veto in VETOES)),
        )
        .correlate(Case)
    )


@dataclass(frozen=True, slots=True)
class Veto:
    """A kind of veto: `applies` is the condition on a concern in force and its case.

    `bits` are the veto bits that every case with such a concern has (`storage.veto_bits`).
    """

    code: str
    applies: Callable[[Principal, type[Concern]], ColumnElement[bool]]
    bits: Callable[[Principal], ColumnElement[int]]


def unknown_accused(concern: type[Concern]) -> ColumnElement[bool]:
    """Whether the concern accuses somebody who is not identified yet."""
    return and_(concern.kind == "accused", concern.person_id.is_(None), concern.unit_id.is_(None))


def belonged(principal: Principal, member: type[Membership], unit_id: Column[Any]) -> ColumnElement[bool]:
    """Whether a concern of the unit reaches the principal through this membership, in the case at hand."""
    return and_(member.person_id == principal.person, _reaches(unit_id, member.unit_id), _since_event(member))


def led(principal: Principal, post: type[Post], unit_id: Column[Any]) -> ColumnElement[bool]:
    """Whether a concern of the unit reaches the principal through this post as the leader of a unit."""
    return and_(
        post.person_id == principal.person,
        post.kind == "leads",
        _reaches(unit_id, post.unit_id),
        _since_event(post),
    )


def oversaw(
    principal: Principal, post: type[Post], reach: type[UnitReach], unit_id: Column[Any]
) -> ColumnElement[bool]:
    """Whether the principal oversees the unit by this post, or (`reach`) a unit above it."""
    return and_(
        post.person_id == principal.person,
        post.kind == "oversees",
        _since_event(post),
        reach.unit_id == post.unit_id,
        reach.member_unit_id == unit_id,
    )


def _reaches(unit_id: Column[Any], member_unit_id: Column[Any]) -> Exists:
    reach = aliased(UnitReach)
    pair = reach.unit_id == unit_id, reach.member_unit_id == member_unit_id
    return exists().where(*pair).correlate_except(reach)


def _since_event(held: type[Membership | Post]) -> ColumnElement[bool]:
    """Whether a membership or post had not ended before the event. An end that waits to be confirmed is none yet."""
    ended_before = and_(held.until < Case.event_date, held.end_pending_id.is_(None))
    return or_(held.until.is_(None), Case.event_date.is_(None), not_(ended_before))


def _of_member(principal: Principal, concern: type[Concern]) -> ColumnElement[bool]:
    member = aliased(Membership)
    return and_(concern.unit_id.is_not(None), of_this_case(belonged(principal, member, concern.unit_id), member))


def _of_who_leads(principal: Principal, concern: type[Concern]) -> ColumnElement[bool]:
    post = aliased(Post)
    return and_(concern.unit_id.is_not(None), of_this_case(led(principal, post, concern.unit_id), post))


def _of_who_oversees(principal: Principal, concern: type[Concern]) -> ColumnElement[bool]:
    post, reach = aliased(Post), aliased(UnitReach)
    return and_(
        concern.kind == "accused",
        concern.unit_id.is_not(None),
        of_this_case(oversaw(principal, post, reach, concern.unit_id), post, reach),
        not_(allowed(principal, "overseer")),
    )


def _bits_of_member(principal: Principal) -> ColumnElement[int]:
    member, reach = aliased(Membership), aliased(UnitReach)
    belongs = member.person_id == principal.person, reach.member_unit_id == member.unit_id
    return _bits_of_units(reach.unit_id, belongs, member, reach)


def _bits_of_who_leads(principal: Principal) -> ColumnElement[int]:
    post, reach = aliased(Post), aliased(UnitReach)
    leads = post.person_id == principal.person, post.kind == "leads", reach.member_unit_id == post.unit_id
    return _bits_of_units(reach.unit_id, leads, post, reach)


def _bits_of_who_oversees(principal: Principal) -> ColumnElement[int]:
    post, reach = aliased(Post), aliased(UnitReach)
    oversees = post.person_id == principal.person, post.kind == "oversees", reach.unit_id == post.unit_id
    return _bits_of_units(reach.member_unit_id, oversees, post, reach)


def _bits_of_units(unit_id: Column[int], where: Sequence[ColumnElement[bool]], *looked_at: Any) -> ColumnElement[int]:
    found = select(veto_bits.combined(veto_bits.of_unit(unit_id))).where(*where)
    return found.correlate_except(*looked_at).scalar_subquery()


def _in_question(principal: Principal) -> ColumnElement[int]:
    """The bits of all vetoes. Nothing of a case is in it, so a statement computes it once."""
    every = (veto.bits(principal) for veto in VETOES)
    return select(reduce(lambda some, more: some.bitwise_or(more), every)).correlate_except(Concern).scalar_subquery()


VETOES = (
    Veto(
        "concerned",
        lambda principal, concern: concern.person_id == principal.person,
        lambda principal: veto_bits.of_person(principal.person),
    ),
    Veto("member", _of_member, _bits_of_member),
    Veto("leads", _of_who_leads, _bits_of_who_leads),
    Veto("oversees", _of_who_oversees, _bits_of_who_oversees),
    Veto(
        "unknown",
        lambda principal, concern: and_(unknown_accused(concern), not_(allowed(principal, "listed"))),
        lambda principal: veto_bits.of_unknown(),
    ),
)
"""All kinds of veto."""
