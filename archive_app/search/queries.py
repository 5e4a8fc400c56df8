"""Build a query from the typed text and the chosen facets."""

from __future__ import annotations

from datetime import date

from archive_app.domain.code_tables import UNCHANGED, CodeTables
from archive_app.language.label_lookup import facet_names
from archive_app.search.results import SearchRequest
from index.nodes import DateRange, Facet, Node
from index.query import Query, parse, similar
from index.syntax import conjunction


def understand(text: str, *, near: bool, tables: CodeTables = UNCHANGED) -> Query:
    """Parse the typed text; `near` allows one different character in the word. Raises QueryError.

    `tables` has the office's labels for the values of facets.
    """
    return similar(text) if near else parse(text, facet_names(tables))


def narrowed(query: Query, request: SearchRequest) -> Query:
    """Narrow the query to the chosen facet values; an invalid year narrows nothing."""
    parts: list[Node] = [] if query.root is None else [query.root]
    if request.year.isdecimal() and 1 <= int(request.year) <= 9999:
        parts.append(DateRange(date(int(request.year), 1, 1), date(int(request.year), 12, 31)))
    if request.channel:
        parts.append(Facet("channel", request.channel))
    if request.state:
        parts.append(Facet("state", request.state))
    return Query(conjunction(parts))
