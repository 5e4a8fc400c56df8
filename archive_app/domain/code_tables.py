"""The code tables of a registration as the office keeps them: the defaults, and over them what was added or changed.

An entry is never deleted: one that is offered no more keeps its words for the cases that have it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from archive_app.domain import codes

DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "channel": codes.CHANNELS,
    "purpose": codes.PURPOSES,
    "content_class": codes.CONTENT_CLASSES,
    "way_of_handling": codes.WAYS_OF_HANDLING,
    "sector": codes.SECTORS,
    "cause": codes.CAUSES,
    "locality": tuple(codes.DIVISIONS),
    "street": (),
}
"""The tables that the office can change, with the codes there are from the beginning. A street is only suggested."""

ALWAYS_OFFERED: Mapping[str, Collection[str]] = {
    "channel": ("letter", "visit", "telephone"),
    "purpose": ("accusation",),
    "content_class": (*codes.SUGGEST_ACCUSATION, codes.OUT_OF_SCOPE),
}
"""What the rules hang on: a letter has pages, what is spoken has a statement, an accusation is kept from the accused,
and what is out of scope is transferred within three days. These can be renamed and moved, not retired."""


@dataclass(frozen=True, slots=True)
class Code:
    """An entry as it stands: its words in Chinese and English, each "" where they are the default's own.

    `place` orders the table; a default stands at its number in it, from 1 on.
    """

    code: str
    zh: str
    en: str
    offered: bool
    place: float


@dataclass(frozen=True, slots=True)
class CodeTables:
    """All tables; `changed` has what the office has added or changed, by field and code."""

    changed: Mapping[str, Mapping[str, Code]] = field(default_factory=dict)

    def entries(self, name: str) -> tuple[Code, ...]:
        """All entries of a table in its order, those offered no more among them."""
        defaults = {code: Code(code, "", "", True, number) for number, code in enumerate(DEFAULTS[name], start=1)}
        found = {**defaults, **self.changed.get(name, {})}
        return tuple(sorted(found.values(), key=lambda entry: entry.place))

    def offered(self, name: str) -> tuple[str, ...]:
        """The codes that a form offers and a service takes, in the table's order."""
        return tuple(entry.code for entry in self.entries(name) if entry.offered)

    def known(self, name: str) -> frozenset[str]:
        """All codes of a table, those offered no more among them; those of a table that is fixed are not here."""
        return frozenset((*DEFAULTS.get(name, ()), *self.changed.get(name, {})))

    def words(self, name: str, code: str, *, chinese: bool) -> str:
        """The office's own words for a code, "" where it has none: Chinese ones stand in for missing English."""
        entry = self.changed.get(name, {}).get(code)
        return "" if entry is None else entry.zh if chinese else entry.en or entry.zh


UNCHANGED = CodeTables()
"""The tables as they are from the beginning."""


def over_the_defaults(rows: Iterable[tuple[str, Code]]) -> CodeTables:
    """The tables, of rows of field and entry, the newest last."""
    changed: dict[str, dict[str, Code]] = {}
    for name, entry in rows:
        changed.setdefault(name, {})[entry.code] = entry
    return CodeTables(changed)


class Word(Protocol):
    """Says a code of a field in Chinese; nothing for an empty code."""

    def __call__(self, field: str, code: str) -> str:
        """The words."""
