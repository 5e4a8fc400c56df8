"""A harness that catches nothing proves nothing: leaks are planted, and every one must be caught."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.worlds.leaks.catch import REPOSITORY, UNCHANGED, NoLongerThere, planted
from tests.worlds.leaks.leak import ACCESS, Leak
from tests.worlds.leaks.planted import LEAKS

Catch = Callable[[Leak], tuple[str, str]]


@pytest.fixture(scope="module")
def catch() -> Iterator[Catch]:
    """Plants a leak; returns the test that caught it and what that saw. A process of its own loads the house anew."""
    command = [sys.executable, "-m", "tests.worlds.leaks.catch", "--asked"]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as catcher:
        asked, told = catcher.stdin, catcher.stdout
        assert asked is not None
        assert told is not None

        def look(leak: Leak) -> tuple[str, str]:
            asked.write(f"{leak.name}\n")
            asked.flush()
            name, test, seen = json.loads(told.readline())
            assert name == leak.name
            return test, seen

        yield look


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_a_planted_leak_is_caught(catch: Catch, leak: Leak) -> None:
    test, seen = catch(leak)
    assert test, seen


@pytest.mark.parametrize("leak", UNCHANGED, ids=lambda leak: leak.name)
def test_nothing_is_caught_where_nothing_was_planted(catch: Catch, leak: Leak) -> None:
    """What is loaded anew is the same house: what is caught is caught because of the leak."""
    assert catch(leak) == ("", "")


def test_a_leak_that_cannot_be_planted_is_told() -> None:
    somewhere = Leak("nowhere", "no row", ACCESS, "these words are not there", "", ())
    with pytest.raises(NoLongerThere, match="0 times"):
        planted(somewhere)
