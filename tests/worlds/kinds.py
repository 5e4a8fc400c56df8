"""What the adversaries of the drawn histories do besides an office's ordinary day, kind by kind."""

from __future__ import annotations

KINDS = {
    "words": "words of acts and reasons of changes have the complaint's canary, and names",
    "file names": "a file is called by what is in it, and by whom it accuses",
    "pieces": "a name is written in pieces, over the end of a line, or by surname and post",
    "between": "somebody looks between two pages, and between arrival and screening",
    "late": "a case of the general series accuses somebody later: only the gap in the numbers is told",
    "organisation": "units are unwatched, staff is imported, posts end, passwords are set",
}
ON = frozenset(KINDS)
"""The kinds that are drawn."""


def drawn(kind: str) -> bool:
    """Whether histories have this kind."""
    assert kind in KINDS, kind
    return kind in ON
