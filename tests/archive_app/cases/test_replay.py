"""A hotline's petitions replayed through the real services: the product's figures are those of the truth tables.

Here some of the 900 are replayed, since all take minutes: `make replay` does that. The figures to compare with are then
counted from the file, by a way of counting that gives the truth tables, as printed, for the whole of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean, median

from tests.archive_app.cases import replay
from tests.archive_app.cases.replay import DISTRICTS, MONTHS, PURPOSES, Row, Table

EVERY = 60


def _days_by_district(rows: Iterable[Row]) -> Table:
    days: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        days[row["district"]].append(row["handling_days"])
    return {
        district: (str(len(each)), str(round(fmean(each), 2)), str(float(median(each))), str(max(each)))
        for district, each in days.items()
    }


def _month_by_nature(rows: Iterable[Row]) -> Table:
    natures: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        natures[row["date"][:7]].append(row["nature"])
        natures["合计"].append(row["nature"])
    return {
        month: (*(str(each.count(nature)) for nature in PURPOSES), str(len(each))) for month, each in natures.items()
    }


def test_the_truth_is_counted_as_it_is_here(shared_data: Path) -> None:
    rows = replay.petitions(shared_data)
    assert _days_by_district(rows) == replay.truth(shared_data, DISTRICTS)
    assert _month_by_nature(rows) == replay.truth(shared_data, MONTHS)


def test_figures_of_replayed_petitions(shared_data: Path, tmp_path: Path) -> None:
    rows = replay.petitions(shared_data)[::EVERY]
    with replay.opened("sqlite", tmp_path / "archive") as played:
        played.play(rows)
        districts, months = played.figures()
    assert districts == _days_by_district(rows)
    assert months == _month_by_nature(rows)
