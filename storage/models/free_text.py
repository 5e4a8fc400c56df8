"""The declaration of free text: for each column that holds text, whether people write about a case in it.

Each text, JSON and binary column of the models says in its `info` either `free_text()`, words that hang on a case, or
`no_free_text(why)`. A column that says neither fails a test (`tests/storage/test_free_text.py`). From the declaration
come the texts that are screened for names (`archive_app.screening.texts`), those that new names are looked for in, and
the tests of both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, LargeBinary, MetaData, String, Table

_KEY = "free_text"

CODE = "a code or a name of the program"
ID = "random or a number given by the program"
HASH = "a hash or an address in the file store"
CREDENTIAL = "derived from a secret"
STAFF = "about persons, units and accounts, on no case"
COPY = "repeats declared text: a heading, lines with positions, the name of a file in an error"
OFFICE = "of the office or the program, on no case"


@dataclass(frozen=True, slots=True)
class FreeText:
    """The words of people in a column.

    `paths` says where in a JSON value the words are: keys joined by dots, `[]` for each element of a list. `only` is a
    column and its value: rows with another value hold no words of their own. `indexed`: the full-text index has the
    current ones, so that new names are looked for there.
    """

    paths: tuple[str, ...] = ()
    only: tuple[str, str] | None = None
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class NoFreeText:
    """There are no words about a case in a column, or only copies of declared ones: `why`."""

    why: str


def free_text(*paths: str, only: tuple[str, str] | None = None, indexed: bool = False) -> dict[str, Any]:
    """The `info` of a column with words about a case; see `FreeText`."""
    return {_KEY: FreeText(paths, only, indexed)}


def no_free_text(why: str) -> dict[str, Any]:
    """The `info` of a text column without such words."""
    return {_KEY: NoFreeText(why)}


def declared(column: Column[Any]) -> FreeText | NoFreeText | None:
    """What a column says of itself; None when it holds no text, or when it should and does not."""
    found: FreeText | NoFreeText | None = column.info.get(_KEY)
    return found


def holds_text(column: Column[Any]) -> bool:
    """Whether a column can hold text, so that it must be declared."""
    return isinstance(column.type, String | JSON | LargeBinary)


def free_columns(metadata: MetaData) -> dict[Table, dict[Column[Any], FreeText]]:
    """All columns with free text, by table."""
    found: dict[Table, dict[Column[Any], FreeText]] = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(said := declared(column), FreeText):
                found.setdefault(table, {})[column] = said
    return found


def words_of(said: FreeText, value: Any, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The words in a column's value, each with its path ("" for a plain text).

    Args:
        said: the column's declaration.
        value: the value.
        row: the values of the same row, by column name.
    """
    if value is None or (said.only is not None and row[said.only[0]] != said.only[1]):
        return
    if not said.paths:
        yield "", str(value)
    for path in said.paths:
        yield from ((path, str(text)) for text in _at(value, path.split(".")) if text)


def _at(value: Any, keys: list[str]) -> Iterable[Any]:
    """The values at a path of keys in a JSON value."""
    if not keys:
        return [value]
    name, each = keys[0].removesuffix("[]"), keys[0].endswith("[]")
    inner = value if not name else value.get(name) if isinstance(value, Mapping) else None
    found = inner if each and isinstance(inner, list) else [] if each or inner is None else [inner]
    return (text for one in found for text in _at(one, keys[1:]))


def place_of(column: Column[Any], path: str, row: Mapping[str, Any]) -> str:
    """Where words stand, as a code: the table and the column, or the path in it; of a step also its act."""
    place = f"{column.table.name}.{path or column.name}"
    return f"{place}:{row['act']}" if "act" in column.table.columns else place
