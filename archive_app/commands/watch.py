"""`archive watch`: a folder into which a scanner writes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from watchfiles import watch as watch_files

from archive_app import intake
from archive_app.access import Reader
from archive_app.archive import Archive
from archive_app.commands.intake import receipt, uploads
from archive_app.errors import ArchiveError
from archive_app.terminal import say_error

TAKEN_IN = "taken-in"
QUIET_MS = 1_000
"""A file that was not touched for so long has been written to its end."""


def run(reader: Reader, archive: Archive, inbox: Path, *, channel: str, tell: Callable[[str], None]) -> None:
    """Take in what lies in the folder, then whatever appears in it, until interrupted."""
    sizes: dict[Path, int] = {}
    take_in_quiet(reader, archive, inbox, channel=channel, tell=tell, sizes=sizes)
    for _changes in watch_files(inbox, recursive=False, rust_timeout=QUIET_MS, yield_on_timeout=True):
        take_in_quiet(reader, archive, inbox, channel=channel, tell=tell, sizes=sizes)


def take_in_quiet(
    reader: Reader, archive: Archive, inbox: Path, *, channel: str, tell: Callable[[str], None], sizes: dict[Path, int]
) -> None:
    """Take in the files whose size is what it was the last time; `sizes` remembers it from one call to the next."""
    waiting = sorted(path for path in inbox.iterdir() if path.is_file() and not path.name.startswith("."))
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
        tell(say_error(error))  # it stays where it is, and is tried again
        return
    tell(receipt(reader, archive, number))
    folder = path.parent / TAKEN_IN
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    if target.exists():
        target = folder / f"{path.stem}-{number}{path.suffix}"
    shutil.move(path, target)
