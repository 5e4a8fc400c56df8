"""Sentences and progress bars in the terminal, in the terminal's language."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from archive_app.commands.file_names import without_controls
from archive_app.errors import ArchiveError
from archive_app.language.catalogues import FOLDER, compile_missing
from archive_app.language.filling import terminal_sentence
from scanning.errors import ScanError


@cache
def _translations() -> NullTranslations:
    wanted = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    compile_missing()
    return Translations.load(str(FOLDER), ["zh" if wanted.startswith("zh") else "en"])


def say(sentence: str, **values: Any) -> str:
    """Translate a sentence into the terminal's language (LC_ALL, LC_MESSAGES, LANG), and fill in its values."""
    return str(_translations().gettext(sentence)) % _shown(values)


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values without control codes: names of files come from anywhere."""
    return {key: without_controls(each) if isinstance(each, str) else each for key, each in values.items()}


def say_code(code: str, values: Mapping[str, Any]) -> str:
    """Return the sentence of a warning, an error or a reason for waiting."""
    return terminal_sentence(code, _shown(values), lambda sentence: str(_translations().gettext(sentence)))


def say_error(error: ArchiveError | ScanError) -> str:
    """Return an error's sentence, which names the file and says what to do."""
    values = {"name": error.name, **error.values} if isinstance(error, ScanError) else error.values
    return say_code(error.code, values)


def language() -> str:
    """Return the terminal's language: zh or en."""
    return str(_translations().info().get("language", "en"))[:2]


def progress_bar() -> Progress:
    """Return a progress bar on standard error; it is disabled if standard error is no terminal."""
    error = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=error,
        disable=not error.is_terminal,
    )
