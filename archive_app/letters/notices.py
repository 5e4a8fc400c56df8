"""Conversions that several queries share: notices, files and page states as values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive_app.letters.results import PageState, ReceivedFile
from archive_app.values import Notice
from scanning.errors import ScanError
from storage.models import Source

SUFFIXES = frozenset(
    (
        *(".bmp", ".doc", ".docx", ".eml", ".gif", ".heic", ".jpeg", ".jpg", ".msg", ".ofd", ".pdf", ".png", ".rtf"),
        *(".tif", ".tiff", ".txt", ".webp", ".wps", ".xls", ".xlsx", ".zip"),
    )
)
"""The kinds of file that the end of a name may say; anything else in a name are words."""


def notice(kept: dict[str, Any] | None, *, name: str | None = None) -> Notice | None:
    """Return a stored error as a notice; None if there is none. A `name` takes the place of the file's own."""
    if kept is None:
        return None
    values = kept.get("values", {})
    return Notice(kept["code"], values if name is None or "name" not in values else {**values, "name": name})


def neutral_name(number: str, position: int, source: Source) -> str:
    """Return the name of a letter's original for those who did not bring it in: its number, and what kind it is.

    The name on the bringer's machine is words (举报….png), and a redacted extract must not be told from a scan by it.
    """
    suffix = Path(source.name).suffix.lower()
    return f"{number}-{position}{suffix if suffix in SUFFIXES else '.bin'}"


def warnings_of(report: dict[str, Any] | None) -> tuple[Notice, ...]:
    """Return the warnings of a page's report."""
    return tuple(Notice(each["code"], each["values"]) for each in (report or {}).get("warnings", ()))


def received_file(source: Source, *, position: int = 0, outcome: bool = True, name: str | None = None) -> ReceivedFile:
    """Return an original as a value; without `outcome` it has only what the receipt states.

    `position` is its position among the originals of a letter (0: use that among the files of its upload), `name`
    stands in place of the name on its bringer's machine.
    """
    return ReceivedFile(
        position=position or source.position,
        name=source.name if name is None else name,
        size=source.size,
        sha256=source.sha256,
        media_type=source.media_type if outcome else None,
        page_count=source.page_count if outcome else None,
        error=notice(source.error, name=name) if outcome else None,
    )


def page_state(state: str) -> PageState:
    """Return a scan's state as a checked `PageState`."""
    if state not in ("waiting", "done", "failed"):
        raise ValueError(state)
    return state  # type: ignore[return-value]


def notice_of(error: ScanError) -> Notice:
    """Return a scan error as a notice."""
    values = {"name": error.name, **error.values}
    return Notice(
        error.code, {name: each if isinstance(each, int | float | str) else str(each) for name, each in values.items()}
    )


def stored_error(error: ScanError, name: str) -> dict[str, Any]:
    """Return a scan error as stored in the records, with the file's original name."""
    notice = notice_of(error)
    return {"code": notice.code, "values": {**notice.values, "name": name}}
