"""Forms printed into files; what the engine would only log fails the test."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from archive_app.forms.parts import Form
from archive_app.forms.rendering import render
from tests.archive_app.forms.filled import MADE_AT

Printed = Callable[[Form], Path]


@lru_cache(maxsize=64)
def drawn(form: Form) -> bytes:
    """The form as printed at `MADE_AT`; the same form is printed once for all tests."""
    return render(form, made_at=MADE_AT)


@pytest.fixture(autouse=True)
def nothing_to_say(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """The engine says in its log what it could not do: a style it does not know, a picture that it left out."""
    logger = logging.getLogger("weasyprint")
    logger.addHandler(caplog.handler)
    yield
    logger.removeHandler(caplog.handler)
    said = [record.getMessage() for record in caplog.get_records("call") if record.name.startswith("weasyprint")]
    assert [each for each in said if not each.startswith("Step")] == []


@pytest.fixture
def printed(tmp_path: Path) -> Printed:
    """Print a form into a file."""

    def print_it(form: Form) -> Path:
        out = tmp_path / "form.pdf"
        out.write_bytes(drawn(form))
        return out

    return print_it
