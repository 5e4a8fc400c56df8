"""`make worlds`: many histories, in as many processes as wanted; what differs is shrunk and printed.

python -m tests.worlds.run --histories 5000 --seed 1 --database sqlite
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import random
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

from tests import postgres
from tests.worlds.adversary import draw
from tests.worlds.chance import in_hand
from tests.worlds.findings import Reach
from tests.worlds.play import Outcome, Player, shrunk
from tests.worlds.world import two_worlds

EFFORT = 8
"""Requests that an adversary's look takes, about, beside signing in: rather more histories than longer looks."""

THOROUGH_EVERY = 200
"""Every so many histories are looked at in full."""

SHOWN = 5


@dataclass
class Process:
    """One process: its worlds, made at its first history."""

    database: str = "sqlite"
    effort: int | None = EFFORT
    stack: ExitStack = field(default_factory=ExitStack)
    player: Player | None = None

    def ready(self) -> Player:
        if self.player is None:
            chance, clock = self.stack.enter_context(in_hand())
            worlds = self.stack.enter_context(two_worlds(chance, self.database))
            self.player = Player(worlds, chance, clock)
            gc.freeze()
            gc.set_threshold(50_000, 20, 20)
        return self.player


PROCESS = Process()


def played(seed: int) -> tuple[int, Outcome]:
    """One history, in this process's worlds."""
    effort = None if seed % THOROUGH_EVERY == 0 else PROCESS.effort
    return seed, PROCESS.ready().play(draw(seed, random.Random(seed)), effort)


def main() -> int:
    """Play, print, and say in the last line what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--effort", type=int, default=EFFORT)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    PROCESS.database, PROCESS.effort = chosen.database, chosen.effort
    first = chosen.seed * 1_000_000
    reach, blind, seen, bad = Reach(), 0, 0, []
    began = time.monotonic()
    with multiprocessing.get_context("fork").Pool(chosen.processes, initializer=_apart) as pool:
        seeds = range(first, first + chosen.histories)
        for count, (seed, outcome) in enumerate(pool.imap_unordered(played, seeds, chunksize=4), start=1):
            reach.add(outcome.reach)
            blind, seen = blind + outcome.blind, seen + outcome.seen
            if outcome.differences:
                bad.append(seed)
                print(f"history {seed}: {outcome.differences[0]}"[:1_000], flush=True)
            if count % 250 == 0:
                print(f"{count} histories, {reach.compared:,} responses, {time.monotonic() - began:.0f} s", flush=True)
    for seed in bad[:SHOWN]:
        _show(seed)
    PROCESS.stack.close()
    postgres.stop()
    print(f"{blind:,} looks by adversaries; the complaint was read by others in {seen:,} histories")
    print(f"{chosen.histories} histories, {reach.compared} responses compared, {len(bad)} differences")
    return 1 if bad else 0


def _apart() -> None:
    """Interrupts are the parent's to answer."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _show(seed: int) -> None:
    """What is left of a history that told something, when every step that does not matter is taken out."""
    player, effort = PROCESS.ready(), None if seed % THOROUGH_EVERY == 0 else PROCESS.effort
    history = shrunk(player, draw(seed, random.Random(seed)), effort)
    print(f"\nhistory {seed}, for {history.accused}:")
    for entry in history.entries:
        print(f"  {'C ' if entry.of_complaint else '  '}{entry.step}")
    for difference in player.play(history, effort).differences[:3]:
        print(f"  -> {difference}")


if __name__ == "__main__":
    sys.exit(main())
