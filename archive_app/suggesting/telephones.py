"""Telephone numbers as people write them and as they are misread: mobile, land line, with extension, in hanzi."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from archive_app.suggesting.paper import Paper

_ZEROS = dict.fromkeys("OoQD〇○◯零", "0")
_LATIN = _ZEROS | dict.fromkeys("lI|i!丨", "1") | dict.fromkeys("Zz", "2") | dict.fromkeys("Ss", "5")
_LOOKALIKES = str.maketrans(_LATIN | {"b": "6", "B": "8", "g": "9", "q": "9"})
_HANZI = str.maketrans(_ZEROS | dict(zip("一二三四五六七八九", "123456789", strict=True)) | {"幺": "1"})
_MOST_MISREAD = 4
"""Characters of a number that may look like figures but are not: with more of them it is a word."""

_LABEL = re.compile(r"(?:电话|手机|座机|固话|联系方式)(?:号码?)?(?:\([^()]{1,6}\))?[:;,.]?$|\btel[:.]?$")
_MOBILE = r"(?:\+?0{0,2}86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
_LAND = r"\(?0(?:10|2\d|[3-9]\d{2})(?:\)[- ]?|[- ])[2-9]\d{2,3}[- ]?\d{4}|0(?:10|2\d)[2-9]\d{7}|0[3-9]\d{2}[2-9]\d{6,7}"
_SERVICE = r"[48]00[- ]\d{3,4}[- ]?\d{3,4}"
_EXTENSION = r"(?:(?:-|转)\d{1,5})?"
_NUMBER = re.compile(rf"(?<![a-z0-9.-])(?:{_MOBILE}|(?:{_LAND}|{_SERVICE}){_EXTENSION})(?![a-z0-9-]|\.\d)")
_LABELLED = re.compile(rf"(?:{_MOBILE}|\(?\d[\d() -]{{5,14}}\d{_EXTENSION})(?![a-z0-9-])")
_ABROAD = re.compile(r"^\+?(?:00)?86-?(?=1\d{10}$)")


@dataclass(frozen=True, slots=True)
class Telephone:
    """A number, figures with at most hyphens, and the span of folded text that it comes from."""

    number: str
    start: int
    end: int


def telephones(paper: Paper) -> list[Telephone]:
    """The numbers of a letter: those after a label first, then those that can be nothing else, the last one first."""
    views = [_figures(paper, table) for table in (_LOOKALIKES, _HANZI)]
    labelled = [found for view in views for found in _labelled(paper, view)]
    bare = [found for view in views for found in _bare(paper, view)]
    return sorted(labelled, key=lambda one: one.start, reverse=True) + sorted(bare, key=lambda one: -one.start)


def _figures(paper: Paper, table: dict[int, str]) -> str:
    """The folded text with lookalikes of figures replaced where at least one neighbour is a figure, too."""
    seen = [paper.raw[offset] for offset in paper.offsets]
    turned = "".join(_one(raw.translate(table), folded) for raw, folded in zip(seen, paper.text, strict=True))
    return re.sub(r"(?<!\d)\d(?!\d)", lambda alone: paper.text[alone.start()], turned)


def _one(turned: str, folded: str) -> str:
    return turned if turned.isascii() and turned.isdigit() else folded


def _labelled(paper: Paper, view: str) -> Iterator[Telephone]:
    for number in _LABELLED.finditer(view):
        before = view[max(0, number.start() - 16) : number.start()].rstrip()
        if _LABEL.search(before) and (found := _telephone(paper, view, number)):
            yield found


def _bare(paper: Paper, view: str) -> Iterator[Telephone]:
    for number in _NUMBER.finditer(view):
        if found := _telephone(paper, view, number):
            yield found


def _telephone(paper: Paper, view: str, found: re.Match[str]) -> Telephone | None:
    start, end = found.span()
    misread = sum(one != other for one, other in zip(view[start:end], paper.text[start:end], strict=True))
    count = sum(one.isdigit() for one in found[0])
    is_all = misread == count
    if count < 7 or not (misread <= _MOST_MISREAD or is_all) or (is_all and paper.text[start:end].isascii()):
        return None
    number = re.sub(r"[() ]+", "-", found[0].replace("转", "-")).strip("-")
    joined = number.replace("-", "")
    number = joined if re.fullmatch(r"(?:\+?(?:00)?86)?1[3-9]\d{9}", joined) else number
    return Telephone(_ABROAD.sub("", number), start, end)
