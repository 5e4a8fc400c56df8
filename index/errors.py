"""Errors of searching and indexing, one class per cause.

Each has a `code`, by which the application finds the same sentence in the reader's language, and `values` for it.
"""

from __future__ import annotations

from typing import ClassVar


class SearchError(Exception):
    """Base of all errors of this package."""

    code: ClassVar[str] = "search_error"
    message: ClassVar[str] = "The search could not be done."

    def __init__(self, **values: str | int) -> None:
        self.values = values
        super().__init__(self.message.format(**values))


class QueryError(SearchError):
    """What was typed cannot be searched for; the person can put it right."""

    code = "query_error"


class QueryTooLong(QueryError):
    """The query has more characters, words or nested parentheses than the index will try."""

    code = "query_too_long"
    message = "This search is too long ({found} {what}, at most {limit}). Search for fewer words."


class BadDate(QueryError):
    """What follows `date:` is not a date."""

    code = "bad_date"
    message = "“{text}” is not a date. Write 2024, 2024-06, 2024-06-20, 2024年6月, >=2024-06 or [2024-01 to 2024-06]."


class BackwardDates(QueryError):
    """A range of dates that ends before it begins."""

    code = "backward_dates"
    message = "The dates {first} to {last} run backwards. Put the earlier date first."


class NothingToSearch(QueryError):
    """Only punctuation or operators were typed."""

    code = "nothing_to_search"
    message = "There is nothing to search for in “{text}”: type a word, a name or a number."


class NotOneWord(QueryError):
    """Similar spelling was asked of something else than one word."""

    code = "not_one_word"
    message = (
        "Similar spelling looks for one word of three or more characters, without punctuation; “{text}” is not one."
    )


class UnknownValue(QueryError):
    """A facet was asked for by a name that does not exist."""

    code = "unknown_value"
    message = "“{text}” is not a value of {field}."


class IndexingError(SearchError):
    """Base of what can go wrong when a letter is put into the index."""

    code = "indexing_error"


class DayFull(IndexingError):
    """One date has as many letters as the row ids of one day can hold."""

    code = "day_full"
    message = "There are already {limit} letters of {date} in the index. Give the letters their true dates."
