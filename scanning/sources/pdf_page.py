"""One page of a PDF, opened: checked, with its notes, and with a list of what shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from scanning.errors import DamagedSource
from scanning.sources import pdf_file, pdf_guard, words
from scanning.sources.pdf_contents import (
    Contents,
    Picture,
    contents_of,
    flattened,
    page_to_view,
    pdfium,
    visible_annotations,
)
from scanning.sources.pdf_file import PdfFile
from scanning.sources.pdf_guard import PageBox
from scanning.values import ScanOptions

COVERS = 0.85
"""A picture over this share of the page's area is the page."""


@dataclass(frozen=True, slots=True)
class Page:
    """An open page with its contents; `characters` are the visible ones, in points of the page as seen.

    `listed`: the contents are all that shows; else annotations show beside them.
    """

    page: pypdfium2.PdfPage
    box: PageBox
    contents: Contents
    characters: tuple[words.Character, ...]
    annotated: bool
    listed: bool
    masked: bool

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points as seen."""
        return self.box.size

    @property
    def area(self) -> float:
        """Area in square points."""
        return self.size[0] * self.size[1]


@dataclass(frozen=True, slots=True)
class Checked:
    """A page that is all there and harmless: what draws it, its box, whether parts of its pictures may be hidden."""

    source: Path | bytes
    box: PageBox
    masked: bool


@contextmanager
def opened(source: Path, index: int, options: ScanOptions, name: str) -> Iterator[Page]:
    """Open a page after checking that this is harmless. Raises DamagedSource, SourceTooLarge."""
    checked = check(source, index, options, name)
    box = checked.box
    try:
        with ExitStack() as stack:
            document, page = _document(checked.source, index, stack)
            annotated = visible_annotations(page)
            listed = True
            if annotated:
                # Stamps, notes and filled-in fields are part of the letter: they become part of the drawing.
                flat = flattened(document, page, index)
                page, listed = flat or _document(checked.source, index, stack)[1], flat is not None
            contents = contents_of(page, box)
            yield Page(page, box, contents, _visible(page, box, contents), annotated, listed, checked.masked)
    except pypdfium2.PdfiumError as error:
        raise DamagedSource(name, detail=f"page {index + 1} cannot be drawn") from error


def check(source: Path, index: int, options: ScanOptions, name: str) -> Checked:
    """Check a page before anything draws it.

    Where parts of it cannot be resolved, a repaired copy draws it, unless that shows less. Raises DamagedSource,
    SourceTooLarge.
    """
    with pdf_file.opened(source, options.limits, name) as file:
        try:
            found = _check_within(file, index, options, name)
        except DamagedSource:
            if file.repaired or not file.pdf.get_warnings():
                raise
        else:
            if file.repaired or not file.pdf.get_warnings():
                return found
        before = _objects_on(file, index)
    with pdf_file.opened(source, options.limits, name, repair=True) as mended:
        found = _check_within(mended, index, options, name)
        return found if _objects_on(mended, index) >= before else Checked(source, found.box, found.masked)


def _check_within(file: PdfFile, index: int, options: ScanOptions, name: str) -> Checked:
    if index >= len(file.pdf.pages):
        raise DamagedSource(name, detail=f"page {index + 1} is not in it")
    box = pdf_guard.page_box(file.pdf, index, name)
    return Checked(file.source, box, pdf_guard.check_page(file.pdf, index, options.limits, name))


def _objects_on(file: PdfFile, index: int) -> int:
    """How many objects a page draws; -1 when it cannot be drawn."""
    try:
        page = file.document[index]
    except (pypdfium2.PdfiumError, IndexError):
        return -1
    with closing(page):
        return int(pdfium.FPDFPage_CountObjects(page))


def _document(source: Path | bytes, index: int, stack: ExitStack) -> tuple[pypdfium2.PdfDocument, pypdfium2.PdfPage]:
    """Open a file and a page of it. Raises PdfiumError."""
    document = pdf_file.drawable(source, stack)
    if document is None:
        raise pypdfium2.PdfiumError("it cannot be opened")
    return document, document[index]


def _visible(page: pypdfium2.PdfPage, box: PageBox, contents: Contents) -> tuple[words.Character, ...]:
    """List the characters that show: on the page, drawn visibly, and not below a picture that covers the page."""
    width, height = box.size
    over = [p.order for p in contents.pictures if shown_area(p, box.size) >= COVERS * width * height]
    found = words.characters(page, contents.texts.get, page_to_view(box))
    return tuple(
        c
        for c in found
        if c.order is not None
        and (not over or c.order > max(over))
        and 0 <= c.centre[0] <= width
        and 0 <= c.centre[1] <= height
    )


def shown_area(picture: Picture, size: tuple[float, float]) -> float:
    """Area of a picture within the page."""
    left, top, right, bottom = picture.frame
    across, down = min(right, size[0]) - max(left, 0.0), min(bottom, size[1]) - max(top, 0.0)
    return max(across, 0.0) * max(down, 0.0)
