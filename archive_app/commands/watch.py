"""`archive watch`: bring in the files that a scanner writes into a folder."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from watchfiles import watch as watch_files

from archive_app.access.identity import Reader
from archive_app.commands.intake import receipt, uploads
from archive_app.commands.terminal import say_error
from archive_app.errors import ArchiveError
from archive_app.letters import intake
from archive_app.letters.intake import clean_name
from archive_app.letters.receipts import receipt_with
from archive_app.runtime.archive import Archive

TAKEN_IN = "taken-in"
QUIET_MS = 1_000
"""A file that has not changed for this long, in milliseconds, is complete."""


def run(reader: Reader, archive: Archive, inbox: Path, *, channel: str, tell: Callable[[str], None]) -> None:
    """Bring in the files in the folder, then every new one, until interrupted."""
    sizes: dict[Path, int] = {}
    put_away_acknowledged(reader, archive, inbox, tell=tell)
    take_in_quiet(reader, archive, inbox, channel=channel, tell=tell, sizes=sizes)
    for _changes in watch_files(inbox, recursive=False, rust_timeout=QUIET_MS, yield_on_timeout=True):
        take_in_quiet(reader, archive, inbox, channel=channel, tell=tell, sizes=sizes)


def put_away_acknowledged(reader: Reader, archive: Archive, inbox: Path, *, tell: Callable[[str], None]) -> None:
    """Move away files that were received just before the last watch was killed, so that no letter is duplicated."""
    for path in _waiting(inbox):
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        if (number := receipt_with(reader, archive, clean_name(path.name), sha256)) is not None:
            tell(receipt(reader, archive, number))
            _put_away(path, number)


def take_in_quiet(
    reader: Reader, archive: Archive, inbox: Path, *, channel: str, tell: Callable[[str], None], sizes: dict[Path, int]
) -> None:
    """Bring in the files whose size has not changed since the last call; `sizes` holds the sizes between calls."""
    waiting = _waiting(inbox)
    now = {path: path.stat().st_size for path in waiting}
    for path in waiting:
        if sizes.get(path) == now[path]:
            _take_in(reader, archive, path, channel=channel, tell=tell)
    sizes.clear()
    sizes.update({path: size for path, size in now.items() if path.exists()})


def _take_in(reader: Reader, archive: Archive, path: Path, *, channel: str, tell: Callable[[str], None]) -> None:
    try:
        number = intake.receive(reader, archive, uploads([path]), grouping="each", channel=channel)
    except ArchiveError as error:
        tell(say_error(error))  # the file stays in the folder, and is tried again
        return
    tell(receipt(reader, archive, number))
    _put_away(path, number)


def _waiting(inbox: Path) -> list[Path]:
    # A symbolic link could point to a file that only this process may read, and make it visible.
    return sorted(p for p in inbox.iterdir() if p.is_file() and not p.is_symlink() and not p.name.startswith("."))


def _put_away(path: Path, number: str) -> None:
    folder = path.parent / TAKEN_IN
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    if target.exists():
        target = folder / f"{path.stem}-{number}{path.suffix}"
    shutil.move(path, target)
