"""The interface of OCR engines, and the values that they return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from scanning.geometry import Corners, View
from scanning.values import Direction

Spans = tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class RawLine:
    """One line as recognised by an engine.

    `corners` (4, 2), in units of the view it was read from, clockwise from the top left of the upright page. `spans[i]`
    is where character i begins and ends, as fractions of the run of the text (see `values.Line`). `confidence` is 0..1.
    `raw` is what the engine returned, where `text` has been changed since.
    """

    text: str
    corners: Corners
    confidence: float
    direction: Direction = "horizontal"
    spans: Spans | None = None
    raw: str | None = None


@dataclass(frozen=True, eq=False)
class Sight:
    """What an engine detects before recognition.

    `turn` is how many degrees clockwise make the page upright. `boxes` (each (4, 2), in units of the inspected view,
    clockwise from its top left) are the positions of the lines; None from an engine that finds lines only during
    recognition.
    """

    turn: int
    boxes: tuple[Corners, ...] | None


class Engine(Protocol):
    """An OCR engine: it holds its models, belongs to its creator, and is used by one thread at a time."""

    @property
    def name(self) -> str:
        """The engine's name, as in `ScanOptions.engine`."""

    @property
    def least_confidence(self) -> float:
        """Below this mean confidence over its characters, a person should check a page that this engine has read."""

    @property
    def version(self) -> str:
        """Versions of the engine, its models and what runs them."""

    def look(self, view: View) -> Sight:
        """Detect the orientation of the page and the positions of its lines."""

    def find(self, view: View) -> tuple[Corners, ...] | None:
        """Find the lines of an upright page, as in `Sight.boxes`."""

    def read(self, view: View, boxes: Sequence[Corners] | None = None) -> list[RawLine]:
        """Read the lines of an upright page, in no particular order; find them first when `boxes` is None."""
