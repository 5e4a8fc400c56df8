"""`archive intake`: files and folders on their way in, and the receipt as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from archive_app.access.identity import Reader
from archive_app.commands.terminal import progress_bar, say
from archive_app.letters.intake import Upload
from archive_app.letters.receipts import intake
from archive_app.office_time import in_office
from archive_app.runtime.archive import Archive


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """The files themselves, and the files in the folders, in order; hidden ones are passed over."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
        else:
            yield path


def uploads(paths: Iterable[Path]) -> Iterator[Upload]:
    """Each file opened while it is being taken in, and closed after; with a bar."""
    files = list(files_of(paths))
    with progress_bar() as bar:
        for path in bar.track(files, description=say("Files")):
            with path.open("rb") as stream:
                yield Upload(path.name, stream)


def receipt(reader: Reader, archive: Archive, public_id: str) -> str:
    """The receipt: number, time, and each file with its SHA-256."""
    view = intake(reader, archive, public_id)
    count = say("letters: %(count)d", count=len(view.letters))
    rows = [f"{view.number}  {in_office(view.received_at):%Y-%m-%d %H:%M:%S}  {count}"]
    rows += [f"  {file.sha256}  {file.size:>12,}  {file.name}" for file in view.files]
    return "\n".join(rows)
