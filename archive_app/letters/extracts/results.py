"""What the services on extracts give to the page: frozen values. Rectangles are left, top, right, bottom in points."""

from __future__ import annotations

from dataclasses import dataclass

from archive_app.letters.results import LetterView, PageView

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A line of a page, from 0. `proposed`: it names somebody whom the case concerns.

    `black` is what is black when it is covered: somewhat more than the line itself.
    """

    number: int
    proposed: bool
    covered: bool
    black: Rectangle


@dataclass(frozen=True, slots=True)
class DraftArea:
    """A rectangle that is covered: as it was drawn, and what is black for it in the end."""

    drawn: Rectangle
    black: Rectangle


@dataclass(frozen=True, slots=True)
class Raster:
    """From what is drawn to what is black: the layer's size in pixels, its blocks, and the spread in points."""

    width: int
    height: int
    block: int
    fringe: int
    spread: float


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A page as it would go into the extract, or stay out of it."""

    page: PageView
    out: bool
    lines: tuple[DraftLine, ...]
    areas: tuple[DraftArea, ...]
    raster: Raster


@dataclass(frozen=True, slots=True)
class NameLeft:
    """A name that stays readable: on which page, on which line (from 0)."""

    name: str
    page: int
    line: int


@dataclass(frozen=True, slots=True)
class ExtractDraft:
    """A letter to be blacked out. `pages` are those that can be taken over, `absent` the numbers of the others."""

    letter: LetterView
    pages: tuple[DraftPage, ...]
    absent: tuple[int, ...]
    left: tuple[NameLeft, ...]
