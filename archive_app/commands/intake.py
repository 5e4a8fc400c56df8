"""`archive intake`: bring in files and folders, and print the receipt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from archive_app.access.identity import Reader
from archive_app.commands.file_names import shown, without_controls
from archive_app.commands.terminal import progress_bar, say
from archive_app.letters.intake import Upload
from archive_app.letters.receipts import intake
from archive_app.office_time import in_office
from archive_app.runtime.archive import Archive


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files, and the files in the folders, in order; skip hidden ones."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
        else:
            yield path


def uploads(paths: Iterable[Path]) -> Iterator[Upload]:
    """Yield the uploads with a progress bar; each file is open only while it is being stored."""
    files = list(files_of(paths))
    with progress_bar() as bar:
        for path in bar.track(files, description=say("Files")):
            with path.open("rb") as stream:
                yield Upload(shown(path.name), stream)


def receipt(reader: Reader, archive: Archive, public_id: str) -> str:
    """Return the receipt as text: number, time, and each file with its SHA-256."""
    view = intake(reader, archive, public_id)
    count = say("letters: %(count)d", count=len(view.letters))
    rows = [f"{view.number}  {in_office(view.received_at):%Y-%m-%d %H:%M:%S}  {count}"]
    rows += [f"  {file.sha256}  {file.size:>12,}  {without_controls(file.name)}" for file in view.files]
    return "\n".join(rows)
