"""What people call a member of the staff without the whole name: 周处长, 老周, 砚秋同志, 砚秋, Zhou Yanqiu."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

from index.names.spellings import GAP, letters_of
from index.names.tables import is_word, readings
from index.text import is_spaced

ANYWHERE: Final = -1
"""The reach of a nickname that counts without any word of the person's office near it."""

NEAR: Final = 40
"""The characters between a nickname and a word of the person's office for which the nickname counts."""

CLOSE: Final = 16
"""The same for a given name that is also a common word."""

_COMPOUND = (
    "欧阳司马上官诸葛皇甫尉迟公孙慕容令狐长孙宇文司徒司空东方独孤南宫百里东郭西门端木澹台轩辕夏侯闻人呼延钟离太史申屠公羊淳于单于万俟濮阳赫连拓跋"
    "鲜于闾丘公冶宗政仲孙即墨达奚褚师"
)
COMPOUND = frozenset(first + second for first, second in zip(_COMPOUND[::2], _COMPOUND[1::2], strict=True))
"""Surnames of two characters."""

ADDRESSES = ("同志", "先生", "女士", "老师", "主任", "科长", "处长", "局长", "书记", "所长", "站长", "队长", "师傅")
"""What stands after a given name."""

_BEFORE_SURNAME = "老小阿大"
_AFTER_SURNAME = ("同志", "先生", "女士", "老师", "师傅", "干部", "办事员", "工作人员", "工")
_HIDDEN = ("某", "某某")
"""What stands after a surname that does not want to say more."""

_DEPUTY = "副"
_IN_CHARGE = ("分管", "主管", "党组", "常务")
_READINGS_OF_SURNAMES = {
    "曾": ("zeng",), "单": ("shan",), "解": ("xie",), "仇": ("qiu",), "区": ("ou",), "朴": ("piao", "pu"),
    "查": ("zha",), "任": ("ren",), "华": ("hua",), "盖": ("ge", "gai"), "缪": ("miao",), "乐": ("yue", "le"),
    "覃": ("qin", "tan"), "翟": ("zhai", "di"), "尹": ("yin",), "种": ("chong",), "召": ("shao",), "沈": ("shen",),
    "石": ("shi",), "贾": ("jia",), "洗": ("xian",), "冼": ("xian",), "牟": ("mou", "mu"), "吕": ("lv", "lu", "lyu"),
}  # fmt: skip
_MOST_READINGS = 4
_LONGEST = 4


def nicknames(name: str, posts: Iterable[str] = ()) -> dict[str, int]:
    """The loose forms of what a person of this name, with these posts, is called, each with its reach."""
    letters, parts = letters_of(name)
    if not letters or any(is_spaced(letter, letter) for letter in letters):
        return {}
    titles = tuple(dict.fromkeys(title for post in posts for title in _titles(post)))
    found: dict[str, int] = {}
    for form, reach in _of_parts(parts, titles) if len(parts) > 1 else _of_hanzi(letters, titles):
        found.setdefault(form, reach)
    return found


def _of_parts(parts: tuple[str, ...], titles: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    for part in parts:
        if len(part) > 1:
            yield from _of_given(part, titles)


def _of_hanzi(letters: str, titles: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    if not 1 < len(letters) <= _LONGEST:
        return
    surname = letters[: 2 if letters[:2] in COMPOUND and len(letters) > 2 else 1]
    given = letters[-2:] if len(letters) == _LONGEST else letters[len(surname) :]
    for title in titles:
        yield surname + title, ANYWHERE
    for before in _BEFORE_SURNAME:
        yield before + surname, NEAR
    for after in _AFTER_SURNAME:
        yield surname + after, NEAR
    for after in _HIDDEN:
        yield surname + after, CLOSE
    if len(given) > 1:
        yield from _of_given(given, titles)
    for form in _latin(surname, letters[len(surname) :]):
        yield form, ANYWHERE


def _of_given(given: str, titles: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    ordinary = len(given) == 2 and is_word(given)
    for after in dict.fromkeys((*ADDRESSES, *titles)):
        yield given + after, NEAR if ordinary else ANYWHERE
    yield given, CLOSE if ordinary else NEAR


def _titles(post: str) -> Iterator[str]:
    """A title as it is said after a surname: 分管副局长 is 副局长 and 局长."""
    said = letters_of(post)[0]
    for word in _IN_CHARGE:
        said = said.removeprefix(word)
    for title in (said, said.removeprefix(_DEPUTY)):
        if len(title) > 1:
            yield title


def _latin(surname: str, given: str) -> Iterator[str]:
    read = [_READINGS_OF_SURNAMES.get(surname) or _joined(surname)] + [readings(each) for each in given]
    if not all(read):
        return
    for first, *others in list(product(*read))[:_MOST_READINGS]:
        whole, apart = "".join(others), GAP.join(others)
        for one in dict.fromkeys((whole, apart)):
            yield from (first + GAP + one, one + GAP + first)
        yield from (first + whole, whole + first)


def _joined(surname: str) -> tuple[str, ...]:
    return tuple("".join(each) for each in product(*(readings(one)[:1] for one in surname)))
