"""Results of the services on search for the pages: frozen values without rows or session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from archive_app.values import Notice

Sort = Literal["date", "relevance"]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search as in the address. `year`, `channel`, `state` narrow to a facet's value; `page` counts from 1."""

    text: str = ""
    sort: Sort = "date"
    page: int = 1
    year: str = ""
    channel: str = ""
    state: str = ""
    similar: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One letter found. `snippet` is (text, is a hit) pieces; `page` is the page of the first hit, from 1."""

    public_id: str
    number: str
    heading: str
    sender: str
    date: date
    received_at: datetime
    channel: str
    case_state: str
    restricted: bool
    page_count: int
    page: int
    snippet: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet, how many of the visible hits have it, and whether the search is narrowed to it."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of results. `total` is exact up to 1,000; beyond, `total_exact` is False and it reads "1000+".

    `facets` count the newest 5,000 hits; when there may be more, `facets_exact` is False. `similar_tried` is
    True when these are hits with one character different; `similar_found` counts what "similar spelling" would add when
    nothing was found as written. `error` says what is wrong with the query; `took_ms` is the server's time.
    """

    request: SearchRequest
    results: tuple[SearchResult, ...]
    total: int
    total_exact: bool
    pages: int
    facets: Mapping[str, tuple[FacetValue, ...]]
    facets_exact: bool
    similar_tried: bool
    similar_found: int
    error: Notice | None
    took_ms: float
