"""What the terminal says of an error, in English, for the tests of the packages that know no language."""

from __future__ import annotations

from archive_app.errors import ArchiveError
from archive_app.language.filling import terminal_sentence
from index.errors import SearchError
from scanning.errors import ScanError


def english(error: BaseException) -> str:
    """The sentence of an error with its values filled in."""
    assert isinstance(error, ArchiveError | ScanError | SearchError)
    name = {"name": error.name} if isinstance(error, ScanError) else {}
    return terminal_sentence(error.code, {**name, **error.values}, str)
