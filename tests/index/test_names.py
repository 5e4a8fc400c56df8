"""Names in text: every place where a name stands, or all but one character of it, and nothing else."""

from __future__ import annotations

import json
import random
import re
from bisect import bisect_right
from itertools import accumulate, combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.names import Name, NameFinder, contexts, post_titles
from index.nodes import And, Node, Or, Similar, Textual, Wild, Word
from index.patterns import source, spans, stands_in
from index.query import query_for
from index.text import WALL, fold

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂文辉玲建国华红志海生春林玉荣金福德永成康光天达安岩中茂进"

texts = st.text("信访局长領领𠮷，·. \nabＡ×\x00", max_size=30)
names = st.text("信访局长領领𠮷", min_size=2, max_size=6)
any_names = st.text("信访局长領a1·. \x00", min_size=1, max_size=7)


def found(name: str, text: str, *, fuzzy: bool = True) -> list[tuple[str, bool]]:
    return [(hit.found, hit.exact) for hit in NameFinder([Name(name, 1, fuzzy)]).find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("局长王建国的", [("王建国", True)]),
        ("王 建\n国", [("王 建\n国", True)]),
        ("王建國", [("王建國", True)]),
        ("王健国", [("王健国", False)]),
        ("汪建国", [("汪建国", False)]),
        ("王建囯", [("王建囯", False)]),
        ("王国", [("王国", False)]),
        ("王a国", [("王a国", False)]),
        ("王建国王建国", [("王建国", True), ("王建国", True)]),
        ("王建国建国", [("王建国", True)]),
        ("王建王建国", [("王建国", True)]),
        ("王健囯", []),
        ("建国", []),
        ("王建", []),
        ("王建,国", [("王建,国", True)]),
        ("王、建|国", [("王、建|国", True)]),
        ("王●建国", [("王●建国", True)]),
        ("王,国", []),
        ("王建\x00国", []),
        ("王健康建国", [("康建国", False)]),
    ],
)
def test_a_name_of_three_may_have_one_wrong(text: str, expected: list[tuple[str, bool]]) -> None:
    assert found("王建国", text) == expected


def test_short_names_and_those_that_are_not_fuzzy_are_found_as_they_are() -> None:
    assert found("李丁", "李 丁和李订和李") == [("李 丁", True)]
    assert found("李", "李李李") == []
    assert found("·", "··") == []
    assert found("人事处", "人事科、人事处", fuzzy=False) == [("人事处", True)]


def test_latin_names_stand_between_words() -> None:
    assert found("Li Ming", "问ＬＩ  ming呢, li mings, ali ming, Li-Ming") == [("ＬＩ  ming", True), ("Li-Ming", True)]
    assert found("12345热线", "打12345热线; 912345热线") == [("12345热线", True)]
    assert found("smith", "smyth smit") == []


def test_a_dot_inside_a_name_may_be_any_or_none() -> None:
    for text in ("阿卜杜·拉", "阿卜杜拉", "阿卜杜.拉", "阿卜杜 • 拉"):
        assert found("阿卜杜·拉", text) == [(text, True)]
        assert found("阿卜杜拉", text) == [(text, True)]
    for text in ("阿卜社·拉", "阿杜·拉", "阿卜杜一拉", "阿卜社拉"):
        assert found("阿卜杜·拉", text) == [(text, False)]
    assert found("阿·卜·杜拉", "阿·杜拉") == [("阿·杜拉", False)]
    assert found("王建国", "王·建国") == [("王·建国", True)]


def test_each_key_has_its_hits_and_the_best_one_at_a_place() -> None:
    finder = NameFinder(
        [
            Name("王建国", "one"),
            Name("王建国", "other"),
            Name("王建", "other"),
            Name("建国门", "gate", fuzzy=False),
            Name("人事处", "unit", fuzzy=False),
            Name("人事处处长", "unit", fuzzy=False),
        ]
    )
    hits = finder.find("王建国门,王建,人事处处长")
    assert [(hit.key, hit.name, hit.start, hit.end) for hit in hits] == [
        ("one", "王建国", 0, 3),
        ("other", "王建国", 0, 3),
        ("gate", "建国门", 1, 4),
        ("other", "王建", 5, 7),
        ("unit", "人事处处长", 8, 13),
    ]
    assert NameFinder([]).find("王建国") == ()


def _as_written(name: str) -> list[Word]:
    """A name as it is, and with dots in it."""
    inner = range(1, len(name))
    cuts = [set(some) for count in inner for some in combinations(inner, count) if len(name) <= 4 or count == 1]
    dotted = ["".join("·" + one if place in cut else one for place, one in enumerate(name)) for cut in cuts]
    return [Word(fold(each).text) for each in (name, *dotted, "·".join(name))]


def _marks(name: str, text: str) -> list[tuple[int, int]]:
    """Where the searches of the index see the name, in folded text."""
    leaves: list[Textual] = [*_as_written(name)]
    if len(name) >= 3:
        leaves.append(Similar(fold(name).text))
    return [span for leaf in leaves for span in spans(leaf, text)]


@given(names, texts)
@example("信信信", "信信")
@example("信访局", "信访")
@example("信访局长", "信·局长")
def test_the_finder_and_the_searches_of_the_index_see_the_same(name: str, text: str) -> None:
    """Whether there is a hit, and that no place the searches see is without one."""
    folded = fold(text)
    marks = [folded.raw_span(*mark) for mark in _marks(name, folded.text)]
    hits = NameFinder([Name(name, 1)]).find(text)
    as_written = any(stands_in(leaf, folded.text) for leaf in _as_written(name))
    if len(name) == 2 and as_written:
        # Clauses end between the characters of some.
        return
    assert bool(hits) == bool(marks)
    assert any(hit.exact for hit in hits) == as_written
    for start, end in marks:
        assert any(hit.start < end and start < hit.end for hit in hits)


@given(st.lists(names, max_size=6), texts)
def test_hits_are_in_order_say_what_stands_there_and_never_overlap(several: list[str], text: str) -> None:
    hits = NameFinder(Name(name, number) for number, name in enumerate(several)).find(text)
    assert [hit.start for hit in hits] == sorted(hit.start for hit in hits)
    for hit in hits:
        name, there = fold(several[hit.key]).text, fold(hit.found).text  # type: ignore[call-overload]
        assert hit.found == text[hit.start : hit.end]
        assert hit.exact == (re.sub("[,·.]", "", there) == name)
        assert hit.exact or re.fullmatch(source(Similar(name)), there)
    for number in range(len(several)):
        own = [hit for hit in hits if hit.key == number]
        assert all(before.end <= after.start for before, after in pairwise(own))
        assert [(hit.start, hit.end) for hit in own] == [
            (hit.start, hit.end) for hit in NameFinder([Name(several[number], 1)]).find(text)
        ]


def holds(node: Node, title: str, sender: str, text: str) -> bool:
    """Whether a search finds the letter, by what engines verify with."""
    if isinstance(node, And | Or):
        return (all if isinstance(node, And) else any)(holds(part, title, sender, text) for part in node.parts)
    assert isinstance(node, Word | Wild | Similar)
    place = sender if not isinstance(node, Similar) and node.place == "from" else f"{title}\x00{text}"
    return stands_in(node, fold(place).text)


def asked_for(name: Name, title: str, sender: str, text: str) -> bool:
    """Whether the queries for a name find the letter."""
    return any(holds(query.root, title, sender, text) for query in query_for(name) if query.root is not None)


@given(any_names, texts, texts, texts, st.booleans())
def test_the_queries_find_every_letter_in_which_the_finder_finds_the_name(
    name: str, title: str, sender: str, text: str, fuzzy: bool
) -> None:
    hits = NameFinder([Name(name, 1, fuzzy)]).find("\x00".join((title, sender, text)))
    assert not hits or asked_for(Name(name, 1, fuzzy), title, sender, text)


@pytest.mark.parametrize("name", ["李丁", "王建国", "买买提明", "阿卜杜·拉", "阿·卜·杜拉", "Li Ming", "12345热线"])
def test_they_do_so_wherever_the_name_stands_with_a_fault(name: str) -> None:
    finder = NameFinder([Name(name, 1)])
    faulty = {
        name[:place] + put + name[place + taken :]
        for place in range(len(name) + 1)
        for put in ("", "某", "·", "某·", "·某", "\n")
        for taken in (0, 1, 2)
    }
    seen = {text for text in faulty if finder.find(text)}
    assert name in seen
    assert seen < faulty
    for text in sorted(seen):
        for letter in ((f"向{text}说", "", ""), ("", f"向{text}说", ""), ("", "", f"向{text}说")):
            assert asked_for(Name(name, 1), *letter), letter


def test_nothing_is_asked_for_a_name_that_is_not_looked_for() -> None:
    assert [query_for(Name(text, 1)) for text in ("李", "·、", "")] == [(), (), ()]


def test_surroundings_do_not_change_with_what_is_farther_off() -> None:
    finder = NameFinder([Name("王建国", 1)])
    near = "我们村的人都知道局长王建国在去年收了别人很多东西"
    expected = contexts(near, finder.find(near), reach=8)
    assert expected == ("村的人都知道局长王建国在去年收了别人很",)
    for text in ("别的，" * 9 + near + "还有" * 9, f"信\x00{near}\x00王某", near.replace("王建", " 王\n建")):
        assert contexts(text, finder.find(text), reach=8) == expected
    walled = "题\x00王建国\x00他"
    assert contexts(walled, finder.find(walled)) == ("王建国",)
    twice = "王建国。" * 9
    assert len(contexts(twice, finder.find(twice), reach=2)) == 3


@pytest.mark.parametrize(
    ("units", "title", "expected"),
    [
        (["人事处"], "处长", ["人事处处长", "人事处长"]),
        (["统计局"], "副局长", ["统计局副局长", "统计副局长"]),
        (["办公室"], "主任", ["办公室主任"]),
        (["人事处"], "人事处处长", ["人事处人事处处长", "人事处处长"]),
        (["南山区人民政府"], "区长", ["南山区人民政府区长", "南山区区长", "南山区长"]),
        (["南山区人民政府"], "秘书长", ["南山区人民政府秘书长"]),
        (["人事处", "人事处", "干部处"], "处长", ["人事处处长", "人事处长", "干部处处长", "干部处长"]),
        (["处"], "处长", ["处处长"]),
        (["人事处", ""], "", []),
        ([""], "处长", []),
    ],
)
def test_the_forms_of_a_post(units: list[str], title: str, expected: list[str]) -> None:
    assert list(post_titles(units, title)) == expected


def test_over_real_petitions_it_finds_what_a_look_through_all_of_them_finds(shared_data: Path) -> None:
    """Invented staff, every sixth letter: each name searched for by itself, as a regular expression."""
    lines = [
        line
        for path in sorted((shared_data / "petitions").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ][::6]
    letters = [f"{row['title'] or ''}\x00{row['text'] or ''}" for row in map(json.loads, lines)]
    seeded = random.Random(3)
    staff = {seeded.choice(SURNAMES) + "".join(seeded.choices(GIVEN, k=seeded.choice((1, 2, 2)))) for _ in range(60)}
    staff |= {"李文明", "高建设", "王家国"}
    finder = NameFinder(Name(name, name) for name in staff)
    hits = {(number, hit.key) for number, letter in enumerate(letters) for hit in finder.find(letter)}
    # All letters as one, with walls between, so that each expression runs once.
    folded = [fold(letter).text for letter in letters]
    begins = list(accumulate((len(one) + 1 for one in folded), initial=0))
    whole = WALL.join(folded)
    by_hand = {
        (bisect_right(begins, start) - 1, name)
        for name in staff
        for leaf in (*_as_written(name), Similar(name))[: None if len(name) > 2 else 1]
        for start, _ in spans(leaf, whole)
    }
    assert len(hits) > 20
    assert hits == by_hand
