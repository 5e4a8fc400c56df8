"""The day on which a letter was written, in the forms in which people write it, also without the year."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from archive_app.suggesting.paper import Paper

_FIGURES = {character: value for value, character in enumerate("〇一二三四五六七八九")} | dict.fromkeys("零○◯o", 0)
_TENS = {"廿": 20, "卅": 30}
_LOOKALIKES = str.maketrans("oli|z", "01112")
_NUMERAL = "[〇○◯零o一二三四五六七八九]"
_SMALL = r"(?:[0-9oli|z]{1,2}|[一二三]?十[一二三四五六七八九]?|[廿卅][一二三四五六七八九]?|[一二三四五六七八九])"
_YEAR = rf"(?:[12][0-9oli|z]{{3}}|{_NUMERAL}{{4}}|(?<![0-9])[0-9]{{2}})"
_WORDED = re.compile(rf"(?:(?P<year>{_YEAR})年)?(?P<month>{_SMALL})月(?P<day>{_SMALL})[日号]")
_POINTED = re.compile(
    r"(?<![0-9./-])(?P<year>[12][0-9oli|z]{3}|[0-9]{2})(?P<sep>[./,·-])(?P<month>[0-9oli|z]{1,2})(?P=sep)(?P<day>[0-9oli|z]{1,2})"
    r"(?![0-9./-])"
)
_SOLID = re.compile(r"(?<![0-9])(?P<year>20[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])(?![0-9])")
_LUNAR = re.compile("(?:农历|阴历|旧历)[^,。]{0,6}$")
_LABEL = re.compile(
    "(?:^|[,。;()])(?:来访|来信|写信|填表|填写|登记|申请|投诉|举报|反映|落款)?(?:日期|时间)[:;,.]?$|写于$"
)
_SHORT = 30
"""Folded characters of the longest line that can be a name or place with a date."""

_LAST_LINES = 8


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A day, and the span of folded text that it comes from."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Found:
    year: int | None
    month: int
    day: int
    start: int
    end: int


def written_dates(paper: Paper, received: date | None) -> list[WrittenDate]:
    """The days on which the letter may have been written, likeliest first; dates of reported events are left out.

    A date alone on its line is likeliest, then one after a label, then one that ends a short line near the end; of
    several, the last. A missing year is the latest one that does not put the date after `received`; where that is not
    known, the first one that does not put it before the latest full date of the letter.
    """
    every = [found for pattern in (_WORDED, _POINTED, _SOLID) for found in _matches(pattern, paper.text)]
    known = max((day for found in every if found.year and (day := _day(found.year, found))), default=None)
    lines = paper.written_lines()
    ranked: list[tuple[int, int, WrittenDate]] = []
    for found in every:
        rank = _rank(paper.text, lines, found)
        day = _completed(found, received, known)
        if rank is not None and day and not (received and day > received):
            ranked.append((rank, -found.start, WrittenDate(day, found.start, found.end)))
    return [one for _, _, one in sorted(ranked, key=lambda each: each[:2])]


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[_Found]:
    for match in pattern.finditer(text):
        if _LUNAR.search(text[max(0, match.start() - 10) : match.start()]):
            continue
        year = _number(match["year"]) if match["year"] else None
        if year is not None and year < 100:
            year += 2000
        yield _Found(year, _number(match["month"]), _number(match["day"]), match.start(), match.end())


def _number(text: str) -> int:
    """A number of a date: figures, misread ones included, or hanzi, digit by digit or with ten."""
    plain = text.translate(_LOOKALIKES)
    if plain.isascii():
        return int(plain)
    if text[0] in _TENS:
        return _TENS[text[0]] + (_FIGURES[text[1]] if len(text) > 1 else 0)
    tens, ten, units = text.partition("十")
    if ten:
        return 10 * (_FIGURES[tens] if tens else 1) + (_FIGURES[units] if units else 0)
    return int("".join(str(_FIGURES[character]) for character in text))


def _day(year: int, found: _Found) -> date | None:
    try:
        return date(year, found.month, found.day)
    except ValueError:
        return None


def _completed(found: _Found, received: date | None, known: date | None) -> date | None:
    if found.year is not None:
        return _day(found.year, found)
    if received is not None:
        return _latest_until(found, received)
    if known is None:
        return None
    same = _day(known.year, found)
    return same if same and same >= known else _day(known.year + 1, found)


def _latest_until(found: _Found, received: date) -> date | None:
    # The 29th of February may be eight years back, over a century that is no leap year.
    days = (_day(received.year - back, found) for back in range(9))
    return next((day for day in days if day and day <= received), None)


def _rank(text: str, lines: Sequence[tuple[int, int]], found: _Found) -> int | None:
    """How likely this is the letter's own date, 0 first; None for the date of a reported event."""
    number = bisect_right(lines, found.start, key=lambda line: line[0]) - 1
    start, end = lines[number]
    if start == found.start and found.end >= end:
        return 0
    if _LABEL.search(text[max(start, found.start - 12) : found.start]):
        return 1
    is_closing = found.end == end and end - start <= _SHORT and number >= len(lines) - _LAST_LINES
    return 2 if is_closing else None
