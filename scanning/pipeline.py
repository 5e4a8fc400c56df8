"""From a scan to a letter: every page upright, straight, on A4 and recognised.

`scan_page` makes one page and runs inside one limited child; `scan` has all pages of a source made by a pool of such
children.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import Future, as_completed, wait
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2

from scanning import finishing, ocr, ownwords, pages, pdfa, reading, script, separator, sources, stamps
from scanning.errors import DiskFull, EngineMissing, ScanError
from scanning.finishing import Draft
from scanning.geometry import Picture, rectangle
from scanning.raw import RawPage
from scanning.report import to_json
from scanning.sandbox import Workers
from scanning.values import (
    DocumentInfo,
    EngineName,
    FailedPage,
    Operation,
    PageLayer,
    PageRef,
    ScannedLetter,
    ScannedPage,
    ScanOptions,
    SourceInfo,
)
from scanning.versions import made_by

__all__ = ["read_page_here", "scan", "scan_page", "to_json", "warm", "write_access_copy"]

Progress = Callable[[int, int], None]
"""Called after each page with the numbers of finished and of all pages."""


def scan_page(
    source: Path,
    ref: PageRef,
    *,
    workdir: Path,
    options: ScanOptions,
    engine: ocr.Engine | None,
    name: str | None = None,
) -> ScannedPage:
    """Make one A4 page of a source, and read it.

    Args:
        source: the file; its content is not trusted, so call this in a limited child.
        ref: which page of it.
        workdir: the folder for the page's files.
        options: how to scan.
        engine: the OCR engine; None leaves the page unread, with a warning.
        name: the source's name in errors; its file name when None.

    Raises:
        ScanError: the page cannot be read from its source.
        OSError: its files cannot be written.
    """
    clock = finishing.Clock()
    raw = sources.read_page(source, ref, workdir=workdir, options=options, name=name or source.name)
    if raw.lines is not None and engine is not None:
        own = ownwords.believed(engine, raw)
        raw = replace(raw, lines=own, vector=None if own is None else raw.vector)
    draft = _keep(raw, options) if raw.lines is not None else _remake(raw, options, engine)
    return finishing.finish(draft, raw, ref, workdir, options, clock)


def _remake(raw: RawPage, options: ScanOptions, engine: ocr.Engine | None) -> Draft:
    """Make a page from pixels: find the sheet, turn it upright, place it, read it."""
    picture = Picture(raw.pixels)
    sheet = pages.find_sheet(raw, picture)
    seals = stamps.find_seals(picture)
    upright = reading.set_upright(engine, sheet.view.on(stamps.without_seals(picture, seals)), options.turn)
    view = upright.view.on(picture)
    placed = pages.place(
        view,
        upright.size,
        sheet.unit_mm,
        outlined=sheet.outlined,
        ink=upright.ink.corners(pages.RIM if sheet.outlined else 0.0),
    )
    lines = reading.read(engine, upright, view, seals) if engine else []
    lines, changed = script.settle_script(lines)
    operations = [*sheet.operations, *upright.operations, *placed.operations]
    if seals and engine:
        operations.append(Operation("red_channel", {"seals": len(seals)}))
    if changed:
        operations.append(Operation("simplify", {"characters": changed}))
    return Draft(
        view=view,
        to_page=placed.to_page,
        scale=placed.scale,
        lines=finishing.on_page(lines, placed.to_page),
        operations=tuple(operations),
        ink=upright.ink.share,
        skew=upright.skew,
        residual=upright.residual,
        turned=upright.turned,
        engine=engine,
        outline=view.carried(sheet.view, rectangle(*sheet.view.size)) if sheet.outlined else None,
        separator=separator.find_separator(view) if len(lines) <= separator.MOST_LINES else None,
    )


def _keep(raw: RawPage, options: ScanOptions) -> Draft:
    """Keep a page that has its own words; only a requested turn makes a picture of it."""
    return finishing.draft_of_digital(raw, options.turn or 0)


@cache
def engine_of_process(name: EngineName) -> ocr.Engine:
    """The engine of this process, loaded at first use. Raises EngineMissing."""
    return ocr.choose(name)


def warm(name: EngineName) -> None:
    """Load the engine before the first page: `Workers(warm=partial(warm, "auto"))`. Raises EngineMissing."""
    cv2.setNumThreads(1)
    engine_of_process(name)


def read_page_here(source: Path, ref: PageRef, workdir: Path, options: ScanOptions, name: str) -> ScannedPage:
    """Run `scan_page` with the engine of this process, for `Workers.submit`. Raises its errors, and EngineMissing."""
    return scan_page(source, ref, workdir=workdir, options=options, engine=engine_of_process(options.engine), name=name)


def scan(
    source: Path,
    workdir: Path,
    *,
    options: ScanOptions,
    workers: Workers,
    progress: Progress | None = None,
    name: str | None = None,
) -> ScannedLetter:
    """Make all pages of a source, in parallel on all workers; one that cannot be made does not keep the others.

    Raises:
        ScanError: the first error, if it concerns every page, or if no page could be made.
    """
    called = name or source.name
    limits = options.limits
    info: SourceInfo = workers.submit(
        sources.inspect, source, options, called, name=called, seconds=limits.seconds_to_inspect
    ).result()
    futures = [
        workers.submit(
            read_page_here, source, ref, workdir, options, called, name=called, seconds=limits.seconds_per_page
        )
        for ref in info.pages
    ]
    errors = _errors(futures, progress)
    if len(errors) == len(futures):
        raise errors[0]
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    made = tuple(future.result() for number, future in enumerate(futures) if number not in errors)
    failed = tuple(FailedPage(info.pages[number], error) for number, error in sorted(errors.items()))
    return ScannedLetter(called, digest, info, made, made_by(), failed)


def _errors(futures: list[Future[ScannedPage]], progress: Progress | None) -> dict[int, ScanError]:
    """Wait for all pages; return the errors of those that failed, by their position.

    An error that the other pages would meet as well is raised, once no page is being made any more.
    """
    errors: dict[int, ScanError] = {}
    try:
        for done, future in enumerate(as_completed(futures), 1):
            error = future.exception()
            if isinstance(error, ScanError) and not isinstance(error, EngineMissing | DiskFull):
                errors[futures.index(future)] = error
            elif error is not None:
                raise error
            if progress:
                progress(done, len(futures))
    except BaseException as error:
        for future in futures:
            future.cancel()
        if isinstance(error, ScanError):
            wait(futures)
        raise
    return errors


def write_access_copy(
    letter: ScannedLetter, out: Path, about: DocumentInfo, *, workers: Workers, seconds: float
) -> None:
    """Write the letter's PDF, whole or not at all; in a child, because a born-digital page is still its sender's PDF.

    Raises:
        ScanError: a layer cannot be used, or the file not written.
    """
    layers = [PageLayer(page.layer, page.lines) for page in letter.pages]
    workers.submit(pdfa.assemble, layers, out, about, name=letter.name, seconds=seconds).result()
