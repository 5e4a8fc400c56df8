"""Break Chinese text into lines: no closing mark begins one, no opening mark ends one, numbers stay whole."""

from __future__ import annotations

import re
from collections.abc import Callable

_MAY_NOT_BEGIN = frozenset("，。、；：！？”’）》〉」』】%")
_MAY_NOT_END = frozenset("“‘（《〈「『【〔")
_PIECES = re.compile(r"[A-Za-z0-9@.\-]+|.")


def wrap(text: str, width: float, measure: Callable[[str], float], indent: float = 0.0) -> list[str]:
    """Lines of at most `width`; a closing mark may extend over the edge, as in a hand-written letter."""
    lines: list[str] = []
    line = ""
    room = width - indent
    for piece in _PIECES.findall(text):
        if line and measure(line + piece) > room and piece not in _MAY_NOT_BEGIN:
            carried = line[-1] if line[-1] in _MAY_NOT_END and len(line) > 1 else ""
            lines.append(line.removesuffix(carried) if carried else line)
            line, room = carried, width
        line += piece
    return [*lines, line] if line else lines
