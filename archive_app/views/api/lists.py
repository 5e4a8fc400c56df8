"""Lists in the API: the account, the tables of codes, the register, waiting cases, and search."""

from __future__ import annotations

from archive_app.access.identity import SCOPES
from archive_app.cases import register
from archive_app.language.case_words import table_of
from archive_app.language.marking import N_
from archive_app.search import search as search_service
from archive_app.search.results import SearchRequest
from archive_app.views.api.operations import operation
from archive_app.views.api.values import (
    AccountResponse,
    CodeResponse,
    CodesResponse,
    PageQuery,
    RegisterResponse,
    SearchQuery,
    SearchResponse,
    WorkResponse,
)
from archive_app.views.common.constant_time import send_search_at_step
from archive_app.views.common.context import archive, reader
from archive_app.views.common.problems import Refused

CODED = ("channel", "purpose", "content_class", "sector", "cause", "feedback_by", "way_of_handling", "locality")


@operation("GET", "/account", N_("In whose name a token asks, and what it is for"))
def account() -> AccountResponse:
    """The account of the token."""
    who = reader()
    scopes = tuple(each for each in SCOPES if each in who.scopes)
    return AccountResponse(
        account=who.name, name=who.display_name, roles=tuple(sorted(who.roles)), token=who.token, scopes=scopes
    )


@operation("GET", "/codes", N_("The tables of codes, with their words"))
def codes() -> CodesResponse:
    """The codes that are allowed in the fields of a form."""
    tables = {field: table_of(field) for field in CODED}
    return CodesResponse(
        tables={
            field: tuple(CodeResponse(code=code, words=words) for code, words in table)
            for field, table in tables.items()
        }
    )


@operation("GET", "/work", N_("What waits for this account"), scope="cases:read")
def work() -> WorkResponse:
    """The cases that this account can act on, the most urgent first."""
    return WorkResponse.model_validate(register.work(reader(), archive()))


@operation("GET", "/register/<int:year>", N_("The special register of a year"), scope="cases:read")
def register_page(year: int, query: PageQuery) -> RegisterResponse:
    """A page of the register, the newest number first."""
    return RegisterResponse.model_validate(register.register_page(reader(), archive(), year, query.page))


@operation("GET", "/search", N_("Search letters"), scope="letters:search", refused=(422,))
def search(query: SearchQuery) -> SearchResponse:
    """Letters that match the query, as in the search box of the pages."""
    asked = SearchRequest(
        text=query.q.strip(),
        sort=query.sort,
        page=query.page,
        year=query.year,
        channel=query.channel,
        state=query.state,
    )
    found = search_service.search(reader(), archive(), asked)
    send_search_at_step(found=bool(found.results))
    if found.error is not None:
        raise Refused(found.error, "q")
    return SearchResponse.model_validate(found)
