"""Convert lines of text between the pipeline's values and the stored rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scanning.values import Line, Quad

Row = dict[str, Any]

NUL, INSTEAD = "\0", "\N{REPLACEMENT CHARACTER}"
"""PostgreSQL and other programs cannot store NUL in text: it is replaced, on every database."""


def to_row(line: Line) -> Row:
    """Return a line as stored: rounded numbers, the polygon as eight; `raw` is the engine's text, if it differs."""
    row: Row = {
        "text": line.text.replace(NUL, INSTEAD),
        "polygon": [round(value, 2) for point in line.polygon for value in point],
        "confidence": round(line.confidence, 4),
        "direction": line.direction,
        "spans": None if line.spans is None else [[round(a, 4), round(b, 4)] for a, b in line.spans],
    }
    return row if line.raw is None else {**row, "raw": line.raw.replace(NUL, INSTEAD)}


def text_of(rows: Iterable[Row]) -> str:
    """Join the rows' texts with line breaks."""
    return "\n".join(row["text"] for row in rows)


def polygon_of(row: Row) -> Quad:
    """Return the polygon of a stored line."""
    x0, y0, x1, y1, x2, y2, x3, y3 = row["polygon"]
    return (x0, y0), (x1, y1), (x2, y2), (x3, y3)


def to_value(row: Row) -> Line:
    """Return a stored line as the pipeline's value."""
    spans = row.get("spans")
    return Line(
        text=row["text"],
        polygon=polygon_of(row),
        confidence=row["confidence"],
        direction=row["direction"],
        spans=None if spans is None else tuple((a, b) for a, b in spans),
        raw=row.get("raw"),
    )


def corrected(row: Row, text: str, *, confirmed: bool = False) -> Row:
    """Return the line with a person's text: full confidence; character boxes are kept only if the length is the same.

    A line with unchanged text keeps its confidence, unless the person confirmed it.
    """
    text = text.replace(NUL, INSTEAD)
    if text == row["text"]:
        return {**row, "confidence": 1.0, "corrected": True} if confirmed and row["confidence"] < 1.0 else row
    spans = row.get("spans") if len(text) == len(row["text"]) else None
    return {**row, "text": text, "confidence": 1.0, "spans": spans, "corrected": True}


def part_of(row: Row, start: int, end: int) -> Quad:
    """Return the polygon of characters `start` to `end` of a line: from the engine's boxes, else interpolated."""
    length = max(len(row["text"]), 1)
    spans = row.get("spans")
    first, last = (spans[start][0], spans[end - 1][1]) if spans else (start / length, end / length)
    return to_value(row).part(first, last)
