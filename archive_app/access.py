"""THE DOOR: who is asking, and which cases they may see. Every read of case content composes `visible(reader)`.

    visible(reader)  =  granted(reader)  AND NOT  vetoed(reader)

A list and a look-up of one thing use the same Select, so they cannot drift apart; hidden and absent are one exception.
Rights are read from the live state in the statement itself: a reader carries none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Exists, Select, and_, exists, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from archive_app.errors import NotFound
from storage.models import Account, AccountRole, Allowance, Case, Intake, Letter, LetterSource, Recusal, Source

WORKS_ON_CASES = ("registrar", "office_head", "deputy_director", "director", "records_manager")
"""Roles that work on unrestricted cases. The system administrator is not among them: no right to content."""

BRINGS_LETTERS_IN = ("registrar", "office_head")
"""Roles that may scan letters in and correct what was read."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who is asking. Minted at sign-in (`archive_app.accounts`), nowhere else; carries no rights to content.

    `roles` decide which menus are shown; what may be seen is decided by `visible`, from the database, each time.
    """

    account_id: int
    person_id: int
    name: str
    display_name: str
    roles: frozenset[str]

    @property
    def may_scan(self) -> bool:
        """Whether the menus for bringing letters in are shown."""
        return not self.roles.isdisjoint(BRINGS_LETTERS_IN)

    @property
    def may_read(self) -> bool:
        """Whether the menus for searching are shown."""
        return not self.roles.isdisjoint(WORKS_ON_CASES)


def granted(reader: Reader) -> ColumnElement[bool]:
    """Positive need to know, empty by default: a role that works on unrestricted cases, or an allowance in force."""
    now = datetime.now(UTC)
    has_role = _holds(reader, WORKS_ON_CASES)
    allowed = exists().where(
        Allowance.case_id == Case.id,
        Allowance.person_id == reader.person_id,
        or_(Allowance.until.is_(None), Allowance.until > now),
    )
    return or_(and_(not_(Case.restricted), has_role), and_(allowed, _active(reader)))


def vetoed(reader: Reader) -> ColumnElement[bool]:
    """What beats every grant and every role: the reader is recused from the case."""
    return exists().where(Recusal.case_id == Case.id, Recusal.person_id == reader.person_id)


def visible(reader: Reader) -> Select[int]:
    """The ids of the cases this reader may see, now."""
    return select(Case.id).where(granted(reader), not_(vetoed(reader)))


def may_see(reader: Reader, case_id: InstrumentedAttribute[int]) -> Exists:
    """The same rule, as a condition on a column of case ids."""
    return (
        visible(reader)
        .where(Case.id == case_id)
        .correlate_except(Case, Allowance, Recusal, AccountRole, Account)
        .exists()
    )


def visible_letters(reader: Reader) -> Select[Letter]:
    """The letters this reader may see; every list and every look-up of letters begins here."""
    return select(Letter).where(may_see(reader, Letter.case_id))


def find_letter(session: Session, reader: Reader, public_id: str) -> Letter:
    """One letter by the id in its address. Raises NotFound, for absent and hidden alike."""
    letter = session.scalar(visible_letters(reader).where(Letter.public_id == public_id))
    if letter is None:
        raise NotFound
    return letter


def whole_sources(session: Session, reader: Reader, letter: Letter) -> Sequence[Source]:
    """The originals of a letter that this reader may know of, in order.

    A stack's original, its name and its size are of all letters in it: it is there for who may see every one of them.
    """
    other, its = aliased(Letter), aliased(LetterSource)
    hidden = exists().where(its.source_id == Source.id, its.letter_id == other.id, not_(may_see(reader, other.case_id)))
    return session.scalars(
        select(Source)
        .join(LetterSource, LetterSource.source_id == Source.id)
        .where(LetterSource.letter_id == letter.id, not_(hidden))
        .order_by(LetterSource.position)
    ).all()


def own_intakes(reader: Reader) -> Select[Intake]:
    """The receipts of this reader's own account: a receipt is its bringer's, whatever became of the letters."""
    return select(Intake).where(Intake.account_id == reader.account_id, _active(reader))


def require_scanning(session: Session, reader: Reader) -> None:
    """Raise NotFound unless the reader's roles, now, let them bring letters in and change what was read."""
    if not session.scalar(select(_holds(reader, BRINGS_LETTERS_IN))):
        raise NotFound


def _active(reader: Reader) -> Exists:
    return exists().where(Account.id == reader.account_id, Account.active)


def _holds(reader: Reader, roles: tuple[str, ...]) -> Exists:
    return exists().where(
        AccountRole.account_id == reader.account_id,
        AccountRole.role.in_(roles),
        Account.id == AccountRole.account_id,
        Account.active,
    )
