"""A letter goes from its registration to the closed case, by everybody who takes part in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archive_app.cases import case_view
from archive_app.cases.registration import register_spoken
from archive_app.domain.errors import FieldMissing, NotOffered, StillMissing
from archive_app.errors import NotFound, NotToBeChosen
from archive_app.search import search
from archive_app.search.results import SearchRequest
from tests.case_office import FORM, WAY, Office, on_both


@on_both
def test_a_letter_goes_the_whole_way(office: Office) -> None:
    case = office.registered()
    states = ["registered"]
    for who, code, fields in WAY:
        office.do(who, case, code, **dict(fields))
        states.append(office.look("wang", case).state)
    assert states == [
        *("registered", "pending_instruction", "instructed", "dispatched", "in_handling", "in_handling"),
        *("pending_signoff", "signed_off", "feedback_due", "feedback_due", "closed"),
    ]
    seen = office.look("wang", case)
    assert [step.act for step in seen.steps] == ["register", *(code for _, code, _ in WAY)]
    assert [step.by for step in seen.steps][1:4] == ["王登记", "方致远", "王登记"]
    found = search.search(office.staff["wang"], office.archive, SearchRequest(text="state:closed 扰民"))
    assert [hit.case_state for hit in found.results] == ["closed"]


@on_both
def test_the_unit_sees_a_case_from_its_instruction_on(office: Office) -> None:
    case = office.registered()
    office.go(case, "propose")
    for who in ("tang", "han", "li"):
        with pytest.raises(NotFound):
            office.look(who, case)
    office.do("fang", case, "instruct", words="请办理", unit="unit")
    for who in ("tang", "han", "li"):
        assert office.look(who, case).register_no == office.look("wang", case).register_no


def test_nothing_is_done_out_of_order_or_by_somebody_else(office: Office) -> None:
    case = office.registered()
    with pytest.raises(NotOffered):
        office.do("fang", case, "instruct", words="请办理", unit="unit")
    office.go(case, "propose")
    with pytest.raises(NotOffered):
        office.do("wang", case, "instruct", words="请办理", unit="unit")
    with pytest.raises(FieldMissing):
        office.do("fang", case, "instruct", words="请办理")
    with pytest.raises(NotToBeChosen):
        office.do("fang", case, "instruct", words="请办理", unit="nobody")
    office.do("fang", case, "instruct", words="请办理", unit="unit")
    office.do("wang", case, "hand_over")
    office.do("tang", case, "acknowledge_receipt")
    with pytest.raises(StillMissing):
        office.do("han", case, "submit_result", words="已处理", way_of_handling="direct_reply")


def test_owed_feedback_blocks_closing_and_an_anonymous_letter_owes_none(office: Office) -> None:
    case = office.registered()
    office.go(case, "take_back")
    with pytest.raises(StillMissing):
        office.do("wang", case, "close", words="办结")
    nameless = office.registered(replace(FORM, anonymous=True))
    office.go(nameless, "take_back")
    with pytest.raises(StillMissing):
        office.do("wang", nameless, "give_feedback", words="答复", feedback_by="letter")
    office.do("wang", nameless, "close", words="办结")
    assert office.look("wang", nameless).form.petitioner == ""


@on_both
def test_a_visit_is_registered_without_paper_and_linked_with_the_earlier_one(office: Office) -> None:
    first = office.registered()
    form = replace(FORM, channel="visit")
    register_spoken(office.staff["wang"], office.archive, form, received_at=datetime.now(UTC))
    again = register_spoken(office.staff["wang"], office.archive, form, received_at=datetime.now(UTC), repeats=first)
    seen = office.look("wang", again)
    assert [each.public_id for each in seen.earlier] == [first]
    assert [each.public_id for each in office.look("wang", first).later] == [again]
    assert [letter.page_count for letter in seen.letters] == [0]
    found = search.search(office.staff["wang"], office.archive, SearchRequest(text="无法入睡"))
    assert again in {case_view.of_letter(office.staff["wang"], office.archive, hit.public_id) for hit in found.results}
    assert "无法入睡" in "".join(text for text, _ in found.results[0].snippet)
