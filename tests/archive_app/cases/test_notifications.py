"""Who is told of what, and that a veto leaves nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from archive_app.access.system import SYSTEM
from archive_app.cases import inbox
from archive_app.cases.notifications import RECIPIENTS, RESPONSIBLE, note_all_opened, note_opened
from archive_app.cases.registration import register
from archive_app.domain.errors import StillMissing
from archive_app.domain.workflow import BY_CODE, OPEN
from archive_app.language.case_labels import TOLD
from archive_app.people.sign_in import hashed
from archive_app.review import restrictions
from archive_app.site import create_app
from storage.models import Account, CaseStep, Notification
from storage.session import reading, unit_of_work
from tests.archive_app.views.test_site import PASSWORD, sign_in, token
from tests.case_office import FORM, Office, on_both
from tests.office import employ, public


def told(office: Office, who: str) -> list[tuple[str, bool]]:
    """What somebody is told of, newest first, and whether it is new."""
    return [(each.kind, each.new) for each in inbox.notifications(office.staff[who], office.archive)]


def kinds(office: Office, who: str) -> list[str]:
    return [kind for kind, _ in told(office, who)]


def recuse(office: Office, case: str, who: str) -> None:
    (letter,) = office.look("wang", case).letters
    person = public(office.archive, office.staff[who])
    restrictions.recuse(office.staff["zhou"], office.archive, letter.public_id, person=person, reason="有利害关系")


@contextmanager
def browser(office: Office, who: str) -> Iterator[FlaskClient]:
    """Somebody of the office, signed in."""
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        own = update(Account).where(Account.id == office.staff[who].account_id)
        session.execute(own.values(password_hash=hashed(PASSWORD)))
        session.commit()
    with create_app(office.archive).test_client() as client:
        assert sign_in(client, who, PASSWORD).status_code == 303
        yield client


def test_every_act_told_is_an_act_and_has_its_words() -> None:
    assert set(RECIPIENTS) <= set(BY_CODE)
    assert set(RECIPIENTS) <= set(TOLD)
    assert set(RESPONSIBLE) == set(OPEN)


@on_both
def test_each_is_told_when_the_case_comes_to_them(office: Office) -> None:
    case = office.registered()
    office.go(case, "close")
    # Whoever of the office did it is not told of it themselves; the other one is.
    assert kinds(office, "zhou") == ["sign_off", "instruct"]
    assert kinds(office, "wang") == ["sign_off", "instruct"]
    assert kinds(office, "fang") == ["submit_result", "propose"]
    assert kinds(office, "he") == ["propose"]
    assert kinds(office, "tang") == ["hand_over"]
    assert kinds(office, "han") == ["hand_over"]
    assert kinds(office, "li") == []
    assert kinds(office, "cui") == kinds(office, "shen") == []


def test_who_is_named_is_told_alone_and_nobody_of_what_they_did_themselves(office: Office) -> None:
    case = office.registered()
    office.do("wang", case, "propose", words="请阅示", instructor="he")
    assert (kinds(office, "he"), kinds(office, "fang")) == (["propose"], [])
    office.do("he", case, "instruct", words="请办理", unit="unit")
    office.do("zhou", case, "hand_over")
    assert kinds(office, "zhou") == kinds(office, "wang") == ["instruct"]
    office.do("tang", case, "decline", words="不属本处职责")
    assert kinds(office, "wang")[0] == "decline"


def test_what_hurries_is_told_to_who_has_the_case(office: Office) -> None:
    case = office.registered()
    office.do("zhou", case, "mark_urgent", words="领导关注")
    assert (kinds(office, "wang"), kinds(office, "zhou")) == (["mark_urgent"], [])
    for who, code, fields in (
        ("wang", "propose", {"words": "拟请批示"}),
        ("fang", "instruct", {"words": "请办理", "unit": "unit"}),
        ("wang", "hand_over", {}),
        ("tang", "acknowledge_receipt", {}),
        ("han", "ask_extension", {"words": "情况复杂", "days": 5}),
        ("fang", "grant_extension", {"days": 3}),
        ("wang", "supervise", {"words": "请抓紧"}),
    ):
        office.do(who, case, code, **fields)
    assert kinds(office, "han") == ["supervise", "grant_extension", "hand_over"]
    assert kinds(office, "he")[:1] == ["ask_extension"]


@on_both
def test_clause_3_3_of_an_accusation_only_those_on_its_list_are_told(office: Office) -> None:
    letter = office.letter()
    restrictions.accuse(
        office.staff["zhou"],
        office.archive,
        letter,
        person=public(office.archive, office.staff["fang"]),
        reason="反映其问题",
        listed=[public(office.archive, office.staff["wang"])],
    )
    case = register(office.staff["wang"], office.archive, letter, FORM)
    office.do("wang", case, "propose", words="请局长批示", instructor="he")
    office.do("he", case, "instruct", words="请核查", unit="unit", investigators=("han",))
    office.do("wang", case, "hand_over")
    assert (kinds(office, "he"), kinds(office, "han")) == (["propose"], ["hand_over"])
    assert kinds(office, "fang") == kinds(office, "tang") == kinds(office, "li") == []


@on_both
def test_clause_2_2_a_major_matter_is_told_to_the_leaders_in_the_same_transaction(office: Office) -> None:
    case = office.registered()
    recuse(office, case, "he")
    office.do("wang", case, "report_major", words="已电话报告")
    assert kinds(office, "fang") == ["report_major"]
    assert kinds(office, "he") == kinds(office, "zhou") == []
    with reading(office.archive.sessions, SYSTEM.key) as session:
        step = session.scalars(select(CaseStep).where(CaseStep.act == "report_major")).one()
        row = session.scalars(select(Notification).where(Notification.kind == "report_major")).one()
        assert (row.case_id, row.opened_at, row.mailed_at) == (step.case_id, None, None)


def test_clause_2_2_a_report_that_is_refused_tells_nobody(office: Office) -> None:
    case = office.registered()
    office.do("wang", case, "report_major", words="已电话报告")
    with pytest.raises(StillMissing):
        office.do("wang", case, "report_major", words="再次报告")
    assert kinds(office, "fang") == ["report_major"]


@on_both
def test_clause_11_4_a_veto_withdraws_what_was_told_and_leaves_nothing_of_it(office: Office) -> None:
    hidden, other = office.registered(), office.registered()
    office.go(hidden, "propose")
    office.go(other, "propose")
    assert inbox.new(office.staff["fang"], office.archive) == 2
    recuse(office, hidden, "fang")
    (left,) = inbox.notifications(office.staff["fang"], office.archive)
    assert (left.case_id, inbox.new(office.staff["fang"], office.archive)) == (other, 1)
    # Nor is it read by who cannot see it, whatever they send.
    note_opened(office.staff["fang"], office.archive, hidden)
    note_all_opened(office.staff["fang"], office.archive, datetime.now(UTC))
    with reading(office.archive.sessions, SYSTEM.key) as session:
        opened = select(Notification.opened_at).where(Notification.account_id == office.staff["fang"].account_id)
        assert sorted(moment is None for moment in session.scalars(opened)) == [False, True]


@on_both
def test_a_page_shows_what_is_new_until_the_case_was_looked_at(office: Office) -> None:
    case, other = office.registered(), office.registered()
    office.go(case, "propose")
    office.go(other, "propose")
    with browser(office, "fang") as client:
        assert "通知：2 条未读" in client.get("/").get_data(as_text=True)
        page = client.get("/notifications").get_data(as_text=True)
        assert page.count("待您批示") == 2
        assert f'href="/cases/{case}"' in page
        client.get(f"/cases/{case}")
        assert "通知：1 条未读" in client.get("/notifications").get_data(as_text=True)
        assert sorted(told(office, "fang")) == [("propose", False), ("propose", True)]


def test_marking_all_leaves_what_came_since_the_page_was_shown(office: Office) -> None:
    case, other = office.registered(), office.registered()
    office.go(case, "propose")
    with browser(office, "fang") as client:
        page = client.get("/notifications").get_data(as_text=True)
        until = page.partition('name="until" value="')[2].partition('"')[0]
        office.go(other, "propose")
        form = {"csrf_token": token(client, "/"), "until": until}
        assert client.post("/notifications", data=form).location == "/notifications"
        assert [new for _, new in told(office, "fang")] == [True, False]
        assert client.post("/notifications", data=form | {"until": "whenever"}).status_code == 303
        assert [new for _, new in told(office, "fang")] == [True, False]


def test_the_bell_is_for_who_works_on_cases(office: Office) -> None:
    office.staff["gu"] = employ(office.archive, "gu", "顾系统", "system_administrator")
    with browser(office, "gu") as client:
        assert "/notifications" not in client.get("/").get_data(as_text=True)
    with browser(office, "tang") as client:
        assert "/notifications" in client.get("/").get_data(as_text=True)
        assert "/notifications" not in client.get("/no/such/page").get_data(as_text=True)


def test_notifications_are_of_the_newest_cases_first(office: Office) -> None:
    first, second = office.registered(), office.registered()
    office.go(first, "propose")
    office.go(second, "propose")
    listed = inbox.notifications(office.staff["fang"], office.archive)
    assert [each.case_id for each in listed] == [second, first]
