"""What the services give to the pages: frozen values, no rows, no session, nothing that could be asked for more.

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
    """Something to tell a person: a code and its values; `archive_app.language.sentences` has the sentence."""

    code: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LetterLink:
    """Another letter that the reader sees: its number, and nothing of what it says."""

    public_id: str
    number: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file to send: where it lies, what it is, and the name to save it under."""

    path: Path
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class ArchiveStatus:
    """How the archive is doing: letters by state, the worker, room on the disk.

    The letters are those that the reader may see, and those of their own that are on their way.

    `mail_failing_since`: the mail server has taken no mail since then, whoever's waits (None: it does, or none is set
    up); `mail_problem` is what it says.

    `free_bytes` is for the terminal of the machine itself: on a page it would shrink with letters that are hidden.
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
    """Somebody, or a unit, that a form offers: the public id, and a label that no other choice of its kind has."""

    value: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class NotificationView:
    """Something a reader is told of: why (`kind`), of which case, when; whether it is `new` to them, and of `today`."""

    kind: str
    case_id: str
    register_no: str
    at: datetime
    new: bool
    today: bool
