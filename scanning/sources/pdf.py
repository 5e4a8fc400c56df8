"""Pages of a PDF: scans at their own resolution, born-digital pages with their own words, and mixed pages."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from pathlib import Path

import numpy as np
import pikepdf

from scanning import pages, vector
from scanning.errors import DamagedSource
from scanning.geometry import View, scaling
from scanning.raw import Pixels, RawPage
from scanning.sources import pdf_file, pdf_guard, pdf_page, pdf_pictures, words
from scanning.sources.paper import Paper, cut, measure, window
from scanning.sources.pdf_contents import Picture
from scanning.sources.pdf_page import COVERS, Page, shown_area
from scanning.values import PageKind, PageRef, ScanOptions

DRAWN_DPI = 300.0
"""Resolution at which a page without a scan of its own is drawn."""

# A3 at 300 dpi is 17 megapixels; a larger sheet is drawn more coarsely, as it will be reduced to A4 anyway.
_DRAWN_PIXELS = 20_000_000
_DRAWN_RANGE = (150.0, 600.0)
# Shares of the page's area. All pictures together below the first are ornaments, seals, signatures; a single one below
# the second is ignored.
_ORNAMENTS = 0.10
_SPECK = 0.02
# A picture with words over this much of it is their background.
_BACKGROUND = 0.5
# This share of characters must be mapped to Unicode.
_MAPPED = 0.9


def pages_of(source: Path, options: ScanOptions, name: str) -> tuple[PageRef, ...]:
    """List the pages of a PDF without drawing any.

    Errors of the only page are raised here; errors of one of several, when that page is read. Raises EncryptedSource,
    DamagedSource, SourceTooLarge.
    """
    with pdf_file.opened(source, options.limits, name) as file:
        count = pdf_guard.count_pages(file.pdf, options.limits, name)
        if count == 1:
            pdf_page.check(source, 0, options, name)
        refs: list[PageRef] = []
        for index in range(count):
            refs.append(PageRef(index))
            if options.a3 == "tile" and _is_a3(file.pdf, index, name):
                refs += [PageRef(index, "first"), PageRef(index, "second")]
    return tuple(refs)


def read(source: Path, ref: PageRef, workdir: Path, options: ScanOptions, name: str) -> RawPage:
    """Read one page of a PDF, turned as its /Rotate says.

    Scanned (pictures and nothing else visible; an invisible text layer is ignored): the embedded pixels, unchanged.
    Born digital: drawn, with its own words as lines and, where possible, its own drawing as `vector`. Mixed, or words
    in fonts without valid Unicode mapping: drawn, for OCR. Raises DamagedSource, SourceTooLarge.
    """
    with pdf_page.opened(source, ref.index, options, name) as page:
        pictures = page.contents.pictures
        pdf_pictures.check(pictures, options.limits, name, ref.index)
        if _is_digital(page):
            return _digital(page, source, ref, workdir, options)
        covering = _covering(page)
        if page.listed and pictures and not page.characters and not _later_marks(page, covering):
            found = pdf_pictures.assemble(page.page, pictures, page.size, options.limits, masked=page.masked)
            if found and (covering or found[1] <= _DRAWN_RANGE[1]):
                pixels, dpi = found
                # Programs that wrap photographs make pages of any size: those sizes are ignored.
                paper = measure(pixels.shape[1], pixels.shape[0], dpi)
                return _as_picture("scanned", pixels, paper, ref, options)
            return _as_picture("scanned", *_drawn(page, _own_dpi(pictures), options), ref, options)
        kind: PageKind = "mixed" if pictures or not page.listed else "born_digital"
        return _as_picture(kind, *_drawn(page, _own_dpi(covering), options), ref, options)


def _is_a3(pdf: pikepdf.Pdf, index: int, name: str) -> bool:
    """Whether a page is a sheet of A3; one without size is none."""
    try:
        width, height = pdf_guard.page_box(pdf, index, name).size
    except DamagedSource:
        return False
    return _paper(width, height).is_a3


def _paper(width: float, height: float, dpi: float = 72.0) -> Paper:
    """The sheet that a page of this size in points states."""
    return Paper(dpi, True, width / 72 * 25.4, height / 72 * 25.4)


def _covering(page: Page) -> Sequence[Picture]:
    """The pictures, if together they are the page: one, or the strips of one."""
    pictures = page.contents.pictures
    shown = sum(shown_area(picture, page.size) for picture in pictures)
    return pictures if shown >= COVERS * page.area else ()


def _later_marks(page: Page, covering: Sequence[Picture]) -> bool:
    """Whether lines or areas show beside the pictures, or over those that cover the page."""
    last = max((picture.order for picture in covering), default=-1)
    return any(order > last for order in page.contents.marks)


def _is_digital(page: Page) -> bool:
    """Whether the page's own words are all that can be read on it."""
    mapped = sum(c.mapped for c in page.characters)
    if not page.listed:
        return False
    if page.characters and mapped < _MAPPED * len(page.characters):
        return False
    if not page.characters:
        # A page without anything is blank, without words; lines alone may be words in outlines.
        return not page.contents.pictures and not page.contents.marks
    pictures = [p for p in page.contents.pictures if shown_area(p, page.size) >= _SPECK * page.area]
    bare = sum(shown_area(p, page.size) for p in pictures if not _is_background(p, page.characters))
    return bare < _ORNAMENTS * page.area


def _is_background(picture: Picture, characters: Sequence[words.Character]) -> bool:
    """Whether words are all over a picture, which is then their background."""
    left, top, right, bottom = picture.frame
    on_it = [c.box for c in characters if left <= c.centre[0] <= right and top <= c.centre[1] <= bottom]
    if not on_it:
        return False
    boxes = np.array(on_it)
    extent = np.ptp(boxes[:, [0, 2]]) * np.ptp(boxes[:, [1, 3]])
    return bool(extent >= _BACKGROUND * (right - left) * (bottom - top))


def _own_dpi(covering: Sequence[Picture]) -> float:
    """Resolution to draw at: that of the scan, if there is one."""
    if not covering:
        return DRAWN_DPI
    finest = max(max(pdf_pictures.resolution(picture)) for picture in covering)
    return min(max(finest, _DRAWN_RANGE[0]), _DRAWN_RANGE[1])


def _drawn(page: Page, dpi: float, options: ScanOptions) -> tuple[Pixels, Paper]:
    """Draw a page, as finely as the limits allow."""
    most = min(_DRAWN_PIXELS, options.limits.max_pixels)
    dpi = min(dpi, 72 * sqrt(most / page.area))
    bitmap = page.page.render(scale=dpi / 72 * page.box.unit, rev_byteorder=True)
    pixels = np.ascontiguousarray(bitmap.to_numpy()[..., :3], dtype=np.uint8)
    return pixels, _paper(*page.size, dpi)


def _as_picture(kind: PageKind, pixels: Pixels, paper: Paper, ref: PageRef, options: ScanOptions) -> RawPage:
    """Make a page for OCR from its pixels."""
    part = cut(pixels, ref.part, options.turn or 0)
    return RawPage(paper.half(ref.part).page(kind, part), part, camera=not paper.known)


def _digital(page: Page, source: Path, ref: PageRef, workdir: Path, options: ScanOptions) -> RawPage:
    """Make a born-digital page: picture, words, and drawing."""
    pixels, paper = _drawn(page, DRAWN_DPI, options)
    whole = ref.part == "whole"
    part = window(pixels.shape[1], pixels.shape[0], ref.part, options.turn or 0)
    pixels = pixels[part[1] : part[3], part[0] : part[2]]
    to_points = 72 / paper.dpi
    frame = tuple(edge * to_points for edge in part)
    found = words.within(page.characters, (frame[0], frame[1], frame[2], frame[3]))
    layer = None
    if whole and not page.annotated:
        layer = vector.vector_layer(source, ref.index, workdir / f"{ref.index:04d}-vector.pdf")
    own = _on_a4(found, pixels, paper.dpi)
    return RawPage(
        source=paper.half(ref.part).page("born_digital", pixels),
        pixels=pixels,
        lines=tuple(each.line for each in own),
        vector=layer,
        proofs=words.proofs(own),
        unmapped=frozenset(index for index, each in enumerate(own) if not each.mapped),
    )


def _on_a4(found: Sequence[words.Character], pixels: Pixels, dpi: float) -> tuple[words.OwnLine, ...]:
    """Place the words on A4 by the rule that places the picture."""
    flat = View.of(pixels)
    placed = pages.place(flat, flat.size, 25.4 / dpi, outlined=True, ink=np.empty((0, 2)))
    return words.lines(found, placed.to_page @ scaling(dpi / 72))
