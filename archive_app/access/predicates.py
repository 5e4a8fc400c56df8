"""Building blocks of the door in SQL: the principal, and predicates that are compiled once for all principals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from sqlalchemy import Boolean, ColumnElement, Date, Exists, and_, bindparam, exists, literal, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.type_api import TypeEngine
from sqlalchemy.sql.visitors import InternalTraversal

from archive_app.access.identity import Reader
from archive_app.office_time import ZONE_NAME
from storage.models import Account, Allowance, Membership, Person, Post

T = TypeVar("T")


Column = ColumnElement[T] | InstrumentedAttribute[T]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, and when, as SQL: a reader's values, or those that row-level security takes from the transaction."""

    account: ColumnElement[int]
    person: ColumnElement[int]
    now: ColumnElement[datetime]

    @classmethod
    def of(cls, reader: Reader) -> Principal:
        """Return a reader as the principal, now."""
        return cls.at_sending(reader.account_id, reader.person_id)

    @classmethod
    def at_sending(cls, account_id: int, person_id: int) -> Principal:
        """Return an account and its person as the principal at the time when the statement is sent."""
        now = bindparam("asked_at", callable_=lambda: datetime.now(UTC), type_=Allowance.at.type, unique=True)
        return cls(literal(account_id), literal(person_id), now)


class AccessPredicate(ColumnElement[bool]):
    """A condition of the door as one element of a statement, cached by its class and its principal.

    Building the whole rule takes longer than asking the database. So SQLAlchemy's cache tells such statements apart by
    the class of the predicate and its principal alone, and the condition is expanded only when a statement is compiled
    for the first time. The expansion itself is built once, with placeholders in the principal's place.

    `of` distinguishes conditions of the same class.
    """

    __visit_name__ = "access_predicate"
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

    def expanded(self, principal: Principal) -> ColumnElement[bool]:
        """Return the condition itself."""
        raise NotImplementedError

    def self_group(self, against: Any = None) -> AccessPredicate:
        """Return itself: it is expanded in parentheses, not as `… = 1`, so that SQLite's planner sees into it."""
        return self


class PrincipalPlaceholder(ColumnElement[Any]):
    """Stands for a value of the principal; replaced by that of the predicate that is being compiled."""

    __visit_name__ = "principal_placeholder"
    inherit_cache = False

    def __init__(self, name: str, kind: TypeEngine[Any]) -> None:
        self.name, self.type = name, kind


PLACEHOLDERS = Principal(
    PrincipalPlaceholder("account", Account.id.type),
    PrincipalPlaceholder("person", Person.id.type),
    PrincipalPlaceholder("now", Allowance.at.type),
)


_expansions: dict[tuple[type[AccessPredicate], tuple[str, ...]], ColumnElement[bool]] = {}


@compiles(AccessPredicate)
def _compile_predicate(element: AccessPredicate, compiler: SQLCompiler, **how: Any) -> str:
    kind = type(element), element.of
    if kind not in _expansions:
        _expansions[kind] = element.expanded(PLACEHOLDERS)
    being_compiled: list[AccessPredicate] = vars(compiler).setdefault("predicates_being_compiled", [])
    being_compiled.append(element)
    try:
        return f"({compiler.process(_expansions[kind], **how)})"
    finally:
        being_compiled.pop()


@compiles(PrincipalPlaceholder)
def _compile_placeholder(element: PrincipalPlaceholder, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(getattr(vars(compiler)["predicates_being_compiled"][-1], element.name), **how)


class OfficeDay(FunctionElement[date]):
    """The office's calendar day at a point in time (`archive_app.office_time`)."""

    name = "office_day"
    type = Date()
    inherit_cache = True


@compiles(OfficeDay)
def _office_day(element: OfficeDay, compiler: SQLCompiler, **how: Any) -> str:
    return f"date({compiler.process(element.clauses, **how)}, '+8 hours')"


@compiles(OfficeDay, "postgresql")
def _office_day_on_postgresql(element: OfficeDay, compiler: SQLCompiler, **how: Any) -> str:
    return f"(({compiler.process(element.clauses, **how)}) AT TIME ZONE '{ZONE_NAME}')::date"


def current(principal: Principal, held: type[Membership | Post]) -> ColumnElement[bool]:
    """Whether a membership or a post is current on the office's calendar day, and does not wait to be confirmed."""
    today = OfficeDay(principal.now)
    return and_(
        held.pending_id.is_(None),
        or_(held.since.is_(None), held.since <= today),
        or_(held.until.is_(None), held.until >= today),
    )


def of_this_case(condition: ColumnElement[bool], *looked_at: Any) -> Exists:
    """Whether such a row exists for the case and the concern at hand, however deep in the statement this stands.

    By default SQLAlchemy correlates one level up only, and would add the cases and concerns from further up to FROM.
    """
    return exists().where(condition).correlate_except(*looked_at)
