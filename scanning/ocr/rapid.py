"""RapidOCR: PP-OCRv6 on ONNX Runtime or (faster) OpenVINO, one thread, no network."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from scanning.errors import EngineMissing
from scanning.geometry import Corners, View, rectangle, sides
from scanning.ocr.base import RawLine, Sight, Spans
from scanning.ocr.columns import lay_out
from scanning.quality import with_clear_ink
from scanning.raw import Pixels
from scanning.values import Direction

LINE_HEIGHT = 48
"""Height in pixels at which the recognition model reads a line."""

WIDTH_STEP = 96
"""Crops are padded to multiples of this, so that the runtime gets few shapes: each new one costs it memory."""

DETECTION_STEP = 64
PADDING = 127
"""Grey that the model's normalisation maps to nothing."""

DOUBTFUL = 0.96
"""A line with less confidence is read again with its ink enhanced (docs/decisions)."""

TALL = 1.5
"""From this ratio of height to width on, a box counts as a vertical line (or a sideways one)."""


COLUMNS = 0.8
"""Characters set side by side that read at least this well, relative to the line as a whole, make a column."""


class RapidEngine:
    """RapidOCR's models; loading takes about a CPU second, so keep one for the life of a process."""

    name = "rapidocr"
    least_confidence = 0.90

    def __init__(self, *, long_side: int = 960, runtime: str | None = None) -> None:
        """Load the models that came with the wheel.

        Args:
            long_side: pixels of the longer side of the picture in which lines are looked for.
            runtime: "onnxruntime" or "openvino"; the faster one that is installed when None.

        Raises:
            EngineMissing: RapidOCR or its runtime is not installed, or the models do not load.
        """
        self.long_side = long_side
        self.runtime = runtime or ("openvino" if find_spec("openvino") else "onnxruntime")
        try:
            self._ocr = _load(self.runtime)
        except Exception as error:
            # Any error of a foreign wheel at start (missing library, wrong processor, damaged model) means: no engine.
            raise EngineMissing("OCR", engine=self.name, detail=str(error) or type(error).__name__) from error

    @cached_property
    def version(self) -> str:
        """Versions of RapidOCR, the model and the runtime."""
        return f"{installed_version('rapidocr')} PP-OCRv6-small {self.runtime} {installed_version(self.runtime)}"

    def look(self, view: View) -> Sight:
        """Find the lines by detection, and the orientation by their boxes' shape and the line classifier's vote."""
        boxes = self.find(view)
        if not boxes:
            return Sight(0, ())
        longest = sorted(boxes, key=lambda box: -max(sides(box)))[:10]
        tall = [box for box in longest if _is_tall(box)]
        if sum(max(sides(b)) for b in tall) <= sum(max(sides(b)) for b in longest if not _is_tall(b)):
            flat = [box for box in longest if not _is_tall(box)]
            return Sight(180 if self._upside_down(view, flat) else 0, boxes)
        return Sight(self._turn_of_tall(view, tall), boxes)

    def find(self, view: View) -> tuple[Corners, ...]:
        """Find the lines: (4, 2) corners in units of the view, clockwise from the top left of the view."""
        scale = self.long_side / max(view.size)
        picture = _colour(view.sample(scale))
        height, width = picture.shape[:2]
        padded = cv2.copyMakeBorder(
            picture, 0, -height % DETECTION_STEP, 0, -width % DETECTION_STEP, cv2.BORDER_REPLICATE
        )
        found = self._ocr.text_det(padded)
        if found.boxes is None:
            return ()
        step = np.array([view.width / width, view.height / height])
        limit = np.array(view.size)
        return tuple(np.clip(np.asarray(box, dtype=np.float64) * step, 0.0, limit) for box in found.boxes)

    def read(self, view: View, boxes: Sequence[Corners] | None = None) -> list[RawLine]:
        """Read the boxes of an upright page; a tall box is read as column and as line, and the better result kept."""
        lines: list[RawLine] = []
        for corners in self.find(view) if boxes is None else boxes:
            line = self.read_line(view, corners)
            if line is not None:
                lines.append(line)
        return lines

    def read_line(self, view: View, corners: Corners) -> RawLine | None:
        """Read one box; None where the model finds no character."""
        wide, high = sides(corners)
        readings: list[RawLine | None] = []
        if high < 2.5 * wide:
            readings.append(self._read_crop(view, corners, "horizontal"))
        if high >= TALL * wide:
            readings.append(self._read_crop(view, corners, "vertical"))
        return max((r for r in readings if r is not None), key=lambda line: line.confidence, default=None)

    def _read_crop(self, view: View, corners: Corners, direction: Direction) -> RawLine | None:
        # The model reads a column that is turned on its left side, its top at the left.
        crop = view.crop(np.roll(corners, -1, axis=0) if direction == "vertical" else corners)
        line = self._recognise(_colour(crop), corners, direction)
        if line is not None and line.confidence >= DOUBTFUL:
            return line
        again = self._recognise(_colour(with_clear_ink(crop)), corners, direction)
        return again if line is None or (again is not None and again.confidence > line.confidence) else line

    def _recognise(self, crop: Pixels, corners: Corners, direction: Direction) -> RawLine | None:
        width = max(1, round(crop.shape[1] * LINE_HEIGHT / crop.shape[0]))
        strip = cv2.resize(crop, (width, LINE_HEIGHT), interpolation=cv2.INTER_LINEAR)
        padded = cv2.copyMakeBorder(
            strip, 0, 0, 0, max(320, width + -width % WIDTH_STEP) - width, cv2.BORDER_CONSTANT, value=(PADDING,) * 3
        )
        answer = self._ocr.recognize_txt([padded])
        text, confidence = answer.txts[0], float(answer.scores[0])
        if not text.strip():
            return None
        spans = _spans(text, answer.word_results[0], padded.shape[1] / width)
        return RawLine(text, corners, confidence, direction, spans)

    def _upside_down(self, view: View, boxes: Sequence[Corners]) -> bool:
        crops = [_colour(view.crop(box, LINE_HEIGHT)) for box in boxes]
        answer = self._ocr.text_cls(crops)
        votes = [(1 if label == "180" else -1) * score for label, score in answer.cls_res]
        return float(sum(votes)) > 0.0

    def _turn_of_tall(self, view: View, boxes: Sequence[Corners]) -> int:
        """Tell columns of an upright page (0) from lines of a sideways one (90 or 270), by what reads best.

        The model reads a column turned on its left side as well as a line of a page that has to be turned by 270; but
        only a column's characters can be read when they are set side by side.
        """
        some = boxes[:4]
        # Turned by 90 the left side comes up, so the line begins at the bottom left; by 270, at the top right.
        left, right = (sum(self._sureness(view.crop(np.roll(box, -first, axis=0))) for box in some) for first in (3, 1))
        if left > right:
            return 90
        return 0 if sum(self._sureness(lay_out(view.crop(box))) for box in some) >= COLUMNS * right else 270

    def _sureness(self, crop: Pixels) -> float:
        line = self._recognise(_colour(crop), rectangle(1.0, 1.0), "horizontal")
        return line.confidence if line else 0.0


def _load(runtime: str) -> Any:
    # OpenVINO reports each import of itself to its maker's statistics. A module that is None cannot be imported, and
    # OpenVINO then uses its own substitute, which reports nothing.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    from rapidocr import EngineType, RapidOCR

    kind = EngineType(runtime)
    cv2.setNumThreads(1)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    ocr = RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.return_word_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "EngineConfig.openvino.inference_num_threads": 1,
            # Pinned, the threads of all workers would use the same core.
            "EngineConfig.openvino.enable_cpu_pinning": False,
            "Det.engine_type": kind,
            "Cls.engine_type": kind,
            "Rec.engine_type": kind,
            # The picture is passed at the size at which it is searched.
            "Det.limit_type": "max",
            "Det.limit_side_len": 1 << 16,
            # One line at a time: half the CPU of a batch, in which every line is padded to the longest.
            "Rec.rec_batch_num": 1,
        }
    )
    # Models are loaded on first use; here a broken one is detected at once.
    paper = np.full((LINE_HEIGHT, 320, 3), 255, np.uint8)
    ocr(paper, use_cls=False, use_rec=False)
    ocr.cls_and_rotate([paper])
    ocr.recognize_txt([paper])
    return ocr


def _colour(pixels: Pixels) -> Pixels:
    """Three channels in the order blue, green, red, as in the models' training."""
    code = cv2.COLOR_GRAY2BGR if pixels.ndim == 2 else cv2.COLOR_RGB2BGR
    return np.asarray(cv2.cvtColor(pixels, code), dtype=np.uint8)


def _is_tall(box: Corners) -> bool:
    wide, high = sides(box)
    return high >= TALL * wide


def _spans(text: str, words: Any, stretch: float) -> Spans:
    """The position of each character, from the columns in which the model's decoder (CTC) fired.

    Neighbours share the run between their two columns; the first and last reach as far outward as inward.
    """
    columns: NDArray[np.float64] = np.array([c for word in words.word_cols for c in word], dtype=np.float64)
    centres = np.interp(
        np.arange(len(text)),
        [i for i, character in enumerate(text) if not character.isspace()],
        (columns + 0.5) / words.line_txt_len * stretch,
    )
    if len(text) == 1:
        return ((0.0, 1.0),)
    middles = (centres[1:] + centres[:-1]) / 2
    starts = np.concatenate([[2 * centres[0] - middles[0]], middles])
    ends = np.concatenate([middles, [2 * centres[-1] - middles[-1]]])
    return tuple((float(a), float(b)) for a, b in np.clip(np.column_stack([starts, ends]), 0.0, 1.0))
