"""New scans of pages of a letter that may be open: kept from everybody until the letter is screened with them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Case, Letter, LetterSource, PageScan


def state_of_read(session: Session, letter: Letter) -> str:
    """The state of a scan that was read: done, or not shown yet when the letter may be open."""
    return "done" if session.get_one(Case, letter.case_id).read_at is None else "read"


def show_new_scans(session: Session, letter: Letter) -> dict[int, PageScan | None]:
    """Let the new scans be the current ones of their pages, and their files originals of the letter.

    The letter must be screened with them in the same transaction. Returns by page id the scan that was current before;
    None: the page had none that was read.
    """
    anew: dict[int, PageScan | None] = {}
    for page in letter.pages:
        new = [scan for scan in page.scans if scan.state == "read"]
        if not new:
            continue
        anew[page.id] = page.current if page.current.state == "done" else None
        for scan in new:
            scan.state = "done"
            _add_source(session, letter, scan)
    session.flush()
    session.expire(letter, ["sources"])
    return anew


def _add_source(session: Session, letter: Letter, scan: PageScan) -> None:
    known = select(LetterSource).where(LetterSource.letter_id == letter.id, LetterSource.source_id == scan.source_id)
    if session.scalar(known) is None:
        session.add(LetterSource(letter_id=letter.id, source_id=scan.source_id, position=scan.source.position))
        session.flush()
