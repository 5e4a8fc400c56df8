"""Reading: one interface, one file an engine, one that chooses."""

from scanning.ocr.base import Engine, RawLine, Sight
from scanning.ocr.choose import choose

__all__ = ["Engine", "RawLine", "Sight", "choose"]
