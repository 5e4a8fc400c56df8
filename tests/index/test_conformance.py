"""Every engine finds exactly what a search letter by letter finds, whatever is put in, hidden and asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.engines.base import COUNT_LIMIT, Document, Found
from index.errors import NotOneWord
from index.nodes import Node
from index.query import MAX_SIMILAR, MAX_WILDCARDS, Query, parse
from index.text import fold
from tests.index.engines import OPENERS, SCOPE, Opener, put_all, settle_world
from tests.index.reference import expected
from tests.index.strategies import CHANNELS, STATES, archives, documents, roots

pytestmark = pytest.mark.parametrize("opened", OPENERS)

DAY = date(2024, 5, 1)


def ids(found: Found) -> list[int]:
    return [hit.letter_id for hit in found.hits]


def letter(number: int, text: str, **more: object) -> Document:
    return replace(Document(number, number, DAY, text), **more)  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(archives(), roots, st.sets(st.integers(1, 4)))
def test_finds_exactly_the_letters_that_are_seen_and_answer(
    opened: Opener, letters: list[Document], root: Node | None, hidden: set[int]
) -> None:
    seen = {1, 2, 3, 4} - hidden
    with opened() as (engine, session):
        settle_world(session, seen, hidden)
        put_all(engine, session, letters)
        want = expected(root, letters, seen)
        found = engine.search(session, Query(root), scope=SCOPE, facets=True)
        assert set(ids(found)) == want
        assert (found.total, found.total_exact) == (len(want), True)
        assert [hit.date for hit in found.hits] == sorted((hit.date for hit in found.hits), reverse=True)
        assert all(sum(count for _, count in values) == len(want) for values in found.facets.values())
        ranked = engine.search(session, Query(root), scope=SCOPE, sort="relevance")
        assert (set(ids(ranked)), ranked.total) == (want, len(want))
        assert engine.search(session, Query(root), scope=SCOPE, limit=1).total == len(want)


@settings(max_examples=100, deadline=None)
@given(archives(), roots, st.sets(st.integers(1, 4)))
def test_a_hidden_letter_changes_nothing_that_is_found(
    opened: Opener, letters: list[Document], root: Node | None, hidden: set[int]
) -> None:
    """The two worlds of the promise: with the hidden letters in the index, and without them."""
    answers = []
    for world in (letters, [one for one in letters if one.case_id not in hidden]):
        with opened() as (engine, session):
            settle_world(session, {1, 2, 3, 4} - hidden, hidden)
            put_all(engine, session, world)
            query = Query(root)
            answers.append(
                (
                    engine.search(session, query, scope=SCOPE, facets=True),
                    engine.search(session, query, scope=SCOPE, sort="relevance", limit=3),
                    engine.similar(session, "信访局", scope=SCOPE),
                )
            )
    assert answers[0] == answers[1]


changes = st.lists(
    st.one_of(
        documents(),
        st.integers(1, 12),
        st.tuples(st.integers(1, 12), st.integers(1, 4), st.sampled_from(CHANNELS), st.sampled_from(STATES)),
    ),
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(changes, roots)
def test_put_update_and_remove_leave_what_they_say(
    opened: Opener, steps: list[Document | int | tuple[int, int, str, str]], root: Node | None
) -> None:
    kept: dict[int, Document] = {}
    with opened() as (engine, session):
        settle_world(session, {1, 2, 3}, {4})
        for step in steps:
            if isinstance(step, Document):
                engine.put(session, step)
                kept[step.letter_id] = step
            elif isinstance(step, int):
                engine.remove(session, step)
                kept.pop(step, None)
            else:
                number, case_id, channel, state = step
                engine.update(session, number, case_id=case_id, channel=channel, state=state)
                if number in kept:
                    kept[number] = replace(kept[number], case_id=case_id, channel=channel, state=state)
        for asked in (root, None):
            found = engine.search(session, Query(asked), scope=SCOPE)
            assert set(ids(found)) == expected(asked, kept.values(), {1, 2, 3})
        assert engine.count_documents(session) == len(kept)
        assert engine.letter_ids(session, 3, 9) == tuple(number for number in sorted(kept) if 3 <= number < 9)


@pytest.mark.parametrize(
    ("text", "asked", "is_found"),
    [
        ("信访局长，我家", '"局长，我家"', True),
        ("信访局长。我家", '"局长，我家"', False),
        ("信访局长。我家", "局长，我家", True),
        ("信访局长我家", "局长，我家", False),
        ("信访局长，我", '"长，我"', True),
        ("信访局长，我", "长，我", True),
        ("噪\n音 扰民", "噪音扰民", True),
        ("噪音扰民", "噪 音", True),
        ("领导批示", "領導", True),
        ("领导批示", '"領導"', False),
        ("領導批示", '"領導"', True),
        ("領導批示", '"领导"', True),
        ("領導批示", "领导", True),
        ("ＡＢＣ１２３", "abc123", True),
        ("住在𠮷𬱖街", "𠮷𬱖", True),
        ("住在𠮷𬱖街", "𬱖", True),
        ("在\U00031350\U00031351里", "\U00031350\U00031351", True),
        ("在\U00031350\U00031351里", "\U00031351", True),
        ("电话13800138000转", "0013", True),
        ("电话138 0013 8000转", "13800138000", False),
        ("first second", '"first second"', True),
        ("first\nsecond", '"first second"', True),
        ("first, second", '"first second"', False),
        ("正文\x00回复", "正文回复", False),
        ("正文\x00回复", '"正文，回复"', False),
        ("张建伟反映", "张*伟", True),
        ("张，伟", "张*伟", False),
        ("张建伟反映", "张?伟", True),
        ("张伟反映", "张?伟", False),
        ("怎么办？我家", "怎么办？我家", True),
        ("信仿局", "like:信访局", True),
        ("信局", "like:信访局", True),
        ("信访局", "like:信访局", False),
        ("信访，", "like:信访局", False),
    ],
)
def test_what_a_word_means(opened: Opener, text: str, asked: str, *, is_found: bool) -> None:
    with opened() as (engine, session):
        settle_world(session, {1}, set())
        engine.put(session, letter(1, text))
        assert bool(engine.search(session, parse(asked), scope=SCOPE).hits) is is_found


@pytest.mark.parametrize("before", ["张", "张建", "张建国"])
@pytest.mark.parametrize("after", ["伟", "伟人"])
def test_a_star_reaches_ten_characters(opened: Opener, before: str, after: str) -> None:
    with opened() as (engine, session):
        settle_world(session, set(range(20)), set())
        for length in range(13):
            engine.put(session, letter(length, f"有{before}{'某' * length}{after}住"))
        found = engine.search(session, parse(f"{before}*{after}"), scope=SCOPE)
        assert sorted(ids(found)) == list(range(11))


@pytest.mark.parametrize("word", ["信访局", "信访局长", "人民信访局"])
def test_every_character_may_be_the_wrong_one(opened: Opener, word: str) -> None:
    wrong = [f"去{word[:at]}错{word[at + 1 :]}问" for at in range(len(word))]
    missing = [f"去{word[:at]}{word[at + 1 :]}问" for at in range(1, len(word) - 1)]
    with opened() as (engine, session):
        settle_world(session, set(range(20)), set())
        for number, text in enumerate([*wrong, *missing]):
            engine.put(session, letter(number, text))
        engine.put(session, letter(19, f"去{word}问"))
        found = engine.similar(session, word, scope=SCOPE)
        assert sorted(ids(found)) == list(range(len(wrong) + len(missing)))


def test_the_longest_patterns_can_be_looked_for(opened: Opener) -> None:
    hanzi = [one for one in map(chr, range(0x4E00, 0x4F00)) if fold(one).text == one]
    word = "".join(hanzi[:MAX_SIMILAR])
    with opened() as (engine, session):
        settle_world(session, {1, 2}, set())
        engine.put(session, letter(1, f"有{word[:20]}错{word[21:]}的"))
        far = hanzi[-MAX_WILDCARDS - 1 :]
        engine.put(session, letter(2, "某某".join(far)))
        assert ids(engine.similar(session, word, scope=SCOPE)) == [1]
        for sign, want in (("*", [2]), ("?", [])):
            assert ids(engine.search(session, parse(sign.join(far)), scope=SCOPE)) == want


def test_titles_senders_and_numbers(opened: Opener) -> None:
    with opened() as (engine, session):
        settle_world(session, {1, 2}, set())
        engine.put(session, letter(1, "正文", title="噪音扰民", sender="张伟", receipt_no="X-2024-0007"))
        engine.put(session, letter(2, "噪音 张伟 X-2024-0007"))
        for asked, want in {
            "噪音": [2, 1],
            "title:噪音": [1],
            "title:正文": [],
            "张伟": [2],
            "from:张伟": [1],
            "no:2024-0007": [1],
            "0007": [2],
        }.items():
            assert ids(engine.search(session, parse(asked), scope=SCOPE)) == want, asked


def test_counts_to_a_thousand_and_pages_on(opened: Opener) -> None:
    with opened() as (engine, session):
        settle_world(session, {1}, set())
        for number in range(1, COUNT_LIMIT + 30):
            engine.put(session, Document(number, 1, DAY, "噪音" if number % 7 else "噪音噪音扰民"))
        found = engine.search(session, parse("噪音"), scope=SCOPE)
        assert (found.total, found.total_exact) == (COUNT_LIMIT, False)
        assert ids(found) == list(range(COUNT_LIMIT + 29, COUNT_LIMIT + 9, -1))
        for sort in ("date", "relevance"):
            pages = [
                number
                for offset in range(0, COUNT_LIMIT + 40, 30)
                for number in ids(
                    engine.search(session, parse("噪音"), scope=SCOPE, sort=sort, offset=offset, limit=30)  # type: ignore[arg-type]
                )
            ]
            assert sorted(pages) == list(range(1, COUNT_LIMIT + 30)), sort
            beyond = engine.search(session, parse("噪音"), scope=SCOPE, sort=sort, offset=5000)  # type: ignore[arg-type]
            assert (beyond.hits, beyond.total) == ((), COUNT_LIMIT)


def test_relevance_puts_titles_repetition_and_neighbours_first(opened: Opener) -> None:
    filler = "其他的话" * 60
    with opened() as (engine, session):
        settle_world(session, set(range(1, 9)), set())
        engine.put(session, letter(1, "噪音" + filler + "扰民", title="噪音扰民"))
        engine.put(session, letter(2, "噪音扰民" + filler))
        engine.put(session, letter(3, "噪音" + filler + "扰民"))
        engine.put(session, letter(4, "噪音" * 6 + filler + "扰民" * 6))
        ranked = ids(engine.search(session, parse("噪音 扰民"), scope=SCOPE, sort="relevance"))
        assert ranked[0] == 1
        assert ranked[-1] == 3


def test_similar_leaves_out_the_word_itself_and_short_words(opened: Opener) -> None:
    with opened() as (engine, session):
        settle_world(session, {1, 2, 3}, set())
        engine.put(session, letter(1, "去信访局问"))
        engine.put(session, letter(2, "去信仿局问"))
        engine.put(session, letter(3, "去信访局和信仿局问"))
        assert ids(engine.similar(session, "信訪局", scope=SCOPE)) == [2]
        with pytest.raises(NotOneWord):
            engine.similar(session, "信访", scope=SCOPE)


def test_put_again_with_another_date_moves_the_letter(opened: Opener) -> None:
    with opened() as (engine, session):
        settle_world(session, {1, 2}, set())
        engine.put(session, letter(1, "噪音"))
        engine.put(session, letter(2, "噪音"))
        assert ids(engine.search(session, parse("噪音"), scope=SCOPE)) == [2, 1]
        engine.put(session, letter(1, "噪音", date=date(2024, 5, 2)))
        assert ids(engine.search(session, parse("噪音"), scope=SCOPE)) == [1, 2]
        assert ids(engine.search(session, parse("date:2024-05-01"), scope=SCOPE)) == [2]


def test_a_corrected_letter_keeps_its_place(opened: Opener) -> None:
    with opened() as (engine, session):
        settle_world(session, {1, 2}, set())
        engine.put(session, letter(1, "噪音"))
        engine.put(session, letter(2, "噪音"))
        engine.put(session, letter(1, "噪音扰民", case_id=2))
        found = engine.search(session, parse("噪音"), scope=SCOPE)
        assert [(hit.letter_id, hit.case_id) for hit in found.hits] == [(2, 2), (1, 2)]


def test_clear_takes_all_out(opened: Opener) -> None:
    with opened() as (engine, session):
        settle_world(session, {1}, set())
        engine.put(session, letter(1, "噪音"))
        engine.clear(session)
        assert engine.count_documents(session) == 0
        assert ids(engine.search(session, parse("噪音"), scope=SCOPE)) == []
        assert engine.is_current(session)


def test_nothing_is_committed(opened: Opener) -> None:
    with opened() as (engine, session):
        settle_world(session, {1}, set())
        with session.begin_nested() as savepoint:
            engine.put(session, letter(1, "噪音"))
            savepoint.rollback()
        assert ids(engine.search(session, parse("噪音"), scope=SCOPE)) == []
