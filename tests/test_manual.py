"""The manual's terminal sections, run as a person would run them, in both languages; its settings are the real ones.

In the manuals, a comment before a console block says what the test does with it: `<!-- run -->` runs its commands one
after the other and compares what they print (`…` matches anything), `<!-- run in the background -->` lets its one
command go on to the end, `<!-- wait until read -->` waits for the worker. Blocks without a comment are for reading.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from archive_app.runtime.config import Settings

MANUALS = Path(__file__).resolve().parent.parent / "docs" / "manual"
LOCALES = {"zh": "zh_CN.UTF-8", "en": "en_US.UTF-8"}
STEP = re.compile(
    r"<!-- (?P<wait>wait until read) -->|<!-- (?P<how>run[a-z ]*) -->\n```console\n(?P<body>.*?)```", re.S
)
PATIENCE = 240.0


@dataclass(frozen=True, slots=True)
class Command:
    """One line that is typed, and what is printed then ("" where the manual shows nothing)."""

    line: str
    printed: str

    def matches(self, output: str) -> bool:
        pattern = ".*".join(re.escape(part) for part in self.printed.split("…"))
        return re.fullmatch(pattern, output.rstrip("\n"), re.S) is not None


def commands_of(body: str) -> list[Command]:
    found = []
    for part in re.split(r"^\$ ", body, flags=re.M)[1:]:
        line, _, printed = part.partition("\n")
        found.append(Command(line, printed.rstrip("\n")))
    return found


@dataclass(slots=True)
class Terminal:
    """A folder, what was exported in it, and what goes on in its background."""

    folder: Path
    environment: dict[str, str]
    port: int
    background: list[subprocess.Popen[str]] = field(default_factory=list)

    def type(self, command: Command) -> None:
        ended = subprocess.run(
            ["bash", "-c", f"{{ {command.line}\n}} 2>&1 && env -0 > .environment"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert ended.returncode == 0, f"$ {command.line}\n{ended.stdout}{ended.stderr}"
        assert not command.printed or command.matches(ended.stdout), (
            f"$ {command.line}\nprinted:\n{ended.stdout}\nthe manual says:\n{command.printed}"
        )
        exported = (self.folder / ".environment").read_text().split("\0")
        self.environment = dict(pair.split("=", 1) for pair in exported if pair)

    def leave_running(self, command: Command) -> None:
        """Start it on a port of its own, and go on when it has printed what the manual says."""
        process = subprocess.Popen(
            [*command.line.split(), "--port", str(self.port)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.background.append(process)
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.rstrip("\n") == command.printed.replace("8460", str(self.port))

    def wait_until_read(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            told = subprocess.run(
                ["archive", "status", "--json", "--as", "wang"],
                cwd=self.folder,
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert told.returncode == 0, told.stderr
            if set(json.loads(told.stdout)["letters"]) <= {"ready", "attention"}:
                return
            time.sleep(1.0)
        pytest.fail("the letters were not read in time")

    def close(self) -> None:
        for process in self.background:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)


@pytest.fixture
def terminal(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ARCHIVE_")}
    environment |= {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}",
        "LC_ALL": LOCALES[request.param],
        "PYTHONUTF8": "1",
        "OMP_THREAD_LIMIT": "1",
    }
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    opened = Terminal(tmp_path, environment, port)
    yield opened
    opened.close()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "terminal"), [(each, each) for each in LOCALES], indirect=["terminal"])
def test_what_the_manual_says_to_type_does_what_it_says(language: str, terminal: Terminal) -> None:
    steps = list(STEP.finditer((MANUALS / f"{language}.md").read_text("utf-8")))
    assert len(steps) >= 8
    for step in steps:
        if step["wait"]:
            terminal.wait_until_read()
            continue
        for command in commands_of(step["body"]):
            terminal.leave_running(command) if "background" in step["how"] else terminal.type(command)


@pytest.mark.parametrize("language", LOCALES)
def test_the_manual_names_every_setting(language: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", (MANUALS / f"{language}.md").read_text("utf-8"), flags=re.M)
    settings = {name for name in Settings.model_fields if name not in ("folder", "secret_key")}
    assert {name for name, _ in rows} == settings
    defaults = Settings(folder=Path(), secret_key="")
    for name, written in rows:
        value = getattr(defaults, name)
        if written.endswith("MiB"):
            assert value == int(written.split()[0]) * 2**20
        else:
            assert json.loads(written.strip("`")) == value


def test_both_manuals_run_the_same_commands() -> None:
    """The same work in both languages: only the search's own words may differ."""
    chinese, english = ((MANUALS / f"{language}.md").read_text("utf-8") for language in LOCALES)
    steps = [[step["how"] or "wait" for step in STEP.finditer(text)] for text in (chinese, english)]
    assert steps[0] == steps[1]


def test_a_wrong_manual_would_be_noticed(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, dict(os.environ), 0)
    terminal.type(Command("echo one two three", "one … three"))
    with pytest.raises(AssertionError, match="the manual says"):
        terminal.type(Command("echo one two", "one … three"))
    with pytest.raises(AssertionError, match="false"):
        terminal.type(Command("false", ""))
