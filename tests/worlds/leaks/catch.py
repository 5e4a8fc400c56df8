"""Plants the leaks, each in a copy of the house in memory, and lets the classic cases catch them.

    python -m tests.worlds.leaks.catch [--processes 2] [words of the leaks' names]

A process that has loaded the libraries and compiled the templates is forked for each leak; the house itself is loaded
anew from the copy.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archive_app.site import create_app
from tests import compiled
from tests.databases import archive_on, sqlite_databases
from tests.worlds.leaks.planted import IMPORTS, LEAKS, Leak

REPOSITORY = Path(__file__).resolve().parents[3]
HOUSE = ("archive_app", "index", "storage", "scanning", "tests")
TESTS = "tests/worlds/test_classics.py::test_a_classic_case"


class NoLongerThere(Exception):
    """What a leak changes does not stand in its file, or more than once: the leak must be planted anew."""

    def __init__(self, leak: Leak, count: int) -> None:
        super().__init__(f"{leak.name}: what it changes in {leak.file} stands there {count} times, not once")


@dataclass(frozen=True, slots=True)
class Caught:
    """What came of a leak: the test that caught it and what it saw; neither when it went by."""

    leak: Leak
    test: str = ""
    seen: str = ""


def planted(leak: Leak) -> str:
    """The file with the leak in it. Raises NoLongerThere."""
    text = (REPOSITORY / leak.file).read_text("utf-8")
    if text.count(leak.old) != 1:
        raise NoLongerThere(leak, text.count(leak.old))
    text = text.replace(leak.old, leak.new)
    more = IMPORTS.get(leak.file)
    if more is not None:
        text = re.sub(r"(?m)^(?=(?:@|class |def |[A-Z_]+(?:: .*)? = ))", lambda _: more, text, count=1)
    return text


def run(leak: Leak, tables: Path) -> tuple[str, str, str]:
    """Plant one leak in this process, which nobody needs afterwards, and let the classic cases look.

    `tables` is the folder with the databases of a new archive.
    Returns its name, the test that caught it, and what that saw: the process's classes are not its parent's any more.
    """
    memory = Path("/dev/shm")  # noqa: S108 - memory, if it is there; the folder in it has a name of its own
    folder = Path(tempfile.mkdtemp(prefix="leak-", dir=memory if memory.is_dir() else None))
    try:
        for package in HOUSE:
            shutil.copytree(REPOSITORY / package, folder / package, ignore=shutil.ignore_patterns("*.po", "fonts"))
        (folder / leak.file).write_text(planted(leak), "utf-8")
        tempfile.tempdir = str(folder)
        _load_from(folder)
        if leak.file.startswith("archive_app/"):
            # The tables are made by `storage` and `index`: nothing that is planted here changes them.
            importlib.import_module("tests.databases").READY[False] = tables
        return (leak.name, *next(_looks(leak), ("", "")))
    except NoLongerThere as error:
        return leak.name, "", str(error)
    except Exception:
        return leak.name, "", traceback.format_exc(limit=-3)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _looks(leak: Leak) -> Iterator[tuple[str, str]]:
    chance_of, world_of = importlib.import_module("tests.worlds.chance"), importlib.import_module("tests.worlds.world")
    play, classics = importlib.import_module("tests.worlds.play"), importlib.import_module("tests.worlds.classics")
    with chance_of.in_hand() as (chance, clock), world_of.two_worlds(chance) as worlds:
        player = play.Player(worlds, chance, clock)
        for name in leak.caught_by:
            outcome = player.focus(classics.CLASSICS[name])
            assert outcome.blind, f"{name}: nobody had to be blind, so nothing was looked at"
            # A mistake in both worlds is one that a trip wire has made of the leak.
            for difference in (*outcome.differences, *outcome.mistakes):
                yield f"{TESTS}[{name}]", str(difference)


def _load_from(folder: Path) -> None:
    """From now on the house is the one in this folder."""
    for name in [name for name in sys.modules if name.partition(".")[0] in HOUSE]:
        if name != "__main__":
            del sys.modules[name]
    sys.path.insert(0, str(folder))
    os.chdir(folder)
    importlib.invalidate_caches()


def _warm_up() -> Path:
    """What every leak needs: libraries loaded, templates compiled, languages read. The house itself goes again.

    Returns the folder with the databases of a new archive.
    """
    for name in ("tests.worlds.play", "archive_app.letters.processing", "archive_app.commands.cli"):
        importlib.import_module(name)
    compiled.keep_templates()
    with tempfile.TemporaryDirectory() as folder, archive_on("sqlite", Path(folder) / "archive") as archive:
        app = create_app(archive)
        for template in app.jinja_env.list_templates():
            app.jinja_env.get_template(template)
        for language in ("zh", "en"):
            app.test_client().get("/login", headers={"Cookie": f"language={language}"})
    return sqlite_databases()


def catch(leaks: tuple[Leak, ...] = LEAKS, processes: int = 2) -> Iterator[Caught]:
    """Plant the leaks, so many at a time, and say what became of each."""
    tables = _warm_up()
    with multiprocessing.get_context("fork").Pool(processes, maxtasksperchild=1) as pool:
        by_name = {leak.name: leak for leak in leaks}
        for name, test, seen in pool.imap_unordered(partial(run, tables=tables), leaks, chunksize=1):
            yield Caught(by_name[name], test, seen)


def main() -> int:
    """Print each leak with the test that caught it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("words", nargs="*")
    chosen = parser.parse_args()
    leaks = tuple(leak for leak in LEAKS if all(word in leak.name for word in chosen.words))
    count = 0
    for each in catch(leaks, chosen.processes):
        count += bool(each.test)
        print(f"{'caught' if each.test else 'MISSED'}  {each.leak.row}: {each.leak.name}")
        print(f"        {each.test}  {each.seen[:300]}", flush=True)
    print(f"{count} of {len(leaks)} planted leaks caught")
    return 0 if count == len(leaks) else 1


if __name__ == "__main__":
    sys.exit(main())
