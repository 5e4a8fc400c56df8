"""The end of reading: screen a letter whose pages were read, and open it to its readers or hand it over.

A letter whose reading cannot be trusted is handed over to the people who look letters through.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from archive_app.access.predicates import Principal
from archive_app.access.system import SYSTEM
from archive_app.access.vetoes import Vetoed
from archive_app.audit.record import record
from archive_app.screening.mentions import screen
from archive_app.screening.page_trust import is_trusted
from archive_app.search.indexing import current_texts
from storage.models import Account, Case, Letter, PageScan, TextVersion

ReadAnew = Mapping[int, PageScan | None]
"""The pages (by id) that have a new current scan, each with the one that was current before (None: it had none)."""


def finish_reading(session: Session, letter: Letter, *, failed: bool, anew: ReadAnew | None = None) -> None:
    """Complete the reading of a letter whose pages were read, or could not be: screen it, and open it or hand it over.

    It opens to those who work on cases if every page is read and each reading can be trusted; otherwise (`failed`: a
    page or a file could not be read) two persons must look it through first, and nobody else sees it. A letter that the
    person who brought it in must not see is handed over as well, so that the two are indistinguishable.

    A letter that is open stays so, unless a page that was read `anew` cannot be trusted.
    """
    screen(session, letter)
    case = session.get_one(Case, letter.case_id)
    now = datetime.now(UTC)
    if case.screened:
        if _cannot_be_trusted(session, letter, anew or {}):
            case.screened, case.checked_by, case.looked_through_at = False, None, None
            record(session, SYSTEM, "closed_again", letter)
    elif case.handed_over_at is None:
        case.screened = not failed and can_be_trusted(session, letter)
    elif anew:
        case.checked_by = None  # what was looked through was something else
    case.read_at = case.read_at or now
    session.flush()
    if not case.screened or _keeps_out_bringer(session, case, now):
        case.handed_over_at = case.handed_over_at or now
        session.flush()


def can_be_trusted(session: Session, letter: Letter) -> bool:
    """Whether the reading of every page can be trusted, and something was read."""
    pages = [(_lines(text), scan.report) for _, scan, text in current_texts(session, letter.id)]
    return any(lines for lines, _ in pages) and all(is_trusted(lines, report) for lines, report in pages)


def _cannot_be_trusted(session: Session, letter: Letter, anew: ReadAnew) -> bool:
    """Whether a new reading is worse than is needed: not to be trusted, unless this paper was looked through before."""
    for page, scan, text in current_texts(session, letter.id):
        if page.id in anew and not is_trusted(_lines(text), scan.report):
            before = anew[page.id]
            if before is None or _paper(before) != _paper(scan) or is_trusted(_read_of(before), before.report):
                return True
    return False


def _paper(scan: PageScan) -> tuple[int, int, str]:
    return scan.source_id, scan.source_index, scan.source_part


def _read_of(scan: PageScan) -> list[dict[str, object]]:
    """The lines of the latest text of a scan."""
    return _lines(max(scan.texts, key=lambda text: text.number, default=None))


def _lines(text: TextVersion | None) -> list[dict[str, object]]:
    return [] if text is None else text.lines


def _keeps_out_bringer(session: Session, case: Case, now: datetime) -> bool:
    person_id = session.scalar(select(Account.person_id).where(Account.id == case.brought_by))
    if person_id is None or case.brought_by is None:
        return False
    bringer = Principal(literal(case.brought_by), literal(person_id), literal(now))
    return session.scalar(select(Case.id).where(Case.id == case.id, Vetoed(bringer))) is not None
