"""The positions of search hits on the pages of a letter."""

from __future__ import annotations

from collections.abc import Sequence

from archive_app.letters.results import Mark
from archive_app.letters.text_lines import Row, part_of
from archive_app.search.queries import understand
from index import highlight
from index.errors import QueryError
from index.query import Query


def marks_of(pages: Sequence[Sequence[Row]], text: str, *, near: bool) -> list[tuple[Mark, ...]]:
    """Return for each page the marks of the query on its lines; none for an invalid query."""
    try:
        query = understand(text, near=near) if text else Query()
    except QueryError:
        query = Query()
    if query.is_empty:
        return [() for _ in pages]
    lines = [str(row["text"]) for rows in pages for row in rows]
    positions = [(page, number, row) for page, rows in enumerate(pages) for number, row in enumerate(rows)]
    marks: list[list[Mark]] = [[] for _ in pages]
    for hit in highlight.on_lines(lines, query):
        page, number, row = positions[hit.line_index]
        polygon = part_of(row, hit.start_char, hit.end_char)
        marks[page].append(Mark(number, hit.start_char, hit.end_char, polygon))
    return [tuple(found) for found in marks]
