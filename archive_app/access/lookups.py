"""Look-ups through the access rule: every query for letters, cases and receipts starts here.

A list and a single look-up use the same Select, so they cannot differ; hidden and absent raise the same exception.
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
    """Select the visible letters; every list and look-up of letters starts here."""
    return select(Letter).where(may_see(who, Letter.case_id))


def find_letter(session: Session, who: Reader | System, public_id: str) -> Letter:
    """Return a letter by its public id. Raises NotFound, for absent and hidden alike."""
    letter = session.scalar(visible_letters(who).where(Letter.public_id == public_id))
    if letter is None:
        raise NotFound
    return letter


def visible_cases(who: Reader | System) -> Select[Case]:
    """Select the visible cases; every list of cases starts here."""
    return select(Case).where(rule(who))


def find_case(session: Session, who: Reader | System, public_id: str) -> Case:
    """Return a case by its public id. Raises NotFound, for absent and hidden alike."""
    case = session.scalar(visible_cases(who).where(Case.public_id == public_id))
    if case is None:
        raise NotFound
    return case


def letters_of(session: Session, who: Reader | System, case: Case) -> Sequence[Letter]:
    """Return the visible letters of a case, in order of intake."""
    return session.scalars(visible_letters(who).where(Letter.case_id == case.id).order_by(Letter.id)).all()


def is_assigned(session: Session, reader: Reader, case: Case) -> bool:
    """Whether the case is assigned to the reader, by name or through their unit."""
    return session.scalar(select(Case.id).where(Case.id == case.id, handled_by(Principal.of(reader)))) is not None


def case_of(session: Session, who: Reader | System, letter: Letter) -> Case:
    """Return the case of a letter. Raises NotFound."""
    case = session.scalar(select(Case).where(Case.id == letter.case_id, rule(who)))
    if case is None:
        raise NotFound
    return case


def restricted_cases(session: Session, who: Reader | System, letters: Sequence[Letter]) -> frozenset[int]:
    """Return the ids of the letters' restricted cases, whose reading must be recorded (`opened`)."""
    ids = {letter.case_id for letter in letters}
    return frozenset(session.scalars(visible(who).where(Case.id.in_(ids), Case.restricted))) if ids else frozenset()


def whole_sources(session: Session, who: Reader | System, letter: Letter) -> Sequence[Source]:
    """Return the originals of a letter that may be shown, in order.

    A stack's original, its name and its size concern all letters in it: it is shown only to the person who brought it,
    if they see every one of them. For all others it is always omitted, since a varying omission would reveal that a
    letter is hidden.
    """
    own = true() if isinstance(who, System) else Intake.account_id == who.account_id
    # Count the visible letters instead of looking for hidden ones: PostgreSQL returns no hidden rows to a reader.
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
    """Select the receipts of the reader's own account; they stay visible whatever happens to the letters."""
    return select(Intake).where(Intake.account_id == reader.account_id, Trusted(Principal.of(reader)))


def own_letters_in_processing(reader: Reader) -> Select[Letter]:
    """Select the letters that the reader brought in and that are still being read: for progress, without content."""
    own = select(Intake.id).where(Intake.account_id == reader.account_id, Trusted(Principal.of(reader)))
    in_processing = Letter.intake_id.in_(own), Case.read_at.is_(None)
    # Guarded here without the rule; `door=True` tells `archive_app.access.query_guard` so.
    return select(Letter).join(Case, Case.id == Letter.case_id).where(*in_processing).execution_options(door=True)


def require(session: Session, reader: Reader, roles: tuple[str, ...]) -> None:
    """Raise NotFound unless the reader now holds one of the roles."""
    if not session.scalar(select(Holds(Principal.of(reader), roles))):
        raise NotFound


def require_scanning(session: Session, reader: Reader) -> None:
    """Raise NotFound unless the reader's current roles allow bringing letters in and correcting them."""
    require(session, reader, BRINGS_LETTERS_IN)
