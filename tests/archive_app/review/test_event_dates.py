"""The day of the events of a case: an earlier one counts at once, a later one when a second person has confirmed it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from archive_app.access.identity import Reader
from archive_app.errors import FutureDay, NotFound, NotToBeChosen, ReviewedAlready
from archive_app.review import event_dates, restrictions
from archive_app.review.queries import restrictions as view
from archive_app.runtime.archive import Archive
from tests.archive_app.review.test_restrictions import ACCUSING, archive, letter, office, who_sees
from tests.office import public, unit

__all__ = ["archive", "letter", "office"]

Office = Mapping[str, Reader]


def test_who_left_the_unit_before_the_event_is_not_kept_out_with_it(
    archive: Archive, office: Office, letter: str
) -> None:
    accused = unit(archive, "夜巡整治科", office["cui"], until=date(2020, 5, 31))
    restrictions.accuse(office["wang"], archive, letter, unit=accused, reason=ACCUSING)
    cui = public(archive, office["cui"])
    with pytest.raises(NotToBeChosen):
        restrictions.allow(office["wang"], archive, letter, person=cui, kind="listed", reason="归档")
    with pytest.raises(FutureDay):
        event_dates.set_event_date(office["wang"], archive, letter, date.max, reason="信中写明")
    shen = public(archive, office["shen"])
    restrictions.allow(office["wang"], archive, letter, person=shen, kind="listed", reason="审查")
    assert not event_dates.set_event_date(office["wang"], archive, letter, date(2023, 1, 8), reason="信中写明")
    waiting = view(office["shen"], archive, letter).event_date_waiting
    assert waiting is not None
    assert (waiting.day, waiting.by, waiting.own) == (date(2023, 1, 8), "王登记", False)
    with pytest.raises(NotToBeChosen):
        restrictions.allow(office["wang"], archive, letter, person=cui, kind="listed", reason="归档")
    with pytest.raises(ReviewedAlready):
        event_dates.confirm_event_date(office["wang"], archive, letter, waiting.public_id, reason="核对")
    event_dates.confirm_event_date(office["shen"], archive, letter, waiting.public_id, reason="核对")
    with pytest.raises(NotFound):
        event_dates.confirm_event_date(office["shen"], archive, letter, waiting.public_id, reason="核对")
    restrictions.allow(office["wang"], archive, letter, person=cui, kind="listed", reason="归档")
    assert who_sees(archive, office, letter) == {"wang", "shen", "cui"}
    assert event_dates.set_event_date(office["wang"], archive, letter, None, reason="日期存疑")
    assert who_sees(archive, office, letter) == {"wang", "shen"}
    assert [entry.without_effect for entry in view(office["wang"], archive, letter).allowances] == [False, False, True]


def test_an_earlier_day_of_the_event_counts_at_once_and_ends_what_waits(
    archive: Archive, office: Office, letter: str
) -> None:
    event_dates.set_event_date(office["wang"], archive, letter, date(2023, 1, 8), reason="信中写明")
    waiting = view(office["zhou"], archive, letter).event_date_waiting
    assert waiting is not None
    event_dates.confirm_event_date(office["zhou"], archive, letter, waiting.public_id, reason="核对")
    event_dates.set_event_date(office["wang"], archive, letter, date(2024, 1, 8), reason="又查")
    assert event_dates.set_event_date(office["wang"], archive, letter, date(2022, 1, 8), reason="再查")
    found = view(office["zhou"], archive, letter)
    assert (found.event_date, found.event_date_waiting) == (date(2022, 1, 8), None)
