"""Clauses of chapters nine and eleven: supervision, extensions, conduct, recusal, secrecy."""

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
from archive_app.domain.codes import CONDUCT
from archive_app.domain.errors import ConductMissing, FieldMissing, FieldUnknown, StillMissing
from archive_app.errors import NotFound, NotToBeChosen
from archive_app.review import restrictions
from storage.models import Letter, Registration, RegistrationVersion
from storage.session import unit_of_work
from tests.archive_app.cases.clauses import MORNING, VISIT, due, may, visit, waiting
from tests.case_office import FORM, Office, on_both
from tests.office import employ, public, unit


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
