"""The code uses the words of the vocabulary: none of the former private names is left, and no module is too long."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = ("archive_app", "index", "storage", "scanning", "tests", "tools")
MOST_LINES = 400

TESTS_OF_THE_RENAMING = frozenset({"tests/storage/test_migration_vocabulary.py"})

FORMER_WORDS = frozenset(
    {
        *("Deed", "DeedSent", "Doing", "Standing", "STATIONS", "IN_NEED", "hurry", "sign_for"),
        *("Piece", "Asking", "PastTheDoor", "choosing", "at_work", "headsheet", "Knows", "postman", "put_off"),
        *("TeachingCase", "WHOM", "UnitInCircle", "TwoAbove", "EvenTime"),
    }
)
"""Names that meant one thing only: they are nowhere, neither as a name nor as a string."""

FORMER_NAMES = frozenset(
    {
        *("way", "Act", "TABLE", "Side", "find", "guide", "dispatch", "floor", "lay", "wires", "case_steps", "trail"),
        *("rooms", "room", "reports", "listening", "Work", "teach", "Desk", "tell", "lasts"),
        *("touch", "together", "attempt", "picking", "Sent", "Asked", "Told"),
    }
)
"""Plain English words that were private names: no module, class, function or constant of the application has them."""

FORMER_MODULES = frozenset(
    {"names", "lines", "holding", "places", "teaching", "work", "stacks", "standing", "acting", "timing"}
)
"""Names of modules that are good names of values."""


def modules(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    """Each module of our own, parsed; migrations are as they were when they were written."""
    for package in packages:
        for path in sorted((REPOSITORY / package).rglob("*.py")):
            if "migrations" not in path.parts and path != Path(__file__).resolve():
                yield path, ast.parse(path.read_text("utf-8"))


def words(tree: ast.AST) -> Iterator[str]:
    """Every name and every string of a module."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word) | ast.alias(name=word):
                yield word
            case ast.FunctionDef(name=word) | ast.ClassDef(name=word) | ast.keyword(arg=str(word)):
                yield word
            case ast.Constant(value=str(word)):
                yield word


def defined(tree: ast.Module) -> Iterator[str]:
    """The classes, functions, methods and module constants that a module defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_no_former_name_is_left() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}: {word}"
        for path, tree in modules(*PACKAGES)
        for word in sorted(FORMER_WORDS & {*words(tree), path.stem})
        if str(path.relative_to(REPOSITORY)) not in TESTS_OF_THE_RENAMING
    ]
    assert found == []


def test_no_private_metaphor_is_a_name_of_the_application() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)}: {word}"
        for path, tree in modules("archive_app", "storage")
        for word in sorted((FORMER_NAMES & {*defined(tree), path.stem}) | (FORMER_MODULES & {path.stem}))
    ]
    assert found == []


@pytest.mark.parametrize("source", ["class Deed: ...", "x.put_off()", "case('hurry')", "from a import EvenTime"])
def test_the_test_sees_what_it_is_to_see(source: str) -> None:
    assert FORMER_WORDS & set(words(ast.parse(source)))


@pytest.mark.parametrize("source", ["def attempt(): ...", "TABLE = 1", "class A:\n    def find(self): ..."])
def test_the_test_sees_definitions(source: str) -> None:
    assert FORMER_NAMES & set(defined(ast.parse(source)))


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    found = {
        str(path.relative_to(REPOSITORY)): count
        for path, _ in modules(*PACKAGES)
        if (count := path.read_text("utf-8").count("\n")) > MOST_LINES
    }
    assert found == {}
