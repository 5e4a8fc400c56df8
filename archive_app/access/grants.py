"""The grants: every way into a case. Empty by default: without a grant nobody sees a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Exists, and_, exists, not_, or_, select, union
from sqlalchemy.orm import aliased

from archive_app.access.identity import CHECKS, HANDLES, LEADS, REVIEWS, WORKS_ON_CASES
from archive_app.access.predicates import Column, Principal, current, of_this_case
from archive_app.access.trust import holds, trusted
from storage.models import Account, Allowance, Assignment, Case, Concern, Membership, Post, Unit, UnitReach


def granted(principal: Principal) -> ColumnElement[bool]:
    """Need to know, empty by default: a role that works on such cases, or an allow-list entry in force.

    A case that was not screened is open to nobody but those who look it through, whatever the allow-list says.
    """
    of_list = and_(allowed(principal, *OPENING), trusted(principal))
    screened = or_(and_(not_(Case.restricted), _by_role(principal, ROLE_GRANTS)), of_list)
    unscreened = _by_role(principal, UNSCREENED_GRANTS)
    return and_(
        Case.read_at.is_not(None),
        or_(and_(Case.screened, screened), and_(not_(Case.screened), unscreened)),
    )


def _by_role(principal: Principal, grants: Sequence[RoleGrant]) -> ColumnElement[bool]:
    return or_(*(and_(way.case_is(principal), holds(principal, way.roles)) for way in grants))


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A grant by role: one of the `roles` sees the cases that meet `case_is`."""

    code: str
    roles: tuple[str, ...]
    case_is: Callable[[Principal], Column[bool]]


def in_force(principal: Principal, allowance: type[Allowance], kinds: Sequence[str]) -> ColumnElement[bool]:
    """Whether this allow-list entry, of one of the kinds, lets the principal into the case at hand, now."""
    return and_(
        allowance.case_id == Case.id,
        allowance.person_id == principal.person,
        allowance.kind.in_(kinds),
        allowance.ended_at.is_(None),
        or_(allowance.until.is_(None), allowance.until > principal.now),
    )


def assigned_to(principal: Principal, assignment: type[Assignment]) -> ColumnElement[bool]:
    """Whether this assignment makes the principal handle the case at hand, by name or through their unit."""
    member, post = aliased(Membership), aliased(Post)
    belongs = exists().where(
        member.person_id == principal.person, member.unit_id == assignment.unit_id, current(principal, member)
    )
    leads = exists().where(
        post.person_id == principal.person,
        post.kind == "leads",
        post.unit_id == assignment.unit_id,
        current(principal, post),
    )
    of_unit = or_(belongs.correlate_except(member), leads.correlate_except(post))
    return and_(
        assignment.case_id == Case.id,
        assignment.ended_at.is_(None),
        or_(assignment.person_id == principal.person, and_(assignment.person_id.is_(None), of_unit)),
    )


def can_be_assigned(principal: Principal) -> ColumnElement[bool]:
    """A condition that every assignment by which the principal handles or oversees a case meets: narrows a search."""
    of_units = (
        select(reach.member_unit_id).join(held, held.unit_id == reach.unit_id).where(held.person_id == principal.person)
        for held, reach in ((aliased(Membership), aliased(UnitReach)), (aliased(Post), aliased(UnitReach)))
    )
    return or_(Assignment.person_id == principal.person, Assignment.unit_id.in_(union(*of_units)))


def _oversees_handling(principal: Principal) -> Exists:
    """Whether the principal oversees or leads a unit that handles the case, or a unit above it."""
    assignment, post, reach = aliased(Assignment), aliased(Post), aliased(UnitReach)
    return of_this_case(
        and_(
            assignment.case_id == Case.id,
            assignment.ended_at.is_(None),
            post.person_id == principal.person,
            current(principal, post),
            reach.unit_id == post.unit_id,
            reach.member_unit_id == assignment.unit_id,
        ),
        assignment,
        post,
        reach,
    )


def handled_by(principal: Principal) -> Exists:
    """Whether the principal handles the case at hand."""
    assignment = aliased(Assignment)
    return of_this_case(assigned_to(principal, assignment), assignment)


def allowed(principal: Principal, *kinds: str) -> Exists:
    """Whether an allow-list entry of one of the kinds, in force now, names the principal for the case at hand."""
    allowance = aliased(Allowance)
    return of_this_case(in_force(principal, allowance, kinds), allowance)


def _has_mention_to_review() -> Exists:
    concern = aliased(Concern)
    return (
        exists()
        .where(
            concern.case_id == Case.id,
            concern.kind == "mentioned",
            concern.ended_at.is_(None),
            concern.confirmed_at.is_(None),
        )
        .correlate(Case)
    )


def in_watched_unit(principal: Principal) -> ColumnElement[bool]:
    """Whether the principal now is of a unit that letters are screened for, or of one that its concerns reach.

    Staff of such units may be accused in any letter, so they check none (`CHECKS`).
    """
    belongs = (_reached_by_watched(principal, held) for held in (aliased(Membership), aliased(Post)))
    return or_(*belongs)


def _reached_by_watched(principal: Principal, held: type[Membership | Post]) -> Exists:
    reach, unit = aliased(UnitReach), aliased(Unit)
    return of_this_case(
        and_(
            held.person_id == principal.person,
            current(principal, held),
            reach.member_unit_id == held.unit_id,
            unit.id == reach.unit_id,
            unit.watched,
        ),
        held,
        reach,
        unit,
    )


def _was_done_by(principal: Principal, account_id: Column[int | None]) -> Exists:
    """Whether it is the account, or another account, of the principal's person."""
    account = aliased(Account)
    return of_this_case(and_(account.id == account_id, account.person_id == principal.person), account)


def _waits_for_checker(principal: Principal) -> ColumnElement[bool]:
    # Whoever brought a letter in does not look it through: its absence would tell them that it mentions them.
    return and_(not_(Case.screened), not_(in_watched_unit(principal)), not_(_was_done_by(principal, Case.brought_by)))


def _was_checked(principal: Principal) -> ColumnElement[bool]:
    """Whether another person has looked the case through as its checker.

    An access reviewer sees it only then: were it open to them before, and closed by a concern that the checker notes,
    its absence would tell them of that.
    """
    return and_(
        not_(Case.screened),
        Case.checked_by.is_not(None),
        not_(_was_done_by(principal, Case.checked_by)),
        not_(_was_done_by(principal, Case.brought_by)),
    )


UNSCREENED_GRANTS = (
    RoleGrant("checks", CHECKS, _waits_for_checker),
    RoleGrant("looks_through", REVIEWS, _was_checked),
)
"""All grants of a case that was not screened, restricted or not: its reading cannot be trusted, whom it names is not
known."""


ROLE_GRANTS = (
    RoleGrant("works_on_cases", WORKS_ON_CASES, lambda principal: Case.screened),
    RoleGrant("handles", HANDLES, lambda principal: and_(Case.screened, handled_by(principal))),
    RoleGrant("oversees_handling", LEADS, lambda principal: and_(Case.screened, _oversees_handling(principal))),
    RoleGrant("reviews_a_mention", REVIEWS, lambda principal: and_(Case.screened, _has_mention_to_review())),
)
"""All grants by role of a screened case. A restricted case has none of them."""


OPENING = ("listed", "granted")
"""The kinds of allow-list entry that are a grant; the other kind only lifts the veto of who oversees a unit."""
