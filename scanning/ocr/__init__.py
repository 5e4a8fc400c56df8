"""OCR: one interface, one module per engine, and the choice between them."""

from scanning.ocr.base import Engine, RawLine, Sight
from scanning.ocr.choose import choose

__all__ = ["Engine", "RawLine", "Sight", "choose"]
