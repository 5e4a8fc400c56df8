"""A harness that catches nothing proves nothing: leaks are planted, and every one must be caught."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.worlds.leaks.catch import REPOSITORY, NoLongerThere, planted
from tests.worlds.leaks.planted import LEAKS, Leak


def test_every_planted_leak_is_caught() -> None:
    """In a process of its own, which loads the house anew for each leak."""
    command = [sys.executable, "-m", "tests.worlds.leaks.catch", "--processes", os.environ.get("TEST_WORKERS", "2")]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ended.stdout.splitlines()[-1:] == [f"{len(LEAKS)} of {len(LEAKS)} planted leaks caught"], (
        ended.stdout + ended.stderr
    )


def test_a_leak_that_cannot_be_planted_is_told() -> None:
    somewhere = Leak("nowhere", "no row", str(Path("archive_app") / "access.py"), "these words are not there", "", ())
    with pytest.raises(NoLongerThere, match="0 times"):
        planted(somewhere)
