"""The web API: the acts of the pages for other systems, for what their token is for, through the same door."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from archive_app.access.identity import SCOPES
from archive_app.access.system import SYSTEM
from archive_app.people import tokens
from archive_app.review import restrictions
from archive_app.views.api.site import OPERATIONS
from storage.models import AuditEvent, Registration
from storage.session import reading
from tests.archive_app.views.api.conftest import System, in_future, token_of
from tests.case_office import WAY, Office


def test_an_online_petition_is_registered_and_carried_to_its_reply(office: Office, portal: System, app: Flask) -> None:
    made = portal.ask("POST", "/cases", portal.petition())
    assert made.status_code == 201
    case = made.json["case"]
    systems = {
        who: System(app, token_of(office.archive, office.staff[who])) for who in ("wang", "fang", "tang", "han", "li")
    }
    for who, act, fields in WAY:
        system = systems[who]
        sent = dict(fields)
        if sent.get("unit") == "unit":
            sent["unit"] = office.unit
        found = system.ask("GET", f"/cases/{case}").json
        assert act in [each["act"] for each in found["offers"]]
        done = system.ask("POST", f"/cases/{case}/acts/{act}", sent | {"seen": found["seen"]})
        assert done.status_code == 200, done.json
    assert portal.ask("GET", f"/cases/{case}/state").json["state"] == "closed"
    number = portal.ask("POST", f"/cases/{case}/prints", {"form": "reply_letter"}).json["number"]
    with portal.ask("GET", f"/cases/{case}/prints/{number}") as paper:
        assert paper.data.startswith(b"%PDF-")


def test_the_same_request_sent_again_registers_once(office: Office, portal: System) -> None:
    first, second = (portal.ask("POST", "/cases", portal.petition(), **{"Idempotency-Key": "47"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    other = portal.ask("POST", "/cases", portal.petition(claims="另一件事"), **{"Idempotency-Key": "47"})
    assert (other.status_code, other.json["code"]) == (409, "key_used")
    with reading(office.archive.sessions, SYSTEM.key) as session:
        assert session.scalar(select(func.count()).select_from(Registration)) == 1


def test_a_key_is_its_accounts_own(office: Office, portal: System, app: Flask) -> None:
    hers = System(app, token_of(office.archive, office.staff["zhou"]))
    made = [each.ask("POST", "/cases", each.petition(), **{"Idempotency-Key": "47"}) for each in (portal, hers)]
    assert made[0].json["case"] != made[1].json["case"]


def test_what_the_rules_refuse_is_told_with_its_field(portal: System) -> None:
    for changed, field, code in (
        ({"claims": ""}, "claims", "field_missing"),
        ({"locality": "999999"}, "locality", "not_to_be_chosen"),
        ({"headcount": -1}, "headcount", "headcount_wrong"),
    ):
        refused = portal.ask("POST", "/cases", portal.petition(**changed))
        assert (refused.status_code, refused.json["field"], refused.json["code"]) == (422, field, code)
    late = portal.ask("POST", "/cases", portal.petition() | {"received_at": in_future()})
    assert (late.status_code, late.json["field"]) == (422, "received_at")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1899-12-31T09:00:00Z"])
def test_a_moment_at_the_ends_of_the_calendar_is_refused(portal: System, moment: str) -> None:
    refused = portal.ask("POST", "/cases", portal.petition() | {"received_at": moment})
    assert (refused.status_code, refused.json["field"]) == (422, "received_at")


@pytest.mark.parametrize(
    ("sent", "at"),
    [
        ({"form": {"headcount": "3"}}, "form/headcount"),
        ({"form": {"surname": "陈"}}, "form/surname"),
        ({"received_at": "2026-04-01T09:00:00"}, "received_at"),
        ({"repeats": 7}, "repeats"),
        ({"registrar_note": ""}, "registrar_note"),
    ],
)
def test_a_request_that_is_not_as_described_is_refused_by_place(portal: System, sent: dict[str, Any], at: str) -> None:
    body = portal.petition()
    body |= sent | {"form": body["form"] | sent.get("form", {})}
    refused = portal.ask("POST", "/cases", body)
    assert refused.status_code == 400
    assert [place["at"] for place in refused.json["places"]] == [at]
    assert "陈" not in refused.get_data(as_text=True)


def test_a_body_that_is_no_json_is_refused(portal: System, app: Flask) -> None:
    shown = {"Authorization": f"Bearer {portal.token}"}
    sent = app.test_client().post("/api/v2/cases", data="form=1", headers=shown)
    assert sent.status_code == 415
    for broken in (b"{", b"\xff\xfe", b"[1]"):
        answer = app.test_client().post("/api/v2/cases", data=broken, headers=shown, content_type="application/json")
        assert answer.status_code == 400


def test_two_who_change_one_form_are_told_of_each_other(office: Office, portal: System) -> None:
    case = office.registered()
    form = portal.ask("GET", f"/cases/{case}").json["form"]
    first = portal.ask("PUT", f"/cases/{case}/form", {"form": form | {"registrar_note": "甲"}, "base_version": 1})
    assert first.json == {"version": 2}
    second = portal.ask("PUT", f"/cases/{case}/form", {"form": form | {"registrar_note": "乙"}, "base_version": 1})
    assert (second.status_code, second.json["code"]) == (409, "form_changed")
    versions = portal.ask("GET", f"/cases/{case}/versions").json["versions"]
    assert [each["form"]["registrar_note"] for each in versions] == ["甲", ""]


def test_a_step_on_a_case_that_moved_is_refused(office: Office, portal: System) -> None:
    case = office.registered()
    office.do("wang", case, "propose", words="拟请批示")
    late = portal.ask("POST", f"/cases/{case}/acts/void", {"seen": 1, "words": "重复"})
    assert (late.status_code, late.json["code"]) == (409, "case_moved")


def test_who_gives_a_case_back_is_told_that_it_is_in_other_hands(office: Office, app: Flask) -> None:
    case = office.registered()
    office.go(case, "acknowledge_receipt")
    unit = System(app, token_of(office.archive, office.staff["tang"]))
    seen = unit.ask("GET", f"/cases/{case}").json["seen"]
    assert unit.ask("POST", f"/cases/{case}/acts/decline", {"seen": seen, "words": "不属本处"}).json == {"case": None}


@pytest.mark.parametrize("name", [name for name, each in OPERATIONS.items() if each.scope])
def test_a_token_is_for_its_scopes_only(office: Office, app: Flask, name: str) -> None:
    operation = OPERATIONS[name]
    others = [scope for scope in SCOPES if scope != operation.scope]
    system = System(app, token_of(office.archive, office.staff["wang"], *others))
    path = operation.path.replace("<public_id>", office.registered()).replace("<int:year>", "2026")
    path = path.replace("<int:number>", "1").replace("<act>", "void")
    refused = system.ask(operation.verb, path, {} if operation.body else None)
    assert (refused.status_code, refused.json["code"]) == (403, "scope_missing")


def test_a_token_opens_no_page_and_a_session_no_operation(portal: System, app: Flask) -> None:
    client = app.test_client()
    page = client.get("/", headers={"Authorization": f"Bearer {portal.token}"})
    assert page.status_code == 303
    assert client.get("/api/v2/account").status_code == 401
    assert client.get("/api/v2/account").headers["WWW-Authenticate"] == "Bearer"
    assert client.get("/api/v2/none").status_code == 401
    assert client.get("/api/openapi.json").status_code == 200


def test_whoever_may_not_know_of_a_case_finds_nothing_by_a_token_either(office: Office, app: Flask) -> None:
    """十一.4: hidden and absent are one, byte for byte, in every operation."""
    hidden = office.registered()
    accused = office.staff["zhou"]
    system = System(app, token_of(office.archive, accused))
    seen = system.ask("GET", f"/cases/{hidden}")
    assert seen.status_code == 200
    _accuse(office, hidden, accused.display_name)
    for name, each in OPERATIONS.items():
        if "<public_id>" not in each.path or name == "register_letter":
            continue
        path = each.path.replace("<int:number>", "1").replace("<act>", "void")
        body = BODIES.get(name)
        answers = [system.ask(each.verb, path.replace("<public_id>", case), body) for case in (hidden, "none-of-these")]
        assert answers[0].data == answers[1].data, name
        assert {answer.status_code for answer in answers} <= {404, 422}, name
    assert hidden not in system.ask("GET", "/register/2026").get_data(as_text=True)
    assert system.ask("GET", "/search?q=噪声").json["total"] == 0


BODIES: dict[str, dict[str, Any]] = {
    "change_form": {"form": {}, "base_version": 1},
    "act": {"seen": 1, "words": "x"},
    "make_print": {"form": "reception_form"},
}


def _accuse(office: Office, case: str, name: str) -> None:
    letter = office.look("wang", case).letters[0].public_id
    restrictions.accuse(office.staff["wang"], office.archive, letter, words=name, reason="来信反映")


def test_a_petition_that_names_its_registrar_is_handed_over_and_told_no_number(office: Office, portal: System) -> None:
    named = office.staff["wang"].display_name
    petition = portal.petition(verbatim_statement=f"反映{named}收受礼品")
    for _ in ("first", "again"):
        made = portal.ask("POST", "/cases", petition, **{"Idempotency-Key": "9"})
        assert (made.status_code, made.json) == (201, {"case": None, "register_no": None})


def test_what_a_system_does_stands_in_the_trail_with_its_token(office: Office, portal: System) -> None:
    portal.ask("POST", "/cases", portal.petition())
    with reading(office.archive.sessions, SYSTEM.key) as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "registered")).one()
    assert event.details["token"] == "门户网站"
    assert event.account_id == office.staff["wang"].account_id


def test_a_token_ends_by_its_day_by_its_owner_and_with_its_account(office: Office, app: Flask) -> None:
    owner = office.staff["wang"]
    system = System(app, token_of(office.archive, owner))
    assert system.ask("GET", "/account").json["token"] == "门户网站"
    with time_machine.travel(datetime.now(UTC) + timedelta(days=31)):
        assert system.ask("GET", "/account").status_code == 401
    (mine,) = tokens.tokens(owner, office.archive)
    tokens.end(owner, office.archive, mine.public_id)
    assert system.ask("GET", "/account").status_code == 401
    assert tokens.tokens(owner, office.archive) == ()


def test_problems_are_told_in_the_language_asked_for(portal: System) -> None:
    chinese, english = (
        portal.ask("POST", "/cases", portal.petition(claims=""), **{"Accept-Language": language}).json["detail"]
        for language in ("zh-CN,zh;q=0.9", "en")
    )
    assert english == "This is needed. Fill it in."
    assert chinese == "此项必填。"


def test_the_api_says_what_codes_there_are(portal: System) -> None:
    tables = portal.ask("GET", "/codes", **{"Accept-Language": "zh"}).json["tables"]
    assert {"code": "TJ3", "words": "TJ3 调查对象拒报迟报"} in tables["content_class"]
    assert {"code": "online", "words": "网上信访"} in tables["channel"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_manuals_example_registers(portal: System, language: str) -> None:
    manual = (Path(__file__).parents[4] / "docs" / "manual" / f"{language}.md").read_text("utf-8")
    (example,) = re.findall(r"--data '(\{.*?\})'", manual, re.S)
    made = portal.ask("POST", "/cases", json.loads(example))
    assert made.status_code == 201, made.json
    assert made.json["register_no"].startswith("XF")
