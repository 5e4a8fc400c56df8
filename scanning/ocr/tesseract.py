"""Tesseract through pytesseract: the engine for processors without ONNX wheels, and for other languages. One thread."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from pytesseract import pytesseract

from scanning.errors import EngineMissing
from scanning.geometry import Corners, View, rectangle, shift
from scanning.ocr.base import RawLine, Sight, Spans
from scanning.quality import even_paper
from scanning.raw import Pixels

LANGUAGES = ("chi_sim", "chi_tra", "eng")
LONG_SIDE = 3500
"""Pixels of the longer side of the picture: A4 at 300 dpi, which Tesseract was trained for."""

MOST_ENLARGED = 2.0

ORIENT_SIDE = 2000
SURE = 0.6
"""Below this mean confidence of one block, Tesseract's own page layout is used instead."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of Tesseract's result: text, confidence 0..1, box in pixels, and its line."""

    text: str
    confidence: float
    x: float
    y: float
    width: float
    height: float
    line: tuple[int, int, int]


class TesseractEngine:
    """The `tesseract` program, started once per page."""

    name = "tesseract"
    least_confidence = 0.80

    def __init__(self) -> None:
        """Look for the program and its languages.

        Raises:
            EngineMissing: there is no program, or it does not know simplified Chinese.
        """
        # On busy cores its OpenMP threads wait for each other in loops: 0.7 CPU seconds become 82.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        try:
            self.version = str(pytesseract.get_tesseract_version())
            known = set(pytesseract.get_languages())
        except Exception as error:
            raise EngineMissing("OCR", engine=self.name, detail=str(error) or type(error).__name__) from error
        if "chi_sim" not in known:
            raise EngineMissing("OCR", engine=self.name, detail="it has no language chi_sim")
        self._languages = "+".join(language for language in LANGUAGES if language in known)
        self._orients = "osd" in known

    def look(self, view: View) -> Sight:
        """Detect the orientation by Tesseract's own detection; a page with too little on it stays as it is."""
        if not self._orients:
            return Sight(0, None)
        picture = view.sample(min(1.0, ORIENT_SIDE / max(view.size)))
        try:
            found = pytesseract.image_to_osd(picture, output_type=pytesseract.Output.DICT)
        except pytesseract.TesseractError:
            return Sight(0, None)
        return Sight(int(found["rotate"]) % 360, None)

    def find(self, view: View) -> None:
        """Return None: Tesseract finds lines during recognition."""

    def read(self, view: View, boxes: Sequence[Corners] | None = None) -> list[RawLine]:
        """Read the whole page, or only some boxes of it (each is taken for one line)."""
        if boxes is not None:
            return [line for box in boxes for line in self._read_box(view, box)]
        scale = min(MOST_ENLARGED, LONG_SIDE / max(view.size))
        picture = even_paper(view.sample(scale))
        # One block of lines suits letters (1.0 % wrong, automatic layout 7.9); columns and forms need the layout.
        lines = self._read_picture(picture, 6)
        if _mean_confidence(lines) < SURE:
            lines = max(lines, self._read_picture(picture, 3), key=_mean_confidence)
        return [RawLine(x.text, x.corners / scale, x.confidence, x.direction, x.spans) for x in lines]

    def _read_box(self, view: View, box: Corners) -> Iterator[RawLine]:
        for line in self._read_picture(view.crop(box), 7):
            yield RawLine(line.text, box, line.confidence, line.direction, None)

    def _read_picture(self, picture: Pixels, mode: int) -> list[RawLine]:
        answer = pytesseract.image_to_data(
            picture, lang=self._languages, config=f"--psm {mode}", output_type=pytesseract.Output.DICT
        )
        words = sorted(_words(answer), key=lambda word: word.line)
        return [_line(list(group)) for _, group in groupby(words, key=lambda word: word.line)]


def _words(answer: dict[str, list[Any]]) -> Iterator[_Word]:
    for i, text in enumerate(answer["text"]):
        if text.strip() and float(answer["conf"][i]) >= 0:
            yield _Word(
                text.strip(),
                float(answer["conf"][i]) / 100,
                float(answer["left"][i]),
                float(answer["top"][i]),
                float(answer["width"][i]),
                float(answer["height"][i]),
                (answer["block_num"][i], answer["par_num"][i], answer["line_num"][i]),
            )


def _line(words: list[_Word]) -> RawLine:
    """Join words; a space is kept only between two Latin words, whatever Tesseract wrote."""
    left, right = min(w.x for w in words), max(w.x + w.width for w in words)
    top, bottom = min(w.y for w in words), max(w.y + w.height for w in words)
    run = max(right - left, 1.0)
    text = ""
    spans: list[tuple[float, float]] = []
    for word in words:
        begin = (word.x - left) / run
        if text and _latin(text[-1]) and _latin(word.text[0]):
            spans.append((spans[-1][1], max(begin, spans[-1][1])))
            text += " "
        step = word.width / run / len(word.text)
        spans += [(begin + i * step, begin + (i + 1) * step) for i in range(len(word.text))]
        text += word.text
    confidence = sum(w.confidence * len(w.text) for w in words) / sum(len(w.text) for w in words)
    corners = np.asarray((shift(left, top)[:2, 2] + rectangle(right - left, bottom - top)), dtype=np.float64)
    return RawLine(text, corners, confidence, "horizontal", _clipped(spans))


def _clipped(spans: Sequence[tuple[float, float]]) -> Spans:
    return tuple((min(max(a, 0.0), 1.0), min(max(b, 0.0), 1.0)) for a, b in spans)


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _mean_confidence(lines: Sequence[RawLine]) -> float:
    characters = sum(len(line.text) for line in lines)
    return sum(line.confidence * len(line.text) for line in lines) / characters if characters else 0.0
