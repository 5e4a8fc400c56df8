"""The writer of a letter: the name after a label such as 信访人, on the signature line, or in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from archive_app.suggesting.paper import Paper

_SINGLE = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤"
    "滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜"
    "郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲封芮羿储靳汲邴"
    "糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴胥苍"
    "双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步耿满弘匡国文寇广禄阙东"
    "欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查荆红游竺权逯盖益桓肖付闫代岳覃覃商牟佘佴伯赏墨哈谯笪爱阳佟苟涂邸"
    "仝丛迟楚战初苑栗亓楼候佀库冼冯么撒揭鹿麦练粟衣曲吾"
)
"""About a hundred common surnames, simplified: a fixed table, not derived from letters."""

_DOUBLE = (
    "欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|司徒|令狐|宇文|长孙|东方|端木|闻人|南宫|独孤|呼延|澹台|钟离|轩辕|赫连|申屠|司空|淳于"
    "|单于|拓跋|百里|西门|东郭|公冶|濮阳|太叔|仲孙|宗政|鲜于|闾丘|万俟"
)
_GIVEN = r"(?![的我们您你他她是在了和与及等这那有为不把被就也都请求反映于吗呢吧县市区镇乡村局])[\u3400-\u9fff]"
_SURNAME = f"(?:{_DOUBLE}|[{_SINGLE}])"
_WITH_DOTS = r"[\u3400-\u9fff]{2,8}(?:[·•][\u3400-\u9fff]{2,8})+"
_NAME = rf"(?:{_SURNAME}(?:先生|女士|小姐|同志|师傅|老师|某某|某|{_GIVEN}{_GIVEN}|{_GIVEN})|{_WITH_DOTS})"
_BETWEEN = "[、,;/和及 ]"
_CLOSED = re.compile(
    r"(?:$|[(\d,、;:。/ ]|电话|联系|手机|身份|住|地址|性别|男|女|年龄|签|印|谨|敬|拜|(?:信访|反映|来访|投诉)人)"
)
_WHOLE = re.compile(_NAME)
_DOTTED = re.compile(_WITH_DOTS)
_STEP = re.compile(_BETWEEN)

_WRITER = (
    "(?:信访|反映|举报|检举|控告|投诉|申请|来访|来信|上访|求助|写信|申诉|建议|具名|咨询|感谢|诉求|申报|报告|呈报)人"
)
_LABEL = re.compile(
    rf"(?:^|(?<=[,、;。:(\d ]))(?P<who>{_WRITER}|联系人|姓名|落款|签名)(?:代表)?(?:姓名|签名|签字|签章)?"
    r"(?:\([^()]{0,8}\))?[:;,.]?"
)
_SPEAKER = re.compile(r"^(?P<who>[^,。:]{0,12}(?<!法定)(?<!人大)(?<!党)代表)人?(?:\([^()]{0,8}\))?[:;]")
_ENDING = (
    r"(?:\(?(?:手印|指印|捺印|印|签名|签字|签章|盖章|亲笔|章)\)?|"
    r"(?:谨|敬|拜|叩|恭)(?:启|上|呈|禀|具|书|白)|呈上|上)?[。.]?$"
)
_SIGNED = re.compile(f"{_NAME}(?={_ENDING})")
_END = re.compile("$")
_DATED = re.compile(r"[12〇○o零一二][\d〇○o零一二三四五六七八九]{1,3}[年./-].*$")
_INTRODUCED = (
    re.compile(
        rf"(?:我叫|我名叫|我的名字叫|本人叫|本人姓名[:是]?|本人)(?P<name>{_NAME})(?=[,。;(、系现是住男女今]|身份)"
    ),
    re.compile(
        rf"(?:我|本人)(?:是|系)[^,。;]{{0,24}}?(?:居民|村民|职工|员工|工人|业主|农民|教师|学生|家长|户主|人)(?P<name>{_NAME})(?=[,。;(])"
    ),
)
_GREETINGS = frozenset(
    ("谢谢", "祝好", "时祺", "夏安", "金安", "平安", "安好", "安康", "祝安", "时安", "文安", "和谐", "高兴", "万分")
)
"""Closing phrases of letters that begin with a surname and are as short as a name."""

_OFFICIAL = re.compile("(?:接待|经办|承办|登记|记录|审核|审批|填表|被[^,。:]{2,4})人?(?:签名|签字)?[:;]?$")
"""A line end that announces somebody else's name: forms have it side by side with the writer's."""

_LAST_LINES = 8
_LONGEST_LIST = 200
"""Maximum length of a list of names, in folded characters."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A name as it is written, and the span of folded text that it comes from."""

    name: str
    start: int
    end: int


def writers(paper: Paper) -> list[Writer]:
    """The names of the writers, surest first, each once.

    After a label of the writer, then signature lines, the last one first, then a contact person, then where writers
    give their name. The accused (被反映人, 法定代表人) are never among them.
    """
    labelled = list(_labelled(paper))
    ranked = [
        *(span for who, span in labelled if who != "联系人"),
        *_signed(paper),
        *(span for who, span in labelled if who == "联系人"),
        *_introduced(paper),
    ]
    found: dict[str, Writer] = {}
    for start, end in ranked:
        name = paper.written(start, end)
        found.setdefault(name, Writer(name, start, end))
    return list(found.values())


def _labelled(paper: Paper) -> Iterator[tuple[str, tuple[int, int]]]:
    lines = paper.written_lines()
    for number, (start, end) in enumerate(lines):
        line = paper.text[start:end]
        for label in (*_LABEL.finditer(line), *_SPEAKER.finditer(line)):
            # A form has the label in one cell and the name in the next, which is read as a separate line.
            is_alone = label.end() == len(line) and number + 1 < len(lines)
            first, last = lines[number + 1] if is_alone else (start + label.end(), end)
            for span in _names(paper.text, first, last):
                yield label["who"], span


def _names(text: str, start: int, end: int, closed: re.Pattern[str] = _CLOSED) -> list[tuple[int, int]]:
    """The names of a list that begins at `start`, also where recognition lost the separators.

    Each name is as long as it can be so that others, or what closes the list, follow; computed from the end, so that a
    line of nothing but surnames costs no more than another.
    """
    ends: dict[int, int] = {}
    fits: set[int] = set()
    last = min(end, start + _LONGEST_LIST)
    for place in range(last, start - 1, -1):
        following = (size for size in _options(text, place, last) if size in fits)
        if (name_end := next(following, None)) is not None:
            ends[place] = name_end
        if closed.match(text, place, end) or _begin(text, place, ends) is not None:
            fits.add(place)
    found: list[tuple[int, int]] = []
    begin = start if start in ends else None
    while begin is not None:
        found.append((begin, ends[begin]))
        begin = _begin(text, ends[begin], ends)
    return found


def _options(text: str, place: int, last: int) -> Iterator[int]:
    """The possible ends of a name that begins here, the longest first."""
    if dotted := _DOTTED.match(text, place, last):
        yield dotted.end()
    for end in range(min(place + 4, last), place + 1, -1):
        if _WHOLE.fullmatch(text, place, end):
            yield end


def _begin(text: str, place: int, ends: Mapping[int, int]) -> int | None:
    """Where the next name of the list begins: here, or after a separator."""
    if place in ends:
        return place
    return place + 1 if place + 1 in ends and _STEP.match(text, place) else None


def _signed(paper: Paper) -> Iterator[tuple[int, int]]:
    for start, end in reversed(paper.written_lines()[-_LAST_LINES:]):
        if _OFFICIAL.search(paper.text, max(0, start - 12), start):
            continue
        if date := _DATED.search(paper.text, start, end):
            end = date.start()
        begins = [start, *(place for place in range(start + 1, end) if paper.has_gap(place))]
        if row := _row(paper, start, end):
            yield from row
        elif signed := _signature(paper.text, begins, end):
            yield signed


def _signature(text: str, begins: list[int], end: int) -> tuple[int, int] | None:
    for begin in begins:
        name = _SIGNED.match(text, begin, end)
        if name and name[0] not in _GREETINGS:
            return name.span()
    return None


def _row(paper: Paper, start: int, end: int) -> list[tuple[int, int]]:
    """The names on a line that consists of names separated by gaps."""
    row = _names(paper.text, start, end, _END)
    return row if len(row) > 1 and all(paper.has_gap(begin) for begin, _ in row[1:]) else []


def _introduced(paper: Paper) -> Iterator[tuple[int, int]]:
    for pattern in _INTRODUCED:
        for found in pattern.finditer(paper.text):
            yield found.span("name")
