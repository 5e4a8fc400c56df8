"""A leaf of paper before it is drawn: its contents with positions in points, origin top left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Ink = tuple[int, int, int]
Paper = Literal["plain", "ruled"]

A4 = (595.276, 841.890)
SIXTEENMO = (524.4, 737.0)

BLACK: Ink = (24, 24, 26)
BLUE_BLACK: Ink = (26, 38, 88)
RULE_RED: Ink = (205, 92, 92)
SEAL_RED: Ink = (206, 32, 38)


@dataclass(frozen=True, slots=True)
class Look:
    """How a letter is written. `size` in points, `leading` in sizes, `unsteady` 0 for print, 1 for a trembling hand.

    Titles are printed in `label_face`, a form's labels and the page number in `small_face`.
    """

    face: str
    size: float = 14.0
    leading: float = 1.75
    ink: Ink = BLACK
    unsteady: float = 0.0
    paper: Paper = "plain"
    format: tuple[float, float] = A4
    margin: float = 72.0
    label_face: str = "song-bold"
    small_face: str = "song"


@dataclass(frozen=True, slots=True)
class Row:
    """A run of text: its top left corner, its size and its face."""

    text: str
    x: float
    y: float
    size: float
    face: str
    ink: Ink = BLACK
    unsteady: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight stroke."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.75
    ink: Ink = BLACK


@dataclass(frozen=True, slots=True)
class Mark:
    """A stamp on the paper centred at (x, y): a round seal with words, or a thumb."""

    kind: Literal["seal", "thumb"]
    x: float
    y: float
    size: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One side of paper: its size, and everything on it."""

    width: float
    height: float
    rows: tuple[Row, ...] = ()
    rules: tuple[Rule, ...] = ()
    marks: tuple[Mark, ...] = ()
