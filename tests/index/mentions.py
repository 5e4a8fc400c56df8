"""A made bureau, its staff, and mentions of them in ten kinds of spelling: for measuring what screening finds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.names import Name, post_titles
from index.text import script_table

KINDS = (
    "whole",
    "broken",
    "separated",
    "misread",
    "page end",
    "surname + post",
    "老小阿 + surname",
    "given + 同志",
    "given alone",
    "Latin",
)
"""How a mention is spelt. `broken`: over a line's end or with spaces; `misread`: one character wrong."""

BUREAU = ("市自然资源和规划局", "自然资源局", "规划局")
UNITS: Mapping[str, tuple[str, ...]] = {
    "办信科": ("信访科",),
    "执法监督处": ("执法处", "执监处"),
    "建设管理处": ("建管处",),
    "档案管理科": ("档案科",),
    "土地利用处": ("用地处",),
    "测绘管理科": ("测绘科",),
}
"""The units of the bureau with their short names."""

SURNAMES = "王王王李李李张张张刘刘陈陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶"
COMPOUND = ("欧阳", "司马", "上官", "诸葛", "皇甫")
GIVEN = (
    "砚秋繁星怀远伯岩静姝铁军晓岚立群思源鸿飞成蹊雅琴玉林若虚景行子衿"
    "望舒维桢嘉树叔同梦龙启超漱玉令仪修竹秀英丽娟志强国栋海燕春梅"
)
ORDINARY = ("建设", "和平", "卫生", "文明", "国庆", "建国", "光明", "保国")
"""Given names that are common words: one in ten."""

POSTS = (
    ("处长", "副处长", "副局长", "局长", "科长", "主任"),
    ("登记员", "经办人", "承办人", "档案员", "信息员", "科员"),
)

MISREAD = "研狄稚晓景伯岸静姜铁车昆位郡恩原鸣气戍茶玊枉季呆弘章刈流阵扬苗起昊周除孔乌末古部句商朴多邓粱射末庸详"


@dataclass(frozen=True, slots=True)
class Employee:
    """One of the staff."""

    surname: str
    given: str
    unit: str
    post: str

    @property
    def name(self) -> str:
        return self.surname + self.given

    @property
    def words(self) -> tuple[str, ...]:
        """The words in whose surroundings a nickname is understood."""
        return (*BUREAU, self.unit, *UNITS[self.unit])


def staff(seeded: random.Random, count: int = 60, *, ordinary: float = 0.1) -> tuple[Employee, ...]:
    """So many people with different names: a tenth with compound surnames, a seventh with one given character."""
    made: dict[str, Employee] = {}
    while len(made) < count:
        surname = seeded.choice(COMPOUND) if seeded.random() < 0.1 else seeded.choice(SURNAMES)
        if seeded.random() < ordinary:
            given = seeded.choice(ORDINARY)
        else:
            given = "".join(seeded.sample(GIVEN, 1 if seeded.random() < 0.15 and len(surname) == 1 else 2))
        post = seeded.choice(POSTS[seeded.random() > 0.3])
        made.setdefault(surname + given, Employee(surname, given, seeded.choice(tuple(UNITS)), post))
    return tuple(made.values())


def names_of(people: Iterable[Employee]) -> tuple[Name, ...]:
    """The names of the staff as screening searches for them, with the name as the key."""
    found = []
    for one in people:
        found.append(Name(one.name, one.name, personal=True, posts=(one.post,), units=one.words))
        if one.post in POSTS[0]:
            units = (one.unit, *UNITS[one.unit])
            found += [Name(title, one.name, fuzzy=False) for title in post_titles(units, one.post)]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Letter:
    """A made letter: the texts of its pages, with one mention of somebody."""

    kind: str
    who: Employee
    pages: tuple[str, ...]


def letters(
    seeded: random.Random, people: Sequence[Employee], texts: Sequence[str], each: int = 100
) -> tuple[Letter, ...]:
    """So many letters of each kind: a mention amid one of the texts."""
    made = []
    for kind in KINDS:
        able = [one for one in people if _fits(kind, one)]
        for _ in range(each):
            one = seeded.choice(able)
            before, after = _halves(seeded, seeded.choice(texts))
            if kind == "page end":
                pages = _over_the_end(seeded, one, before, after)
            else:
                pages = (before + _sentence(seeded, one, _SPELT[kind](seeded, one), kind) + after,)
            made.append(Letter(kind, one, pages))
    return tuple(made)


def _fits(kind: str, one: Employee) -> bool:
    if kind == "misread":
        return len(one.name) > 2
    return len(one.given) == 2 if kind in ("given + 同志", "given alone") else True


def _halves(seeded: random.Random, text: str) -> tuple[str, str]:
    stops = [place + 1 for place, one in enumerate(text) if one in "，。；！？\n"]
    at = seeded.choice(stops) if stops else len(text)
    return text[:at], text[at:]


def _sentence(seeded: random.Random, one: Employee, spelt: str, kind: str) -> str:
    if kind in ("whole", "broken", "separated", "misread", "Latin"):
        return seeded.choice(
            ("经办人{}推诿扯皮，", "是{}叫我们回去等，", "据说{}收了开发商的礼金，", "请查一查{}，")
        ).format(spelt)
    unit = seeded.choice(one.words)
    amid = (
        "{unit}的{who}推诿扯皮，",
        "我们到{unit}反映多次，{who}一直不给答复，",
        "{who}在{unit}多年，收了开发商的礼金，",
        "去年三月我去{unit}问情况，窗口说要等通知，后来是{who}把材料退了回来，",
        "请{unit}查一查{who}，",
    )
    return seeded.choice(amid).format(unit=unit, who=spelt)


def _whole(seeded: random.Random, one: Employee) -> str:
    return seeded.choice((one.name, one.name, _traditional(one.name)))


def _traditional(name: str) -> str:
    back = {simple: chr(written) for written, simple in reversed(script_table().items())}
    return "".join(back.get(each, each) for each in name)


def _broken(seeded: random.Random, one: Employee) -> str:
    at = seeded.randrange(1, len(one.name))
    return one.name[:at] + seeded.choice(("\n", " ", "　", "  \n ", "\r\n", "\t", "\u200b")) + one.name[at:]


def _separated(seeded: random.Random, one: Employee) -> str:
    sign = seeded.choice("·•.|/_-*、，。…~│●") if len(one.name) > 2 else seeded.choice("·•.|/_-*~│●")
    if seeded.random() < 0.3:
        return sign.join(one.name)
    at = seeded.randrange(1, len(one.name)) if seeded.random() < 0.3 else len(one.surname)
    return one.name[:at] + sign + one.name[at:]


def _misread(seeded: random.Random, one: Employee) -> str:
    at = seeded.randrange(len(one.name))
    other = seeded.choice([each for each in MISREAD if each != one.name[at]])
    return one.name[:at] + other + one.name[at + 1 :]


def _surname_and_post(seeded: random.Random, one: Employee) -> str:
    title = one.post.removeprefix("副") if seeded.random() < 0.5 else one.post
    return one.surname + title


def _nickname(seeded: random.Random, one: Employee) -> str:
    return seeded.choice("老老小小阿") + one.surname


def _given_and_address(seeded: random.Random, one: Employee) -> str:
    return one.given + seeded.choice(("同志", "同志", "先生", "女士", "主任", "老师", one.post))


def _latin(seeded: random.Random, one: Employee) -> str:
    surname, given = ("".join(LATIN[each] for each in part) for part in (one.surname, one.given))
    apart = " ".join(LATIN[each] for each in one.given)
    return seeded.choice(
        (
            f"{surname.title()} {given.title()}",
            surname + given,
            f"{given.title()} {surname.title()}",
            f"{surname.title()} {apart.title()}",
            f"{surname.upper()}{given.title()}",
        )
    )


_SPELT: Mapping[str, Callable[[random.Random, Employee], str]] = {
    "whole": _whole,
    "broken": _broken,
    "separated": _separated,
    "misread": _misread,
    "surname + post": _surname_and_post,
    "老小阿 + surname": _nickname,
    "given + 同志": _given_and_address,
    "given alone": lambda _, one: one.given,
    "Latin": _latin,
}


def _over_the_end(seeded: random.Random, one: Employee, before: str, after: str) -> tuple[str, ...]:
    """The name over the end of a page: a footer, a page number and a header between."""
    at = seeded.randrange(1, len(one.name))
    foot = seeded.choice(("", "\n第 1 页", "\n- 1 -", "\n举报材料\n第1页 共2页", "\n1/2", "\n此件请勿外传\n1"))
    head = seeded.choice(("", "关于违规问题的反映\n", "举报材料\n", "（接上页）\n", "2026年3月5日\n举报信\n"))
    return before + "经办人" + one.name[:at] + foot, head + one.name[at:] + "推诿扯皮，" + after


_READ = (
    "bao 保, bo 伯, cai 蔡, cao 曹, chao 超, chen 陈, cheng 成, chun 春, deng 邓, dong 董栋, du 杜, "
    "fan 繁, fei 飞, feng 冯, fu 甫, gao 高, ge 葛, guan 官, guang 光, guo 郭国, hai 海, han 韩, "
    "he 何和, hong 鸿, hu 胡, huai 怀, huang 黄皇, jia 嘉, jian 建, jiang 蒋, jin 衿, jing 静景, "
    "juan 娟, jun 军, lan 岚, li 李立丽, liang 梁, lin 林, ling 令, liu 刘, long 龙, luo 罗, ma 马, "
    "mei 梅, meng 梦, ming 明, ou 欧, pan 潘, peng 彭, ping 平, qi 启, qiang 强, qin 琴, qing 庆, "
    "qiu 秋, qun 群, ruo 若, shang 上, she 设, sheng 生, shu 姝舒树叔漱, si 司思, song 宋, sun 孙, "
    "tang 唐, tian 田, tie 铁, tong 同, wang 王望, wei 维卫, wen 文, wu 吴, xi 蹊, xiao 肖晓, xie 谢, "
    "xing 星行, xiu 修秀, xu 徐许虚, ya 雅, yan 砚岩燕, yang 杨阳, ye 叶, yi 仪, ying 英, yu 于余玉, "
    "yuan 袁远源, zeng 曾, zhang 张, zhao 赵, zhen 桢, zheng 郑, zhi 志, zhou 周, zhu 朱诸竹, zi 子"
)
LATIN = {each: syllable for syllable, read in map(str.split, _READ.split(", ")) for each in read}
