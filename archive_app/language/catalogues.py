"""The translations: compiled where they are missing or old, so that no page falls back to English in silence."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent.parent / "translations"
LANGUAGES = {"zh": "zh-CN", "en": "en"}
"""The interface's languages, the office's own first, with the tag that HTML wants. The texts' source is English."""


class CatalogueMissing(Exception):
    """A catalogue is not compiled, and cannot be compiled here."""

    def __init__(self, catalogue: Path, reason: str) -> None:
        super().__init__(
            f"The translation {catalogue.parent.parent.name} is not compiled and {catalogue.parent} cannot be written "
            f"({reason}). Run: pybabel compile -d {FOLDER}"
        )


def compile_missing(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Compile each `messages.po` under the folder whose `.mo` is missing or older; returns those that were.

    Raises:
        CatalogueMissing: one is missing and the folder cannot be written.
    """
    return tuple(source for source in sorted(folder.glob("*/LC_MESSAGES/messages.po")) if _compile(source))


def _compile(source: Path) -> bool:
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parent.parent.name)
    try:
        # Renamed into place: several processes may start at once.
        handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
        with os.fdopen(handle, "wb") as out:
            write_mo(out, catalogue)
        Path(name).replace(target)
    except OSError as error:
        if target.exists():
            return False
        raise CatalogueMissing(target, error.strerror or str(error)) from error
    return True
