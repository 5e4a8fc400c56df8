"""A city's hotline, replayed: 900 real petitions go through the real services on the days on which they went.

The data (`fuzhou12345`, 2007 to 2020; see the README of the shared test data) says of each petition when it came,
where, what for, through how many hands it went and when it was answered. What it does not say is chosen here, the same
for all: who does what, and that the acts in between are evenly spread. The figures that come out are compared with the
tables in `truth/`, which pandas made of the same file:

- days: whole natural days from `date` to `reply_date`, the first not counted (`handling_days`); every row has a reply;
- month: that of `date`; the nature (举报, 咨询, 建议, 投诉, 求助) is the purpose, see `PURPOSES`;
- count and max are whole, the mean is rounded to two digits, the median is a float as printed ("4.0").

The districts are Fuzhou's and have no code in the bureau's table: each petition is from elsewhere (000000), with the
district as its street or town. A petition with n transfers goes to n units, and each but the last returns it. What the
hotline answered itself (no transfer) is resolved on the spot if it came by telephone; else it goes the whole way once.

    python -m tests.archive_app.cases.replay [folder of the shared data]     all 900, and how the tables compare
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any

import time_machine
from sqlalchemy import select

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.cases.actions import perform
from archive_app.cases.handling_days import ALL_YEARS, ANSWERS, handling_days
from archive_app.cases.registration import register_spoken
from archive_app.cases.results import HandlingDays
from archive_app.domain.action_input import ActionInput
from archive_app.domain.registration_form import RegistrationForm
from archive_app.office_time import ZONE
from archive_app.runtime.archive import Archive
from storage.models import Person
from storage.session import unit_of_work
from tests.case_office import assemble
from tests.databases import BEFORE
from tests.office import open_office, unit

SPAN = (("date", clock(9)), ("reply_date", clock(17)))
"""When the first thing is done with a petition and when the last: the field of the day, and the hour in the office."""

PURPOSES = {"举报": "accusation", "咨询": "consultation", "建议": "opinion", "投诉": "appeal", "求助": "request"}
ELSEWHERE = "000000"

NAMES = (
    *("闻人毓琇", "澹台翊珩", "淳于懿瑄", "宇文璟瑜", "赫连昱霖"),
    *("长孙翎羲", "慕容瀚玥", "尉迟珺瑶", "鲜于骁骐", "濮阳霁晖"),
)

Row = Mapping[str, Any]
Table = dict[str, tuple[str, ...]]
"""A table by its first column, as printed."""

DISTRICTS, MONTHS = "fuzhou_days_by_district", "fuzhou_month_x_nature"

Hand = tuple[str, str, dict[str, Any]]


def petitions(data: Path) -> list[Row]:
    """The petitions of the hotline."""
    with (data / "petitions" / "fuzhou12345.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@dataclass
class Replay:
    """An office at work on petitions; every act is done by the real services at the moment at which it was done."""

    archive: Archive
    staff: Mapping[str, Reader]
    units: tuple[str, str]
    cases: dict[str, str] = field(default_factory=dict)
    acts: int = 0

    def play(self, rows: Iterable[Row]) -> None:
        """All that happened, in the order in which it happened."""
        ways = ((row, list(_timed(row, self.units))) for row in rows)
        events = [(at, row["id"], number, row, hand) for row, way in ways for number, (at, hand) in enumerate(way)]
        for at, _, number, row, hand in sorted(events, key=lambda event: event[:3]):
            with time_machine.travel(at, tick=False):
                self._do(row, number, *hand)
            self.acts += 1

    def figures(self) -> tuple[Table, Table]:
        """Days by district, and petitions by month and nature, as the product tells them to the head of the office."""
        reader = self.staff["zhou"]
        districts = handling_days(reader, self.archive, ("locality", "street"), ALL_YEARS)
        return by_district(districts), by_month(handling_days(reader, self.archive, ("month", "purpose"), ALL_YEARS))

    def _do(self, row: Row, number: int, who: str, code: str, fields: dict[str, Any]) -> None:
        reader = self.staff[who]
        if code == "register":
            form = _form(row)
            self.cases[row["id"]] = register_spoken(reader, self.archive, form, received_at=datetime.now(UTC))
        else:
            perform(reader, self.archive, self.cases[row["id"]], code, ActionInput(**fields), seen=number)


@contextmanager
def opened(backend: str, folder: Path) -> Iterator[Replay]:
    """An archive on one of the databases, in whose office everybody is at work since before the first petition came."""
    with ExitStack() as stack:
        with time_machine.travel(BEFORE, tick=True):
            archive = stack.enter_context(open_office(backend, folder))
            made = assemble(archive)
            second = unit(archive, "治水处", made.staff["tang"], made.staff["han"])
            _rename(archive)
        yield Replay(archive, made.staff, (made.unit, second))


def _rename(archive: Archive) -> None:
    """Call everybody by a name that is like no words of a petition.

    A name that may be meant (王登记 in 予登记) keeps who bears it out of the case until reviewers have cleared it.
    """
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        people = session.scalars(select(Person).order_by(Person.id)).all()
        for person, name in zip(people, NAMES, strict=True):
            person.name = name
        session.commit()


def by_district(found: HandlingDays) -> Table:
    """Groups by locality and street as lines of the table `fuzhou_days_by_district`, by their first column."""
    assert found.by == ("locality", "street")
    told: Table = {}
    for (_, street), figures in ((row.key, row.figures) for row in found.rows):
        assert figures.mean is not None
        told[street] = (
            str(figures.answered), str(round(figures.mean, 2)), str(figures.median), str(figures.longest)
        )  # fmt: skip
    return told


def by_month(found: HandlingDays) -> Table:
    """Groups by month and purpose as lines of the table `fuzhou_month_x_nature`, with its totals."""
    assert found.by == ("month", "purpose")
    counts: dict[str, dict[str, int]] = {}
    for (month, purpose), figures in ((row.key, row.figures) for row in found.rows):
        for line in (month, "合计"):
            of_line = counts.setdefault(line, dict.fromkeys(PURPOSES.values(), 0))
            of_line[purpose] += figures.registered
    return {line: (*map(str, each.values()), str(sum(each.values()))) for line, each in counts.items()}


def truth(data: Path, name: str) -> Table:
    """A table of `truth/`, by its first column, without its heading."""
    lines = (data / "petitions" / "truth" / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()
    cells = [line.split(",") for line in lines[1:]]
    return {first: tuple(rest) for first, *rest in cells}


def _form(row: Row) -> RegistrationForm:
    spoken = row["channel"] == "电话"
    return RegistrationForm(
        channel="telephone" if spoken else "online",
        anonymous=row["anonymous"],
        petitioner="（姓名未公开）",
        address=row["district"],
        purpose=PURPOSES[row["nature"]],
        locality=ELSEWHERE,
        street=row["district"],
        content_class="environment",
        sector="other",
        cause="other",
        main_problem=row["title"][:200],
        claims=row["title"],
        verbatim_statement=row["text"],
        feedback_by="telephone" if spoken else "online",
    )


def _timed(row: Row, units: Sequence[str]) -> Iterator[tuple[datetime, Hand]]:
    """What is done with a petition, and when: evenly spread, and closed at once when it is answered."""
    hands = list(_hands(row, units))
    begin, end = (datetime.combine(date.fromisoformat(row[day]), hour, ZONE) for day, hour in SPAN)
    answer = next(number for number, (_, code, _) in enumerate(hands) if code in ANSWERS)
    for number, hand in enumerate(hands):
        yield begin + (end - begin) * min(number / answer, 1), hand


def _hands(row: Row, units: Sequence[str]) -> Iterator[Hand]:
    """Who does what with a petition, in order."""
    yield "wang", "register", {}
    if row["transfers"] == 0 and row["channel"] == "电话":
        yield "wang", "resolve_on_site", {"words": row["reply"]}
        return
    transfers = max(row["transfers"], 1)
    for number in range(transfers):
        yield "wang", "propose", {"words": "拟请领导批示"}
        yield "fang", "instruct", {"words": "请办理", "unit": units[number % len(units)]}
        yield "wang", "hand_over", {}
        if number < transfers - 1:
            yield "tang", "decline", {"words": "不属本处职责，退回"}
    yield "tang", "acknowledge_receipt", {}
    yield "han", "record_finding", {"words": "经现场核查"}
    yield "han", "submit_result", {"words": row["reply"], "way_of_handling": "direct_reply"}
    yield "fang", "sign_off", {"words": "同意"}
    yield "wang", "take_back", {}
    if not row["anonymous"]:
        yield "wang", "give_feedback", {"words": row["reply"], "feedback_by": _form(row).feedback_by}
    yield "wang", "close", {"words": "已答复"}


def main() -> int:
    """Replay all of them, say how long it took and how the tables compare; 1 if they differ."""
    repository = Path(__file__).resolve().parents[3]
    folder = os.environ.get("ARCHIVE_TEST_DATA", repository.parent / "shared" / "data")
    data = Path(sys.argv[1] if len(sys.argv) > 1 else folder)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as made, opened("sqlite", Path(made) / "archive") as replay:
        replay.play(petitions(data))
        took = time.monotonic() - began
        districts, months = replay.figures()
    print(f"{len(replay.cases)} petitions, {replay.acts} acts by the services, {took:.0f} s")
    wrong = 0
    for name, found in ((DISTRICTS, districts), (MONTHS, months)):
        wanted = truth(data, name)
        differ = sorted(line for line in {*wanted, *found} if wanted.get(line) != found.get(line))
        wrong += len(differ)
        print(f"{name}: {len(wanted)} lines, {len(differ)} differ", *differ)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
