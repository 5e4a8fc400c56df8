"""`archive status`: print the archive's status."""

from __future__ import annotations

from datetime import UTC, datetime

from archive_app.commands.terminal import say
from archive_app.language.labels import LETTER_STATES
from archive_app.office_time import in_office
from archive_app.values import ArchiveStatus

ALIVE_SECONDS = 30


def lines(status: ArchiveStatus) -> list[str]:
    """Return lines on letters by state, the worker's last heartbeat, mail, and free disk space."""
    rows = [f"{count:>9,}  {say(LETTER_STATES[state])}" for state, count in sorted(status.letters.items())]
    rows = rows or [say("There are no letters yet. Bring some in: archive intake")]
    room = say("Room on the disk: %(gigabytes).1f GB", gigabytes=status.free_bytes / 1e9)
    return [*rows, _worker(status), *_mail(status), room]


def _mail(status: ArchiveStatus) -> list[str]:
    if status.mail_failing_since is None:
        return []
    since = in_office(status.mail_failing_since).strftime("%Y-%m-%d %H:%M")
    problem = status.mail_problem
    return [say("The mail server has taken no mail since %(since)s: %(problem)s", since=since, problem=problem)]


def _worker(status: ArchiveStatus) -> str:
    if status.worker_seen_at is None:
        return say("No worker was ever seen. Start one: archive worker")
    ago = (datetime.now(UTC) - status.worker_seen_at).total_seconds()
    if ago < ALIVE_SECONDS:
        return say("A worker is reading.")
    return say("No worker was seen for %(seconds)d seconds. Start one: archive worker", seconds=ago)
