"""Marks lie on the words, wherever lines break and however the words were written."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.engines.base import Document
from index.errors import QueryError
from index.highlight import LineHit, matches, on_lines, snippet
from index.nodes import Node, Or, Similar, Word, wanted
from index.query import Query, parse, similar
from index.text import fold, plain
from tests.index.reference import finds
from tests.index.strategies import raw_texts, roots, short_texts

LETTER = "尊敬的信访\n局领导：我家住在ABC 小区，\n电话 138-0013-8000。噪 音扰民，領导"
LINES = LETTER.split("\n")


def marked(asked: str, text: str = LETTER) -> list[str]:
    return [text[start:end] for start, end in matches(text, parse(asked))]


@pytest.mark.parametrize(
    ("asked", "hits"),
    [
        ("信访局", ["信访\n局"]),
        ("噪音", ["噪 音"]),
        ("“局领导：我家”", ["局领导：我家"]),
        ("小区，电话", ["小区，\n电话"]),
        ("ａｂｃ小区", ["ABC 小区"]),
        ("領導", ["领导", "領导"]),
        ("“領导”", ["領导"]),
        ("138-0013", ["138-0013"]),
        ("信*领", ["信访\n局领"]),
        ("like:扰明民", ["扰民"]),
        ("我家 NOT 小区", ["我家"]),
        ("from:我家 no:138 date:2024", []),
        ("领导 我家 导：我", ["领导：我家", "領导"]),
        ("没有", []),
    ],
)
def test_what_is_marked(asked: str, hits: list[str]) -> None:
    assert marked(asked) == hits


def test_overlapping_matches_are_one_and_neighbours_are_not() -> None:
    assert matches("人人人", parse("人人")) == ((0, 3),)
    assert matches("人人", parse("人")) == ((0, 1), (1, 2))


def test_each_field_has_its_own_words() -> None:
    query = parse("噪音 title:通知 from:张三")
    assert matches("噪音通知张三", query) == ((0, 2),)
    assert matches("噪音通知张三", query, "title") == ((0, 2), (2, 4))
    assert matches("噪音通知张三", query, "from") == ((4, 6),)


def test_a_wrapped_word_is_marked_on_both_lines() -> None:
    assert on_lines(LINES, parse("信访局领导")) == (LineHit(0, 3, 5), LineHit(1, 0, 3))
    assert on_lines(LINES, parse("小区，电话")) == (LineHit(1, 12, 15), LineHit(2, 0, 2))
    assert on_lines(["信访  ", "", "  局"], parse("信访局")) == (LineHit(0, 0, 2), LineHit(2, 2, 3))
    assert on_lines([], parse("信访局")) == ()


@settings(max_examples=200, deadline=None)
@given(raw_texts, short_texts, st.booleans())
def test_every_place_of_a_phrase_is_marked(text: str, phrase: str, quoted: bool) -> None:
    """Against a search from every position of the folded text."""
    asked = f'"{phrase}"' if quoted else phrase
    words = [leaf for leaf in parse_or_empty(asked).words if isinstance(leaf, Word)]
    covered = set()
    for word in words:
        form = plain(text) if word.as_written else fold(text)
        wanted_text = word.text if word.as_written else word.folded
        if not word.exact and len(fold(word.text).text) != sum(map(str.isalnum, fold(word.text).text)):
            return  # Loose punctuation is compared in the conformance tests.
        for start in range(len(form.text)):
            if form.text.startswith(wanted_text, start):
                covered |= set(form.offsets[start : start + len(wanted_text)])
    spans = matches(text, Query(None if not words else Or(tuple(words))))
    assert covered <= {offset for start, end in spans for offset in range(start, end)}
    assert bool(covered) is bool(spans)
    assert list(spans) == sorted(spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


def parse_or_empty(text: str) -> Query:
    try:
        return parse(text)
    except QueryError:
        return Query()


@settings(max_examples=200, deadline=None)
@given(raw_texts, roots)
def test_a_letter_is_marked_when_one_of_the_words_is_in_it(text: str, root: Node | None) -> None:
    """Marks and search agree on what a word is."""
    letter = Document(1, 1, date(2024, 1, 1), text)
    inside = [leaf for leaf in wanted(root) if isinstance(leaf, Similar) or leaf.place == "any"]
    assert bool(matches(text, Query(root))) is any(finds(leaf, letter) for leaf in inside)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("信访局长，ab 领", max_size=6), max_size=5), roots)
def test_marks_on_lines_are_the_bits_of_the_text(lines: list[str], root: Node | None) -> None:
    text, query = "\n".join(lines), Query(root)
    inked = {at for start, end in matches(text, query) for at in range(start, end) if not text[at].isspace()}
    begins = [sum(len(line) + 1 for line in lines[:index]) for index in range(len(lines))]
    seen = set()
    for hit in on_lines(lines, query):
        assert 0 <= hit.start_char < hit.end_char <= len(lines[hit.line_index])
        seen |= {begins[hit.line_index] + at for at in range(hit.start_char, hit.end_char)}
    assert {at for at in seen if not text[at].isspace()} == inked


def test_a_snippet_shows_the_stretch_with_most_of_the_words() -> None:
    text = "噪音。" + "其他的话，" * 40 + "\n广场舞的噪音\n扰民，" + "其他的话，" * 40
    pieces = snippet(text, parse("噪音 扰民 广场舞"), 30)
    assert [piece for piece, is_hit in pieces if is_hit] == ["广场舞", "噪音", "扰民"]
    assert pieces[0] == ("…", False)
    assert pieces[-1] == ("…", False)
    assert len("".join(piece for piece, _ in pieces)) <= 32


def test_a_snippet_without_a_hit_is_the_beginning() -> None:
    assert snippet("尊敬的信访\n局领导", parse("没有"), 6) == (("尊敬的信访局", False), ("…", False))
    assert snippet("", parse("没有")) == ()
    assert snippet("one\n two", parse("")) == (("one two", False),)


@settings(max_examples=200, deadline=None)
@given(raw_texts, roots, st.integers(1, 30))
def test_a_snippet_is_a_stretch_of_the_text_and_shows_a_hit_where_there_is_one(
    text: str, root: Node | None, width: int
) -> None:
    pieces = snippet(text, Query(root), width)
    shown = "".join(piece for piece, _ in pieces).removeprefix("…").removesuffix("…")
    assert len(shown) <= width
    assert fold(shown).text.replace(" ", "") in fold(text.replace("\x00", " ")).text.replace(" ", "")
    assert all(piece for piece, _ in pieces)
    assert any(is_hit for _, is_hit in pieces) is bool(matches(text.replace("\x00", " "), Query(root)))


def test_a_hit_longer_than_the_snippet_is_shown_as_far_as_it_goes() -> None:
    assert snippet("我信访局", parse("信访局"), 2) == (("…", False), ("信访", True), ("…", False))


def test_similar_marks_the_wrong_spelling() -> None:
    assert matches("去信仿局", similar("信访局")) == ((1, 4),)
