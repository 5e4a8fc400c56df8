"""`make demo`: a working archive in a folder, with sample letters in it, served on this machine.

A repetition continues where it stopped: existing letters are not made again, nor is the archive.
"""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from archive_app.letters.receipts import recent
from archive_app.people.sign_in import local_reader
from archive_app.runtime.archive import open_archive
from archive_app.samples.letters import load_letters
from archive_app.samples.maker import make_samples
from archive_app.typography.faces import FontMissing

ACCOUNT = "demo"
STAFF = (
    ("zhou", "周砚秋", "registrar", "a registrar whom one of the letters accuses: look for 虚报产值 as both"),
    ("head", "沈从新", "office_head", "the office head: says whom a case concerns and who may see it"),
    ("deputy", "段平川", "deputy_director", "the deputy director: instructs cases and signs their results"),
    ("handler", "韩冰洁", "handler", "handles the cases that 综合核算科 is given"),
    ("review1", "梅映雪", "access_reviewer", "reviews the names found in letters"),
    ("review2", "方致远", "access_reviewer", "the second reviewer, who must agree"),
    ("admin", "崔明达", "system_administrator", "keeps people and units, sees no case"),
)
"""The other accounts: name, the person's name, role, what to try with it. All have the same password."""
UNIT = "姓名,单位,职务\n韩冰洁,综合核算科,科员\n"
"""The imported staff table: the unit that can be given cases."""

PASSWORD_FILE = "demo-password"  # noqa: S105 - the name of a file, not a password
SECONDS_TO_START = 60.0
PORTS_TO_TRY = 50
CountLetters = Callable[[], Counter[str]]


@click.command()
@click.option("--archive", "folder", type=click.Path(path_type=Path), required=True, help="Where the archive is made.")
@click.option("--letters", type=click.Path(path_type=Path), required=True, help="Where the sample letters are made.")
@click.option("--port", type=int, default=8460, show_default=True, help="The site's port; the next free one is taken.")
@click.option("--serve/--no-serve", default=True, help="Go on serving when the letters are read, or stop.")
def main(folder: Path, letters: Path, port: int, serve: bool) -> None:
    """Make an archive with sample letters, read them, and serve it until Ctrl-C."""
    console = Console()
    try:
        files = _letters(letters, console)
        password = _archive(folder, console)
        letters_by_state = _counter(folder)
        if not letters_by_state().total():
            console.print(f"taking in {len(files)} letters")
            _run(folder, "intake", *map(str, files), "--as", ACCOUNT)
        with _site(folder, _free_port(port), console) as (address, server):
            console.print(f"\n  [bold]{address}[/]\n  account   {ACCOUNT}\n  password  {password}\n", highlight=False)
            for name, person, _, what in STAFF:
                console.print(f"  {name:<9} {person} - {what}", highlight=False)
            console.print()
            _watch(letters_by_state, server, console)
            if serve:
                console.print("all read; register a letter under 工作台 (My work), or search for 普查;")
                console.print(f"in the terminal: {_command(folder)} search 补贴 --as {ACCOUNT}")
                console.print("Ctrl-C stops the site; make demo starts it again.")
                server.wait()
    except FontMissing as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        console.print(f"\nstopped; the archive is in {folder}")


def _letters(out: Path, console: Console) -> list[Path]:
    """The sample letters, made unless they are there."""
    names = [letter.name for letter in load_letters()]
    done = {path.stem: path for path in out.iterdir() if path.is_file()} if out.is_dir() else {}
    # The ground truth is written last: without it a letter may be incomplete.
    if all(name in done and (out / "truth" / f"{name}.json").exists() for name in names):
        return [done[name] for name in names]
    with _bar(console, "drawing sample letters", len(names)) as advance:
        made = []
        for sample in make_samples(out):
            made.append(sample.path)
            advance(len(made))
    return made


def _archive(folder: Path, console: Console) -> str:
    """The password of the demo's account; makes the archive if it is missing."""
    file = folder / PASSWORD_FILE
    if (folder / "archive.toml").exists():
        if not file.exists():
            raise click.ClickException(
                f"{folder} is an archive that the demo did not make; name another: ARCHIVE_DIR=…"
            )
        return file.read_text().strip()
    folder.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(secrets.token_urlsafe(9) + "\n")
    console.print(f"making an archive in {folder}")
    _run(folder, "init", "--account", ACCOUNT, "--password-file", str(file))
    for name, person, role, _ in STAFF:
        options = ("--display-name", person, "--role", role, "--password-file", str(file))
        _run(folder, "account", "add", name, *options)
    table = folder / "demo-staff.csv"
    table.write_text(UNIT, encoding="utf-8")
    _run(folder, "people", "import", str(table), "--apply", "--as", "admin")
    return file.read_text().strip()


def _command(folder: Path) -> str:
    return f"{Path(sys.executable).parent / 'archive'} --archive {folder}"


def _run(folder: Path, *arguments: str) -> None:
    """Run one `archive` command to its end; show its output only when it fails."""
    command = [sys.executable, "-m", "archive_app", "--archive", str(folder), *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if ended.returncode:
        raise click.ClickException(f"archive {arguments[0]} failed:\n{ended.stdout}{ended.stderr}")


def _counter(folder: Path) -> CountLetters:
    """A function that counts the letters on the account's receipts by state; the archive is opened only once."""
    archive = open_archive(folder)
    reader = local_reader(archive, ACCOUNT)

    def count() -> Counter[str]:
        receipts = recent(reader, archive)
        return Counter(letter.outcome for receipt in receipts for letter in receipt.letters)

    return count


def _free_port(wanted: int) -> int:
    """The first free port from `wanted` on."""
    for port in range(wanted, wanted + PORTS_TO_TRY):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise click.ClickException(f"no free port from {wanted} on; name another: make demo PORT=…")


@contextmanager
def _site(folder: Path, port: int, console: Console) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start the site and its worker; returns its address and its process."""
    address = f"http://127.0.0.1:{port}/"
    command = [sys.executable, "-m", "archive_app", "--archive", str(folder), "serve", "--port", str(port)]
    console.print("starting the site and its worker")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:  # noqa: S603 - our own program
        try:
            _wait_for(address, server)
            yield address, server
        finally:
            server.terminate()
            server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    last = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < last and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address on this machine
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise click.ClickException(f"the site did not come up on {address}; what it said stands above")


def _watch(letters_by_state: CountLetters, server: subprocess.Popen[bytes], console: Console) -> None:
    """Show how many letters are read, until all are."""
    total = letters_by_state().total()
    with _bar(console, "reading letters", total) as advance:
        while True:
            letters = letters_by_state()
            waiting = letters[""]
            advance(total - waiting)
            if not waiting:
                break
            if server.poll() is not None:
                raise click.ClickException("the site ended while letters were being read; what it said stands above")
            time.sleep(0.5)
    if attention := letters["attention"] + letters["handed_over"]:
        console.print(f"{attention} of {total} letters want a person's attention: see the site, as head")


class _Advance:
    """Sets a bar to a number."""

    def __init__(self, progress: Progress, label: str, total: int) -> None:
        self._progress = progress
        self._task = progress.add_task(label, total=total)

    def __call__(self, done: int) -> None:
        self._progress.update(self._task, completed=done)


@contextmanager
def _bar(console: Console, label: str, total: int) -> Iterator[_Advance]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield _Advance(progress, label, total)


if __name__ == "__main__":
    main()
