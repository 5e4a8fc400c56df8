"""Conversions that several queries share: notices, files and page states as values."""

from __future__ import annotations

from typing import Any

from archive_app.letters.results import PageState, ReceivedFile
from archive_app.values import Notice
from storage.models import Source


def notice(kept: dict[str, Any] | None) -> Notice | None:
    """Return a stored error as a notice; None if there is none."""
    return None if kept is None else Notice(kept["code"], kept.get("values", {}))


def warnings_of(report: dict[str, Any] | None) -> tuple[Notice, ...]:
    """Return the warnings of a page's report."""
    return tuple(Notice(each["code"], each["values"]) for each in (report or {}).get("warnings", ()))


def received_file(source: Source, *, position: int = 0, outcome: bool = True) -> ReceivedFile:
    """Return an original as a value; without `outcome` it has only what the receipt states.

    `position` is its position among the originals of a letter (0: use that among the files of its upload).
    """
    return ReceivedFile(
        position=position or source.position,
        name=source.name,
        size=source.size,
        sha256=source.sha256,
        media_type=source.media_type if outcome else None,
        page_count=source.page_count if outcome else None,
        error=notice(source.error) if outcome else None,
    )


def page_state(state: str) -> PageState:
    """Return a scan's state as a checked `PageState`."""
    if state not in ("waiting", "done", "failed"):
        raise ValueError(state)
    return state  # type: ignore[return-value]
