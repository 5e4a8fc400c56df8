"""`archive status`: how the archive is doing, as lines."""

from __future__ import annotations

from datetime import UTC, datetime

from archive_app.results import ArchiveStatus
from archive_app.terminal import say
from archive_app.wording import LETTER_STATES

ALIVE_SECONDS = 30


def lines(status: ArchiveStatus) -> list[str]:
    """Letters by state, the worker's last sign of life, room on the disk."""
    rows = [f"{count:>9,}  {say(LETTER_STATES[state])}" for state, count in sorted(status.letters.items())]
    rows = rows or [say("There are no letters yet. Bring some in: archive intake")]
    return [*rows, _worker(status), say("Room on the disk: %(gigabytes).1f GB", gigabytes=status.free_bytes / 1e9)]


def _worker(status: ArchiveStatus) -> str:
    if status.worker_seen_at is None:
        return say("No worker was ever seen. Start one: archive worker")
    ago = (datetime.now(UTC) - status.worker_seen_at).total_seconds()
    if ago < ALIVE_SECONDS:
        return say("A worker is reading.")
    return say("No worker was seen for %(seconds)d seconds. Start one: archive worker", seconds=ago)
