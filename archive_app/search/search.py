"""Search: one query, the reader's scope in the same statement, and a page of results."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from archive_app.access.identity import Reader
from archive_app.access.lookups import find_letter, visible_letters
from archive_app.access.rule import visible
from archive_app.audit.record import record
from archive_app.codes.service import tables_of
from archive_app.runtime.archive import Archive
from archive_app.search.indexing import letter_text, page_texts, registered_texts
from archive_app.search.queries import narrowed, understand
from archive_app.search.results import FacetValue, SearchPage, SearchRequest, SearchResult
from archive_app.values import Notice
from index import highlight
from index.engines.base import FACET_LIMIT, Facets, Found
from index.errors import QueryError
from index.query import Query
from storage.models import Case, Letter

PER_PAGE = 20
SNIPPET_WIDTH = 90
EMPTY = SearchPage(SearchRequest(), (), 0, True, 0, {}, True, False, 0, None, 0.0)


def search(reader: Reader, archive: Archive, request: SearchRequest) -> SearchPage:
    """A page of the letters that this reader may see and that match; an error of the query is shown in the page."""
    started = time.perf_counter()
    try:
        query = narrowed(understand(request.text, near=request.similar, tables=tables_of(archive)), request)
        with archive.reading(reader) as session:
            page = _find(session, reader, archive, request, query)
        if any(result.restricted for result in page.results):
            page = _find_and_record(reader, archive, request, query)
    except QueryError as error:
        page = replace(EMPTY, request=request, error=Notice(error.code, error.values))
    return replace(page, took_ms=(time.perf_counter() - started) * 1000)


def _find_and_record(reader: Reader, archive: Archive, request: SearchRequest, query: Query) -> SearchPage:
    """The same page with a row in the audit trail for each restricted letter on it: a snippet is content."""
    with archive.changing(reader) as session:
        page = _find(session, reader, archive, request, query)
        for result in page.results:
            if result.restricted:
                record(session, reader, "found", find_letter(session, reader, result.public_id))
        session.commit()
    return page


def _find(session: Session, reader: Reader, archive: Archive, request: SearchRequest, query: Query) -> SearchPage:
    found = archive.index.search(
        session,
        query,
        scope=visible(reader),
        sort=request.sort,
        offset=(request.page - 1) * PER_PAGE,
        limit=PER_PAGE,
        facets=True,
    )
    return SearchPage(
        request=request,
        results=_results(session, reader, found, query),
        total=found.total,
        total_exact=found.total_exact,
        pages=-(-found.total // PER_PAGE),
        facets=_facets(found.facets, request),
        facets_exact=sum(count for _, count in found.facets.get("year", ())) < FACET_LIMIT,
        similar_tried=request.similar,
        similar_found=0 if found.total or request.similar else _similar_found(session, reader, archive, request),
        error=None,
        took_ms=0.0,
    )


def _results(session: Session, reader: Reader, found: Found, query: Query) -> tuple[SearchResult, ...]:
    ids = [hit.letter_id for hit in found.hits]
    if not ids:
        return ()
    rows = {
        letter.id: (letter, state, restricted)
        for letter, state, restricted in session.execute(
            visible_letters(reader)
            .add_columns(Case.state, Case.restricted)
            .join(Case, Case.id == Letter.case_id)
            .where(Letter.id.in_(ids))
        )
    }
    texts = page_texts(session, ids)
    registered = registered_texts(session, {hit.case_id for hit in found.hits if hit.letter_id in rows})
    return tuple(
        _result(hit.date, *rows[hit.letter_id], texts.get(hit.letter_id, []), registered.get(hit.case_id, ""), query)
        for hit in found.hits
        if hit.letter_id in rows
    )


def _result(
    day: date,
    letter: Letter,
    state: str,
    restricted: bool,
    pages: list[tuple[int, str]],
    registered: str,
    query: Query,
) -> SearchResult:
    first = next((number for number, text in pages if len(pages) > 1 and highlight.matches(text, query)), 1)
    text = letter_text(pages)
    # The registration's words are shown where the query's words are not on the paper.
    there_only = highlight.matches(registered, query) and not highlight.matches(text, query)
    return SearchResult(
        public_id=letter.public_id,
        number=letter.number,
        heading=letter.title or letter.heading or letter.number,
        sender=letter.sender,
        date=day,
        received_at=letter.received_at,
        channel=letter.channel,
        case_state=state,
        restricted=restricted,
        page_count=len(pages),
        page=first,
        snippet=highlight.snippet(registered if there_only or not text else text, query, SNIPPET_WIDTH),
    )


def _facets(found: Facets, request: SearchRequest) -> Mapping[str, tuple[FacetValue, ...]]:
    chosen = {"year": request.year, "channel": request.channel, "state": request.state}
    return {
        name: tuple(FacetValue(value, count, chosen=chosen.get(name) == value) for value, count in values)
        for name, values in found.items()
    }


def _similar_found(session: Session, reader: Reader, archive: Archive, request: SearchRequest) -> int:
    """How many letters "similar spelling" would find; 0 for a search that is not one word."""
    try:
        query = narrowed(understand(request.text, near=True), request)
    except QueryError:
        return 0
    return archive.index.search(session, query, scope=visible(reader), limit=0).total
