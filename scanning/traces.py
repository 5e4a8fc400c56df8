"""The loggable part of an error: its kind and position, never its text, which may quote a letter."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from pathlib import Path

MOST_PLACES = 6

# The headers of a traceback that came as text from a child process: a file's position, and an error's kind before its
# text.
_PLACE = re.compile(r'^  File "([^"\n]+)", line (\d+), in \S+$', re.MULTILINE)
_KIND = re.compile(r"^([a-z_][a-z0-9_.]*)(?=:|$)", re.MULTILINE | re.IGNORECASE | re.ASCII)


def of(error: BaseException) -> str:
    """Describe an error and its causes in one line: the kind of each, and its last positions in the code."""
    return " from ".join(_one(each) for each in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


def _one(error: BaseException) -> str:
    name = type(error).__name__
    if name == "RemoteTraceback":
        text = str(error)
        positions = [(file, int(line)) for file, line in _PLACE.findall(text)]
        return _described("/".join(_KIND.findall(text)) or "?", positions)
    frames = traceback.extract_tb(error.__traceback__)
    return _described(name, [(frame.filename, frame.lineno or 0) for frame in frames])


def _described(name: str, positions: list[tuple[str, int]]) -> str:
    trail = " > ".join(f"{Path(file).parent.name}/{Path(file).name}:{line}" for file, line in positions[-MOST_PLACES:])
    return f"{name} at {trail or '?'}"
