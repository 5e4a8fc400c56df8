"""A search as a tree of values, independent of how it was typed and how texts are stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from index.text import is_traditional, simplified

Place = Literal["any", "title", "from", "no"]
FacetName = Literal["channel", "state"]

REACH = 10
"""The maximum number of characters that `*` matches, within one clause."""


@dataclass(frozen=True, slots=True)
class Word:
    """Text to be found as it is, in `plain` form.

    Unquoted, either script finds the other and any punctuation or gap matches any other. Quoted (`exact`), the
    punctuation must be that of the text, and so must the script where the words have a traditional character.
    """

    text: str
    place: Place = "any"
    exact: bool = False

    @property
    def as_written(self) -> bool:
        """Whether the script matters: a quoted word with a traditional character."""
        return self.exact and self.place in ("any", "title") and is_traditional(self.text)

    @property
    def folded(self) -> str:
        """The words in simplified script."""
        return simplified(self.text)


@dataclass(frozen=True, slots=True)
class Wild:
    """A pattern in `plain` form: `?` is one character, `*` up to `REACH` characters of the same clause."""

    text: str
    place: Place = "any"

    @property
    def folded(self) -> str:
        """The pattern in simplified script."""
        return simplified(self.text)


@dataclass(frozen=True, slots=True)
class Similar:
    """A word of three or more characters with exactly one of them wrong, or one of the inner ones missing."""

    text: str

    @property
    def folded(self) -> str:
        """The word in simplified script."""
        return simplified(self.text)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Letters dated from `first` to `last`, both included; None is open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Facet:
    """Letters with one value of a facet."""

    name: FacetName
    value: str


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node


Textual: TypeAlias = Word | Wild | Similar
Node: TypeAlias = Textual | DateRange | Facet | And | Or | Not


def wanted(node: Node | None) -> Iterator[Textual]:
    """The words, patterns and similar words that a hit may have: all leaves that are not under a NOT."""
    if isinstance(node, Word | Wild | Similar):
        yield node
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from wanted(part)


def leaves(node: Node | None) -> Iterator[Node]:
    """All leaves, also those under a NOT."""
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from leaves(part)
    elif isinstance(node, Not):
        yield from leaves(node.part)
    elif node is not None:
        yield node
