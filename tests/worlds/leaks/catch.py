"""Plants the leaks, each in a process of its own, and lets the classic cases catch them.

    python -m tests.worlds.leaks.catch [--processes 2] [words of the leaks' names]

A process that has loaded the house and played a few cases is forked for each leak; what the leak can have changed is
loaded anew in it (`anew.py`).
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import multiprocessing
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from tests import compiled
from tests.worlds.chance import in_hand
from tests.worlds.classics import CLASSICS
from tests.worlds.leaks.anew import imports, load_anew
from tests.worlds.leaks.leak import Leak
from tests.worlds.leaks.planted import IMPORTS, LEAKS
from tests.worlds.play import Player
from tests.worlds.world import first_day, folder_in_memory, two_worlds

REPOSITORY = Path(__file__).resolve().parents[3]
TESTS = "tests/worlds/test_classics.py::test_a_classic_case"
FORK = multiprocessing.get_context("fork")
FIRST, EFFORT = ("accused", "registered_between", "same_stack", "extract"), 10
"""Cases that are played before the first leak is planted, with so many requests of an adversary's look: most
statements of the others are compiled then."""

UNCHANGED = tuple(
    Leak(f"nothing in {file}", "none", file, "", "", (case,))
    for file, case in (
        ("archive_app/access/rule.py", "accused_but_open"),
        ("archive_app/cases/registration.py", "registered"),
        ("archive_app/templates/home/home.html", "own_upload_after"),
        ("storage/veto_bits.py", "unit"),
    )
)
"""Files of every kind that are loaded anew as they are: nothing may be caught."""


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
    if leak in UNCHANGED:
        return text
    if text.count(leak.old) != 1:
        raise NoLongerThere(leak, text.count(leak.old))
    text = text.replace(leak.old, leak.new)
    more = IMPORTS.get(leak.file)
    if more is not None:
        text = re.sub(r"(?m)^(?=(?:@|class |def |[A-Z_]+(?:: .*)? = ))", lambda _: more, text, count=1)
    return text


def run(leak: Leak, day: Path) -> tuple[str, str]:
    """Plant one leak in this process, which nobody needs afterwards, and let the classic cases look.

    `day` is the folder in which the first day of the worlds is.
    Returns the test that caught it, and what that saw.
    """
    try:
        load_anew(REPOSITORY / leak.file, leak.file.removesuffix(".py").replace("/", "."), planted(leak))
        return next(_looks(leak, day), ("", ""))
    except NoLongerThere as error:
        return "", str(error)
    except Exception:
        return "", traceback.format_exc(limit=-3)


def _looks(leak: Leak, folder: Path) -> Iterator[tuple[str, str]]:
    functions = [name for name in leak.caught_by if ":" in name]
    for name in functions:
        module, _, function = name.partition(":")
        for difference in getattr(importlib.import_module(module), function)():
            yield name, difference
    if cases := [name for name in leak.caught_by if name not in functions]:
        yield from _plays(cases, leak, folder)


def _plays(cases: list[str], leak: Leak, folder: Path) -> Iterator[tuple[str, str]]:
    chance_of, world_of = importlib.import_module("tests.worlds.chance"), importlib.import_module("tests.worlds.world")
    play, classics = importlib.import_module("tests.worlds.play"), importlib.import_module("tests.worlds.classics")
    # The tables are made by `storage` and `index`: what is planted above changes nothing in them.
    day = world_of.SqliteDay(folder) if leak.file.startswith("archive_app/") else None
    with chance_of.in_hand() as (chance, clock), world_of.two_worlds(chance, day=day) as worlds:
        player = play.Player(worlds, chance, clock)
        for name in cases:
            outcome = player.focus(classics.CLASSICS[name], leak.first)
            assert outcome.blind, f"{name}: nobody had to be blind, so nothing was looked at"
            # A mistake in both worlds is one that a trip wire has made of the leak.
            for difference in (*outcome.differences, *outcome.mistakes):
                yield f"{TESTS}[{name}]", str(difference)


def _get_ready(folder: Path) -> None:
    """What every leak needs: templates and statements compiled, and in the folder the first day of the worlds."""
    compiled.keep_templates()
    compiled.keep_addresses()
    with in_hand() as (chance, clock):
        day = first_day(chance, folder)
        with two_worlds(chance, day=day) as worlds:
            player = Player(worlds, chance, clock)
            for name in FIRST:
                player.play(CLASSICS[name], EFFORT)
            for template in worlds.a.app.jinja_env.list_templates():
                worlds.a.app.jinja_env.get_template(template)
    for name in {name for leak in LEAKS for name in leak.caught_by if ":" in name}:
        importlib.import_module(name.partition(":")[0])
    imports()
    gc.collect()
    gc.freeze()


def catch(leaks: Iterable[Leak], processes: int = 2) -> Iterator[Caught]:
    """Plant the leaks, so many at a time, and say what became of each.

    No thread runs beside the one that forks: a lock that it held would stay locked in the child.
    """
    running: dict[Connection, Leak] = {}
    with folder_in_memory() as folder:
        _get_ready(Path(folder))
        for leak in leaks:
            running[_forked(leak, Path(folder))] = leak
            if len(running) == processes:
                yield from _ended(running)
        while running:
            yield from _ended(running)


def _forked(leak: Leak, day: Path) -> Connection:
    """Begin to look for a leak in a process of its own; what comes of it can be read here."""
    here, there = FORK.Pipe(duplex=False)
    FORK.Process(target=lambda: there.send(run(leak, day))).start()
    there.close()
    return here


def _ended(running: dict[Connection, Leak]) -> Iterator[Caught]:
    """What became of at least one of those that are running, which then is no more among them."""
    for each in wait([*running]):
        assert isinstance(each, Connection)
        leak = running.pop(each)
        try:
            yield Caught(leak, *each.recv())
        except EOFError:
            yield Caught(leak, seen="its process ended before it had told anything")
        each.close()


def answer() -> None:
    """Catch the leak whose name comes in, and say in a line of JSON which test did and what it saw; and so on."""
    by_name = {leak.name: leak for leak in (*LEAKS, *UNCHANGED)}
    for each in catch((by_name[line.rstrip("\n")] for line in sys.stdin), 1):
        print(json.dumps([each.leak.name, each.test, each.seen]), flush=True)


def main() -> int:
    """Print each leak with the test that caught it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--asked", action="store_true", help="catch the leaks that are named on the standard input")
    parser.add_argument("words", nargs="*")
    chosen = parser.parse_args()
    if chosen.asked:
        answer()
        return 0
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
