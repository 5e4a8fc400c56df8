"""What day it is, is the office's to say: not the machine's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from archive_app.letters.intake import new_number
from archive_app.office_time import in_office, office_day

LATE = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)
"""Half past midnight in Beijing."""


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Shanghai"])
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_day_and_a_number_are_the_offices_on_every_machine(machine: None) -> None:
    assert office_day(LATE) == date(2026, 11, 28)
    assert f"{in_office(LATE):%H:%M}" == "00:30"
    assert new_number(LATE).startswith("SJ20261128-")
