"""The plan of an extract: the pages it takes over, their covered areas, and the names that would stay readable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from archive_app.errors import LetterChanged, NothingCovered, NothingLeftOver
from archive_app.letters.extracts.results import NameLeft
from archive_app.letters.text_lines import polygon_of
from archive_app.runtime.archive import Archive
from archive_app.screening.searched_names import names
from archive_app.search.indexing import current_texts
from index.names import NameFinder
from scanning import redaction
from scanning.errors import DamagedSource
from scanning.redaction import Area, Frame
from storage.files import MissingFile
from storage.models import Letter, Page, PageScan, TextVersion

__all__ = [
    "Area",
    "ExtractPlan",
    "PagePlan",
    "Sheet",
    "areas_of",
    "check",
    "named_lines",
    "names_left",
    "sheets_of",
]

LOSSLESS = frozenset({"image/png", "image/bmp"})
"""Media types of originals without compression artefacts around strokes."""

COARSEST_DPI = 36.0
"""The least resolution assumed of a page: a lower measured value would be an error."""

WALL = "\0"
"""Separates lines that are not adjacent: no name is found across it."""


@dataclass(frozen=True, slots=True)
class PagePlan:
    """The covered lines (from 0) and areas of a page, for a certain `scan` and `version` of its text.

    A page that is not in the plan is left out.
    """

    number: int
    scan: int
    version: int
    lines: frozenset[int] = frozenset()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractPlan:
    """The pages to take over, out of `of_pages`. `knowing`: names that stay readable are accepted."""

    pages: tuple[PagePlan, ...]
    of_pages: int
    knowing: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that can be taken over: its layer, the geometry of its redaction, and its lines with their areas."""

    number: int
    scan: int
    version: int
    layer: Path
    suffix: str
    frame: Frame
    spread: float
    texts: tuple[str, ...]
    line_areas: tuple[Area, ...]

    def covers(self, area: Area) -> Area:
        """Return the area that becomes black, in points."""
        return self.frame.in_points(self.frame.covered(area, self.spread))


def sheets_of(session: Session, archive: Archive, letter: Letter) -> dict[int, Sheet]:
    """Return the pages of a letter that can be taken over, by number: those with a readable image."""
    found = {}
    for page, scan, text in current_texts(session, letter.id):
        if scan.state == "done" and scan.layer is not None and scan.separator is None:
            with suppress(MissingFile, DamagedSource):
                found[page.number] = _sheet(archive, page, scan, text)
    return found


def names_left(session: Session, sheets: Mapping[int, Sheet], plan: ExtractPlan) -> tuple[NameLeft, ...]:
    """Return the names of staff and units that stay readable under a plan; the extract will be hidden from them."""
    finder = NameFinder(names(session))
    return tuple(
        NameLeft(name, page.number, line)
        for page in plan.pages
        for name, line in _names_on(finder, sheets[page.number], _uncovered_lines(sheets[page.number], page))
    )


def named_lines(finder: NameFinder, sheet: Sheet) -> frozenset[int]:
    """Return the lines of a page that contain a name of the finder, or a part of one."""
    text, starts = _joined(sheet.texts, range(len(sheet.texts)))
    spans = [(hit.start, hit.end) for hit in finder.find(text)]
    ends = [start + len(line) for start, line in zip(starts, sheet.texts, strict=True)]
    return frozenset(
        line
        for line, (start, end) in enumerate(zip(starts, ends, strict=True))
        if any(first < end and last > start for first, last in spans)
    )


def check(plan: ExtractPlan, sheets: Mapping[int, Sheet]) -> None:
    """Raise LetterChanged, NothingCovered or NothingLeftOver if a plan is not valid for these pages."""
    if not fits(plan, sheets):
        raise LetterChanged
    if not plan.pages:
        raise NothingLeftOver
    if len(plan.pages) == len(sheets) and not any(page.lines or page.areas for page in plan.pages):
        raise NothingCovered


def _sheet(archive: Archive, page: Page, scan: PageScan, text: TextVersion | None) -> Sheet:
    assert scan.layer is not None  # noqa: S101 - ensured by sheets_of
    layer, suffix = archive.files.path(scan.layer), scan.layer_type or ""
    frame = redaction.frame_of(layer, suffix)
    rows = [] if text is None else text.lines
    return Sheet(
        number=page.number,
        scan=scan.number,
        version=0 if text is None else text.number,
        layer=layer,
        suffix=suffix,
        frame=frame,
        spread=_spread(frame, scan, suffix),
        texts=tuple(str(row["text"]) for row in rows),
        line_areas=tuple(_upright(row) for row in rows),
    )


def _spread(frame: Frame, scan: PageScan, suffix: str) -> float:
    if suffix == ".pdf":
        return redaction.spread_of(frame, 0.0, exact=True)
    dpi = float((scan.report or {}).get("quality", {}).get("dpi", 0))
    return redaction.spread_of(frame, max(dpi, COARSEST_DPI), exact=scan.source.media_type in LOSSLESS)


def _upright(row: Mapping[str, Any]) -> Area:
    points = polygon_of(dict(row))
    across, down = [x for x, _ in points], [y for _, y in points]
    return Area(min(across), min(down), max(across), max(down))


def fits(plan: ExtractPlan, sheets: Mapping[int, Sheet]) -> bool:
    """Whether a plan matches the current state of these pages."""
    return plan.of_pages == len(sheets) and all(
        page.number in sheets
        and (page.scan, page.version) == (sheets[page.number].scan, sheets[page.number].version)
        and all(line in range(len(sheets[page.number].texts)) for line in page.lines)
        for page in plan.pages
    )


def areas_of(sheet: Sheet, page: PagePlan) -> tuple[Area, ...]:
    """Return all covered areas of a page."""
    return (*(sheet.line_areas[line] for line in sorted(page.lines)), *page.areas)


def _uncovered_lines(sheet: Sheet, page: PagePlan) -> list[int]:
    """Return the lines that are not wholly covered."""
    return [
        line
        for line, own in enumerate(sheet.line_areas)
        if line not in page.lines and not any(_within(own, area) for area in page.areas)
    ]


def _within(inner: Area, outer: Area) -> bool:
    return (
        outer.left <= inner.left
        and outer.top <= inner.top
        and outer.right >= inner.right
        and outer.bottom >= inner.bottom
    )


def _names_on(finder: NameFinder, sheet: Sheet, staying: Sequence[int]) -> Iterator[tuple[str, int]]:
    text, starts = _joined(sheet.texts, staying)
    for hit in finder.find(text):
        yield hit.name, max(line for line, start in zip(staying, starts, strict=True) if start <= hit.start)


def _joined(texts: Sequence[str], lines: Iterable[int]) -> tuple[str, list[int]]:
    """Join some lines into one text, with `WALL` in place of omitted lines; also return the start of each line."""
    text, starts, last = "", [], None
    for line in lines:
        if last is not None:
            text += "\n" if line == last + 1 else WALL
        starts.append(len(text))
        text += texts[line]
        last = line
    return text, starts
