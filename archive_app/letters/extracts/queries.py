"""The draft of a redacted extract, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.access.lookups import case_of
from archive_app.letters import queries as letter_queries
from archive_app.letters.extracts.making import find_to_extract
from archive_app.letters.extracts.plan import (
    Area,
    ExtractPlan,
    PagePlan,
    Sheet,
    fits,
    named_lines,
    names_left,
    sheets_of,
)
from archive_app.letters.extracts.results import DraftArea, DraftLine, DraftPage, ExtractDraft, Raster, Rectangle
from archive_app.letters.results import PageView
from archive_app.runtime.archive import Archive
from archive_app.screening.searched_names import names
from index.names import Name, NameFinder
from scanning.redaction import COLOUR_BLOCK, FRINGE
from storage.models import Case, Concern


def draft(reader: Reader, archive: Archive, letter: str, plan: ExtractPlan | None = None) -> ExtractDraft:
    """Return the draft of an extract: by the given plan, or by a proposed one, with the names that stay readable.

    The proposal covers the lines that name somebody whom the case concerns. Nothing is stored. A plan that does not
    match the current pages is discarded.

    Raises:
        NotFound: the reader does not see the letter, or is not of the petition office.
        ExtractTooEarly: the letter is being read, or has not been screened.
    """
    with archive.reading(reader) as session:
        find_to_extract(session, reader, letter)
    found = letter_queries.letter(reader, archive, letter)
    with archive.reading(reader) as session:
        row = find_to_extract(session, reader, letter)
        sheets = sheets_of(session, archive, row)
        proposed = _proposed(session, case_of(session, reader, row), sheets.values())
        if plan is None or not fits(plan, sheets):
            plan = _proposal(sheets, proposed)
        left = names_left(session, sheets, plan)
    planned = {page.number: page for page in plan.pages}
    pages = {page.number: page for page in found.pages}
    drafted = (_page(pages[number], sheet, planned.get(number), proposed[number]) for number, sheet in sheets.items())
    return ExtractDraft(found, tuple(drafted), tuple(sorted(pages.keys() - sheets.keys())), left)


def _proposal(sheets: Mapping[int, Sheet], proposed: Mapping[int, frozenset[int]]) -> ExtractPlan:
    pages = (PagePlan(number, sheet.scan, sheet.version, proposed[number]) for number, sheet in sheets.items())
    return ExtractPlan(tuple(pages), len(sheets))


def _proposed(session: Session, case: Case, sheets: Iterable[Sheet]) -> Mapping[int, frozenset[int]]:
    """Return by page the lines that name somebody whom the case concerns: by any name, or by the mention's words."""
    concerns = session.scalars(select(Concern).where(Concern.case_id == case.id, Concern.ended_at.is_(None))).all()
    keys = {("person", each.person_id) if each.unit_id is None else ("unit", each.unit_id) for each in concerns}
    own = [name for name in names(session) if name.key in keys]
    finder = NameFinder([*own, *(Name(each.words, "words") for each in concerns if each.words)])
    return {sheet.number: named_lines(finder, sheet) for sheet in sheets}


def _page(page: PageView, sheet: Sheet, plan: PagePlan | None, proposed: frozenset[int]) -> DraftPage:
    covered = plan.lines if plan else frozenset()
    return DraftPage(
        page=page,
        out=plan is None,
        lines=tuple(
            DraftLine(number, number in proposed, number in covered, _rectangle(sheet.covers(area)))
            for number, area in enumerate(sheet.line_areas)
        ),
        areas=tuple(
            DraftArea(_rectangle(area), _rectangle(sheet.covers(area))) for area in (plan.areas if plan else ())
        ),
        raster=Raster(
            width=sheet.frame.width,
            height=sheet.frame.height,
            block=sheet.frame.block,
            fringe=FRINGE if sheet.frame.block == COLOUR_BLOCK else 0,
            spread=sheet.spread,
        ),
    )


def _rectangle(area: Area) -> Rectangle:
    return round(area.left, 2), round(area.top, 2), round(area.right, 2), round(area.bottom, 2)
