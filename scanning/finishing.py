"""The last steps of a page: draw it once, save it, measure it, and return it as a value."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from scanning import layer, ocr, pages, quality
from scanning.geometry import Corners, Matrix, View, apply
from scanning.raw import Pixels, RawPage
from scanning.values import (
    Line,
    Operation,
    PageRef,
    PageWarning,
    Quality,
    ScannedPage,
    ScanOptions,
)

PREVIEW_SIDE = 1600
PREVIEW_QUALITY = 80

MOST_DPI = 300.0
"""A page that was reduced is drawn at a higher resolution, so that its small print stays readable, up to this."""


@dataclass(frozen=True, eq=False)
class Clock:
    """Measures the seconds since its creation."""

    started: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Seconds until now."""
        return time.perf_counter() - self.started


@dataclass(frozen=True, eq=False)
class Draft:
    """A page placed and read, not yet drawn. For the fields see `pages.Placement` and `reading.Upright`."""

    view: View
    to_page: Matrix
    scale: float
    lines: tuple[Line, ...]
    operations: tuple[Operation, ...]
    ink: float
    skew: float = 0.0
    residual: float = 0.0
    turned: int = 0
    engine: ocr.Engine | None = None
    separator: str | None = None
    outline: Corners | None = None
    vector: Path | None = None
    digital: bool = False

    @property
    def dpi(self) -> float:
        """Pixels of the source per inch of its paper (of the finished page, where the paper's size is unknown)."""
        unit = np.sqrt(abs(np.linalg.det(self.to_page[:2, :2])))
        return float(72 * self.view.source_scale / unit * (self.scale or 1.0))


def on_page(lines: Sequence[ocr.RawLine], to_page: Matrix) -> tuple[Line, ...]:
    """Map lines from units of the view to the page, in points."""
    return tuple(
        Line(x.text, pages.quad(apply(to_page, x.corners)), x.confidence, x.direction, x.spans, x.raw) for x in lines
    )


def draft_of_digital(raw: RawPage, turn: int) -> Draft:
    """A draft of a page with words of its own; a turned page is rasterised, and its words are turned with it."""
    unit_mm = 25.4 / raw.source.dpi
    flat = View.of(raw.pixels)
    before = pages.place(flat, flat.size, unit_mm, outlined=True, ink=np.empty((0, 2)))
    view = flat.turned(turn)
    after = pages.place(view, view.size, unit_mm, outlined=True, ink=np.empty((0, 2)))
    carry = after.to_page @ np.linalg.inv(view.to_source) @ np.linalg.inv(before.to_page)
    lines = raw.lines or ()
    if turn:
        lines = tuple(
            Line(x.text, pages.quad(apply(carry, np.array(x.polygon))), x.confidence, x.direction, x.spans)
            for x in lines
        )
    operations = (Operation("turn", {"degrees": turn}), *after.operations) if turn else after.operations
    return Draft(
        view, after.to_page, after.scale, lines, operations, quality.find_ink(view).share,
        turned=turn, vector=None if turn else raw.vector, digital=True,
    )  # fmt: skip


def finish(draft: Draft, raw: RawPage, ref: PageRef, workdir: Path, options: ScanOptions, clock: Clock) -> ScannedPage:
    """Draw, save and measure a page. Raises OSError when a file cannot be written."""
    dpi = (
        options.image_dpi
        if draft.scale == 0
        else min(max(MOST_DPI, options.image_dpi), options.image_dpi / draft.scale)
    )
    page = pages.draw(draft.view, draft.to_page, dpi, draft.outline)
    stem = workdir / f"{ref.index:04d}-{ref.part}"
    measured = _measure(draft, raw, page, dpi)
    warnings = quality.warnings_of(
        measured,
        has_lines=bool(draft.lines),
        was_read=draft.digital or draft.engine is not None,
        least_confidence=draft.engine.least_confidence if draft.engine else 0.0,
    )
    if draft.digital and draft.vector is None:
        warnings = (*warnings, PageWarning("drawn"))
    return ScannedPage(
        ref=ref,
        source=raw.source,
        operations=draft.operations,
        quality=measured,
        warnings=warnings,
        engine=draft.engine.name if draft.engine else "",
        engine_version=draft.engine.version if draft.engine else "",
        lines=draft.lines,
        layer=draft.vector or layer.save(page, dpi=dpi, stem=stem),
        preview=_preview(page, stem.with_name(stem.name + "-page.jpg")),
        source_preview=_preview(draft.view.picture.overview, stem.with_name(stem.name + "-source.jpg")),
        separator=draft.separator,
        turned=draft.turned,
        seconds=clock.seconds,
    )


def _measure(draft: Draft, raw: RawPage, page: Pixels, dpi: float) -> Quality:
    return Quality(
        dpi=round(draft.dpi, 1),
        dpi_known=raw.source.dpi_known and draft.scale > 0,
        ink=round(draft.ink, 5),
        sharpness=round(quality.sharpness(page, dpi, draft.dpi), 4),
        skew=round(draft.skew, 3),
        residual_skew=round(draft.residual, 3),
        confidence=None if draft.digital else quality.confidence_of([(x.text, x.confidence) for x in draft.lines]),
    )


def _preview(pixels: Pixels, path: Path) -> Path:
    """Save a picture for the screen."""
    scale = min(1.0, PREVIEW_SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1.0 else pixels
    Image.fromarray(small).save(path, "JPEG", quality=PREVIEW_QUALITY)
    return path
