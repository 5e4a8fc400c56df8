"""Every error and every notice has one sentence, in `archive_app.language`, and nobody else says it again."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import archive_app
import index
import scanning
import storage
from archive_app.errors import ArchiveError
from archive_app.language.catalogues import FOLDER
from archive_app.language.error_sentences import ERRORS, TERMINAL_ERRORS
from archive_app.language.filling import SENTENCES
from archive_app.language.notice_sentences import NOTICES
from index.errors import BadDate, SearchError
from scanning.errors import DamagedSource, ScanError

PACKAGES = (archive_app, index, scanning, storage)
ROOT = Path(archive_app.__file__).parents[1]
PLACE = re.compile(r"%\((\w+)\)[sd]")
LEAST_WORDS = 4
COPY = 0.8
"""What shares so much of its words with a sentence is a copy of it, or was one."""

SAME = 0.95
"""Two codes whose sentences share so much of their words say the same."""

OTHER_TEXTS = {
    "After how many days it ends.",  # what an option of a command is for
    "There is nothing at this address",  # the title of the page above its own sentence
    "There is nothing at this address for this account",  # what the document of the API says of the status 404
}
"""Texts that have most words of a sentence, and another use."""

KINDS = {"error": ERRORS, "notice": NOTICES, "terminal": TERMINAL_ERRORS}

FULLEST: Mapping[str, str] = {**ERRORS, **TERMINAL_ERRORS}
"""The sentence of each error that tells the most: the terminal's, where it has one of its own."""


def error_classes() -> Iterator[type[ArchiveError | ScanError | SearchError]]:
    """The classes of errors that have a code, of all packages."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    waiting: list[type] = [ArchiveError, ScanError, SearchError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.partition(".")[0] != "tests":
            yield kind


@pytest.fixture(scope="module")
def classes() -> tuple[type[ArchiveError | ScanError | SearchError], ...]:
    found = tuple(error_classes())
    assert len(found) > 120
    return found


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    with (FOLDER / "zh" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file, locale="zh")}


def words(text: str) -> tuple[str, ...]:
    """The words of a sentence without what is filled in, for comparing."""
    return tuple(re.findall(r"[a-z0-9']+", re.sub(r"%\(\w+\)[sd]|\{[^{}]*\}", " ", text).lower()))


def alike(one: tuple[str, ...], other: tuple[str, ...], share: float = COPY) -> bool:
    """Whether two texts share so much of their words."""
    shorter, longer = sorted((len(one), len(other)))
    if shorter < LEAST_WORDS or 2 * shorter < share * (shorter + longer):
        return False
    matcher = SequenceMatcher(a=one, b=other, autojunk=False)
    return matcher.quick_ratio() >= share and matcher.ratio() >= share


def literals(tree: ast.AST) -> Iterator[str]:
    """The texts of a module that are no docstrings; of one that is put together, its fixed parts."""
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inside.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            parts = [part for part in node.values if isinstance(part, ast.Constant)]
            inside.update(map(id, parts))
            yield " {} ".join(str(part.value) for part in parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


def said_elsewhere() -> Iterator[tuple[str, str]]:
    """Each text that is written down outside `archive_app.language`, with its file."""
    for package in PACKAGES:
        for file in sorted(Path(package.__path__[0]).rglob("*.py")):
            if "language" not in file.parts and "migrations" not in file.parts:
                for text in literals(ast.parse(file.read_text(encoding="utf-8"))):
                    yield str(file.relative_to(ROOT)), text
    with (FOLDER / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)
    for name, _, message, _, _ in extract_from_dir(str(FOLDER.parent), methods, options):
        if name.endswith(".html"):
            yield name, message if isinstance(message, str) else message[0]


def copies(elsewhere: Iterator[tuple[str, str]], sentences: Mapping[str, str]) -> list[tuple[str, str, str]]:
    known = {code: words(sentence) for code, sentence in sentences.items()}
    found = []
    for file, text in elsewhere:
        if text in OTHER_TEXTS:
            continue
        said = words(text)
        found += [(file, text, code) for code, sentence in known.items() if alike(said, sentence)]
    return found


def test_no_sentence_is_written_down_a_second_time() -> None:
    everything = {f"{kind}: {code}": text for kind, texts in KINDS.items() for code, text in texts.items()}
    assert copies(said_elsewhere(), everything) == []


def test_a_second_copy_would_be_found() -> None:
    planted = [
        ("a.py", "{folder} holds no archive. Make one with: archive init {folder}"),
        ("b.py", "There is a person called {name} already. Say whether this is the same person or another one."),
        ("c.py", "The search could not be done. Try again once more."),
    ]
    assert {file for file, _, _ in copies(iter(planted), ERRORS)} == {"a.py", "b.py", "c.py"}
    written = ast.parse('raise E(f"{name} holds an archive already; it was left as it is.")')
    assert [code for _, _, code in copies((("d.py", text) for text in literals(written)), ERRORS)] == [
        "already_an_archive"
    ]


def test_no_two_codes_have_one_sentence() -> None:
    for one, other in combinations([(code, words(text)) for code, text in SENTENCES.items()], 2):
        assert not alike(one[1], other[1], SAME), (one[0], other[0])
    assert len(set(SENTENCES.values())) == len(SENTENCES) == len(ERRORS) + len(NOTICES)


def test_the_terminal_differs_only_where_it_says_something_else() -> None:
    assert set(TERMINAL_ERRORS) <= set(ERRORS)
    assert [code for code, text in TERMINAL_ERRORS.items() if words(text) == words(ERRORS[code])] == []


def test_no_error_class_has_a_sentence_of_its_own(
    classes: tuple[type[ArchiveError | ScanError | SearchError], ...],
) -> None:
    assert [kind for kind in classes if hasattr(kind, "message")] == []
    for kind in (DamagedSource("a", detail="b"), BadDate(text="b")):
        assert not alike(words(str(kind)), words(FULLEST[kind.code]))


def test_every_error_has_a_sentence_for_its_parameters_in_both_languages(
    classes: tuple[type[ArchiveError | ScanError | SearchError], ...], chinese: dict[str, str]
) -> None:
    for kind in classes:
        given = {*kind.parameters, *(("name",) if issubclass(kind, ScanError) else ())}
        fullest, page = FULLEST[kind.code], ERRORS[kind.code]
        assert set(PLACE.findall(fullest)) == given, kind
        assert set(PLACE.findall(chinese[fullest])) == given, kind
        assert set(PLACE.findall(page)) == set(PLACE.findall(chinese[page])), kind
        assert set(PLACE.findall(page)) <= given, kind


def test_every_sentence_belongs_to_an_error(
    classes: tuple[type[ArchiveError | ScanError | SearchError], ...],
) -> None:
    assert set(ERRORS) == {kind.code for kind in classes}
