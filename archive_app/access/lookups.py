"""Look-ups through the door: every list and every single letter, case and receipt begins here.

A list and a look-up of one thing use the same Select, so they cannot drift apart; hidden and absent are one exception.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from archive_app.access.grants import handled_by
from archive_app.access.identity import BRINGS_LETTERS_IN, Reader, System
from archive_app.access.predicates import Principal
from archive_app.access.rule import may_see, rule, visible
from archive_app.access.trust import Holds, Trusted
from archive_app.errors import NotFound
from storage.models import Case, Intake, Letter, LetterSource, Source


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
    return session.scalar(select(Case.id).where(Case.id == case.id, handled_by(Principal.of(reader)))) is not None


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


def own_letters_in_processing(reader: Reader) -> Select[Letter]:
    """The letters this reader brought in that were not read to the end yet: for progress, which tells of no content."""
    own = select(Intake.id).where(Intake.account_id == reader.account_id, Trusted(Principal.of(reader)))
    in_processing = Letter.intake_id.in_(own), Case.read_at.is_(None)
    # The door's own, though not the rule: `archive_app.access.query_guard` is told so.
    return select(Letter).join(Case, Case.id == Letter.case_id).where(*in_processing).execution_options(door=True)


def require(session: Session, reader: Reader, roles: tuple[str, ...]) -> None:
    """Raise NotFound unless the reader holds one of the roles, now."""
    if not session.scalar(select(Holds(Principal.of(reader), roles))):
        raise NotFound


def require_scanning(session: Session, reader: Reader) -> None:
    """Raise NotFound unless the reader's roles, now, let them bring letters in and change what was read."""
    require(session, reader, BRINGS_LETTERS_IN)
