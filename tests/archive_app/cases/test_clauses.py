"""What can be done with a case, clause by clause (chapters 二, 三, 四, 九, 十一 of the rules; `docs/clauses.md`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from archive_app.access.system import SYSTEM
from archive_app.cases import case_view, register
from archive_app.cases.registration import change_form, register_spoken
from archive_app.cases.registration import register as register_letter
from archive_app.cases.results import CaseView
from archive_app.domain.codes import CONDUCT
from archive_app.domain.errors import ConductMissing, FieldMissing, FieldUnknown, NoSuchCase, NotOffered, StillMissing
from archive_app.errors import NotFound, NotToBeChosen
from archive_app.review import restrictions
from storage.models import Letter, Registration, RegistrationVersion
from storage.session import unit_of_work
from tests.case_office import FORM, Office, on_both
from tests.office import employ, public, unit

VISIT = replace(FORM, channel="visit")
MORNING = datetime(2026, 4, 29, 1, 0, tzinfo=UTC)
"""Nine o'clock in the office, on the Wednesday before the May holidays."""


def visit(office: Office) -> str:
    return register_spoken(office.staff["wang"], office.archive, VISIT, received_at=datetime.now(UTC))


def may(office: Office, who: str, case: str) -> set[str]:
    return {offer.transition.code for offer in office.look(who, case).offers if not offer.missing}


def due(seen: CaseView) -> str:
    assert seen.clock is not None
    return seen.clock.due.isoformat()


def waiting(office: Office, who: str) -> dict[str, tuple[str, ...]]:
    found = register.work(office.staff[who], office.archive)
    return {item.row.public_id: item.acts for item in found.waiting}


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


def test_clause_11_4_the_papers_of_a_letter_from_a_stack_tell_nothing_of_the_others(office: Office) -> None:
    """The stack's original is of all letters in it: its sum differs with each of them."""
    case = office.registered()
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        letter = session.scalars(select(Letter)).one()
        original = letter.sources[0].sha256
        letter.intake.grouping, letter.access_copy = "stack", "f" * 64
        session.commit()
    office.go(case, "hand_over")
    (paper,) = next(step for step in office.look("wang", case).steps if step.act == "hand_over").details["papers"]
    assert paper["sha256"] == ["f" * 64] != [original]


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


def test_clause_9_1_what_is_late_is_supervised(office: Office) -> None:
    with time_machine.travel(MORNING, tick=False):
        case = office.registered()
        office.go(case, "acknowledge_receipt")
    with time_machine.travel(MORNING + timedelta(days=16), tick=False):
        item = next(
            item for item in register.work(office.staff["han"], office.archive).waiting if item.row.public_id == case
        )
        assert item.row.overdue
        assert item.used == 1
        office.do("wang", case, "supervise", words="请三日内办结")
        assert office.look("han", case).steps[-1].words == "请三日内办结"


def test_clause_9_3_an_extension_is_asked_for_in_time_and_the_first_due_day_stays(office: Office) -> None:
    with time_machine.travel(MORNING, tick=False):
        case = office.registered()
        office.go(case, "acknowledge_receipt")
    with time_machine.travel(MORNING + timedelta(days=15), tick=False):
        office.do("han", case, "ask_extension", days=5, words="等待鉴定")
    with time_machine.travel(MORNING + timedelta(days=16), tick=False):
        with pytest.raises(StillMissing):
            office.do("han", case, "ask_extension", days=5, words="再要五天")
        office.do("fang", case, "grant_extension", days=5, words="同意")
        clock = office.look("wang", case).clock
        assert clock is not None
        assert (clock.first_due.isoformat(), clock.due.isoformat()) == ("2026-05-14", "2026-05-19")
    with time_machine.travel(MORNING + timedelta(days=30), tick=False), pytest.raises(StillMissing):
        office.do("han", case, "ask_extension", days=5, words="又要五天")


def test_clause_9_3_a_refused_extension_changes_nothing(office: Office) -> None:
    with time_machine.travel(MORNING, tick=False):
        case = office.registered()
        office.go(case, "acknowledge_receipt")
        office.do("han", case, "ask_extension", days=5, words="等待鉴定")
        office.do("fang", case, "refuse_extension", words="抓紧办理")
        assert due(office.look("wang", case)) == "2026-05-14"
        assert "ask_extension" in may(office, "han", case)


def test_clause_11_1_a_leader_says_ours_or_sends_it_back(office: Office) -> None:
    case = office.registered()
    office.go(case, "propose")
    assert {"instruct", "send_back"} <= may(office, "fang", case)
    with pytest.raises(FieldMissing):
        office.do("fang", case, "send_back")
    office.do("fang", case, "send_back", words="与本系统无关，请向来信人解释")
    office.do("wang", case, "redirect", authority="区住建委", route="投诉受理")
    assert office.look("fang", case).state == "guided"


@on_both
def test_clause_11_2_the_check_list_stands_on_each_visit_record(office: Office) -> None:
    wang, now = office.staff["wang"], datetime.now(UTC)
    for conduct in ((), CONDUCT[:2]):
        with pytest.raises(ConductMissing):
            register_spoken(wang, office.archive, replace(VISIT, conduct=conduct), received_at=now)
    with pytest.raises(FieldUnknown):
        register_spoken(wang, office.archive, replace(VISIT, conduct=(*CONDUCT, "more")), received_at=now)
    why = "来访人留下一篮水果，已当日退还"
    case = register_spoken(wang, office.archive, replace(VISIT, conduct=CONDUCT[:2], conduct_note=why), received_at=now)
    change_form(wang, office.archive, case, VISIT, base_version=1)
    newest, first = case_view.versions(wang, office.archive, case)
    assert (first.form.conduct, first.form.conduct_note) == (CONDUCT[:2], why)
    assert (newest.form.conduct, newest.form.conduct_note) == (CONDUCT, "")
    assert {name for name, _, _ in newest.changed} == {"conduct", "conduct_note"}
    with pytest.raises(ConductMissing):
        change_form(wang, office.archive, case, replace(VISIT, conduct=()), base_version=2)


def test_clause_11_2_a_call_may_have_the_list_and_a_letter_has_none(office: Office) -> None:
    call = replace(FORM, channel="telephone")
    wang, now = office.staff["wang"], datetime.now(UTC)
    for conduct in ((), CONDUCT):
        case = register_spoken(wang, office.archive, replace(call, conduct=conduct), received_at=now)
        assert office.look("wang", case).form.conduct == conduct
    assert office.look("wang", office.registered(replace(FORM, conduct_note="无"))).form.conduct_note == ""


def test_clause_11_2_a_visit_of_before_is_read_but_not_resolved_without_the_list(office: Office) -> None:
    case = visit(office)
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        session.execute(update(Registration).values(conduct=[]))
        version = session.scalars(select(RegistrationVersion)).one()
        content = {name: value for name, value in version.content.items() if not name.startswith("conduct")}
        session.execute(update(RegistrationVersion).values(content=content))
        session.commit()
    assert office.look("wang", case).form.conduct == ()
    assert [each.form.conduct for each in case_view.versions(office.staff["wang"], office.archive, case)] == [()]
    with pytest.raises(StillMissing):
        office.do("wang", case, "resolve_on_site", words="当场说明了政策")
    change_form(office.staff["wang"], office.archive, case, VISIT, base_version=1)
    office.do("wang", case, "resolve_on_site", words="当场说明了政策")


@on_both
def test_clause_11_3_who_is_recused_is_not_offered_and_loses_sight_at_once(office: Office) -> None:
    case = office.registered()
    office.go(case, "propose")
    letter = office.look("wang", case).letters[0].public_id
    han = public(office.archive, office.staff["han"])
    assert han in {each.value for each in office.look("fang", case).investigators}
    restrictions.recuse(office.staff["wang"], office.archive, letter, person=han, reason="与信访人是亲属")
    assert han not in {each.value for each in office.look("fang", case).investigators}
    with pytest.raises(NotToBeChosen):
        office.do("fang", case, "instruct", words="请办理", unit="unit", investigators=("han",))
    office.do("fang", case, "instruct", words="请办理", unit="unit")
    with pytest.raises(NotFound):
        office.look("han", case)
    assert case not in waiting(office, "han")
    assert office.look("tang", case).state == "instructed"


def test_clause_11_4_an_accused_unit_is_not_offered_and_sees_nothing(office: Office) -> None:
    other = unit(office.archive, "执法处", employ(office.archive, "qin", "秦执法", "handler"))
    letter = office.letter()
    restrictions.accuse(
        office.staff["wang"],
        office.archive,
        letter,
        unit=other,
        reason="信中所述",
        listed=[public(office.archive, office.staff["zhou"])],
    )
    case = register_letter(office.staff["wang"], office.archive, letter, FORM)
    office.do("wang", case, "propose", words="拟请局长批示", instructor="he")
    assert {each.name for each in office.look("he", case).units} == {"综合处"}
    with pytest.raises(NotToBeChosen):
        office.do("he", case, "instruct", words="请查", unit=other, investigators=("han",))


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


def test_an_extension_that_was_asked_for_in_time_cannot_be_granted_for_no_days(office: Office) -> None:
    with time_machine.travel(MORNING, tick=False):
        case = office.registered()
        office.go(case, "acknowledge_receipt")
        office.do("han", case, "ask_extension", days=2, words="等待")
        with pytest.raises(FieldMissing):
            office.do("fang", case, "grant_extension", days=0)
