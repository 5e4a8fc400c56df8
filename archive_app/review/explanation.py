"""Why an account can see a case, or cannot: each grant, each veto and what is missing, for access reviewers only.

The only rule is the access rule. Each reason here comes from a query made of its conditions (`access.ROLE_GRANTS`,
`OPENING`, `VETOES`, `TRUST`), which returns the rows that make it true instead of a yes or no.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Select, and_, literal, not_, or_, select
from sqlalchemy.orm import Session

from archive_app.access.grants import OPENING, ROLE_GRANTS, in_force
from archive_app.access.identity import REVIEWS, Reader
from archive_app.access.lookups import require
from archive_app.access.predicates import Principal
from archive_app.access.rule import opens
from archive_app.access.system import SYSTEM
from archive_app.access.trust import TRUST, role_in_force, trusted
from archive_app.access.vetoes import VETOES, Veto, belonged, led, oversaw, vetoed
from archive_app.audit.record import record
from archive_app.errors import NotFound
from archive_app.review.unit_paths import unit_path
from archive_app.runtime.archive import Archive
from archive_app.values import Notice
from storage.models import (
    Account,
    AccountRole,
    Allowance,
    Case,
    Concern,
    Letter,
    Membership,
    Person,
    Post,
    Unit,
    UnitReach,
)


@dataclass(frozen=True, slots=True)
class VetoReason:
    """A veto: its code (`access.VETOES`), the public id of the concern, and why it reaches the person, step by step."""

    code: str
    concern: str
    said: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the account `account`, of `person`, sees the case or does not, at the moment `at`.

    `grants` open the case, `vetoes` exclude from it whatever is granted, `lifted` says which veto does not count and
    why, `missing` is what a grant would need (empty when there is one).
    """

    account: str
    person: str
    case: str
    at: datetime
    sees: bool
    grants: tuple[Notice, ...]
    vetoes: tuple[VetoReason, ...]
    lifted: tuple[Notice, ...]
    missing: tuple[Notice, ...]


def explain(reviewer: Reader, archive: Archive, *, account: str, case: str) -> Explanation:
    """Explain why an account sees a case or does not. The question is audited in the same transaction.

    Args:
        reviewer: an access reviewer whom the case does not concern.
        archive: the records.
        account: the account's name.
        case: the number of one of its letters, or a public id of such a letter or of the case.

    Raises:
        NotFound: the reader is no access reviewer; or the case concerns them or does not exist; or the account does
            not exist. Also while a letter is not screened for names: it may be the reviewer's own.
    """
    # As the system: reviewers explain cases which they may not open, and row-level security would hide the reasons.
    with archive.changing(SYSTEM) as session:
        require(session, reviewer, REVIEWS)
        row = session.scalar(_asked_for(reviewer, case))
        asked = session.scalar(select(Account).where(Account.name == account))
        if row is None or asked is None:
            raise NotFound
        told = reasons(session, asked, row)
        record(session, reviewer, "explained", case_id=row.id, subject=asked.public_id)
        session.commit()
        return told


def reasons(session: Session, account: Account, case: Case) -> Explanation:
    """All reasons that apply now. `session` is the system's; `explain` decides who may know them."""
    return _Reasons(session, case, account).told()


def _asked_for(reviewer: Reader, case: str) -> Select[Any]:
    own = Principal.of(reviewer)
    letters = select(Letter.case_id).where(or_(Letter.number == case, Letter.public_id == case))
    not_their_own = or_(opens(own), and_(Case.screened, not_(vetoed(own))))
    return select(Case).where(or_(Case.public_id == case, Case.id.in_(letters)), not_their_own)


class _Reasons:
    """Collect the reasons for one account and one case at one moment."""

    def __init__(self, session: Session, case: Case, account: Account) -> None:
        self.session, self.case, self.account = session, case, account
        self.now = datetime.now(UTC)
        self.principal = Principal(
            literal(account.id), literal(account.person_id), literal(self.now, Allowance.at.type)
        )

    def told(self) -> Explanation:
        """Collect everything into an Explanation."""
        numbers = select(Letter.number).where(Letter.case_id == self.case.id).order_by(Letter.number).limit(1)
        open_to_it = trusted(self.principal), Case.read_at.is_not(None)
        may = self.session.scalar(select(Case.id).where(Case.id == self.case.id, *open_to_it)) is not None
        grants = (*self.roles(), *self.allowances()) if may else ()
        vetoes = tuple(each for veto in VETOES for each in self.vetoes(veto))
        return Explanation(
            account=self.account.name,
            person=self.account.person.name,
            case=self.session.scalar(numbers) or self.case.public_id,
            at=self.now,
            sees=bool(grants) and not vetoes,
            grants=grants,
            vetoes=vetoes,
            lifted=tuple(self.lifted()),
            missing=() if grants else (*self.lacking(), *self.not_granted()),
        )

    def roles(self) -> Iterator[Notice]:
        """The roles that open the case, if the account may open anything and the case was read."""
        for grant in ROLE_GRANTS:
            rows = self._in_case(select(AccountRole)).where(
                not_(Case.restricted),
                grant.case_is(self.principal),
                role_in_force(self.principal, AccountRole, grant.roles),
            )
            for row in self.session.scalars(rows.order_by(AccountRole.id)):
                yield Notice(f"grant_{grant.code}", {"role": row.role, **_period(row.since, row.until)})

    def allowances(self) -> Iterator[Notice]:
        """The allow-list entries that open the case, if the account may open anything and the case was read."""
        rows = self._in_case(select(Allowance)).where(in_force(self.principal, Allowance, OPENING))
        for row in self.session.scalars(rows.order_by(Allowance.id)):
            yield self._allowance(f"grant_{row.kind}", row)

    def lifted(self) -> Iterator[Notice]:
        """The director's decisions that lift the veto of an overseer."""
        rows = self._in_case(select(Allowance)).where(in_force(self.principal, Allowance, ("overseer",)))
        for row in self.session.scalars(rows.order_by(Allowance.id)):
            yield self._allowance("lifted_overseer", row)

    def vetoes(self, veto: Veto) -> Iterator[VetoReason]:
        """The concerns in force that this veto is based on."""
        rows = self._in_case(select(Concern)).where(
            Concern.case_id == Case.id, Concern.ended_at.is_(None), veto.applies(self.principal, Concern)
        )
        for concern in self.session.scalars(rows.order_by(Concern.id)).all():
            reach = tuple(self._reach(veto.code, concern))
            yield VetoReason(veto.code, concern.public_id, (*self._concern(concern), *reach))

    def lacking(self) -> Iterator[Notice]:
        """What the account lacks for any case at all."""
        of_account = select(Account.id).join(Person).where(Account.id == self.account.id)
        changed_by = self._who(self.account.changed_by)
        for trust in TRUST:
            if self.session.scalar(of_account.where(not_(trust.holds(Account, Person)))) is not None:
                yield Notice(trust.lacking, {"by": changed_by, "since": self.account.changed_at})

    def not_granted(self) -> Iterator[Notice]:
        """What a grant for this case would need."""
        if self.case.read_at is None:
            yield Notice("case_not_read", {})
        if not self.case.screened:
            yield Notice("case_not_screened", {})
        if self.case.handed_over_at is not None and not self.case.screened:
            yield Notice("case_handed_over", {"since": self.case.handed_over_at})
        if self.case.restricted:
            if not self._any(in_force(self.principal, Allowance, OPENING), Allowance):
                yield Notice("case_restricted", {})
        elif not any(
            self._any(
                and_(grant.case_is(self.principal), role_in_force(self.principal, AccountRole, grant.roles)),
                AccountRole,
            )
            for grant in ROLE_GRANTS
        ):
            yield Notice("no_role_for_it", {})

    def _concern(self, concern: Concern) -> Iterator[Notice]:
        values = {"whom": self._whom(concern), "since": concern.at, "words": concern.words}
        if concern.kind == "mentioned":
            letter = None if concern.letter_id is None else self.session.get_one(Letter, concern.letter_id)
            if letter is None:
                yield Notice("concern_namesake", values)
            else:
                yield Notice("concern_mentioned", {**values, "letter": letter.number})
            if concern.confirmed_at is None:
                yield Notice("mention_not_reviewed", {})
            else:
                yield Notice("mention_confirmed", {"at": concern.confirmed_at})
        elif concern.person_id is None and concern.unit_id is None:
            yield Notice("concern_unknown", values)
        else:
            yield Notice(f"concern_{concern.kind}", values)
        if concern.by_account is not None or concern.reason:
            yield Notice("noted_by", {"by": self._who(concern.by_account), "reason": concern.reason or "—"})

    def _reach(self, code: str, concern: Concern) -> Iterator[Notice]:
        """How a concern of a unit reaches this person."""
        unit = literal(concern.unit_id)
        if code == "member":
            rows = self._in_case(select(Membership)).where(belonged(self.principal, Membership, unit))
            for member in self.session.scalars(rows.order_by(Membership.id)).all():
                yield from self._place("is_member", member, concern.unit_id or 0, member.unit_id)
        elif code == "leads":
            posts = self._in_case(select(Post)).where(led(self.principal, Post, unit))
            for post in self.session.scalars(posts.order_by(Post.id)).all():
                yield from self._place("is_leader", post, concern.unit_id or 0, post.unit_id)
        elif code == "oversees":
            posts = self._in_case(select(Post).join(UnitReach, UnitReach.unit_id == Post.unit_id))
            held = posts.where(oversaw(self.principal, Post, UnitReach, unit)).order_by(Post.id)
            for post in self.session.scalars(held).all():
                yield from self._place("is_overseer", post, post.unit_id, concern.unit_id or 0)
            yield Notice("overseer_undecided", {})
        elif code == "unknown":
            yield Notice("not_listed", {})

    def _place(self, code: str, held: Membership | Post, first: int, last: int) -> Iterator[Notice]:
        unit = self.session.get_one(Unit, held.unit_id).name
        period = _period(held.since, held.until)
        yield Notice(code, {"person": self.account.person.name, "unit": unit, **period})
        yield from unit_path(self.session, first, last)
        if held.until is not None:
            event = self.case.event_date
            yield Notice("event_unknown", {}) if event is None else Notice("event_was", {"event": event})

    def _allowance(self, code: str, row: Allowance) -> Notice:
        by, reason = self._who(row.by_account), row.reason or "—"
        return Notice(code, {"by": by, "reason": reason, **_period(row.at, row.until)})

    def _whom(self, concern: Concern) -> str:
        if concern.unit_id is not None:
            return self.session.get_one(Unit, concern.unit_id).name
        return "" if concern.person_id is None else self.session.get_one(Person, concern.person_id).name

    def _who(self, account_id: int | None) -> str:
        named = select(Person.name).join(Account, Account.person_id == Person.id).where(Account.id == account_id)
        return self.session.scalar(named) or "—"

    def _any(self, condition: Any, model: type[Any]) -> bool:
        return self.session.scalars(self._in_case(select(model)).where(condition).limit(1)).first() is not None

    def _in_case(self, query: Select[Any]) -> Select[Any]:
        """Rows joined to the case in question, which the conditions of the access rule refer to."""
        return query.join(Case, Case.id == self.case.id)


def _period(since: date | None, until: date | None) -> dict[str, Any]:
    return {"since": since, "until": until}
