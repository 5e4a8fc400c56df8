"""The address of a letter's writer: after a label such as 住址, or in a sentence on where they live."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive_app.suggesting.paper import Paper

_PART = "(?:省|市|区|县|旗|州|镇|乡|村|街道?|路|道|巷|胡同|里|弄|号|室|组|队|栋|幢|楼|单元|小区|社区|花园|公寓|大厦|门)"
_LABEL = re.compile(
    r"(?:家庭|通信|通讯|联系|居住|户籍|现|详细)?(?:住址|地址|住所|居住地|单位或住址)(?:\([^()]{0,8}\))?[:;,.]?"
)
_NEXT = re.compile("[,;。]?(?:联系电话|联系方式|电话|手机|邮编|邮政编码|身份证|电子邮箱|姓名)")
_STATED = re.compile(
    rf"(?:(?:我|我们|我家|本人|现|,|^)(?:是|现|都)?(?:居住|家住|住)(?:在|于)?|家住|现住)(?![宅房户院建宿])(?P<place>[^,。;:!?“”()]{{3,40}}?{_PART})"
    r"(?=[,。;(]|的)"
)
_PLACE = re.compile("[路街道巷号村组栋幢楼弄]|小区|社区|花园|公寓|胡同|单元")
"""What an address contains besides its district."""

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is written, and the span of folded text that it comes from."""

    address: str
    start: int
    end: int


def addresses(paper: Paper) -> list[Address]:
    """The addresses of the writer: after a label first, then those in a sentence on where they live."""
    stated = (found.span("place") for found in _STATED.finditer(paper.text) if _PLACE.search(found["place"]))
    spans = [*_labelled(paper), *stated]
    found: dict[str, Address] = {}
    for start, end in spans:
        address = paper.written(start, end)
        found.setdefault(address, Address(address, start, end))
    return list(found.values())


def _labelled(paper: Paper) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    lines = paper.written_lines()
    for number, (start, end) in enumerate(lines):
        label = _LABEL.match(paper.text, start, end)
        if label is None:
            continue
        # A form has the label in one cell and the address in the next, which is read as a separate line.
        is_alone = label.end() == end and number + 1 < len(lines)
        first, last = lines[number + 1] if is_alone else (label.end(), end)
        following = _NEXT.search(paper.text, first, last)
        last = following.start() if following else last
        if _PLACE.search(paper.text, first, last) and last - first <= _LONGEST:
            found.append((first, last))
    return found
