"""What is left on the disk beside the records and the letters' files: no word of a letter may be in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ITS_PLACE = ("files", "records.db", "records.db-wal", "records.db-shm")
"""Where the letters themselves are: only the archive's own account may read them."""

ENCODINGS = ("utf-8", "utf-16-le", "gb18030")


def forms_of(word: str) -> tuple[bytes, ...]:
    """A word as it may stand in a file."""
    return (*(word.encode(each) for each in ENCODINGS), word.encode("unicode_escape"))


def left_in(folders: tuple[Path, ...], word: str) -> Iterator[str]:
    """The files that have the word, but those whose place is for it."""
    forms = forms_of(word)
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder)
            if name.parts[0] in ITS_PLACE or not path.is_file():
                continue
            content = str(name).encode() + path.read_bytes()
            if any(form in content for form in forms):
                yield str(name)
