"""What people type becomes what they mean; nothing they type is a crash."""

from __future__ import annotations

import pickle
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import BackwardDates, BadDate, NothingToSearch, NotOneWord, QueryError, QueryTooLong, UnknownValue
from index.nodes import And, DateRange, Facet, Node, Not, Or, Place, Similar, Wild, Word, leaves, wanted
from index.query import MAX_CHARACTERS, Query, parse, similar
from tests.index.strategies import roots


def w(text: str, place: Place = "any", *, exact: bool = False) -> Word:
    return Word(text, place, exact)


def days(first: str | None, last: str | None) -> DateRange:
    return DateRange(first and date.fromisoformat(first), last and date.fromisoformat(last))  # type: ignore[arg-type]


JUNE = days("2024-06-01", "2024-06-30")
PUNCTUATED = "信访()（）“”\"：:*?-[]张 与或\n\x00〔；~^\\'{}>=2024⑴⁇"
PARTS = (*'信 ()“"-*[]与', " ", "AND", "OR", "NOT", "date:", "from:", "like:", " to ", "2024")
TYPED = st.text(st.sampled_from(PUNCTUATED) | st.characters(), max_size=40) | st.lists(st.sampled_from(PARTS)).map(
    "".join
)
NAMES = {"channel": {"来信": "letter", "网上": "web"}, "state": {"已办结": "closed"}}


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("", None),
        ("  \n ", None),
        ("*", None),
        ("()", None),
        ('""', None),
        ("噪音", w("噪音")),
        ("噪音 扰民", And((w("噪音"), w("扰民")))),
        ("噪音　扰民", And((w("噪音"), w("扰民")))),
        ("噪音 噪音", w("噪音")),
        ("噪音 AND 扰民", And((w("噪音"), w("扰民")))),
        ("噪音 与 扰民", And((w("噪音"), w("扰民")))),
        ("噪音 OR 扰民", Or((w("噪音"), w("扰民")))),
        ("噪音 或 扰民", Or((w("噪音"), w("扰民")))),
        ("或者 扰民", And((w("或者"), w("扰民")))),
        ("噪音 或", And((w("噪音"), w("或")))),
        ("或许", w("或许")),
        ("噪音 NOT 扰民", And((w("噪音"), Not(w("扰民"))))),
        ("噪音 -扰民", And((w("噪音"), Not(w("扰民"))))),
        ("噪音 －扰民", And((w("噪音"), Not(w("扰民"))))),
        ("噪音 不含 扰民", And((w("噪音"), Not(w("扰民"))))),
        ("NOT 噪音", Not(w("噪音"))),
        ("NOT NOT 噪音", w("噪音")),
        ("甲 乙 OR 丙", And((w("甲"), Or((w("乙"), w("丙")))))),
        ("甲 AND 乙 OR 丙", Or((And((w("甲"), w("乙"))), w("丙")))),
        ("（甲 OR 乙） 丙", And((Or((w("甲"), w("乙"))), w("丙")))),
        ("甲 ＯＲ 乙", Or((w("甲"), w("乙")))),
        ("NOT (甲 乙)", Not(And((w("甲"), w("乙"))))),
        ("(甲 OR 乙", Or((w("甲"), w("乙")))),
        ("甲) 乙", And((w("甲"), w("乙")))),
        ("噪音 AND", w("噪音")),
        ("OR 噪音", w("噪音")),
        ('"信访局 局长', w("信访局局长")),
        ("“局长，我家”", w("局长,我家", exact=True)),
        ("「局長」", w("局長", exact=True)),
        ("局長", w("局長")),
        ("“局长”", w("局长")),
        ('"hello world"', w("hello world", exact=True)),
        ("局长，我家", w("局长,我家")),
        ("ＡＢＣ", w("abc")),
        ("138-0013-8000", w("138-0013-8000")),
        ("10:30", w("10:30")),
        ("《通知》", w("通知")),
        ("通知：请", w("通知:请")),
        ("张*伟", Wild("张*伟")),
        ("张＊伟", Wild("张*伟")),
        ("张?伟*", Wild("张?伟")),
        ("张**伟", Wild("张*伟")),
        ("王?", w("王")),
        ("怎么办？", w("怎么办")),
        ("from:张三", w("张三", "from")),
        ("来信人：张三", w("张三", "from")),
        ("来信人： 张三", w("张三", "from")),
        ("FROM:张三", w("张三", "from")),
        ('from:"张 三"', w("张三", "from")),
        ("from:(张三 OR 李四)", Or((w("张三", "from"), w("李四", "from")))),
        ("from:张*三", Wild("张*三", "from")),
        ("title:通知 no:2024-001", And((w("通知", "title"), w("2024-001", "no")))),
        ("标题:通知 编号:7", And((w("通知", "title"), w("7", "no")))),
        ("上海日期:好", w("上海日期:好")),
        ("来信人:", w("来信人")),
        ("date:2024", days("2024-01-01", "2024-12-31")),
        ("year:2024", days("2024-01-01", "2024-12-31")),
        ("年:2024", days("2024-01-01", "2024-12-31")),
        ("date:2024-06", JUNE),
        ("date:2024/6", JUNE),
        ("date:202406", JUNE),
        ("日期：２０２４年６月", JUNE),
        ("date:2024-06-20", days("2024-06-20", "2024-06-20")),
        ("date:20240620", days("2024-06-20", "2024-06-20")),
        ("date:2024年6月20日", days("2024-06-20", "2024-06-20")),
        ("date:2024-02", days("2024-02-01", "2024-02-29")),
        ("date:>=2024-06", days("2024-06-01", None)),
        ("date:≥2024-06", days("2024-06-01", None)),
        ("date:>2024-06", days("2024-07-01", None)),
        ("date:<=2024", days(None, "2024-12-31")),
        ("date:<2024", days(None, "2023-12-31")),
        ("date:=2024-06", JUNE),
        ("date:[2024-01 to 2024-06]", days("2024-01-01", "2024-06-30")),
        ("date:[2024-01 TO 2024-06]", days("2024-01-01", "2024-06-30")),
        ("date: [2024-01 to 2024-06]", days("2024-01-01", "2024-06-30")),
        ("日期：［2024-01 至 2024-06］", days("2024-01-01", "2024-06-30")),
        ("date:[2024-06 to]", days("2024-06-01", None)),
        ("date:[to 2024-06]", days(None, "2024-06-30")),
        ("date:2024-01..2024-06", days("2024-01-01", "2024-06-30")),
        ("日期:2024年1月至2024年6月", days("2024-01-01", "2024-06-30")),
        ("日期:2024年1月 至 2024年6月", days("2024-01-01", "2024-06-30")),
        ("date:2023-2024", days("2023-01-01", "2024-12-31")),
        ('date:"2024-06"', JUNE),
        ("date:(2023 OR 2024-06)", Or((days("2023-01-01", "2023-12-31"), JUNE))),
        ("[how to do]", And((w("how"), w("to"), w("do")))),
        ("channel:web", Facet("channel", "web")),
        ("形式:网上 状态:已办结", And((Facet("channel", "web"), Facet("state", "closed")))),
        ("like:信访局", Similar("信访局")),
        ("近似:信訪局", Similar("信訪局")),
        ("like:信访", w("信访")),
        ('date:2024 "to" 2025', And((days("2024-01-01", "2024-12-31"), w("to"), w("2025")))),
    ],
)
def test_what_is_meant(text: str, root: Node | None) -> None:
    query = parse(text, NAMES)  # type: ignore[arg-type]
    assert query == Query(root)
    assert query.is_empty is (root is None)
    assert parse(query.canonical(), NAMES) == query  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "error", "values"),
    [
        ("date:foo", BadDate, {"text": "foo"}),
        ("date:2024-13", BadDate, {"text": "2024-13"}),
        ("date:2024-02-30", BadDate, {"text": "2024-02-30"}),
        ("date:0000", BadDate, {"text": "0000"}),
        ("date:<0001", BadDate, {"text": "<0001"}),
        ("date:>9999", BadDate, {"text": ">9999"}),
        ("date:张*", BadDate, {"text": "张"}),
        ("date:[to]", BadDate, {"text": ""}),
        ("date:[2024-01", BadDate, {"text": "[2024-01"}),
        ("date:[2024 to 2023]", BackwardDates, {"first": "2024", "last": "2023"}),
        ("。。！", NothingToSearch, {"text": "。。！"}),
        ("AND", NothingToSearch, {"text": "AND"}),
        ("channel:飞鸽", UnknownValue, {"field": "channel", "text": "飞鸽"}),
        ("信" * (MAX_CHARACTERS + 1), QueryTooLong, {"what": "characters", "found": 1001, "limit": 1000}),
        ("(" * 41, QueryTooLong, {"what": "parentheses", "found": 41, "limit": 40}),
        (" ".join(map(str, range(41))), QueryTooLong, {"what": "words", "found": 41, "limit": 40}),
        ("*信" * 5 + " 访" + "?局" * 5, QueryTooLong, {"what": "wildcards", "found": 9, "limit": 8}),
        (f"like:{'信' * 41}", QueryTooLong, {"what": "characters of a similar word", "found": 41, "limit": 40}),
    ],
)
def test_what_makes_no_sense_is_said(text: str, error: type[QueryError], values: dict[str, str | int]) -> None:
    with pytest.raises(error) as caught:
        parse(text, NAMES)  # type: ignore[arg-type]
    assert caught.value.values == values
    assert all(str(value) in str(caught.value) for value in values.values())


def test_a_facet_without_names_takes_what_is_typed() -> None:
    query = parse('channel:"by hand"')
    assert query.root == Facet("channel", "by hand")
    assert parse(query.canonical()) == query


@settings(max_examples=250, deadline=None)
@given(TYPED)
def test_nothing_typed_is_a_crash_and_links_reproduce_the_search(text: str) -> None:
    try:
        query = parse(text)
    except QueryError:
        return
    assert parse(query.canonical()) == query
    assert pickle.loads(pickle.dumps(query)) == query  # noqa: S301 - our own bytes


@settings(max_examples=250, deadline=None)
@given(roots)
def test_every_query_can_be_written_and_read_again(root: Node | None) -> None:
    written = Query(root).canonical()
    assert parse(written) == Query(root), written


def test_words_are_those_that_a_hit_may_show() -> None:
    query = parse("甲 (乙 OR title:丙) NOT 丁 张*伟 date:2024")
    assert query.words == (w("甲"), w("乙"), w("丙", "title"), Wild("张*伟"))
    assert list(wanted(None)) == []
    assert w("丁") in list(leaves(query.root))


def test_similar_excludes_the_word() -> None:
    assert similar("信訪局").root == And((Similar("信訪局"), Not(w("信訪局"))))


@pytest.mark.parametrize("text", ["信访", "信访，局长", "信访局 局长", "from:张三丰", "信*局长", "", "NOT 信访局"])
def test_similar_wants_one_word(text: str) -> None:
    with pytest.raises(NotOneWord):
        similar(text)
