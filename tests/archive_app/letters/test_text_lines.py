"""Lines on their way between the pipeline and the records: nothing is lost, a correction says what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive_app.letters.text_lines import corrected, part_of, text_of, to_row, to_value
from scanning.values import Line

QUAD = ((10.0, 20.0), (110.0, 20.0), (110.0, 30.0), (10.0, 30.0))
SPANS = ((0.0, 0.2), (0.2, 0.5), (0.5, 1.0))
LINE = Line("信访局", QUAD, 0.8, spans=SPANS, raw="信訪局")


def test_a_line_comes_back_as_it_was_kept() -> None:
    assert to_value(to_row(LINE)) == LINE
    assert text_of([to_row(LINE), to_row(LINE)]) == "信访局\n信访局"


def test_no_line_is_kept_with_a_nul() -> None:
    row = to_row(replace(LINE, text="信\0局", raw="信\0局"))
    assert (row["text"], row["raw"], text_of([row])) == ("信\ufffd局", "信\ufffd局", "信\ufffd局")
    assert corrected(to_row(LINE), "信\0局")["text"] == "信\ufffd局"
    assert corrected(row, "信\0局") == row, "nothing was changed"


def test_a_changed_line_is_sure_and_marked() -> None:
    row = corrected(to_row(LINE), "信访科")
    assert (row["text"], row["confidence"], row["corrected"], row["spans"]) == (
        "信访科",
        1.0,
        True,
        [list(s) for s in SPANS],
    )
    assert corrected(to_row(LINE), "信访办公室")["spans"] is None


def test_an_unchanged_line_stays_doubtful_until_it_is_confirmed() -> None:
    assert corrected(to_row(LINE), "信访局") == to_row(LINE)
    confirmed = corrected(to_row(LINE), "信访局", confirmed=True)
    assert (confirmed["confidence"], confirmed["corrected"], confirmed["text"]) == (1.0, True, "信访局")
    assert corrected(confirmed, "信访局", confirmed=True) == confirmed


@pytest.mark.parametrize(
    ("direction", "spans", "expected"),
    [
        ("horizontal", SPANS, ((30.0, 20.0), (60.0, 20.0), (60.0, 30.0), (30.0, 30.0))),
        ("horizontal", None, ((10 + 100 / 3, 20.0), (10 + 200 / 3, 20.0), (10 + 200 / 3, 30.0), (10 + 100 / 3, 30.0))),
        ("vertical", SPANS, ((10.0, 22.0), (110.0, 22.0), (110.0, 25.0), (10.0, 25.0))),
    ],
)
def test_where_the_second_character_lies(direction: str, spans: object, expected: object) -> None:
    row = {**to_row(LINE), "direction": direction, "spans": spans}
    found = part_of(row, 1, 2)
    assert [value for point in found for value in point] == pytest.approx(
        [value for point in expected for value in point]  # type: ignore[attr-defined]
    )
