"""Nothing asked for after the commit shows the case, and nothing asked for before it shows half of it.

`make races N=10000` does it more often than the test run does (`tests.faults.races`).
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, or_, select

from archive_app.access import rule
from archive_app.access.identity import Reader, System
from archive_app.search import search
from storage.models import Case
from storage.session import reading
from tests.databases import DATABASES
from tests.faults.race_office import CHANGES
from tests.faults.races import Answer, Ask, Shown, Track, track

EACH_LETTER = 14
SHOWS_A_CASE = {
    *("letters.letter", "letters.scan", "letters.history", "letters.versions", "correction.form", "extracts.form"),
    *("files.image", "files.original", "files.access_copy"),
    *("cases.case", "cases.printed", "registration.change", "registration.versions", "registration.repeats"),
    *("cases.register_page", "cases.register_on_paper", "cases.work"),
    *("search.search", "reviews.review", "restrictions.access", "home.home"),
    *("notifications.listed", "deadlines.page", "deadlines.sheet"),
    *("api.case", "api.case_state", "api.form_versions", "api.printed", "api.register_page", "api.search", "api.work"),
}


def endpoints(counted: Any) -> set[str]:
    return {name.split(" / ")[1] for name in counted}


@pytest.mark.parametrize("backend", DATABASES)
def test_nothing_asked_after_the_commit_shows_the_case(backend: str, tmp_path: Path) -> None:
    with track(backend, tmp_path / "archive", random.Random(2026), over_http=True) as office:
        tally = office.run(EACH_LETTER * len(CHANGES), each_letter=EACH_LETTER)
    assert (tally.late, tally.half, tally.broken) == ([], [], [])
    # The races mean something: before the commit all was there to be seen, and both outcomes came about.
    asked = endpoints(tally.seen) | endpoints(tally.unseen) | endpoints(tally.after)
    assert asked == SHOWS_A_CASE, "an address that shows a case is new, or one shows none any more: say so here"
    shown = {name.split(" / ")[0] for name in tally.seen}
    assert shown == {change.name for change in CHANGES}
    assert sum(tally.seen.values()) > 20 < sum(tally.unseen.values())


def remembering(office: Track) -> Any:
    """`visible` as somebody might have made it faster: the ids that a reader may see, kept from the first time on."""
    kept: dict[int, set[int]] = {}
    live = rule.visible

    def visible(who: Reader | System) -> Select[int]:
        if isinstance(who, System):
            return live(who)
        if who.account_id not in kept:
            with reading(office.office.archive.sessions, who.key) as session:
                kept[who.account_id] = set(session.scalars(live(who)))
        return select(Case.id).where(or_(Case.id.in_(kept[who.account_id]), rule.rule(who)))

    return visible


def test_rights_that_are_remembered_are_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with track("sqlite", tmp_path / "archive", random.Random(7), over_http=False) as office:
        visible = remembering(office)
        recuse = [change for change in CHANGES if change.name == "recuse"]
        assert office.run(5, recuse).late == []
        with monkeypatch.context() as planted:
            planted.setattr(rule, "visible", visible)
            planted.setattr(search, "visible", visible)
            tally = office.run(30, recuse, each_letter=25)
    assert len(tally.late) > 5
    assert {"letters.letter", "search.search"} & {name.split(" / ")[1].split(":")[0] for name in tally.late}


def test_half_of_a_case_is_caught(tmp_path: Path) -> None:
    """An answer that tells a letter's number without its words, as one would that reads in two transactions."""
    with track("sqlite", tmp_path / "archive", random.Random(7), over_http=False) as office:
        raced = office.office.new_letter(0)
        ask, change = Ask("search.search", "/search", of_letter=False), CHANGES[0]
        whole = Shown(frozenset({"canary", "number", "channel"}))
        office.judge(change, raced, answer(ask, f"{raced.number} {raced.canary}", at=1.0), whole, 2.0)
        office.judge(change, raced, answer(ask, "", at=1.0), whole, 2.0)
        assert (office.tally.half, office.tally.late) == ([], [])
        office.judge(change, raced, answer(ask, raced.number, at=1.0), whole, 2.0)
        office.judge(change, raced, answer(ask, f"{raced.number} {raced.canary}", at=2.0), whole, 2.0)
        assert (len(office.tally.half), len(office.tally.late)) == (1, 1)


def answer(ask: Ask, body: str, *, at: float) -> Answer:
    return Answer(ask, at, 200, body.encode())
