"""The end of reading: screen a letter whose pages were read, and open it to its readers or hand it over.

A letter that the program cannot screen is handed over to the people who look letters through.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from archive_app.access.predicates import Principal
from archive_app.access.vetoes import Vetoed
from archive_app.screening.mentions import screen
from archive_app.screening.outcomes import tell_outcome
from archive_app.search.indexing import current_texts
from index.text import fold, runs
from storage.models import Account, Case, Letter

READABLE_CONFIDENCE = 0.5
"""Below this mean confidence of its lines (weighted by length), screening of a letter is not reliable."""

READABLE_CHARACTERS = 4
"""A letter with fewer characters than this counts as unread: there is no word to screen."""


def finish_reading(session: Session, letter: Letter, *, failed: bool) -> None:
    """Complete the reading of a letter whose pages were read, or could not be: screen it, and open it to its readers.

    With `failed` pages, or unreliable text, somebody must look it through first; and a letter that the person who
    brought it in must not see is handed over like one that could not be read, so that the two are indistinguishable. So
    a completely read letter is either screened afterwards, or handed over (`matching` relies on it).

    A page that is read again, worse than before, changes nothing: its content was looked through then, unless the page
    itself was replaced (which clears `Case.screened`).
    """
    screen(session, letter)
    case = session.get_one(Case, letter.case_id)
    now = datetime.now(UTC)
    case.read_at = case.read_at or now
    case.screened = case.screened or (not failed and is_readable(session, letter))
    session.flush()
    if (not case.screened and not failed) or _keeps_out_bringer(session, case, now):
        case.handed_over_at = case.handed_over_at or now
        session.flush()
    tell_outcome(session, letter, "handed_over" if case.handed_over_at else "attention" if failed else "read")


def is_readable(session: Session, letter: Letter) -> bool:
    """Whether enough of the letter was read, with enough confidence, to rely on its screening."""
    lines = [line for _, _, text in current_texts(session, letter.id) if text is not None for line in text.lines]
    length = sum(len(str(line["text"])) for line in lines)
    if sum(map(len, runs(fold("\n".join(str(line["text"]) for line in lines)).text))) < READABLE_CHARACTERS:
        return False
    return sum(float(line["confidence"]) * len(str(line["text"])) for line in lines) >= READABLE_CONFIDENCE * length


def _keeps_out_bringer(session: Session, case: Case, now: datetime) -> bool:
    person_id = session.scalar(select(Account.person_id).where(Account.id == case.brought_by))
    if person_id is None or case.brought_by is None:
        return False
    bringer = Principal(literal(case.brought_by), literal(person_id), literal(now))
    return session.scalar(select(Case.id).where(Case.id == case.id, Vetoed(bringer))) is not None
