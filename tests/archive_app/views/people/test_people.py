"""The pages of system administrators: every form does its work, and says beside the field what is wrong."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive_app.access.identity import Reader
from archive_app.commands.cli import main
from archive_app.people import accounts, persons, units
from archive_app.people import queries as people_queries
from archive_app.people.sign_in import local_reader
from archive_app.runtime.archive import Archive, create
from archive_app.screening.matching import catch_up
from archive_app.site import create_app
from tests.archive_app.people.conftest import PASSWORD, staffed

CODE = re.compile(r"<code>([a-z2-9-]{19})</code>")
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')
Send = Callable[..., TestResponse]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    archive = create(tmp_path_factory.mktemp("pages") / "archive", reserve_bytes=0)
    staffed(archive)
    yield create_app(archive)
    archive.close()


@pytest.fixture
def office(app: Flask) -> Archive:
    found: Archive = app.extensions["archive"]
    return found


@pytest.fixture
def admin(office: Archive) -> Reader:
    return local_reader(office, "admin")


def signed_in(app: Flask, name: str, password: str = PASSWORD) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("language", "en")
    assert post(client, "/login", name=name, password=password).status_code == 303
    return client


def post(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    page = client.get(address if address in ("/login", "/password") else "/account").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    return client.post(address, data={"csrf_token": token[1], **fields})


@pytest.fixture(scope="module")
def administrator(app: Flask) -> FlaskClient:
    """Signed in once for all tests: who signs in too often is made to wait."""
    return signed_in(app, "admin")


@pytest.fixture
def send(administrator: FlaskClient) -> Send:
    client = administrator

    def call(address: str, **fields: object) -> TestResponse:
        return post(client, address, **fields) if fields else client.get(address)

    return call


@pytest.fixture
def made(office: Archive, admin: Reader, request: pytest.FixtureRequest) -> tuple[str, str]:
    """The public ids of a person and of a unit of this test's own."""
    name = request.node.name[:60]
    person = persons.add_person(admin, office, name=f"人{name}")
    unit = units.add_unit(admin, office, name=f"处{name}")
    catch_up(office)
    return person, unit


ADDRESSES = ("/people", "/people?q=x", "/people/new", "/units", "/people/import", "/people/import/template")


def test_the_pages_are_for_administrators_only(app: Flask, administrator: FlaskClient) -> None:
    for name in ("wang", "shen"):
        client = signed_in(app, name)
        absent = client.get("/no/such/page")
        for address in ADDRESSES:
            assert administrator.get(address).status_code == 200
            answer = client.get(address)
            assert answer.status_code == 404
            assert TOKEN.sub("", answer.text) == TOKEN.sub("", absent.text)


def test_a_person_is_added_and_a_namesake_is_asked_about(send: Send, office: Archive, admin: Reader) -> None:
    answer = send("/people", name="许页面", staff_no="p1", other_names="许小页，许大页")
    assert answer.status_code == 303
    asked = send("/people", name="许页面")
    assert asked.status_code == 400
    assert "许页面" in asked.text
    assert answer.location.split("?")[0] in asked.text
    assert 'name="namesake"' in asked.text
    assert send("/people", name="许页面", namesake="1").status_code == 303
    assert people_queries.people(admin, office, "许页面").total == 2


def test_what_is_wrong_is_told_beside_the_field(send: Send) -> None:
    answer = send("/people", name="", staff_no="7")
    assert answer.status_code == 400
    assert re.search(r'id="new-name-problem">This is needed', answer.text)
    assert re.search(r'id="new-name"[^>]*aria-invalid="true"', answer.text)
    assert re.search(r'id="new-staff_no"[^>]*value="7"', answer.text), "what was typed is still there"


def test_the_forms_of_a_person(send: Send, office: Archive, admin: Reader, made: tuple[str, str]) -> None:
    person, unit = made
    address = f"/people/{person}"
    unit_name = people_queries.unit(admin, office, unit)[0].name
    for form, fields in (
        ("name", {"name": "何新名"}),
        ("other-names", {"other_name": "何小名"}),
        ("staff-number", {"staff_no": f"n{person[:6]}"}),
        ("places", {"unit": unit_name, "kind": "member", "since": "2024-01-01"}),
        ("places", {"unit": unit_name, "kind": "leads", "title": "处长"}),
        ("places/end", {"unit": unit, "kind": "leads", "until": ""}),
        ("places/end", {"unit": unit, "kind": "member", "until": "2025-01-01"}),
    ):
        assert send(f"{address}/{form}", **fields).status_code == 303, form
    view = people_queries.person(admin, office, person)
    assert (view.name, "何小名" in view.other_names, view.staff_no) == ("何新名", True, f"n{person[:6]}")
    assert {(each.kind, each.until is not None) for each in view.places} == {("member", True), ("leads", True)}
    for form, fields, wrong in (
        ("places", {"unit": "没有的处", "kind": "member"}, "Choose one that the list offers"),
        ("places", {"unit": unit_name, "kind": "member", "since": "soon"}, "This is no date"),
        ("name", {"name": "=1"}, "Begin with a letter"),
    ):
        answer = send(f"{address}/{form}", **fields)
        assert (answer.status_code, wrong in answer.text) == (400, True)
    assert send(f"{address}/places/end", unit=unit, kind="member").status_code == 404


def test_an_account_from_its_making_to_its_closing(
    app: Flask, send: Send, office: Archive, admin: Reader, made: tuple[str, str]
) -> None:
    person, name = made[0], f"acc-{made[0][:8]}"
    answer = send(f"/people/{person}/accounts", account=name, roles=["handler"])
    first = CODE.search(answer.text)
    assert first is not None
    assert first[1] not in send(f"/people/{person}").text, "shown once"
    (account,) = people_queries.person(admin, office, person).accounts
    base = f"/people/{person}/accounts/{account.public_id}"
    second = accounts.confirm(local_reader(office, "shen"), office, account.public_id, reason="属实")
    client = app.test_client()
    client.set_cookie("language", "en")
    codes = {"name": name, "first": first[1], "second": second}
    for one, other, wrong in (
        ("short", "short", "At least 8 characters"),
        ("my own secret", "my own secrets", "not the same as the new"),
    ):
        answer = post(client, "/password", **codes, new=one, again=other)
        assert (answer.status_code, wrong in answer.text) == (400, True)
    wrong_code = post(client, "/password", **codes | {"second": first[1]}, new="my own secret", again="my own secret")
    assert (wrong_code.status_code, "not the two codes" in wrong_code.text) == (400, True)
    answer = post(client, "/password", **codes, new="my own secret", again="my own secret")
    assert (answer.status_code, answer.location) == (303, "/login?done=password")
    client = signed_in(app, name, "my own secret")
    home = client.get("/").text
    assert "set anew on" in home
    (address,) = set(re.findall(r'action="(/account/passwords/[^"]+)"', home))
    assert post(client, address).location == "/account?done=kept"
    assert "set anew on" not in client.get("/account").text
    # Roles, with days; and what is wrong with them.
    assert send(f"{base}/roles", role="director", since="2030-01-01", until="2031-01-01").status_code == 303
    assert "has this role already" in send(f"{base}/roles", role="director").text
    assert send(f"{base}/roles/end", role="director").status_code == 303
    assert send(f"{base}/roles", role="king").status_code == 404
    assert CODE.search(send(f"{base}/password", sent="1").text)
    assert client.get("/").status_code == 303, "a new password ends the sessions"
    assert send(f"/people/{made[0]}/accounts/none/password", sent="1").status_code == 404
    for active in ("no", "yes"):
        assert send(f"{base}/active", active=active).status_code == 303
    assert people_queries.person(admin, office, person).accounts[0].waiting


def test_nobody_changes_themself_on_the_pages(app: Flask, send: Send, office: Archive, admin: Reader) -> None:
    (row,) = [each for each in people_queries.people(admin, office, "管一平").rows if each.accounts]
    page = send(f"/people/{row.public_id}")
    assert "This is you" in page.text
    assert 'method="post"' not in page.text.partition("<main")[2]
    answer = send(f"/people/{row.public_id}/name", name="别人")
    assert (answer.status_code, "Another administrator must do it" in answer.text) == (400, True)


def test_the_forms_of_a_unit(send: Send, office: Archive, admin: Reader, made: tuple[str, str]) -> None:
    _, unit = made
    assert send("/units", name="页面局", short_names="页局，页", since="2020-01-01").status_code == 303
    assert send("/units", name="页面科", parent="页面局", watched="1").status_code == 303
    assert "There is a unit called" in send("/units", name="页面科", parent="页面局").text
    address = f"/units/{unit}"
    assert send(address).status_code == 200
    for form, fields in (
        ("name", {"name": f"新{unit[:8]}"}),
        ("short-names", {"short_name": "简"}),
        ("watched", {"watched": "no"}),
        ("watched", {"watched": "yes"}),
        ("place", {"parent": "页面局"}),
        ("became", {"kind": "merged", "into": f"合{unit[:8]}", "at": ""}),
        ("end", {"until": "2026-01-01"}),
    ):
        assert send(f"{address}/{form}", **fields).status_code == 303, form
    view, _ = people_queries.unit(admin, office, unit)
    assert ([step.name for step in view.became], view.is_open, view.parent) == ([f"合{unit[:8]}"], False, "页面局")
    tree = {each.name: each.public_id for each in people_queries.units(admin, office)}
    for form, fields, wrong in (
        ("place", {"parent": "没有"}, "Choose one that the list offers"),
        ("became", {"kind": "renamed", "into": "甲，乙"}, "Say which units"),
        ("short-names", {"short_name": ""}, "This is needed"),
        ("members", {"successor": "没有"}, "Choose one that the list offers"),
    ):
        answer = send(f"/units/{tree['页面科']}/{form}", **fields)
        assert (answer.status_code, wrong in answer.text) == (400, True), form
    assert send(f"/units/{tree['页面科']}/members", successor="页面局", since="").status_code == 303


def test_an_import_from_the_form_to_the_passwords(send: Send, office: Archive, admin: Reader) -> None:
    table = "工号,姓名,单位,账号,角色\r\nw1,吕导入,导入处,lvdaoru,登记员\r\n".encode("gb18030")
    page = send("/people/import", file=(io.BytesIO(table), "名册.csv"))
    assert (page.status_code, "吕导入 w1" in page.text) == (200, True)
    assert people_queries.people(admin, office, "吕导入").total == 0
    fields = dict(re.findall(r'name="(fingerprint|name|content)" value="([^"]+)"', page.text))
    assert send("/people/import/apply", **{**fields, "fingerprint": "0"}).status_code == 400
    assert send("/people/import/apply", **{**fields, "content": "!"}).status_code == 400
    done = send("/people/import/apply", **fields)
    assert re.search(r"<code>lvdaoru</code></td>\s*<td><code>[a-z2-9-]{19}</code>", done.text)
    again = send("/people/import/apply", **fields)
    assert (again.status_code, "Nothing was imported" in again.text) == (400, True), "a reload imports nothing twice"
    wrong = send("/people/import", file=(io.BytesIO("姓名,单位,关系\r\n吕,处,?\r\n".encode()), "a.csv"))
    assert "Write leads or oversees" in wrong.text
    assert 'name="fingerprint"' not in wrong.text
    assert send("/people/import", file=(io.BytesIO(b""), "")).status_code == 400
    assert "There is nothing to import" in send("/people/import", file=(io.BytesIO(table), "a.csv")).text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_terminal_shows_first_and_does_then(
    office: Archive, admin: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    from archive_app.commands import terminal

    monkeypatch.setenv("LC_ALL", {"zh": "zh_CN.UTF-8", "en": "C.UTF-8"}[language])
    terminal._translations.cache_clear()
    table = tmp_path / "staff.csv"
    table.write_text(
        f"工号,姓名,单位,账号,角色\nt{language},施终端{language},终端处{language},t-{language},registrar\n", "utf-8"
    )
    command = ["--archive", str(office.settings.folder), "people", "import", str(table), "--as", "admin"]
    shown = CliRunner().invoke(main, command)
    assert (shown.exit_code, f"施终端{language} t{language}" in shown.output) == (0, True)
    assert {"zh": "登记员", "en": "Registrar"}[language] in shown.output
    assert people_queries.people(admin, office, f"施终端{language}").total == 0
    done = CliRunner().invoke(main, [*command, "--apply"])
    assert done.exit_code == 0
    assert re.search(rf"t-{language}  [a-z2-9-]{{19}}", done.output)
    table.write_text("姓名,单位,关系\n施,处,?\n", "utf-8")
    wrong = CliRunner().invoke(main, command)
    assert (wrong.exit_code, {"zh": "第 2 行", "en": "Row 2"}[language] in wrong.output) == (1, True)
    refused = CliRunner().invoke(main, [*command[:-1], "wang"])
    assert refused.exit_code == 1
    terminal._translations.cache_clear()


def test_what_is_not_there_is_not_found(send: Send) -> None:
    assert {send(f"/{each}/none").status_code for each in ("people", "units")} == {404}
