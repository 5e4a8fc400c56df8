"""Folding keeps substring search what it is, and the tokens hold every piece of the text."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import WALL, fold, is_traditional, plain, runs, script_table, simplified, tokens

anything = st.text(max_size=30)
mixed = st.text("信访局長長领領，。、 \t\n\u3000abＡＢ12𠮷𬱖ﬁ½㎡…×+é\u200b\ufe0f\x00한국", max_size=30)


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("ＡＢＣ　１２３", "abc 123"),
        ("信 访\n局", "信访局"),
        ("共 3 人", "共3人"),
        ("2024 年 6 月", "2024年6月"),
        ("hello\n  world", "hello world"),
        ("長沙 領導", "长沙领导"),
        ("裡裏後麼", "里里后么"),
        ("ﬁ½㎡", "fi1⁄2m2"),
        ("信\u200b访\ufeff局", "信访局"),
        ("葛\U000e0100城", "葛城"),
        ("⼀⽉", "一月"),
        ("正文\x00回复", f"正文{WALL}回复"),
        ("（〔2024〕12号）", "(〔2024〕12号)"),
        ("한국 사람", "한국 사람"),
        ("\ud800", "\ufffd"),
        ("\ufdd0", "\ufffd"),
    ],
)
def test_what_is_folded(raw: str, folded: str) -> None:
    assert fold(raw).text == folded


def test_plain_keeps_the_script() -> None:
    assert plain("領導ＡＢ 信 访").text == "領導ab信访"
    assert is_traditional("領导")
    assert not is_traditional("领导")


@given(st.one_of(anything, mixed))
def test_offsets_lead_back_to_the_character(raw: str) -> None:
    folded = fold(raw)
    assert len(folded.offsets) == len(folded.text)
    assert list(folded.offsets) == sorted(folded.offsets)
    for character, offset in zip(folded.text, folded.offsets, strict=True):
        if character != " ":
            assert character in fold(raw[offset]).text
        else:
            assert raw[offset].isspace() or unicodedata.category(raw[offset]) == "Zs"


@given(st.one_of(anything, mixed))
def test_folding_again_changes_nothing(raw: str) -> None:
    once = fold(raw).text
    assert fold(once.replace(WALL, "\x00")).text == once
    assert simplified(plain(raw).text) == once


@given(mixed, st.data())
def test_a_piece_of_a_text_is_found_in_it(raw: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    assert fold(raw[start:end]).text in fold(raw).text


def test_every_character_folds_to_itself_when_folded_twice() -> None:
    """All of Unicode, so that no character is found by one spelling of itself and not by another."""
    restless = [
        hex(point)
        for point in range(sys.maxunicode + 1)
        if (once := fold(chr(point)).text) != WALL and fold(once).text != once
    ]
    assert restless == []


def test_the_script_table_is_one_for_one_and_final() -> None:
    table = script_table()
    assert len(table) > 3000
    assert all(len(target) == 1 and ord(target) not in table for target in table.values())
    assert {table[ord(one)] for one in "領導訪時資"} == set("领导访时资")


@given(st.one_of(anything, mixed))
def test_tokens_are_the_pairs_of_each_run_and_its_last_character(raw: str) -> None:
    folded = fold(raw).text
    assert "".join(token[0] for token in tokens(folded) if token != WALL) == "".join(runs(folded))
    position = 0
    cut = [token for token in tokens(folded) if token != WALL]
    for run in runs(folded):
        assert cut[position : position + len(run)] == [run[start : start + 2] for start in range(len(run))]
        position += len(run)


def test_a_run_ends_at_punctuation_and_between_latin_words() -> None:
    assert runs(fold("局长，我家。ab cd-12+3").text) == ["局长", "我家", "ab", "cd", "12", "3"]
    assert tokens(fold("局长，我\x00家").text) == ["局长", "长", "我", WALL, "家"]
    assert runs(fold("𠮷𬱖\U00031350×").text) == ["𠮷𬱖\U00031350×"]
