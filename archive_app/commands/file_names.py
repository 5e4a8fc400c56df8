"""Names of files as they can be shown and stored: any bytes may be a name, a terminal's control codes among them."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

MOST_BYTES = 230
"""Bytes of a name for a result; with an ending and a number it stays below the 255 that file systems allow."""

_UNSHOWN = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_REPLACEMENT = "\ufffd"


def shown(name: str) -> str:
    """Return a file's name as text: old Chinese names (GB 18030) decoded, what no terminal should be given replaced."""
    raw = os.fsencode(name)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", "replace")
    return without_controls(text)


def without_controls(text: str) -> str:
    """Replace control codes, which could write over what a terminal shows, and marks that turn the direction."""
    return "".join(_REPLACEMENT if unicodedata.category(each) in _UNSHOWN else each for each in text)


def stem_for_results(source: Path) -> str:
    """Return the name of a file without its ending, as the results can have it."""
    stem = Path(shown(source.name)).stem
    return stem.encode()[:MOST_BYTES].decode("utf-8", "ignore")
