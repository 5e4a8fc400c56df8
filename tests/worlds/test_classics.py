"""Each classic way of being concerned, and of learning of it, alone: quick, and what catches the planted leaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.worlds.chance import in_hand
from tests.worlds.classics import CLASSICS
from tests.worlds.play import Player
from tests.worlds.world import two_worlds


@pytest.fixture(scope="module")
def player() -> Iterator[Player]:
    with in_hand() as (chance, clock), two_worlds(chance) as worlds:
        yield Player(worlds, chance, clock)


@pytest.mark.parametrize("name", CLASSICS)
def test_a_classic_case(player: Player, name: str) -> None:
    """Whom it concerns must be blind to it, and is."""
    outcome = player.focus(CLASSICS[name])
    assert outcome.differences == []
    assert outcome.mistakes == []
    assert outcome.blind, "this case hides nothing from anybody: it tests nothing"
