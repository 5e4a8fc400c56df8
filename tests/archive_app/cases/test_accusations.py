"""Who instructs a restricted case and signs its result: whom the office named, another when they cannot."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from archive_app.access.system import SYSTEM
from archive_app.cases import register
from archive_app.cases.registration import register as register_letter
from archive_app.domain.errors import FieldMissing, NotOffered, StillMissing
from archive_app.errors import NotFound, NotToBeChosen
from archive_app.review import restrictions
from storage.models import AccountRole
from storage.session import unit_of_work
from tests.case_office import FORM, Office, on_both
from tests.office import public


def accused(office: Office, whom: str = "fang", *, until: str = "submit_result") -> tuple[str, str]:
    """A letter that accuses somebody, instructed by the director, handled by han: the letter and its case."""
    letter = office.letter()
    restrictions.accuse(
        office.staff["wang"],
        office.archive,
        letter,
        person=public(office.archive, office.staff[whom]),
        reason="信中所述",
        listed=[public(office.archive, office.staff["zhou"])],
    )
    case = register_letter(office.staff["wang"], office.archive, letter, FORM)
    for who, code, fields in (
        ("wang", "propose", {"words": "拟请局长批示", "instructor": "he"}),
        ("he", "instruct", {"words": "请查", "unit": "unit", "investigators": ("han",)}),
        ("wang", "hand_over", {}),
        ("han", "acknowledge_receipt", {}),
        ("han", "record_finding", {"words": "部分属实"}),
        ("han", "submit_result", {"words": "建议处理", "way_of_handling": "direct_reply"}),
    ):
        office.do(who, case, code, **fields)
        if code == until:
            break
    return letter, case


def may(office: Office, who: str, case: str) -> set[str]:
    return {offer.transition.code for offer in office.look(who, case).offers if not offer.missing}


def waiting(office: Office, who: str) -> dict[str, tuple[str, ...]]:
    return {item.row.public_id: item.acts for item in register.work(office.staff[who], office.archive).waiting}


def lose_the_role(office: Office, who: str) -> None:
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        of_account = AccountRole.account_id == office.staff[who].account_id
        session.execute(update(AccountRole).where(of_account).values(until=datetime.now(UTC)))
        session.commit()


@on_both
@pytest.mark.parametrize("why", ["accused", "left"])
def test_clause_3_3_what_its_leader_cannot_sign_any_more_is_handed_on_to_another(office: Office, why: str) -> None:
    letter, case = accused(office)
    assert "hand_on" not in may(office, "wang", case)
    assert case not in waiting(office, "wang")
    if why == "accused":
        restrictions.accuse(
            office.staff["wang"],
            office.archive,
            letter,
            person=public(office.archive, office.staff["he"]),
            reason="补充材料所述",
        )
        with pytest.raises(NotFound):
            office.look("he", case)
    else:
        lose_the_role(office, "he")
    assert "sign_off" not in may(office, "wang", case)
    assert waiting(office, "wang")[case] == ("hand_on",)
    with pytest.raises(FieldMissing):
        office.do("wang", case, "hand_on", words="局长已回避")
    for nobody in ("fang", "he", "han"):  # accused, cannot any more, does not instruct
        with pytest.raises(NotToBeChosen):
            office.do("wang", case, "hand_on", words="局长已回避", instructor=nobody)
    office.do("wang", case, "hand_on", words="局长已回避", instructor="li")
    assert office.look("li", case).state == "pending_signoff"
    assert waiting(office, "li")[case] == ("sign_off",)
    assert case not in waiting(office, "wang")
    with pytest.raises(StillMissing):
        office.do("wang", case, "hand_on", words="再改", instructor="li")
    office.do("li", case, "sign_off", words="同意")
    office.do("wang", case, "take_back")
    with pytest.raises(NotFound):
        office.look("fang", case)


@on_both
def test_clause_3_3_a_case_that_became_restricted_at_work_gets_a_leader_again(office: Office) -> None:
    """Its leader was of no list: there was none. The office hands it on to somebody, be it to the same one."""
    case = office.registered()
    office.go(case, "submit_result")
    letter = office.look("wang", case).letters[0].public_id
    assert "hand_on" not in {offer.transition.code for offer in office.look("wang", case).offers}
    restrictions.restrict(office.staff["wang"], office.archive, letter, restricted=True, reason="涉及举报")
    with pytest.raises(NotFound):
        office.look("fang", case)
    office.do("wang", case, "hand_on", words="请继续审签", instructor="fang")
    office.do("fang", case, "sign_off", words="同意")


def test_clause_3_3_another_leader_on_the_list_is_not_asked_for_anything(office: Office) -> None:
    letter, case = accused(office, "cui", until="propose")
    for who in ("fang", "li"):
        restrictions.allow(
            office.staff["wang"],
            office.archive,
            letter,
            person=public(office.archive, office.staff[who]),
            kind="listed",
            reason="参与研究",
        )
        assert office.look(who, case).state == "pending_instruction"
        assert case not in waiting(office, who)
        with pytest.raises(NotOffered):
            office.do(who, case, "instruct", words="请查", unit="unit", investigators=("han",))
    assert waiting(office, "he")[case] == ("instruct",)


def test_clause_9_3_a_request_for_more_time_waits_for_the_leader_and_nothing_else_does(office: Office) -> None:
    case = office.registered()
    office.go(case, "acknowledge_receipt")
    assert case not in waiting(office, "fang")
    office.do("han", case, "ask_extension", days=5, words="需外调")
    assert waiting(office, "fang")[case] == ("grant_extension",)
    office.do("fang", case, "refuse_extension", words="抓紧办理")
    assert case not in waiting(office, "fang")
