"""Code tables that the office keeps: what is offered, what old cases keep, what cannot be retired, and the history."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive_app.cases.registration import change_form, register
from archive_app.codes import service
from archive_app.domain import codes
from archive_app.domain.code_tables import ALWAYS_OFFERED, DEFAULTS, UNCHANGED
from archive_app.domain.errors import (
    CodeMalformed,
    CodeNeeded,
    CodeTaken,
    FieldMissing,
    FieldTooLong,
    FieldUnknown,
    WordsTaken,
)
from archive_app.errors import NotFound, ReasonMissing
from archive_app.people.sign_in import add_account
from archive_app.printing import service as printing
from archive_app.search import search
from archive_app.search.results import SearchRequest
from archive_app.site import create_app
from tests.archive_app.views.test_site import sign_in, token
from tests.case_office import FORM, Office, on_both
from tests.databases import PASSWORD

WHY = "局办公会2026年第3次会议"


def keep(office: Office, name: str, zh: str, *, code: str = "", en: str = "") -> str:
    return service.add(office.staff["zhou"], office.archive, name, code=code, zh=zh, en=en, reason=WHY)


def retire(office: Office, name: str, code: str, *, offered: bool = False) -> None:
    service.offer(office.staff["zhou"], office.archive, name, code, offered=offered, reason=WHY)


def shown(office: Office, name: str) -> list[str]:
    found = service.table(office.staff["zhou"], office.archive, name)
    assert [each.code for each in found if each.offered] == list(service.tables_of(office.archive).offered(name))
    return [each.code for each in found]


def test_the_tables_are_the_defaults_as_long_as_nothing_was_changed(office: Office) -> None:
    for name, table in DEFAULTS.items():
        assert tuple(shown(office, name)) == UNCHANGED.offered(name) == table


@on_both
def test_what_is_added_is_taken_by_a_form_at_once_and_what_is_retired_is_not(office: Office) -> None:
    with pytest.raises(FieldUnknown):
        office.registered(replace(FORM, cause="own1"))
    assert keep(office, "cause", "系统故障", en="System failure") == "own1"
    case = office.registered(replace(FORM, cause="own1"))
    retire(office, "cause", "own1")
    with pytest.raises(FieldUnknown):
        office.registered(replace(FORM, cause="own1"))
    # The case that has it keeps it, whatever else of its form is changed.
    form = replace(office.look("wang", case).form, registrar_note="补充说明")
    assert change_form(office.staff["wang"], office.archive, case, form, base_version=1) == 2
    other = office.registered()
    with pytest.raises(FieldUnknown):
        change_form(office.staff["wang"], office.archive, other, form, base_version=1)
    retire(office, "cause", "own1", offered=True)
    office.registered(replace(FORM, cause="own1"))


@on_both
def test_every_change_is_kept_with_who_and_why(office: Office) -> None:
    code = keep(office, "sector", "高新技术企业")
    said = {"zh": "高新区企业", "en": "High-tech zone", "reason": "区划调整"}
    service.rename(office.staff["zhou"], office.archive, "sector", code, **said)
    retire(office, "sector", code)
    entry = service.table(office.staff["zhou"], office.archive, "sector")[-1]
    assert [(each.zh, each.offered, each.by, each.reason) for each in entry.history] == [
        ("高新区企业", False, "周正清", WHY),
        ("高新区企业", True, "周正清", "区划调整"),
        ("高新技术企业", True, "周正清", WHY),
    ]


def test_what_the_rules_hang_on_is_renamed_and_moved_but_not_retired(office: Office) -> None:
    assert codes.OUT_OF_SCOPE in ALWAYS_OFFERED["content_class"]
    for name, needed in ALWAYS_OFFERED.items():
        for code in needed:
            with pytest.raises(CodeNeeded):
                retire(office, name, code)
    said = {"zh": "来访接待", "en": "", "reason": WHY}
    service.rename(office.staff["zhou"], office.archive, "channel", "visit", **said)
    service.move(office.staff["zhou"], office.archive, "channel", "visit", up=True)
    assert shown(office, "channel")[:2] == ["visit", "letter"]


def test_entries_are_moved_one_place_at_a_time(office: Office) -> None:
    first, second, third, *rest = DEFAULTS["purpose"]
    reader, archive = office.staff["zhou"], office.archive
    service.move(reader, archive, "purpose", third, up=True)
    assert shown(office, "purpose") == [first, third, second, *rest]
    service.move(reader, archive, "purpose", third, up=True)
    service.move(reader, archive, "purpose", third, up=True)
    assert shown(office, "purpose") == [third, first, second, *rest]
    service.move(reader, archive, "purpose", third, up=False)
    assert shown(office, "purpose") == [first, third, second, *rest]
    last = rest[-1]
    service.move(reader, archive, "purpose", last, up=False)
    assert shown(office, "purpose")[-1] == last
    service.move(reader, archive, "purpose", first, up=False)
    for _ in DEFAULTS["purpose"]:
        service.move(reader, archive, "purpose", first, up=False)
    assert shown(office, "purpose") == [third, second, *rest, first]


def test_what_is_wrong_with_an_entry_is_said_of_its_field(office: Office) -> None:
    with pytest.raises(FieldMissing):
        keep(office, "cause", " ")
    with pytest.raises(FieldTooLong):
        keep(office, "cause", "长" * 61)
    with pytest.raises(CodeMalformed):
        keep(office, "cause", "新原因", code="a b")
    with pytest.raises(CodeMalformed):
        keep(office, "locality", "新区", code="12")
    with pytest.raises(CodeTaken):
        keep(office, "cause", "新原因", code="POLICY")
    with pytest.raises(WordsTaken):
        keep(office, "cause", "政策规定")
    with pytest.raises(ReasonMissing):
        service.add(office.staff["zhou"], office.archive, "cause", code="", zh="新原因", en="", reason=" ")
    with pytest.raises(NotFound):
        keep(office, "feedback_by", "短信")
    with pytest.raises(NotFound):
        retire(office, "cause", "none")
    assert keep(office, "locality", "河北省") == "900001"
    assert keep(office, "locality", "北京市", code="110000") == "110000"


@pytest.mark.parametrize("who", ["wang", "fang", "he", "cui", "shen", "tang"])
def test_nobody_but_the_head_of_the_office_keeps_codes(office: Office, who: str) -> None:
    with pytest.raises(NotFound):
        service.table(office.staff[who], office.archive, "cause")
    with pytest.raises(NotFound):
        service.add(office.staff[who], office.archive, "cause", code="", zh="新原因", en="", reason=WHY)
    with pytest.raises(NotFound):
        service.move(office.staff[who], office.archive, "cause", "policy", up=False)


@on_both
def test_a_way_of_handling_that_was_added_is_taken_and_one_that_was_retired_is_not(office: Office) -> None:
    keep(office, "way_of_handling", "联合接访", code="joint")
    retire(office, "way_of_handling", "direct_reply")
    case = office.registered()
    office.go(case, "record_finding")
    with pytest.raises(FieldUnknown):
        office.do("han", case, "submit_result", words="已答复", way_of_handling="direct_reply")
    office.do("han", case, "submit_result", words="已答复", way_of_handling="joint")
    assert office.look("han", case).state == "pending_signoff"


def test_a_channel_that_was_added_is_found_by_its_word(office: Office) -> None:
    keep(office, "channel", "微信", code="wechat")
    case = register(office.staff["wang"], office.archive, office.letter(), replace(FORM, channel="wechat"))
    assert office.look("wang", case).form.channel == "wechat"
    for asked in ("channel:微信", "channel:wechat", "形式:来信"):
        page = search.search(office.staff["wang"], office.archive, SearchRequest(text=asked))
        assert page.error is None, asked


def test_the_pages_say_the_words_of_the_office_in_the_readers_language(office: Office) -> None:
    case = office.registered()
    add_account(office.archive, "bao", PASSWORD, display_name="鲍主任", roles=("office_head",))
    with create_app(office.archive).test_client() as client:
        sign_in(client, "bao", PASSWORD)
        sent = {"csrf_token": token(client, "/codes?table=cause"), "zh": "政策执行", "en": "Carrying out policy"}
        sent |= {"what": "rename", "reason": WHY}
        answer = client.post("/codes/cause/policy", data=sent)
        assert answer.status_code == 303
        assert "政策执行" in client.get(answer.location).get_data(as_text=True)
        assert client.post("/codes/cause/policy", data=sent | {"reason": ""}).status_code == 400
        added = client.post("/codes/street", data={**sent, "zh": "大沽街道"})
        assert added.status_code == 303
        form = client.get("/registration").get_data(as_text=True)
        assert '<option value="policy">政策执行</option>' in form
        assert '<option value="大沽街道">' in form
        assert "政策执行" in client.get(f"/cases/{case}").get_data(as_text=True)
        client.set_cookie("language", "en")
        assert "Carrying out policy" in client.get(f"/cases/{case}").get_data(as_text=True)
        assert client.get("/codes?table=none").status_code == 404
    word = service.chinese_words(service.tables_of(office.archive))
    assert (word("cause", "policy"), word("cause", "mistake")) == ("政策执行", "工作失误")


def test_a_print_has_the_words_of_the_office(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[object] = []
    monkeypatch.setattr(printing, "draw", lambda form, sheet=False: drawn.append(form) or b"%PDF")
    said = {"zh": "数据质量求决", "en": "", "reason": WHY}
    service.rename(office.staff["zhou"], office.archive, "purpose", "request", **said)
    printing.make(office.staff["wang"], office.archive, office.registered(), "reception_form")
    assert "数据质量求决" in repr(drawn)
