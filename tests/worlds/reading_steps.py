"""Steps of the reading itself: what the machine cannot read, single turns, a look between last page and outcome."""

from __future__ import annotations

from dataclasses import dataclass
from unittest import mock

from archive_app.letters import processing
from tests.worlds.steps import Step
from tests.worlds.world import World


@dataclass(frozen=True, slots=True)
class Blur(Step):
    """From now on the machine cannot read a page with these words; with none, it reads every page."""

    words: str

    def play(self, world: World) -> object:
        world.readers.blurred = self.words
        return None


@dataclass(frozen=True, slots=True)
class ReadPages(Step):
    """The worker reads all pages, and is stopped before it has decided what becomes of their letters."""

    def play(self, world: World) -> object:
        with mock.patch.object(world.work, "_finish", side_effect=processing.Stopping):
            world.sweep()
        return None


@dataclass(frozen=True, slots=True)
class GiveTurns(Step):
    """The worker has time for so many turns, and no more."""

    count: int

    def play(self, world: World) -> object:
        for _ in range(self.count):
            world.chance.begin(f"{world.step}/turn")
            world.work.take_turn()
        world.note_letters()
        return None
