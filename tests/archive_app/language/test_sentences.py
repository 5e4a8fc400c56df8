"""Everything is said, in both languages, with nothing missing and nothing mixed."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale

import archive_app
from archive_app import errors
from archive_app.language import formats, labels, sentences
from archive_app.language.catalogues import FOLDER, CatalogueMissing, compile_missing
from archive_app.language.filling import SENTENCES
from archive_app.letters import results
from archive_app.letters.intake import CHANNELS
from archive_app.runtime.archive import Archive
from archive_app.site import create_app
from archive_app.values import Notice, Quad
from archive_app.views.common.drafts import draft_key
from archive_app.views.common.overlay import hits_by_line, places
from archive_app.views.letters.differences import changes
from index import errors as index_errors
from scanning import errors as scan_errors
from scanning.values import WarningCode

ROOT = Path(archive_app.__file__).parent
HANZI = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w+)\}")


def texts() -> Iterator[tuple[str, ...]]:
    """Every text of the interface, with its plural where it has one."""
    with (FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "N_": None, "say": None}
    for _, _, message, _, _ in extract_from_dir(str(ROOT), methods, options, keywords=keywords):
        yield message if isinstance(message, tuple) else (message,)


@pytest.fixture
def chinese() -> dict[str, str]:
    with (FOLDER / "zh" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale="zh")
    found = {}
    for message in catalogue:
        source = message.id[0] if isinstance(message.id, tuple) else message.id
        found[source] = message.string[0] if isinstance(message.string, tuple) else message.string
        assert not message.fuzzy or not source
    return found


@pytest.fixture
def app(archive: Archive) -> Flask:
    return create_app(archive)


def test_the_chinese_catalogue_is_complete_and_holds_nothing_old(chinese: dict[str, str]) -> None:
    marked = {text[0] for text in texts()}
    assert len(marked) > 200
    assert marked - set(chinese) == set()
    assert set(chinese) - marked - {""} == set()
    assert [source for source in marked if not chinese[source]] == []


def test_every_translation_is_in_its_language(chinese: dict[str, str]) -> None:
    latin = {"A4 PDF"}
    for text in texts():
        assert not HANZI.search(re.sub(r"2024年6月", "", text[0])), text
        assert HANZI.search(chinese[text[0]]) or text[0] in latin, text


def test_translations_have_the_same_places_to_fill(chinese: dict[str, str]) -> None:
    for text in texts():
        assert set(PLACEHOLDER.findall(text[0])) == set(PLACEHOLDER.findall(chinese[text[0]])), text


def codes(base: type) -> Iterator[str]:
    yield base.code  # type: ignore[attr-defined]
    for kind in base.__subclasses__():
        yield from codes(kind)


def test_every_code_has_a_sentence() -> None:
    needed = {
        *codes(errors.ArchiveError),
        *codes(scan_errors.ScanError),
        *codes(index_errors.QueryError),
        *get_args(WarningCode),
    }
    assert needed - set(SENTENCES) == set()


def test_every_name_of_a_thing_has_a_word() -> None:
    assert set(CHANNELS) == set(labels.CHANNELS)
    assert set(get_args(results.LetterState)) == set(labels.LETTER_STATES)
    assert set(get_args(results.Grouping)) == set(labels.GROUPINGS)


def test_what_is_recorded_has_a_word() -> None:
    recorded = set()
    for file in ROOT.rglob("*.py"):
        recorded |= set(re.findall(r'\brecord\([^"]*?"(\w+)"', file.read_text(encoding="utf-8")))
    assert {"received", "corrected", "turned"} <= recorded
    assert recorded - set(labels.ACTIONS) == set()


def test_what_is_done_to_a_page_has_words() -> None:
    done = set()
    for file in (ROOT.parent / "scanning").rglob("*.py"):
        done |= set(re.findall(r'\bOperation\(\s*"(\w+)"', file.read_text(encoding="utf-8")))
    assert {"deskew", "turn"} <= done
    assert done - set(labels.OPERATIONS) == set()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_sentence_can_be_said_even_with_no_values(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        for code in SENTENCES:
            said = sentences.say(Notice(code, {}))
            assert said
            assert "%(" not in said
            assert bool(HANZI.search(said.replace("2024年6月", ""))) == (language == "zh"), said


def test_a_constant_in_a_template_is_said_in_each_readers_language(app: Flask) -> None:
    words = "{{ 'verbatim_statement' | form_field }} {{ 'voided' | case_state }} {{ 'fax' | channel }}"
    template = app.jinja_env.from_string(words)
    with app.test_request_context():
        with force_locale("zh"):
            assert template.render() == "原话记录 作废 传真"
        with force_locale("en"):
            assert template.render() == "Verbatim statement Void Fax"


def test_fields_are_named_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context(), force_locale("zh"):
        for field in labels.FIELDS:
            assert field not in sentences.say(Notice("invalid_field", {"field": field, "reason": "too long"}))


def test_an_unknown_code_is_said_in_general(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert sentences.say(Notice("never heard of", {})).startswith("Something went wrong")


@pytest.mark.parametrize(
    ("language", "day", "moment", "size"),
    [
        ("zh", "2026年2月24日", "2026年2月24日 07:05", "1.5 MB"),
        ("en", "24 February 2026", "24 February 2026, 07:05", "1.5 MB"),
    ],
)
def test_dates_and_sizes_read_as_people_write_them(app: Flask, language: str, day: str, moment: str, size: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert formats.day(date(2026, 2, 24)) == day
        # The office's clock, not Greenwich's.
        assert formats.time_of(datetime(2026, 2, 23, 23, 5, tzinfo=UTC)) == moment
        assert formats.size(3 * 2**19) == size
        assert formats.size(300 * 2**10) == "300 KB"
        assert formats.number(13053) == "13,053"


def test_operations_are_told_in_words_and_trifles_are_not(app: Flask) -> None:
    with app.test_request_context(), force_locale("zh"):
        assert sentences.operation(("deskew", {"degrees": -1.53})) == "纠正倾斜 1.5°"
        assert sentences.operation(("deskew", {"degrees": 0.01})) == ""
        assert sentences.operation(("turn", {"degrees": 90})) == "顺时针转了 90°"
        assert sentences.operation(("reduce", {"scale": 0.707})) == "缩小到 71%，放入 A4"


def test_catalogues_are_compiled_where_they_are_missing(tmp_path: Path) -> None:
    folder = tmp_path / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "messages.po"
    source.write_text('msgid "Search"\nmsgstr "检索"\n', encoding="utf-8")
    assert compile_missing(tmp_path) == (source,)
    assert (folder / "messages.mo").stat().st_size > 0
    assert compile_missing(tmp_path) == ()
    assert sorted(path.name for path in folder.iterdir()) == ["messages.mo", "messages.po"]


def test_a_catalogue_that_cannot_be_compiled_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text('msgid "Search"\nmsgstr "检索"\n', encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Root may write everywhere, so the refusal is the system call's own.
    monkeypatch.setattr("archive_app.language.catalogues.tempfile.mkstemp", refuse)
    with pytest.raises(CatalogueMissing, match="pybabel compile"):
        compile_missing(tmp_path)


def line(text: str, polygon: Quad, direction: str = "horizontal") -> results.LineView:
    return results.LineView(text, polygon, direction, 0.99, doubtful=False, corrected=False)


def page(*lines: results.LineView, marks: tuple[results.Mark, ...] = ()) -> results.PageView:
    return results.PageView(1, "done", False, 1, 1, (), None, (), {}, {}, "", lines, marks)


def test_a_line_is_placed_where_it_lies() -> None:
    level, leaning, column = places(
        page(
            line("平", ((100, 50), (200, 50), (200, 70), (100, 70))),
            line("斜", ((100, 50), (150, 136.6), (132.7, 146.6), (82.7, 60))),
            line("竖", ((300, 100), (320, 100), (320, 400), (300, 400)), "vertical"),
        )
    )
    assert (level.x, level.y, level.length, level.height, level.angle) == pytest.approx((100, 66.4, 100, 20, 0))
    assert (leaning.length, leaning.height, leaning.angle) == pytest.approx((100, 20, 60), abs=0.1)
    assert (column.x, column.y, column.length, column.height, column.angle) == pytest.approx((310, 100, 300, 20, 0))
    assert level.crop == pytest.approx((97, 47, 106, 26))


def test_hits_cut_their_line_even_where_they_overlap() -> None:
    where = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    marks = (results.Mark(0, 3, 5, where), results.Mark(0, 1, 4, where))
    assert hits_by_line(page(line("一二三四五六", where), marks=marks)) == {
        0: (("一", False), ("二三四", True), ("五", True), ("六", False))
    }


def test_changes_are_told_character_by_character() -> None:
    (changed,) = changes(["一样", "信仿局"], ["一样", "信访局"])
    assert changed.number == 2
    assert changed.pieces == (("信", "same"), ("仿", "gone"), ("访", "new"), ("局", "same"))


def test_a_drafts_key_is_for_one_account_and_one_page() -> None:
    keys = {draft_key("secret", account, letter, number) for account in (1, 2) for letter in "ab" for number in (1, 2)}
    assert len(keys) == 8
    assert all(len(key) == 64 and set(key) <= set(string.hexdigits) for key in keys)
