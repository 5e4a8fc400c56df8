"""Whether the reading of a page can be trusted to have found the names on it: page by page, and line by line.

The thresholds are measured (`tests.bench.trust`, docs/decisions/0028).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

PAGE_CONFIDENCE = 0.985
"""The least mean confidence of a page's characters."""

LINE_CONFIDENCE, LOW_LINES = 0.9, 0.02
"""Lines below the first hold at most the second share of a page's characters."""

UNREAD_INK = 0.0005
"""The most ink outside the lines, as a share of the page: about four characters."""

BLANK_INK = 0.0002
"""A page without lines is blank if it has less ink than this: no two characters."""


def is_trusted(lines: Sequence[Mapping[str, Any]], report: Mapping[str, Any] | None) -> bool:
    """Whether the names on a page can be trusted to stand in its lines (`TextVersion.lines`, `PageScan.report`).

    A page without measures was read before there were any: only its lines count.
    """
    unread = (report or {}).get("quality", {}).get("unread_ink")
    written = [(float(line["confidence"]), len(str(line["text"]))) for line in lines if str(line["text"]).strip()]
    length = sum(count for _, count in written)
    if not length:
        return unread is not None and unread < BLANK_INK
    mean = sum(sure * count for sure, count in written) / length
    low = sum(count for sure, count in written if sure < LINE_CONFIDENCE) / length
    return mean >= PAGE_CONFIDENCE and low <= LOW_LINES and (unread is None or unread <= UNREAD_INK)
