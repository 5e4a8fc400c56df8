"""Classic cases in which one person alone tries to lift a veto: what they do waits for a second one."""

from __future__ import annotations

from datetime import date

from tests.worlds import access_steps, moves
from tests.worlds.history import Entry, History
from tests.worlds.parts import FIRST, accuse, acts, complaint, of
from tests.worlds.steps import COMPLAINT, Sweep

EVENT = date(2026, 2, 1)
OPEN_AGAIN = access_steps.Restrict("reviewer1", COMPLAINT, False)
DATED = access_steps.DateEvent("director", COMPLAINT, EVENT)

CLASSICS_SECOND_PERSON: dict[str, History] = {
    "unit_unwatched": of(
        "registrar2",
        FIRST,
        [Entry(moves.ChangeUnit("admin1", "building", "unwatched", ""))],
        complaint("建设管理处推诿扯皮"),
    ),
    "left_backdated": of(
        "registrar2",
        FIRST,
        complaint(),
        acts(accuse(unit="building"), DATED, access_steps.ConfirmDate("reviewer1", COMPLAINT), OPEN_AGAIN),
        [Entry(moves.Leave("admin1", "registrar2", "building", date(2026, 1, 1)))],
    ),
    "event_dated_later": of("handler", FIRST, complaint(), acts(accuse(unit="building"), DATED, OPEN_AGAIN)),
    "unit_followed": of(
        "registrar2",
        FIRST,
        [Entry(moves.Follow("admin1", "building", "监测中心", confirmed_by="reviewer1")), Entry(Sweep(""))],
        complaint("监测中心推诿扯皮"),
    ),
    "reset_for_another": of(
        "admin1",
        FIRST,
        complaint(),
        acts(accuse(person="admin1")),
        [Entry(moves.ResetFor("admin1", "director", confirmed_by="reviewer1"))],
    ),
    "stolen_token": of(
        "admin1",
        FIRST,
        complaint(),
        acts(accuse(person="admin1")),
        [Entry(moves.UseToken("admin1", "director"))],
    ),
}
