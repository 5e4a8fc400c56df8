"""What can be done with a case, clause by clause (chapters 二, 三, 四, 九, 十一 of the rules; `docs/clauses.md`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from archive_app.cases import register
from archive_app.cases.registration import register as register_letter
from archive_app.cases.registration import register_spoken
from archive_app.domain.errors import FieldMissing, NoSuchCase, NotOffered, StillMissing
from archive_app.errors import NotFound, NotToBeChosen
from archive_app.review import restrictions
from tests.archive_app.cases.clauses import MORNING, VISIT, due, may, visit, waiting
from tests.case_office import FORM, Office, on_both
from tests.office import public


def test_clause_2_1_guidance_needs_the_authority_and_the_route(office: Office) -> None:
    case = visit(office)
    with pytest.raises(FieldMissing):
        office.do("wang", case, "redirect", authority="区人社局")
    with pytest.raises(FieldMissing):
        office.do("wang", case, "redirect", route="劳动仲裁")
    office.do("wang", case, "redirect", authority="区人社局", route="劳动仲裁")
    seen = office.look("wang", case)
    assert seen.state == "guided"
    assert (seen.steps[-1].details["authority"], seen.steps[-1].details["route"]) == ("区人社局", "劳动仲裁")


def test_clause_2_2_a_visit_is_resolved_on_the_spot_but_a_letter_is_not(office: Office) -> None:
    case = visit(office)
    office.do("wang", case, "resolve_on_site", words="当场说明了政策")
    assert office.look("wang", case).state == "resolved_on_site"
    with pytest.raises(StillMissing):
        office.do("wang", office.registered(), "resolve_on_site", words="当场说明了政策")


def test_clause_2_2_a_major_matter_waits_for_a_signature(office: Office) -> None:
    case = visit(office)
    office.do("wang", case, "report_major", words="已电话报告分管局长")
    assert office.look("fang", case).major
    with pytest.raises(StillMissing):
        office.do("wang", case, "resolve_on_site", words="当场答复")
    with pytest.raises(NotOffered):
        office.do("wang", case, "give_feedback", words="答复", feedback_by="visit")


def test_clause_2_3_a_repeat_visit_shows_the_earlier_ones(office: Office) -> None:
    first = visit(office)
    office.do("wang", first, "resolve_on_site", words="已解释")
    again = register_spoken(office.staff["wang"], office.archive, VISIT, received_at=datetime.now(UTC), repeats=first)
    (earlier,) = office.look("wang", again).earlier
    assert (earlier.public_id, earlier.state) == (first, "resolved_on_site")


def test_clause_3_1_what_waits_stands_on_the_desk_of_who_carries_it_on(office: Office) -> None:
    case = office.registered()
    assert "propose" in waiting(office, "wang")[case]
    assert case not in waiting(office, "fang")
    office.go(case, "propose")
    assert "instruct" in waiting(office, "fang")[case]
    office.do("fang", case, "instruct", words="请办理", unit="unit")
    assert case not in waiting(office, "han")
    office.do("wang", case, "hand_over")
    assert waiting(office, "han")[case] == ("acknowledge_receipt",)
    assert case not in waiting(office, "fang")


def test_clause_3_2_no_handling_before_the_units_receipt(office: Office) -> None:
    case = office.registered()
    office.go(case, "hand_over")
    assert may(office, "han", case) == {"acknowledge_receipt", "decline"}
    seen = office.look("wang", case)
    assert seen.with_unit == ""
    papers = next(step for step in seen.steps if step.act == "hand_over").details["papers"]
    assert papers[0]["pages"] == 1
    assert all(len(sum_) == 64 for sum_ in papers[0]["sha256"])
    office.do("tang", case, "acknowledge_receipt")
    assert office.look("wang", case).with_unit == "综合处"


def test_clause_3_2_a_unit_returns_what_is_not_its_own(office: Office) -> None:
    case = office.registered()
    office.go(case, "hand_over")
    with pytest.raises(FieldMissing):
        office.do("tang", case, "decline")
    office.do("tang", case, "decline", words="不属本处职责")
    assert office.look("wang", case).state == "returned"
    with pytest.raises(NotFound):
        office.look("tang", case)
    office.do("wang", case, "propose", words="拟请另行批示")
    assert may(office, "fang", case) >= {"instruct"}


@on_both
def test_clause_3_3_an_accusation_goes_to_the_named_leader_and_the_appointed_investigators(office: Office) -> None:
    """The deputy director is accused: the director instructs, and the deputy learns of nothing."""
    letter = office.letter()
    restrictions.accuse(
        office.staff["wang"],
        office.archive,
        letter,
        person=public(office.archive, office.staff["fang"]),
        reason="信中所述",
        listed=[public(office.archive, office.staff["zhou"])],
    )
    before = register.work(office.staff["fang"], office.archive)
    case = register_letter(office.staff["wang"], office.archive, letter, replace(FORM, purpose="accusation"))
    with pytest.raises(FieldMissing):
        office.do("wang", case, "propose", words="拟请局长批示")
    with pytest.raises(NotToBeChosen):
        office.do("wang", case, "propose", words="拟请局长批示", instructor="fang")
    office.do("wang", case, "propose", words="拟请局长批示", instructor="he")
    with pytest.raises(FieldMissing):
        office.do("he", case, "instruct", words="请查", unit="unit")
    office.do("he", case, "instruct", words="请查", unit="unit", investigators=("han",))
    with pytest.raises(NotFound):
        office.look("tang", case)  # of the unit, but not appointed
    office.do("wang", case, "hand_over")
    office.do("han", case, "acknowledge_receipt")
    office.do("han", case, "record_finding", words="经查不实")
    office.do("han", case, "submit_result", words="建议了结", way_of_handling="direct_reply")
    assert "sign_off" not in may(office, "wang", case)
    office.do("he", case, "sign_off", words="同意")
    office.do("wang", case, "take_back")
    office.do("wang", case, "give_feedback", words="已告知", feedback_by="telephone")
    office.do("wang", case, "close", words="了结")
    for who in ("fang", "li", "cui"):
        with pytest.raises(NotFound):
            office.look(who, case)
    assert register.work(office.staff["fang"], office.archive) == before
    assert register.register_page(office.staff["fang"], office.archive, None).total == 0


def test_clause_3_3_the_result_of_an_accusation_goes_to_who_instructed_it_only(office: Office) -> None:
    letter = office.letter()
    listed = [public(office.archive, office.staff[who]) for who in ("zhou", "fang")]
    restrictions.accuse(
        office.staff["wang"], office.archive, letter, words="那个科长", reason="信中所述", listed=listed
    )
    case = register_letter(office.staff["wang"], office.archive, letter, FORM)
    office.do("wang", case, "propose", words="拟请局长批示", instructor="he")
    office.do("he", case, "instruct", words="请查", unit="unit", investigators=("han",))
    office.do("wang", case, "hand_over")
    office.do("han", case, "acknowledge_receipt")
    office.do("han", case, "record_finding", words="属实")
    office.do("han", case, "submit_result", words="建议处理", way_of_handling="direct_reply")
    assert office.look("fang", case).state == "pending_signoff"
    assert "sign_off" not in may(office, "fang", case)
    assert "sign_off" in may(office, "he", case)


def test_clause_4_1_a_result_without_a_finding_is_refused(office: Office) -> None:
    case = office.registered()
    office.go(case, "acknowledge_receipt")
    with pytest.raises(StillMissing):
        office.do("han", case, "submit_result", words="已办", way_of_handling="direct_reply")


def test_clause_4_2_an_unsigned_result_is_not_taken_in_and_one_refused_is_handled_further(office: Office) -> None:
    case = office.registered()
    office.go(case, "submit_result")
    with pytest.raises(NotOffered):
        office.do("wang", case, "take_back")
    office.do("li", case, "refuse_result", words="证据不足")
    office.do("han", case, "record_finding", words="补充调查")
    office.do("han", case, "submit_result", words="已办结", way_of_handling="direct_reply")
    office.do("li", case, "sign_off", words="同意")
    office.do("wang", case, "take_back")
    assert office.look("wang", case).state == "feedback_due"


@pytest.mark.parametrize(("urgent", "day"), [(False, "2026-05-14"), (True, "2026-05-06")])
def test_clause_4_2_fifteen_days_or_seven_from_the_instruction(office: Office, urgent: bool, day: str) -> None:
    with time_machine.travel(MORNING, tick=False):
        case = office.registered()
        office.go(case, "propose")
        office.do("fang", case, "instruct", words="请办理", unit="unit", urgent=urgent)
        assert due(office.look("wang", case)) == day


def test_clause_4_2_becoming_urgent_is_due_at_the_earlier_day(office: Office) -> None:
    with time_machine.travel(MORNING, tick=False):
        case = office.registered()
        office.go(case, "instruct")
    with time_machine.travel(MORNING + timedelta(days=2), tick=False):
        office.do("fang", case, "mark_urgent", words="区里催办")
        assert due(office.look("wang", case)) == "2026-05-06"


def test_clause_4_3_what_is_not_the_bureaus_is_transferred_within_three_days(office: Office) -> None:
    with time_machine.travel(MORNING, tick=False):
        case = office.registered(replace(FORM, content_class="TJ0"))
        assert due(office.look("wang", case)) == "2026-05-06"
    with time_machine.travel(MORNING + timedelta(days=8), tick=False):
        seen = office.look("wang", case)
        assert seen.clock is not None
        assert seen.clock.overdue
        office.do("wang", case, "transfer_out", authority="区城管委")
        office.do("wang", case, "note_receipt", words="城管收〔2026〕12号，5月7日")
        seen = office.look("wang", case)
        assert seen.state == "transferred_out"
        assert seen.clock is not None
        assert seen.clock.stopped_at is not None
        assert seen.steps[-1].words == "城管收〔2026〕12号，5月7日"


def test_a_repeat_is_merged_into_an_open_case_that_the_reader_sees(office: Office) -> None:
    first, again = office.registered(), office.registered()
    number = office.look("wang", first).register_no
    with pytest.raises(NoSuchCase):
        office.do("wang", again, "merge", other="XF1999-0001")
    office.do("wang", again, "merge", other=number)
    seen = office.look("wang", again)
    assert (seen.state, seen.steps[-1].to_case) == ("merged", (first, number))
    office.do("zhou", first, "void", words="登记有误")
    with pytest.raises(NoSuchCase):
        office.do("wang", office.registered(), "merge", other=number)


def test_what_all_know_of_is_not_merged_into_what_somebody_must_not_know_of(office: Office) -> None:
    letter = office.letter()
    restrictions.recuse(
        office.staff["wang"],
        office.archive,
        letter,
        person=public(office.archive, office.staff["cui"]),
        reason="亲属",
    )
    hidden = register_letter(office.staff["wang"], office.archive, letter, FORM)
    open_case = office.registered()
    with pytest.raises(NoSuchCase):
        office.do("wang", open_case, "merge", other=office.look("wang", hidden).register_no)
    office.do("wang", hidden, "merge", other=office.look("wang", open_case).register_no)


def kept_from_cui(office: Office, case: str) -> None:
    """The case concerns somebody who could see it."""
    (letter,) = office.look("zhou", case).letters
    cui = public(office.archive, office.staff["cui"])
    restrictions.recuse(office.staff["zhou"], office.archive, letter.public_id, person=cui, reason="被反映")


def test_what_was_told_of_a_merger_stays_when_the_other_case_is_hidden_later(office: Office) -> None:
    first, again = office.registered(), office.registered()
    office.do("wang", again, "merge", other=office.look("wang", first).register_no)
    before = office.look("cui", again)
    kept_from_cui(office, first)
    assert office.look("cui", again) == before
    with pytest.raises(NotFound):
        office.look("cui", first)


def test_a_case_is_not_merged_into_one_that_is_kept_since_from_somebody_who_sees_it(office: Office) -> None:
    first, again = office.registered(), office.registered()
    number = office.look("wang", first).register_no
    kept_from_cui(office, first)
    with pytest.raises(NoSuchCase):
        office.do("wang", again, "merge", other=number)


def test_an_extension_that_was_asked_for_in_time_cannot_be_granted_for_no_days(office: Office) -> None:
    with time_machine.travel(MORNING, tick=False):
        case = office.registered()
        office.go(case, "acknowledge_receipt")
        office.do("han", case, "ask_extension", days=2, words="等待")
        with pytest.raises(FieldMissing):
            office.do("fang", case, "grant_extension", days=0)
