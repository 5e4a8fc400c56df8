"""Tables and prints as they are drawn in use: opened, they have the same inside in both worlds, and nothing of C.

Everywhere else in these tests what stands on a form is compared, not how it is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from unittest import mock

import pikepdf
import pytest
from python_calamine import CalamineWorkbook

from archive_app.printing import service as printing
from tests.worlds.answers import inside
from tests.worlds.chance import in_hand
from tests.worlds.classics import CLASSICS
from tests.worlds.play import Player
from tests.worlds.steps import sign_in
from tests.worlds.wording import CANARY
from tests.worlds.world import Browser, Question, World, two_worlds

DRAWN = printing.draw
TABLES = ("/register/2026.xlsx", "/register/days.xlsx", "/deadlines.xlsx")
PAPER = "/register/2026.pdf"


@pytest.fixture(scope="module")
def player() -> Iterator[Player]:
    with in_hand() as (chance, clock), two_worlds(chance) as worlds:
        player = Player(worlds, chance, clock)
        player.set_up(CLASSICS["registered"])
        yield player


def exported(world: World, path: str) -> bytes:
    """What the accused gets at an address."""
    browser = Browser()
    world.chance.begin(path)
    sign_in(world, browser, "registrar1")
    with mock.patch.object(printing, "draw", DRAWN):
        answer = world.ask(browser, Question("GET", path))
    assert answer.status.startswith("200"), f"{path}: {answer.status}"
    return answer.body


def sheets(body: bytes) -> Iterator[Any]:
    """The sheets of an Excel table."""
    book = CalamineWorkbook.from_filelike(BytesIO(body))
    return (book.get_sheet_by_name(name) for name in book.sheet_names)


@pytest.mark.parametrize("path", TABLES)
def test_a_table_has_the_same_cells_in_both_worlds(player: Player, path: str) -> None:
    with_it, without = (exported(world, path) for world in (player.a, player.b))
    cells = [[sheet.to_python() for sheet in sheets(body)] for body in (with_it, without)]
    assert cells[0] == cells[1]
    assert cells[0][0], "the table is empty: nothing was compared"
    assert CANARY.encode() not in inside(with_it)
    assert with_it == without


def test_the_register_on_paper_has_the_same_inside_in_both_worlds(player: Player) -> None:
    with_it, without = (exported(world, PAPER) for world in (player.a, player.b))
    pages = [
        [bytes(page.Contents.read_bytes()) for page in pikepdf.open(BytesIO(body)).pages] for body in (with_it, without)
    ]
    assert pages[0] == pages[1]
    assert with_it == without
