"""Errors of searching and indexing, one class per cause.

Each has a `code`, by which the application finds the sentence in the reader's language, and `values` for it: the
`parameters` that the sentence needs. As a string, an error is its code and its parameters, for logs.
"""

from __future__ import annotations

from typing import ClassVar


class SearchError(Exception):
    """Base of all errors of this package."""

    code: ClassVar[str] = "search_error"
    parameters: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **values: str | int) -> None:
        self.values = values
        told = ", ".join(f"{name}={values[name]}" for name in self.parameters)
        super().__init__(f"{self.code}: {told}" if told else self.code)


class QueryError(SearchError):
    """A query that cannot be searched; its author can correct it."""

    code = "query_error"


class QueryTooLong(QueryError):
    """The query has more characters, words or nested parentheses than the index allows."""

    code = "query_too_long"
    parameters = ("found", "what", "limit")


class QueryTooBroad(QueryError):
    """The search has to read more than one search may, or takes longer."""

    code = "query_too_broad"


class BadDate(QueryError):
    """What follows `date:` is not a date."""

    code = "bad_date"
    parameters = ("text",)


class BackwardDates(QueryError):
    """A range of dates that ends before it begins."""

    code = "backward_dates"
    parameters = ("first", "last")


class NothingToSearch(QueryError):
    """Only punctuation or operators were typed."""

    code = "nothing_to_search"
    parameters = ("text",)


class NotOneWord(QueryError):
    """Similar spelling works for a single word only."""

    code = "not_one_word"
    parameters = ("text",)


class UnknownValue(QueryError):
    """A facet value that does not exist."""

    code = "unknown_value"
    parameters = ("text", "field")


class IndexingError(SearchError):
    """Base of errors of indexing."""

    code = "indexing_error"


class DayFull(IndexingError):
    """One date has as many letters as the row ids of one day can hold."""

    code = "day_full"
    parameters = ("limit", "date")
