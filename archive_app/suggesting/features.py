"""The features of a class: characters and pairs of them, hashed, with all figures made equal."""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter
from dataclasses import dataclass

from index.text import WALL, fold, runs, tokens

_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class FeatureSettings:
    """How a text becomes features; a model answers only with the settings it was trained with.

    Args:
        buckets: how many numbers a text becomes at most; characters and pairs fall into them by CRC-32.
        title_weight: how many times the title counts.
        least_letters: letters of the training that a bucket must occur in; a rarer one is dropped.
    """

    buckets: int = 2**18
    title_weight: int = 3
    least_letters: int = 5


def features(title: str, text: str, settings: FeatureSettings) -> dict[int, float]:
    """The buckets of a text, each with 1 + the logarithm of its frequency.

    Text is folded and cut as in the index; all figures count as 0, so that no number of a letter is learned.
    """
    counts: Counter[str] = Counter()
    for part, weight in ((title, settings.title_weight), (text, 1)):
        folded = _FIGURE.sub("0", fold(part).text)
        for token in (*tokens(folded), *"".join(runs(folded))):
            counts[token] += weight
    del counts[WALL]
    hashed: Counter[int] = Counter()
    for token, count in counts.items():
        hashed[zlib.crc32(token.encode("utf-8")) % settings.buckets] += count
    return {bucket: 1.0 + math.log(count) for bucket, count in sorted(hashed.items())}
