"""Divide a stack of letters, scanned together, at its separator sheets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archive_app.access.system import SYSTEM
from archive_app.audit.record import record
from archive_app.letters.intake import new_letter, new_number
from archive_app.screening.outcomes import copy_outcome
from storage.models import Allowance, Case, Concern, Letter, LetterSource, Page


def divide(session: Session, letter: Letter) -> list[Letter]:
    """Divide a stack at its separator sheets; returns the letters, the given one first.

    A separator sheet is kept with the letter that it precedes, as page 0 (a second one in a row as page -1, ...), and
    does not count as a page.
    """
    groups = _groups(letter)
    if len(groups) == 1 and not _separators(groups[0]):
        return [letter]
    letters = [letter]
    # The stack may have been divided before: a refused file adds more separator sheets when it is tried again.
    last = session.scalar(select(func.max(Letter.position)).where(Letter.intake_id == letter.intake_id)) or 1
    if len(groups) > 1 and letter.number == letter.intake.number:
        letter.number = new_number(letter.received_at)
    letter.intake.letter_count += len(groups) - 1
    for position, group in enumerate(groups[1:], start=last + 1):
        part = new_letter(session, letter.intake, position, of=len(groups))
        _copy_restrictions(session, letter.case_id, part.case_id)
        letters.append(part)
        for order, source_id in enumerate(dict.fromkeys(page.current.source_id for page in group), start=1):
            session.add(LetterSource(letter_id=part.id, source_id=source_id, position=order))
    _remove_sources(session, letter, kept=groups[0])
    for part, group in zip(letters, groups, strict=True):
        _renumber(session, part, group)
        copy_outcome(session, letter, part)
        if len(groups) > 1:
            record(session, SYSTEM, "split", part)
    session.flush()
    for part in letters:
        session.expire(part)
    return letters


def _copy_restrictions(session: Session, old: int, new: int) -> None:
    """Copy the restrictions of the stack's case to the new case of a divided letter.

    Mentions are not copied: each letter is screened for its own.
    """
    session.get_one(Case, new).restricted = session.get_one(Case, old).restricted
    for entry in session.scalars(select(Allowance).where(Allowance.case_id == old, Allowance.ended_at.is_(None))):
        session.add(
            Allowance(case_id=new, **_copied(entry, "person_id", "kind", "until", "at", "by_account", "reason"))
        )
    concerns = select(Concern).where(Concern.case_id == old, Concern.ended_at.is_(None), Concern.kind != "mentioned")
    for each in session.scalars(concerns):
        names = ("kind", "person_id", "unit_id", "words", "at", "by_account", "reason")
        session.add(Concern(case_id=new, contexts=[], **_copied(each, *names)))


def _copied(row: Allowance | Concern, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _is_separator(page: Page) -> bool:
    return page.current.separator is not None


def _separators(group: list[Page]) -> list[Page]:
    return [page for page in group if _is_separator(page)]


def _groups(letter: Letter) -> list[list[Page]]:
    """Group the pages at separators, each group with its preceding sheets; trailing sheets join the last group."""
    groups: list[list[Page]] = [[]]
    for page in letter.pages:
        if _is_separator(page) and any(not _is_separator(other) for other in groups[-1]):
            groups.append([])
        groups[-1].append(page)
    if len(groups) > 1 and all(map(_is_separator, groups[-1])):
        last = groups.pop()
        groups[-1] += last
    return groups


def _remove_sources(session: Session, letter: Letter, *, kept: list[Page]) -> None:
    """Remove from the letter the originals that belong only to other letters of the stack (refused ones stay)."""
    mine = {page.current.source_id for page in kept}
    for source in letter.sources:
        if source.error is None and source.id not in mine:
            session.delete(session.get_one(LetterSource, (letter.id, source.id)))


def _renumber(session: Session, letter: Letter, group: list[Page]) -> None:
    """Number a group's pages within their letter, in two steps, since (letter, number) must be unique at any time."""
    for page in group:
        page.letter_id, page.number = letter.id, page.number + 1_000_000
    session.flush()
    number, sheet = 0, 0
    for page in group:
        if _is_separator(page):
            page.number, sheet = sheet, sheet - 1
        else:
            number += 1
            page.number = number
    session.flush()
