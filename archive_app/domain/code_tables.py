"""The code tables of a registration as the office maintains them: the defaults, overridden by added or changed entries.

An entry is never deleted: a retired one keeps its label for the cases that use it.
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
"""The tables that the office can change, with their default codes. A street is only suggested."""

ALWAYS_OFFERED: Mapping[str, Collection[str]] = {
    "channel": ("letter", "visit", "telephone"),
    "purpose": ("accusation",),
    "content_class": (*codes.SUGGEST_ACCUSATION, codes.OUT_OF_SCOPE),
}
"""The codes that rules depend on: a letter has pages, a spoken petition has a statement, an accusation is hidden from
the accused, and what is out of scope is transferred within three days. They can be renamed and moved, not retired."""


@dataclass(frozen=True, slots=True)
class Code:
    """The current state of an entry: its label in Chinese and English, each "" where the default label applies.

    `place` orders the table; a default entry has its position there, from 1.
    """

    code: str
    zh: str
    en: str
    offered: bool
    place: float


@dataclass(frozen=True, slots=True)
class CodeTables:
    """All tables; `changed` has the entries that the office has added or changed, by field and code."""

    changed: Mapping[str, Mapping[str, Code]] = field(default_factory=dict)

    def entries(self, name: str) -> tuple[Code, ...]:
        """Return all entries of a table in its order, including retired ones."""
        defaults = {code: Code(code, "", "", True, number) for number, code in enumerate(DEFAULTS[name], start=1)}
        found = {**defaults, **self.changed.get(name, {})}
        return tuple(sorted(found.values(), key=lambda entry: entry.place))

    def offered(self, name: str) -> tuple[str, ...]:
        """Return the codes that a form offers and a service accepts, in the table's order."""
        return tuple(entry.code for entry in self.entries(name) if entry.offered)

    def known(self, name: str) -> frozenset[str]:
        """Return all codes of a table, including retired ones; none for a fixed table."""
        return frozenset((*DEFAULTS.get(name, ()), *self.changed.get(name, {})))

    def words(self, name: str, code: str, *, chinese: bool) -> str:
        """Return the office's own label for a code, "" where it has none; the Chinese one replaces missing English."""
        entry = self.changed.get(name, {}).get(code)
        return "" if entry is None else entry.zh if chinese else entry.en or entry.zh


UNCHANGED = CodeTables()
"""The default tables."""


def over_the_defaults(rows: Iterable[tuple[str, Code]]) -> CodeTables:
    """Build the tables from rows of field and entry, newest last."""
    changed: dict[str, dict[str, Code]] = {}
    for name, entry in rows:
        changed.setdefault(name, {})[entry.code] = entry
    return CodeTables(changed)


class Word(Protocol):
    """A function that returns the Chinese label of a field's code; "" for an empty code."""

    def __call__(self, field: str, code: str) -> str:
        """Return the label."""
