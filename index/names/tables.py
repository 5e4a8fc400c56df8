"""Two fixed tables: common words of two characters, and the readings of characters in Latin letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_MANY = 20
"""In so many of the common words a frequent character is."""

_PARTICLES = frozenset("的了是在和与及等对为有这那我你他她它们之其以于被把向从到将并或也都还不没就很太更最第每各个某该")
"""Frequent characters that make few words, because they stand alone."""

_DATA = Path(__file__).parent / "data"


def is_word(pair: str) -> bool:
    """Whether two folded characters are a common word."""
    return pair[1:] in _words().get(pair[:1], frozenset())


def is_frequent(character: str) -> bool:
    """Whether a folded character is in many of the common words, or stands alone, and so is anywhere in a text."""
    return character in _PARTICLES or _in_words().get(character, 0) >= _MANY


def readings(character: str) -> tuple[str, ...]:
    """The readings of a folded character without tones, the common one first; none for a rare character."""
    return _readings().get(character, ())


@cache
def _in_words() -> Mapping[str, int]:
    return Counter(character for first, others in _words().items() for other in others for character in (first, other))


@cache
def _words() -> Mapping[str, frozenset[str]]:
    return {first: frozenset(others) for first, others in _rows("words.txt")}


@cache
def _readings() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for syllable, characters in _rows("readings.txt"):
        for character in characters:
            found[character] = (*found.get(character, ()), syllable)
    return found


def _rows(file: str) -> list[tuple[str, str]]:
    lines = (_DATA / file).read_text("utf-8").splitlines()
    return [(line.split()[0], line.split()[1]) for line in lines if not line.startswith("#")]
