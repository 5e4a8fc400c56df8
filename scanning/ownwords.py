"""Whether a page's own words are what its picture shows: some are read from the picture and compared.

A PDF states its words beside its drawing, and both may differ: a font with a false mapping gives other characters, and
parts of a page (drawn outlines, pictures, fonts without mapping) give none. So the words are believed only where
reading agrees, a line whose font says nothing is read, and so is writing beside which no own word stands.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import cv2
import numpy as np

from scanning import pages, script
from scanning.finishing import on_page
from scanning.geometry import Corners, Matrix, View, apply, sides
from scanning.ocr.base import Engine, RawLine
from scanning.raw import RawPage
from scanning.values import Line

ALIKE = 0.5
"""Below this likeness the words as a whole are not what is shown."""

UNLIKE = 0.3
"""Below this likeness one line is certainly other than shown, if it was read surely and has enough characters."""

SURE = 0.9
"""A reading from this confidence on can bear witness, or be taken over."""

ENOUGH = 6
"""Characters that a line must have to speak for its font."""

COVERED = 0.3
"""Writing of which own words cover less than this share has none of its own."""

_MASK_SIDE = 1000


@dataclass(frozen=True, eq=False)
class _Page:
    """A page in its own pixels, and how they lie on A4."""

    view: View
    to_page: Matrix
    engine: Engine

    @property
    def from_page(self) -> Matrix:
        """From A4 points to the page's own pixels."""
        return np.asarray(np.linalg.inv(self.to_page), dtype=np.float64)

    def read(self, line: Line) -> RawLine | None:
        """Read what the picture shows where a line stands."""
        corners = apply(self.from_page, np.array(line.polygon))
        return next(iter(self.engine.read(self.view, [_grown(corners, self.view)])), None)


def believed(engine: Engine, raw: RawPage) -> tuple[Line, ...] | None:
    """Return a page's own words as far as its picture agrees, with what else is written there; None: read it all."""
    own = raw.lines or ()
    view = View.of(raw.pixels)
    placed = pages.place(view, view.size, 25.4 / raw.source.dpi, outlined=True, ink=np.empty((0, 2)))
    page = _Page(view, placed.to_page, engine)
    if not _agree(page, [own[index] for index in raw.proofs]):
        return None
    own = tuple(_read_again(page, line) if index in raw.unmapped else line for index, line in enumerate(own))
    beside = _beside(page, own)
    if sum(len(line.text) for line in beside) > sum(len(line.text) for line in own):
        return None
    lines, _ = script.settle_script(beside)
    return (*own, *on_page(lines, placed.to_page))


def _agree(page: _Page, proofs: Sequence[Line]) -> bool:
    """Whether readings agree with own words; what cannot be read surely bears no witness."""
    alike = total = 0.0
    for line in proofs:
        seen = page.read(line)
        if seen is None or seen.confidence < SURE:
            continue
        own, read = _letters(line.text), _letters(seen.text)
        likeness = SequenceMatcher(None, own, read, autojunk=False).ratio() if own or read else 1.0
        if likeness < UNLIKE and min(len(own), len(read)) >= ENOUGH:
            return False
        alike += likeness * len(own)
        total += len(own)
    return alike >= ALIKE * total


def _letters(text: str) -> str:
    """A text without what does not matter: width, case, script, punctuation, spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return script.simplified("".join(each for each in plain if each.isalnum()))


def _read_again(page: _Page, line: Line) -> Line:
    """Replace a line whose font leaves characters open, where the picture is read surely."""
    seen = page.read(line)
    if seen is None or seen.confidence < SURE:
        return line
    return replace(line, text=seen.text, confidence=seen.confidence, spans=seen.spans, direction=seen.direction)


def _beside(page: _Page, own: Sequence[Line]) -> list[RawLine]:
    """Read the writing beside which no own word stands."""
    boxes = page.engine.find(page.view)
    if not boxes:
        return []
    scale = min(1.0, _MASK_SIDE / max(page.view.size))
    size = (round(page.view.height * scale) + 1, round(page.view.width * scale) + 1)
    taken = np.zeros(size, np.uint8)
    for line in own:
        _fill(taken, apply(page.from_page, np.array(line.polygon)) * scale)
    found = page.engine.read(page.view, [box for box in boxes if _share(taken, box * scale) < COVERED])
    return [
        line
        for line in found
        if line.confidence >= SURE and any(each.isalnum() for each in line.text) and not _stands_there(page, own, line)
    ]


def _stands_there(page: _Page, own: Sequence[Line], read: RawLine) -> bool:
    """Whether own words within the box of a line are what was read: a heading whose characters stand far apart."""
    low, high = read.corners.min(axis=0), read.corners.max(axis=0)
    inside = ""
    for line in own:
        middle = apply(page.from_page, np.array(line.polygon)).mean(axis=0)
        if (middle >= low).all() and (middle <= high).all():
            inside += line.text
    return SequenceMatcher(None, _letters(inside), _letters(read.text), autojunk=False).ratio() >= ALIKE


def _fill(mask: np.ndarray, corners: Corners) -> None:
    cv2.fillConvexPoly(mask, np.round(corners).astype(np.int32), 1)


def _share(taken: np.ndarray, box: Corners) -> float:
    """Share of a box that is taken."""
    inside = np.zeros_like(taken)
    _fill(inside, box)
    return float(taken[inside > 0].mean()) if inside.any() else 1.0


def _grown(corners: Corners, view: View) -> Corners:
    """Give a line's box a margin of a tenth of its height, as detection does."""
    margin = 0.1 * min(sides(corners))
    outward = np.sign(corners - corners.mean(axis=0))
    return np.asarray(np.clip(corners + margin * outward, 0.0, np.array(view.size)), dtype=np.float64)
