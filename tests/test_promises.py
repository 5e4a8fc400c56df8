"""`docs/promises.md`: every test that it names exists, and every sentence that it quotes still stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.worlds.leaks.leak import RULE
from tests.worlds.leaks.planted import LEAKS

REPOSITORY = Path(__file__).resolve().parent.parent
PROMISES = REPOSITORY / "docs" / "promises.md"
ENGLISH = ("README.md", "docs/manual/en.md")
CHINESE = ("README.zh.md", "docs/manual/zh.md")
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?(?:\[([^\]]+)\])?`")


class Row(NamedTuple):
    """A row of a table: what is promised, in both languages or with the way of closing it, and the tests."""

    first: str
    second: str
    tests: str


def rows(text: str) -> Iterator[tuple[bool, Row]]:
    """Every row, and whether it is of the first table, of the ways to learn of a complaint."""
    of_ways = False
    for line in text.splitlines():
        if line.startswith("## "):
            of_ways = line == "## Ways to learn of a complaint"
        if line.startswith("| ") and not line.startswith(("| way |", "| in English |")):
            yield of_ways, Row(*(cell.strip() for cell in line.strip("|").split(" | ")))


ALL = list(rows(PROMISES.read_text("utf-8")))
WAYS = [row for of_ways, row in ALL if of_ways]
SENTENCES = [row for of_ways, row in ALL if not of_ways]


@cache
def names_in(file: Path) -> frozenset[str]:
    """The names of the tests in a file, as its source says; in classes too."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = (node.name for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, functions))
    return frozenset(name for name in found if name.startswith("test_"))


@cache
def classics() -> frozenset[str]:
    """The names of the classic cases: the keys of the dictionaries in their modules."""
    names: set[str] = set()
    for file in (REPOSITORY / "tests" / "worlds").glob("classics*.py"):
        dicts = (node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Dict))
        keys = (key for found in dicts for key in found.keys)
        names.update(key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
    return frozenset(names)


def missing(cell: str) -> list[str]:
    """The tests that a cell names and that are not there; or that it names none."""
    named = NAMED.findall(cell)
    bad = [] if named and len(named) == cell.count("`") // 2 else [f"no test, or none that is understood: {cell}"]
    for name, test, case in named:
        file = REPOSITORY / name
        if not file.is_file() or (test and test not in names_in(file)):
            bad.append(f"{name}::{test}")
        elif case and test == "test_a_classic_case" and case not in classics():
            bad.append(case)
    return bad


def said(files: tuple[str, ...]) -> str:
    """What these documents say, without the ends of lines."""
    return "\n".join(_plain((REPOSITORY / file).read_text("utf-8")) for file in files)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("row", [row for _, row in ALL], ids=lambda row: row.first[:60])
def test_every_row_names_tests_that_exist(row: Row) -> None:
    assert missing(row.tests) == []


def test_every_sentence_still_stands_where_it_is_quoted_from() -> None:
    english, chinese = said(ENGLISH), said(CHINESE)
    assert [row.first for row in SENTENCES if _plain(row.first) not in english] == []
    assert [row.second for row in SENTENCES if _plain(row.second) not in chinese] == []


def test_a_row_without_a_test_would_be_noticed() -> None:
    assert missing("") != []
    assert missing("`tests/test_promises.py::test_that_nobody_wrote`") != []
    assert missing("`tests/worlds/test_classics.py::test_a_classic_case[nothing_of_the_kind]`") != []
    assert missing("`tests/test_promises.py::test_every_row_names_tests_that_exist`") == []


def test_each_way_to_learn_of_a_complaint_has_its_planted_leak() -> None:
    planted = {leak.row for leak in LEAKS}
    assert sorted({row.first for row in WAYS} - planted - TO_BE_PLANTED) == []
    assert sorted(planted - {row.first for row in WAYS} - {RULE}) == [], "rows that the table does not have"


TO_BE_PLANTED = {
    "unreadable pages and files, pages scanned anew",
}
"""Ways whose leaks are not planted yet."""
