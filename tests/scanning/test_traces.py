"""Logs say what went wrong and where, and quote nobody."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from scanning import traces
from scanning.errors import ScanError
from scanning.sandbox import Workers
from tests.scanning.makers import tasks


def test_kinds_and_places_but_no_words() -> None:
    def fail() -> None:
        try:
            raise ValueError("李四\n  举报")
        except ValueError as error:
            raise KeyError("王五") from error

    with pytest.raises(KeyError) as caught:
        fail()
    said = traces.of(caught.value)
    assert said.startswith("KeyError at scanning/test_traces.py:")
    assert " from ValueError at scanning/test_traces.py:" in said
    assert not any(word in said for word in ("李四", "举报", "王五"))


def test_a_childs_mistake_is_logged_without_the_name_of_the_file(caplog: pytest.LogCaptureFixture) -> None:
    with Workers(1) as workers, caplog.at_level(logging.ERROR), pytest.raises(ScanError):
        workers.submit(tasks.size_of, Path("/nowhere/李四.pdf"), name="李四.pdf", seconds=10).result()
    (said,) = [entry.getMessage() for entry in caplog.records]
    assert "FileNotFoundError" in said
    assert "makers/tasks.py:" in said
    assert "李四" not in caplog.text
