"""The grants: every way into a case. Empty by default: without a grant nobody sees a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Exists, and_, exists, not_, or_, select, union
from sqlalchemy.orm import aliased

from archive_app.access.identity import BRINGS_LETTERS_IN, HANDLES, LEADS, LOOKS_THROUGH, REVIEWS, WORKS_ON_CASES
from archive_app.access.predicates import Column, Principal, current, of_this_case
from archive_app.access.trust import holds, trusted
from storage.models import Allowance, Assignment, Case, Concern, Membership, Post, UnitReach


def granted(principal: Principal) -> ColumnElement[bool]:
    """Need to know, empty by default: a role that works on such cases, or an allow-list entry in force."""
    open_to_roles = or_(*(and_(way.case_is(principal), holds(principal, way.roles)) for way in ROLE_GRANTS))
    return and_(
        Case.read_at.is_not(None),
        or_(and_(not_(Case.restricted), open_to_roles), and_(allowed(principal, *OPENING), trusted(principal))),
    )


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A grant by role, for cases that are not restricted: one of the `roles` sees the cases that meet `case_is`."""

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
            reach.pending_id.is_(None),
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


ROLE_GRANTS = (
    RoleGrant("works_on_cases", WORKS_ON_CASES, lambda principal: Case.screened),
    # Whoever brought a letter in does not look it through: its absence would tell them that it mentions them.
    RoleGrant(
        "looks_through",
        LOOKS_THROUGH,
        lambda principal: and_(
            not_(Case.screened), or_(Case.handed_over_at.is_(None), Case.brought_by.is_distinct_from(principal.account))
        ),
    ),
    RoleGrant(
        "brought_it_in",
        BRINGS_LETTERS_IN,
        lambda principal: and_(
            not_(Case.screened), Case.handed_over_at.is_(None), Case.brought_by == principal.account
        ),
    ),
    RoleGrant("handles", HANDLES, lambda principal: and_(Case.screened, handled_by(principal))),
    RoleGrant("oversees_handling", LEADS, lambda principal: and_(Case.screened, _oversees_handling(principal))),
    RoleGrant("reviews_a_mention", REVIEWS, lambda principal: and_(Case.screened, _has_mention_to_review())),
)
"""All grants by role. A restricted case has none of them."""


OPENING = ("listed", "granted")
"""The kinds of allow-list entry that are a grant; the other kind only lifts the veto of who oversees a unit."""
