"""The results of the services on extracts: frozen values. Rectangles are left, top, right, bottom in points."""

from __future__ import annotations

from dataclasses import dataclass

from archive_app.letters.results import LetterView, PageView

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line of a page, from 0. `proposed`: it names somebody whom the case concerns.

    `black` is the area that becomes black when it is covered: slightly more than the line itself.
    """

    number: int
    proposed: bool
    covered: bool
    black: Rectangle


@dataclass(frozen=True, slots=True)
class DraftArea:
    """A covered rectangle: as it was drawn, and the area that becomes black."""

    drawn: Rectangle
    black: Rectangle


@dataclass(frozen=True, slots=True)
class Raster:
    """The geometry that maps drawn areas to black ones: the layer's size and blocks in pixels, the spread in points."""

    width: int
    height: int
    block: int
    fringe: int
    spread: float


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A page of the draft; `out`: it is left out of the extract."""

    page: PageView
    out: bool
    lines: tuple[DraftLine, ...]
    areas: tuple[DraftArea, ...]
    raster: Raster


@dataclass(frozen=True, slots=True)
class NameLeft:
    """A name that stays readable, with its page and line (from 0)."""

    name: str
    page: int
    line: int


@dataclass(frozen=True, slots=True)
class ExtractDraft:
    """The draft of an extract. `pages` can be taken over, `absent` are the numbers of the other pages."""

    letter: LetterView
    pages: tuple[DraftPage, ...]
    absent: tuple[int, ...]
    left: tuple[NameLeft, ...]
