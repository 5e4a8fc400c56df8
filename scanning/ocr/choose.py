"""The choice of the engine: the requested one, or the best that is installed."""

from __future__ import annotations

from scanning.errors import EngineMissing
from scanning.ocr.base import Engine
from scanning.ocr.rapid import RapidEngine
from scanning.ocr.tesseract import TesseractEngine
from scanning.values import EngineName


def choose(name: EngineName = "auto") -> Engine:
    """Load an engine; the caller owns it. "auto" takes RapidOCR where it loads, else Tesseract.

    Raises:
        EngineMissing: the engine asked for, or with "auto" every one, is not installed or does not start.
    """
    if name == "rapidocr":
        return RapidEngine()
    if name == "tesseract":
        return TesseractEngine()
    try:
        return RapidEngine()
    except EngineMissing as first:
        try:
            return TesseractEngine()
        except EngineMissing as second:
            detail = f"{first.values['detail']}; {second.values['detail']}"
            raise EngineMissing(first.name, engine="RapidOCR / Tesseract", detail=detail) from second
