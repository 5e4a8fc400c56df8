"""The uploader's own case: the letter that somebody brings in names them. They see only that it was handed over.

World A: the letter names its bringer. World B: the machine could not read it. All that the bringer can see is the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.worlds.chance import in_hand
from tests.worlds.crawl import Crawl
from tests.worlds.findings import Secret
from tests.worlds.paper import Sheet
from tests.worlds.parts import paper
from tests.worlds.play import Player
from tests.worlds.steps import Bring, Paper, Sweep
from tests.worlds.wording import CANARY
from tests.worlds.world import Worlds, two_worlds


@pytest.fixture(scope="module")
def player() -> Iterator[Player]:
    with in_hand() as (chance, clock), two_worlds(chance) as worlds:
        yield Player(worlds, chance, clock)


def brought_in(worlds: Worlds, by: str, named: str, grouping: str) -> None:
    """The same upload in both worlds; in world B the machine cannot read the page that names its bringer."""
    worlds.put_back()
    worlds.b.readers.blurred = CANARY
    papers = [Paper("U", (Sheet((f"{CANARY}{named}",)),))]
    others = [paper("L1"), paper("L2")] if grouping != "one" else []
    for world in (worlds.a, worlds.b):
        worlds.coupling.world = world
        for number, step in enumerate((Bring(by, (*others, *papers), grouping), Sweep(""))):
            world.begin(f"{number}")
            step.play(world)
        worlds.coupling.world = None
    worlds.b.readers.blurred = ""


@pytest.mark.parametrize(
    ("by", "named"), [("registrar1", "何雅琴"), ("office_head", "陶玉林"), ("registrar2", "建管处")]
)
@pytest.mark.parametrize("grouping", ["one", "each", "stack"])
def test_who_brings_in_a_letter_that_names_them_sees_what_a_failure_shows(
    player: Player, by: str, named: str, grouping: str
) -> None:
    brought_in(player.worlds, by, named, grouping)
    letter = player.a.letter("U")
    assert letter == player.b.letter("U") != "none-of-these"
    crawl = Crawl(player.a, player.b, by, Secret((CANARY,), (letter,)), f"uploader {by}", None)
    crawl.focus()
    told = [each for each in crawl.differences if "tells" not in each.what]
    assert told == []
