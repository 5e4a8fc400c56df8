"""Search 检索: one box; the address contains the whole search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from flask import Blueprint, render_template, request, url_for

from archive_app.search import search as search_service
from archive_app.search.results import SearchRequest, Sort
from archive_app.views.common.constant_time import send_search_at_step
from archive_app.views.common.context import archive, reader

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def search() -> str:
    """The box and the results; the newest letters for an empty query."""
    asked = _request()
    found = search_service.search(reader(), archive(), asked)
    send_search_at_step(found=bool(found.results))
    return render_template("search/search.html", asked=asked, found=found, address=address)


def address(asked: SearchRequest, **changed: Any) -> str:
    """The address of this search with some changes; any change except of the page number begins at page 1."""
    new = replace(asked, **{"page": 1, **changed})
    return url_for(
        "search.search",
        q=new.text or None,
        sort=new.sort if new.sort != "date" else None,
        page=new.page if new.page > 1 else None,
        year=new.year or None,
        channel=new.channel or None,
        state=new.state or None,
        similar=1 if new.similar else None,
    )


def _request() -> SearchRequest:
    sort = request.args.get("sort", "date")
    return SearchRequest(
        text=request.args.get("q", "").strip(),
        sort=cast(Sort, sort if sort in ("date", "relevance") else "date"),
        page=max(request.args.get("page", 1, type=int), 1),
        year=request.args.get("year", ""),
        channel=request.args.get("channel", ""),
        state=request.args.get("state", ""),
        similar=request.args.get("similar") == "1",
    )
