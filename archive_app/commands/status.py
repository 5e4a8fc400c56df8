"""`archive status`: how the archive is doing, as lines."""

from __future__ import annotations

from datetime import UTC, datetime

from archive_app.results import ArchiveStatus

ALIVE_SECONDS = 30


def lines(status: ArchiveStatus) -> list[str]:
    """Letters by state, the worker's last sign of life, room on the disk."""
    rows = [f"letters {state:<10} {count:>8,}" for state, count in sorted(status.letters.items())]
    rows.append(f"worker  {_worker(status)}")
    rows.append(f"room    {status.free_bytes / 1e9:,.1f} GB")
    return rows


def _worker(status: ArchiveStatus) -> str:
    if status.worker_seen_at is None:
        return "never seen; start one: archive worker"
    ago = (datetime.now(UTC) - status.worker_seen_at).total_seconds()
    return (
        f"alive ({status.engine})" if ago < ALIVE_SECONDS else f"not seen for {ago:,.0f} s; start one: archive worker"
    )
