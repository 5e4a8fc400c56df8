"""THE DOOR: which cases who is principal may see. Every read of case content composes `visible(who)`.

    visible(reader)  =  granted(reader)  AND NOT  vetoed(reader)

A list and a look-up of one thing use the same Select, so they cannot drift apart; hidden and absent are one exception.
Rights are read from the live state in the statement itself: a reader carries none. On PostgreSQL the same rule stands
under the tables as well (`archive_app.access.row_security`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any, TypeVar

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Exists,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.type_api import TypeEngine
from sqlalchemy.sql.visitors import InternalTraversal

from archive_app.access.identity import (
    BRINGS_LETTERS_IN,
    HANDLES,
    LEADS,
    LOOKS_THROUGH,
    REVIEWS,
    WORKS_ON_CASES,
    Reader,
    System,
)
from archive_app.errors import NotFound
from archive_app.office_time import ZONE_NAME
from storage import veto_bits
from storage.models import (
    Account,
    AccountRole,
    Allowance,
    Assignment,
    Case,
    Concern,
    Intake,
    Letter,
    LetterSource,
    Membership,
    Person,
    Post,
    Source,
    Unit,
    UnitReach,
)

T = TypeVar("T")
Column = ColumnElement[T] | InstrumentedAttribute[T]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, and when, as SQL: values of a reader, or on the second floor what the transaction says."""

    account: ColumnElement[int]
    person: ColumnElement[int]
    now: ColumnElement[datetime]

    @classmethod
    def of(cls, reader: Reader) -> Principal:
        """A reader, now."""
        return cls.at_sending(reader.account_id, reader.person_id)

    @classmethod
    def at_sending(cls, account_id: int, person_id: int) -> Principal:
        """Somebody, at the moment when the statement is sent."""
        now = bindparam("asked_at", callable_=lambda: datetime.now(UTC), type_=Allowance.at.type, unique=True)
        return cls(literal(account_id), literal(person_id), now)


def visible(who: Reader | System) -> Select[int]:
    """The ids of the cases that may be seen, now."""
    return select(Case.id).where(rule(who))


def rule(who: Reader | System) -> ColumnElement[bool]:
    """The rule, as a condition on a case."""
    if isinstance(who, System):
        return true()
    return Rule(Principal.of(who))


class AccessPredicate(ColumnElement[bool]):
    """A condition of the door as one piece of a statement: who asks, not what they may: that is in the rows.

    To put the whole rule together takes longer than to ask it. So statements with such a piece are told apart by its
    kind and by who asks alone, and it is spelled out only when one of them is compiled for the first time. What is
    written then is put together once for all statements, for an `PrincipalPlaceholder` instead of who asks.

    `of` says what makes it another condition, beside its kind and who asks.
    """

    __visit_name__ = "piece"
    type = Boolean()
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - the form that SQLAlchemy asks for
        ("account", InternalTraversal.dp_clauseelement),
        ("person", InternalTraversal.dp_clauseelement),
        ("now", InternalTraversal.dp_clauseelement),
        ("of", InternalTraversal.dp_string_list),
    ]

    def __init__(self, principal: Principal, of: tuple[str, ...] = ()) -> None:
        self.account, self.person, self.now = principal.account, principal.person, principal.now
        self.of = of

    def spelled_out(self, principal: Principal) -> ColumnElement[bool]:
        """The condition itself."""
        raise NotImplementedError

    def self_group(self, against: Any = None) -> AccessPredicate:
        """Itself: it is spelled out in parentheses, and not as `… = 1`, so that SQLite sees into it."""
        return self


class PrincipalPlaceholder(ColumnElement[Any]):
    """Stands in a condition for who asks, or for when: as the piece says it that is being written at the moment."""

    __visit_name__ = "asked"
    inherit_cache = False

    def __init__(self, name: str, kind: TypeEngine[Any]) -> None:
        self.name, self.type = name, kind


PLACEHOLDERS = Principal(
    PrincipalPlaceholder("account", Account.id.type),
    PrincipalPlaceholder("person", Person.id.type),
    PrincipalPlaceholder("now", Allowance.at.type),
)

_put_together: dict[tuple[type[AccessPredicate], tuple[str, ...]], ColumnElement[bool]] = {}


@compiles(AccessPredicate)
def _spelled_out(element: AccessPredicate, compiler: SQLCompiler, **how: Any) -> str:
    kind = type(element), element.of
    if kind not in _put_together:
        _put_together[kind] = element.spelled_out(PLACEHOLDERS)
    being_written: list[AccessPredicate] = vars(compiler).setdefault("predicates_being_compiled", [])
    being_written.append(element)
    try:
        return f"({compiler.process(_put_together[kind], **how)})"
    finally:
        being_written.pop()


@compiles(PrincipalPlaceholder)
def _asked(element: PrincipalPlaceholder, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(getattr(vars(compiler)["predicates_being_compiled"][-1], element.name), **how)


class OfficeDay(FunctionElement[date]):
    """The day that it is in the office at a moment (`archive_app.office_time`)."""

    name = "office_day"
    type = Date()
    inherit_cache = True


@compiles(OfficeDay)
def _office_day(element: OfficeDay, compiler: SQLCompiler, **how: Any) -> str:
    return f"date({compiler.process(element.clauses, **how)}, '+8 hours')"


@compiles(OfficeDay, "postgresql")
def _office_day_on_postgresql(element: OfficeDay, compiler: SQLCompiler, **how: Any) -> str:
    return f"(({compiler.process(element.clauses, **how)}) AT TIME ZONE '{ZONE_NAME}')::date"


class Rule(AccessPredicate):
    """The rule."""

    inherit_cache = True

    def spelled_out(self, principal: Principal) -> ColumnElement[bool]:
        """`opens`."""
        return opens(principal)


class Vetoed(AccessPredicate):
    """What beats every grant."""

    inherit_cache = True

    def spelled_out(self, principal: Principal) -> ColumnElement[bool]:
        """`vetoed`."""
        return vetoed(principal)


class Trusted(AccessPredicate):
    """Whether the account may open anything at all."""

    inherit_cache = True

    def spelled_out(self, principal: Principal) -> ColumnElement[bool]:
        """`trusted`."""
        return trusted(principal)


class Holds(AccessPredicate):
    """Whether the account holds one of the roles `of` which it is, and may use it."""

    inherit_cache = True

    def spelled_out(self, principal: Principal) -> ColumnElement[bool]:
        """`holds`."""
        return holds(principal, self.of)


def opens(principal: Principal) -> ColumnElement[bool]:
    """The rule, of who asks."""
    return and_(granted(principal), not_(vetoed(principal)))


def granted(principal: Principal) -> ColumnElement[bool]:
    """Positive need to know, empty by default: a role that works on such cases, or an allowance in force."""
    open_to_roles = or_(*(and_(way.case_is(principal), holds(principal, way.roles)) for way in ROLE_GRANTS))
    return and_(
        Case.read_at.is_not(None),
        or_(and_(not_(Case.restricted), open_to_roles), and_(_allowed(principal, *OPENING), trusted(principal))),
    )


def vetoed(principal: Principal) -> ColumnElement[bool]:
    """What beats every grant and every role: `concerned`, asked only of cases that have a mark in question.

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
class RoleGrant:
    """A way into cases that are not restricted: for who holds one of the roles, if the case is as `case_is` says."""

    code: str
    roles: tuple[str, ...]
    case_is: Callable[[Principal], Column[bool]]


@dataclass(frozen=True, slots=True)
class Veto:
    """A way in which a concern in force keeps somebody out: `applies` is a condition on the concern and its case.

    `bits` are those that every case has on which there is such a concern (`storage.veto_bits`).
    """

    code: str
    applies: Callable[[Principal, type[Concern]], ColumnElement[bool]]
    bits: Callable[[Principal], ColumnElement[int]]


def unknown_accused(concern: type[Concern]) -> ColumnElement[bool]:
    """Whether somebody is accused of whom there are only words so far."""
    return and_(concern.kind == "accused", concern.person_id.is_(None), concern.unit_id.is_(None))


def belonged(principal: Principal, member: type[Membership], unit_id: Column[Any]) -> ColumnElement[bool]:
    """Whether it is by this membership that a concern of the unit reaches who asks, in the case at hand."""
    return and_(member.person_id == principal.person, _reaches(unit_id, member.unit_id), _since_event(member.until))


def led(principal: Principal, post: type[Post], unit_id: Column[Any]) -> ColumnElement[bool]:
    """Whether it is by this post, of who leads a unit, that a concern of the unit reaches who asks."""
    return and_(
        post.person_id == principal.person,
        post.kind == "leads",
        _reaches(unit_id, post.unit_id),
        _since_event(post.until),
    )


def oversaw(
    principal: Principal, post: type[Post], reach: type[UnitReach], unit_id: Column[Any]
) -> ColumnElement[bool]:
    """Whether by this post who asks oversees the unit, or (`reach`) one that it is a part of."""
    return and_(
        post.person_id == principal.person,
        post.kind == "oversees",
        _since_event(post.until),
        reach.unit_id == post.unit_id,
        reach.member_unit_id == unit_id,
    )


def holding(principal: Principal, role: type[AccountRole], roles: Sequence[str]) -> ColumnElement[bool]:
    """Whether this is one of the roles, held by the account now."""
    return and_(
        role.account_id == principal.account,
        role.role.in_(roles),
        role.since <= principal.now,
        or_(role.until.is_(None), role.until > principal.now),
    )


def in_force(principal: Principal, allowance: type[Allowance], kinds: Sequence[str]) -> ColumnElement[bool]:
    """Whether this allowance, of one of the kinds, lets who asks into the case at hand, now."""
    return and_(
        allowance.case_id == Case.id,
        allowance.person_id == principal.person,
        allowance.kind.in_(kinds),
        allowance.ended_at.is_(None),
        or_(allowance.until.is_(None), allowance.until > principal.now),
    )


def assigned_to(principal: Principal, assignment: type[Assignment]) -> ColumnElement[bool]:
    """Whether by this assignment it is for who asks to handle the case at hand: by name, or because of their unit."""
    member, post = aliased(Membership), aliased(Post)
    belongs = exists().where(
        member.person_id == principal.person, member.unit_id == assignment.unit_id, _now(principal, member)
    )
    leads = exists().where(
        post.person_id == principal.person,
        post.kind == "leads",
        post.unit_id == assignment.unit_id,
        _now(principal, post),
    )
    of_unit = or_(belongs.correlate_except(member), leads.correlate_except(post))
    return and_(
        assignment.case_id == Case.id,
        assignment.ended_at.is_(None),
        or_(assignment.person_id == principal.person, and_(assignment.person_id.is_(None), of_unit)),
    )


def can_be_assigned(principal: Principal) -> ColumnElement[bool]:
    """What is so of every assignment by which who asks handles a case or oversees its handling: to narrow a search."""
    of_units = (
        select(reach.member_unit_id).join(held, held.unit_id == reach.unit_id).where(held.person_id == principal.person)
        for held, reach in ((aliased(Membership), aliased(UnitReach)), (aliased(Post), aliased(UnitReach)))
    )
    return or_(Assignment.person_id == principal.person, Assignment.unit_id.in_(union(*of_units)))


def _oversees_handling(principal: Principal) -> Exists:
    """Whether a unit that handles the case is one which who asks oversees or leads, or a part of it."""
    assignment, post, reach = aliased(Assignment), aliased(Post), aliased(UnitReach)
    return _of_this_case(
        and_(
            assignment.case_id == Case.id,
            assignment.ended_at.is_(None),
            post.person_id == principal.person,
            _now(principal, post),
            reach.unit_id == post.unit_id,
            reach.member_unit_id == assignment.unit_id,
        ),
        assignment,
        post,
        reach,
    )


def _handles(principal: Principal) -> Exists:
    assignment = aliased(Assignment)
    return _of_this_case(assigned_to(principal, assignment), assignment)


def _now(principal: Principal, held: type[Membership | Post]) -> ColumnElement[bool]:
    """Whether a membership or a post has begun, and has not ended, on the day that it is in the office."""
    today = OfficeDay(principal.now)
    return and_(or_(held.since.is_(None), held.since <= today), or_(held.until.is_(None), held.until >= today))


def _reaches(unit_id: Column[Any], member_unit_id: Column[Any]) -> Exists:
    reach = aliased(UnitReach)
    pair = reach.unit_id == unit_id, reach.member_unit_id == member_unit_id
    return exists().where(*pair).correlate_except(reach)


def _since_event(until: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    return or_(until.is_(None), Case.event_date.is_(None), until >= Case.event_date)


def _of_member(principal: Principal, concern: type[Concern]) -> ColumnElement[bool]:
    member = aliased(Membership)
    return and_(concern.unit_id.is_not(None), _of_this_case(belonged(principal, member, concern.unit_id), member))


def _of_who_leads(principal: Principal, concern: type[Concern]) -> ColumnElement[bool]:
    post = aliased(Post)
    return and_(concern.unit_id.is_not(None), _of_this_case(led(principal, post, concern.unit_id), post))


def _of_who_oversees(principal: Principal, concern: type[Concern]) -> ColumnElement[bool]:
    post, reach = aliased(Post), aliased(UnitReach)
    return and_(
        concern.kind == "accused",
        concern.unit_id.is_not(None),
        _of_this_case(oversaw(principal, post, reach, concern.unit_id), post, reach),
        not_(_allowed(principal, "overseer")),
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
    """The marks of all vetoes there are: nothing of a case is in it, so that a statement finds it out once."""
    every = (veto.bits(principal) for veto in VETOES)
    return select(reduce(lambda some, more: some.bitwise_or(more), every)).correlate_except(Concern).scalar_subquery()


def _allowed(principal: Principal, *kinds: str) -> Exists:
    allowance = aliased(Allowance)
    return _of_this_case(in_force(principal, allowance, kinds), allowance)


def _of_this_case(condition: ColumnElement[bool], *looked_at: Any) -> Exists:
    """Whether there is such a row; the case and the concern are those at hand, however deep in the statement it stands.

    By itself SQLAlchemy looks one level up only, and would take all cases and all concerns from further up.
    """
    return exists().where(condition).correlate_except(*looked_at)


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
    # Who brought a letter in does not look it through: they would know one that mentions them by its absence.
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
    RoleGrant("handles", HANDLES, lambda principal: and_(Case.screened, _handles(principal))),
    RoleGrant("oversees_handling", LEADS, lambda principal: and_(Case.screened, _oversees_handling(principal))),
    RoleGrant("reviews_a_mention", REVIEWS, lambda principal: and_(Case.screened, _has_mention_to_review())),
)
"""The ways in by role. A restricted case has none of them."""

OPENING = ("listed", "granted")
"""The kinds of allowance that are a way in; the other kind only lifts the veto of who oversees."""

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
        lambda principal, concern: and_(unknown_accused(concern), not_(_allowed(principal, "listed"))),
        lambda principal: veto_bits.of_unknown(),
    ),
)
"""All that keeps somebody out."""


def holds(principal: Principal, roles: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether the account holds one of the roles, now, and may use it."""
    return and_(exists().where(holding(principal, aliased(AccountRole), roles)), trusted(principal))


def trusted(principal: Principal) -> ColumnElement[bool]:
    """Whether the account may open anything at all.

    It is active, two persons have made it what it is (`Account.confirmed_at`), and the letters that are there were
    looked through for the names of its person and of that person's units.
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
    """What must be so of an account and its person; `lacking` is the code of its not being so."""

    lacking: str
    holds: Callable[[type[Account], type[Person]], Column[bool]]


TRUST = (
    Trust("account_inactive", lambda account, person: account.active),
    Trust("account_unconfirmed", lambda account, person: account.confirmed_at.is_not(None)),
    Trust("names_unmatched", lambda account, person: person.matched),
    Trust("unit_unmatched", lambda account, person: not_(_has_unmatched_unit(person))),
)
"""All of it."""


def kept_from_nobody() -> ColumnElement[bool]:
    """Whether there is nobody who must not know of the case, nor ever was: no concern, not even one that has ended.

    It does not ask who asks: what is so of a case for everybody. A case without a mark never had a concern
    (`storage.veto_bits`).
    """
    return and_(not_(Case.restricted), Case.screened, Case.read_at.is_not(None), Case.veto_bits == 0)


def may_see(who: Reader | System, case_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The same rule, as a condition on a column of case ids."""
    return visible(who).where(Case.id == case_id).correlate_except(Case).exists()


def visible_letters(who: Reader | System) -> Select[Letter]:
    """The letters that may be seen; every list and every look-up of letters begins here."""
    return select(Letter).where(may_see(who, Letter.case_id))


def find_letter(session: Session, who: Reader | System, public_id: str) -> Letter:
    """One letter by the id in its address. Raises NotFound, for absent and hidden alike."""
    letter = session.scalar(visible_letters(who).where(Letter.public_id == public_id))
    if letter is None:
        raise NotFound
    return letter


def visible_cases(who: Reader | System) -> Select[Case]:
    """The cases that may be seen; every list of cases begins here."""
    return select(Case).where(rule(who))


def find_case(session: Session, who: Reader | System, public_id: str) -> Case:
    """One case by the id in its address. Raises NotFound, for absent and hidden alike."""
    case = session.scalar(visible_cases(who).where(Case.public_id == public_id))
    if case is None:
        raise NotFound
    return case


def letters_of(session: Session, who: Reader | System, case: Case) -> Sequence[Letter]:
    """The letters of a case that was found, in the order in which they came."""
    return session.scalars(visible_letters(who).where(Letter.case_id == case.id).order_by(Letter.id)).all()


def is_assigned(session: Session, reader: Reader, case: Case) -> bool:
    """Whether it is for the reader to handle the case, by name or because of their unit."""
    return session.scalar(select(Case.id).where(Case.id == case.id, _handles(Principal.of(reader)))) is not None


def case_of(session: Session, who: Reader | System, letter: Letter) -> Case:
    """The case of a letter that was found. Raises NotFound."""
    case = session.scalar(select(Case).where(Case.id == letter.case_id, rule(who)))
    if case is None:
        raise NotFound
    return case


def restricted_cases(session: Session, who: Reader | System, letters: Sequence[Letter]) -> frozenset[int]:
    """The ids of those of the letters' cases that are restricted: to read one of them leaves a trace (`opened`)."""
    ids = {letter.case_id for letter in letters}
    return frozenset(session.scalars(visible(who).where(Case.id.in_(ids), Case.restricted))) if ids else frozenset()


def whole_sources(session: Session, who: Reader | System, letter: Letter) -> Sequence[Source]:
    """The originals of a letter that may be known of, in order.

    A stack's original, its name and its size are of all letters in it: it is there for who brought it in, and may see
    every one of them. To anybody else its absence would tell that one of its letters is hidden.
    """
    own = true() if isinstance(who, System) else Intake.account_id == who.account_id
    # Counted, not "none is hidden": for a reader on PostgreSQL there is no row of what is hidden.
    other = aliased(Letter)
    seen = select(func.count(other.id)).where(other.intake_id == Intake.id, may_see(who, other.case_id))
    every_one = seen.correlate(Intake).scalar_subquery() == Intake.letter_count
    return session.scalars(
        select(Source)
        .join(LetterSource, LetterSource.source_id == Source.id)
        .join(Intake, Intake.id == Source.intake_id)
        .where(LetterSource.letter_id == letter.id, or_(Intake.grouping != "stack", and_(own, every_one)))
        .order_by(LetterSource.position)
    ).all()


def own_intakes(reader: Reader) -> Select[Intake]:
    """The receipts of this reader's own account: a receipt is its bringer's, whatever became of the letters."""
    return select(Intake).where(Intake.account_id == reader.account_id, Trusted(Principal.of(reader)))


def own_letters_on_their_way(reader: Reader) -> Select[Letter]:
    """The letters this reader brought in that were not read to the end yet: for progress, which tells of no content."""
    own = select(Intake.id).where(Intake.account_id == reader.account_id, Trusted(Principal.of(reader)))
    on_their_way = Letter.intake_id.in_(own), Case.read_at.is_(None)
    # The door's own, though not the rule: `archive_app.access.query_guard` is told so.
    return select(Letter).join(Case, Case.id == Letter.case_id).where(*on_their_way).execution_options(door=True)


def require(session: Session, reader: Reader, roles: tuple[str, ...]) -> None:
    """Raise NotFound unless the reader holds one of the roles, now."""
    if not session.scalar(select(Holds(Principal.of(reader), roles))):
        raise NotFound


def require_scanning(session: Session, reader: Reader) -> None:
    """Raise NotFound unless the reader's roles, now, let them bring letters in and change what was read."""
    require(session, reader, BRINGS_LETTERS_IN)
