"""The promise: an accused party never learns of the complaint (`docs`: the door). Byte for byte, in both worlds."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.worlds.adversary import draw
from tests.worlds.chance import in_hand
from tests.worlds.findings import Reach
from tests.worlds.history import History
from tests.worlds.play import Outcome, Player
from tests.worlds.world import two_worlds

THOROUGH = (3,)
"""Histories after which everything there is is asked for."""

QUICK = {"sqlite": range(100, 120), "postgresql": range(100, 108)}
EFFORT = 14

histories = st.randoms(use_true_random=False).map(lambda chance: draw(0, chance, most=20))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def player(request: pytest.FixtureRequest) -> Iterator[Player]:
    """One database at a time: there is one chance, and one clock."""
    with in_hand() as (chance, clock), two_worlds(chance, request.param) as worlds:
        yield Player(worlds, chance, clock)


def told(outcome: Outcome, history: History) -> str:
    """What an adversary could tell the worlds apart by, with the history; empty when there was nothing."""
    assert outcome.mistakes == []
    if not outcome.differences:
        return ""
    steps = [f"{'C ' if entry.of_complaint else '  '}{entry.step}" for entry in history.entries]
    return "\n".join([*map(str, outcome.differences[:3]), *steps])


def fixed(seed: int) -> History:
    return draw(seed, random.Random(seed))


def test_everything_there_is_is_the_same_in_both_worlds(player: Player) -> None:
    """Every rule, every verb, every form: and the crawl proves that it has been everywhere, and could have failed."""
    reach, seen, blind = Reach(), 0, 0
    for seed in THOROUGH:
        outcome = player.play(fixed(seed), None)
        assert told(outcome, fixed(seed)) == ""
        reach.add(outcome.reach)
        seen, blind = seen + outcome.seen, blind + outcome.blind
    assert seen, "nobody read the complaint: nothing was hidden"
    assert blind, "nobody had to be blind: nothing was compared"
    rules = player.a.app.url_map.iter_rules()
    everywhere = {(rule.endpoint, verb) for rule in rules for verb in rule.methods or () if verb in ("GET", "POST")}
    assert sorted(everywhere - set(reach.asked)) == []
    assert not player.mistakes


def test_some_histories_are_the_same_in_both_worlds(player: Player) -> None:
    for seed in QUICK[player.a.archive.database.dialect.name]:
        assert told(player.play(fixed(seed), EFFORT), fixed(seed)) == "", f"history {seed}"
    assert not player.mistakes


@pytest.mark.parametrize("player", ["sqlite"], indirect=True)
def test_generated_histories_are_the_same_in_both_worlds(player: Player) -> None:
    """Drawn by Hypothesis, which makes a failing history short."""

    @settings(max_examples=15, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(histories)
    def same(history: History) -> None:
        assert told(player.play(history, EFFORT), history) == ""

    same()
