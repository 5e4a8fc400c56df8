"""THE DOOR: the one rule of which cases a reader may see. Every read of case content composes `visible(who)`.

    visible(reader)  =  granted(reader)  AND NOT  vetoed(reader)

Grants are in `grants`, vetoes in `vetoes`, trust in an account in `trust`, look-ups in `lookups`. Rights are read from
the live state in the statement itself: a reader carries none. On PostgreSQL row-level security enforces the same rule
under the tables (`archive_app.access.row_security`).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, not_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from archive_app.access.grants import granted
from archive_app.access.identity import Reader, System
from archive_app.access.predicates import AccessPredicate, Principal
from archive_app.access.vetoes import vetoed
from storage.models import Case


def visible(who: Reader | System) -> Select[int]:
    """The ids of the cases that may be seen, now."""
    return select(Case.id).where(rule(who))


def rule(who: Reader | System) -> ColumnElement[bool]:
    """Return the rule as a condition on a case."""
    if isinstance(who, System):
        return true()
    return Rule(Principal.of(who))


class Rule(AccessPredicate):
    """The rule as a predicate, compiled once."""

    inherit_cache = True

    def expanded(self, principal: Principal) -> ColumnElement[bool]:
        """`opens`."""
        return opens(principal)


def opens(principal: Principal) -> ColumnElement[bool]:
    """The rule itself: granted, and not vetoed."""
    return and_(granted(principal), not_(vetoed(principal)))


def kept_from_nobody() -> ColumnElement[bool]:
    """Whether the case is and was open to all of the office: it never had a concern, not even one that has ended.

    The same for every reader. A case without a veto bit never had a concern (`storage.veto_bits`).
    """
    return and_(not_(Case.restricted), Case.screened, Case.read_at.is_not(None), Case.veto_bits == 0)


def may_see(who: Reader | System, case_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The same rule, as a condition on a column of case ids."""
    return visible(who).where(Case.id == case_id).correlate_except(Case).exists()
