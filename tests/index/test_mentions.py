"""Mentions of a made staff in ten kinds of spelling: how many are found, and how many names are found where none is."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.names import Name, NameFinder, mentions, page_ends
from index.query import query_for, query_over_page_ends
from tests.index.mentions import KINDS, Letter, letters, names_of, staff
from tests.index.test_names import holds

FLOOR = 0.95
"""The part of the mentions of each kind that is found at least."""

CEILING = 3
"""The letters of `ORDINARY` in which somebody of the staff is found at most, though nobody is named in them."""

ORDINARY = (
    "尊敬的领导，我们小区北门外的建设工地夜间施工，噪声很大，老人和孩子都睡不好，希望有关部门管一管。",
    "建议加强城乡建设，改善卫生条件，创建文明城市，让市民过上和平安宁的生活。",
    "本人于去年六月购买了商品房一套，开发商至今没有交房，多次投诉没有结果，请求退还房款。",
    "马路上的路灯坏了一个多月，晚上出行很不方便，周边居民多次反映，物业说要等规划局批复。",
    "何时能通公交车？从城东到高铁站要走一个小时，希望尽快安排，谢谢。",
    "请问退休人员的医疗保险怎么办理？听说今年的文件有新规定，能不能公开说明一下。",
    "国庆期间景区门口停车收费过高，每小时二十元，请物价部门查处，保护游客的合法权益。",
    "村里的水渠年久失修，今年春天又遇上干旱，许多田地没有水，请水利部门派人来看看。",
    "学校门口的小吃摊占道经营，油烟很大，家长意见很大，城管来了又走，问题一直没有解决。",
    "王某某在网上散布谣言，说自来水有毒，请公安机关调查核实，还大家一个明白。",
    "我的身份证丢了，去派出所补办，窗口说系统升级，让我下周再来，请问还要等多久？",
    "光明路与建国路交叉口的红绿灯时间太短，行人过不去，高峰时段更危险，请交警部门调整。",
    "小李子果园的污水直接排到河里，鱼都死了，周围的人不敢喝井水，请环保部门检测。",
    "公司拖欠工资三个月，劳动部门说已经立案，何况年关将近，工人们都等着钱回家过年。",
)


def found_in(finder: NameFinder, letter: Letter) -> set[Hashable]:
    return set(mentions(finder, ("", "", ""), letter.pages))


def test_ten_kinds_of_mentions_are_found() -> None:
    seeded = random.Random(11)
    people = staff(seeded)
    finder = NameFinder(names_of(people))
    made = letters(seeded, people, ORDINARY)
    assert len(made) == 1000
    found = Counter(letter.kind for letter in made if letter.who.name in found_in(finder, letter))
    assert {kind: found[kind] for kind in KINDS if found[kind] < FLOOR * 100} == {}


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_found_in_ordinary_letters(seed: int) -> None:
    finder = NameFinder(names_of(staff(random.Random(seed))))
    hits = {text: finder.find(text) for text in ORDINARY}
    assert len([text for text, found in hits.items() if found]) <= CEILING, hits


def person(name: str = "周砚秋", posts: Sequence[str] = ("登记员",), units: Sequence[str] = ("办信科",)) -> NameFinder:
    return NameFinder([Name(name, 1, personal=True, posts=tuple(posts), units=tuple(units))])


def told(finder: NameFinder, text: str) -> list[tuple[str, str]]:
    return [(hit.name, hit.found) for hit in finder.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("请查周登记员", ["周登记员"]),
        ("办信科的老周收了礼", ["老周"]),
        ("登记员老周收了礼", ["老周"]),
        ("贵局的老周收了礼", ["老周"]),
        ("邻居老周收了礼", []),
        ("办信科很好。" + "我们村的路灯坏了很久没有人管，" * 4 + "老周收了礼", []),
        ("砚秋同志收了礼", ["砚秋同志"]),
        ("砚秋在办信科", ["砚秋"]),
        ("砚秋收了礼", []),
        ("周某在办信科收礼", ["周某"]),
        ("Zhou Yanqiu收了礼，ZHOUYANQIU，yanqiu.zhou", ["zhou yanqiu", "zhouyanqiu", "yanqiu zhou"]),
        ("周砚秋（老周）在办信科", ["周砚秋", "老周"]),
        ("周│砚│秋", ["周砚秋"]),
    ],
)
def test_what_a_person_is_called(text: str, expected: list[str]) -> None:
    assert [name for name, _ in told(person(), text)] == expected


def test_surnames_of_two_characters_and_titles_of_deputies() -> None:
    finder = person("欧阳岚", ["分管副局长"], ["规划局"])
    for said in ("欧阳局长", "欧阳副局长", "规划局的老欧阳", "ouyang lan", "欧·阳岚"):
        assert told(finder, f"请查{said}，"), said
    assert not told(finder, "老欧来了，岚同志也来了，欧局长没有来")


def test_a_given_name_that_is_a_word_wants_its_surname_or_its_office() -> None:
    finder = person("李建设", ["科员"], ["规划局"])
    for text in ("城乡建设", "工程建设局长", "姓李，建设工地", "的建设"):
        assert not told(finder, f"我们反映{text}的问题"), text
    for text in ("李建设", "李·建设", "季建设", "李健设", "规划局的建设", "规划局收了建设同志的信"):
        assert told(finder, f"我们反映{text}的问题"), text


@pytest.mark.parametrize(
    "pages",
    [
        ("请查登记员周", "砚秋收礼"),
        ("请查登记员周砚\n第 1 页 共 2 页", "秋收礼"),
        ("请查登记员周砚\n此件勿外传\n- 1 -\n2026年", "举报信\n关于收礼\n（接上页）\n秋收礼"),
        ("请查登记员周\n1", "", "  \n", "举报信\n砚秋收礼"),
    ],
)
def test_a_name_over_the_end_of_a_page_is_found_with_its_surroundings(pages: tuple[str, ...]) -> None:
    (found,) = mentions(person(), ("题", "", ""), pages).values()
    assert found.words == "周砚秋"
    assert any(context.startswith("请查登记员周砚秋收礼") for context in found.contexts)


def test_over_the_end_of_a_page_nothing_is_guessed() -> None:
    for pages in (("我姓周\n1", "研秋收礼"), ("请查周登\n1", "记员收礼")):
        assert mentions(person(), (), pages) == {}
    assert page_ends(("周砚秋",)) == page_ends(()) == ""


def test_no_control_character_hides_a_name() -> None:
    assert list(mentions(person(), ("周\x01砚秋", "", ""), ())) == [1]
    assert list(mentions(person(), ("", "", ""), ("周\x00砚\x7f秋",))) == [1]
    assert mentions(person(), ("周", "砚秋", ""), ()) == {}


def test_a_mention_is_told_in_the_plainest_words() -> None:
    found = mentions(person(), ("", "", ""), ("办信科的老周。周研秋。周·砚秋。",))
    assert found[1].words == "周砚秋"
    assert [context for context in found[1].contexts if "老周" in context]


@given(
    st.lists(st.text("周砚秋登记员老同志办信科·│\n zhouyanqi", max_size=12), max_size=3),
    st.text("周·砚秋登", max_size=4),
)
def test_the_queries_find_every_letter_in_which_a_person_is_found(pages: list[str], title: str) -> None:
    name = Name("周砚秋", 1, personal=True, posts=("登记员",), units=("办信科",))
    _is_asked_for(name, title, pages)


def test_the_queries_find_every_made_mention() -> None:
    seeded = random.Random(5)
    people = staff(seeded, 30)
    names: dict[Hashable, list[Name]] = {}
    for name in names_of(people):
        names.setdefault(name.key, []).append(name)
    for letter in letters(seeded, people, ("请有关部门处理。",), each=25):
        for name in names[letter.who.name]:
            _is_asked_for(name, "", letter.pages)


def _is_asked_for(name: Name, title: str, pages: Sequence[str]) -> None:
    if mentions(NameFinder([name]), (title, "", ""), pages):
        queries = (*query_for(name), *(query_over_page_ends(name) if len(pages) > 1 else ()))
        text = "\n".join(page for page in pages if page)
        assert any(holds(query.root, title, "", text) for query in queries if query.root is not None), (name, pages)
