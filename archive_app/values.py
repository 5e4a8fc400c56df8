"""Results of the services for the pages: frozen values without rows or session, from which nothing more can be loaded.

Polygons and boxes are PDF points on A4 (595.276 x 841.890), origin top left, y down. Times are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Notice:
    """A message for a person: a code and its values; `archive_app.language.sentences` has the sentence."""

    code: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LetterLink:
    """Another letter that the reader sees: its number, without content."""

    public_id: str
    number: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file to send: its path, its type, and the name to save it under."""

    path: Path
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class ArchiveStatus:
    """The state of the archive: letters by state, the worker, free disk space.

    The letters counted are those that the reader may see, and their own that are in processing.

    `mail_failing_since`: since when the mail server has accepted no mail (None: it works, or none is configured);
    `mail_problem` is its error.

    `free_bytes` is for the terminal only: on a page it would shrink with hidden letters.
    """

    letters: Mapping[str, int]
    worker_seen_at: datetime | None
    engine: str
    free_bytes: int
    room_is_low: bool
    mail_failing_since: datetime | None = None
    mail_problem: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A person or unit that a form offers: the public id, and a label that is unique among the choices of its kind."""

    value: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class NotificationView:
    """A notification of a reader: why (`kind`), of which case, when; whether it is `new` to them, and of `today`."""

    kind: str
    case_id: str
    register_no: str
    at: datetime
    new: bool
    today: bool
