"""Limits of requests: attempts to sign in, days at the ends of the calendar, and what a waiting account is told."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from archive_app.access.system import SYSTEM
from archive_app.people import memberships, units
from archive_app.people.sign_in import add_account, local_reader
from archive_app.runtime.archive import Archive
from archive_app.screening.matching import catch_up
from archive_app.site import create_app
from storage.models import Person
from storage.session import reading
from tests.archive_app.views.test_site import sign_in

PASSWORD = "correct horse"
EXTREMES = ("0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1899-12-31")


@pytest.fixture
def app(archive: Archive) -> Flask:
    return create_app(archive)


def attempt(client: FlaskClient, password: str, address: str) -> TestResponse:
    token = client.get("/login").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    form = {"name": "wang", "password": password, "csrf_token": token}
    return client.post("/login", data=form, environ_base={"REMOTE_ADDR": address})


def test_wrong_passwords_keep_only_those_out_who_type_them(app: Flask) -> None:
    attacker, holder, desk = app.test_client(), app.test_client(), app.test_client()
    assert attempt(desk, PASSWORD, "10.0.0.1").status_code == 303
    desk.delete_cookie("archive")
    found = [attempt(attacker, f"guess {number}", "10.0.0.1").status_code for number in range(12)]
    assert (found.count(403), found.count(429)) == (10, 2)
    assert attempt(holder, PASSWORD, "10.0.0.2").status_code == 303, "from another address"
    assert attempt(desk, PASSWORD, "10.0.0.1").status_code == 303, "on a device where the account has signed in before"
    assert attempt(app.test_client(), PASSWORD, "10.0.0.1").status_code == 429, "a new device at the same address"


def test_guessing_from_many_addresses_is_slow_too(app: Flask) -> None:
    desk, client = app.test_client(), app.test_client()
    assert attempt(desk, PASSWORD, "10.0.0.1").status_code == 303
    desk.delete_cookie("archive")
    found = [attempt(client, f"guess {number}", f"10.1.{number % 40}.1").status_code for number in range(201)]
    assert (found.count(403), found[-1]) == (200, 429)
    assert attempt(desk, PASSWORD, "10.0.0.1").status_code == 303


def test_somebody_at_an_open_session_cannot_guess_its_password(app: Flask) -> None:
    client = app.test_client()
    sign_in(client, "wang", PASSWORD)
    token = client.get("/account").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = {"csrf_token": token, "remove-password": "a guess"}
    found = [client.post("/account/signature/removed", data=sent).status_code for _ in range(11)]
    assert found[-1] == 429


@pytest.fixture
def clients(archive: Archive, app: Flask) -> dict[str, FlaskClient]:
    """An administrator and a registrar at their pages, and a person of the latter's."""
    add_account(archive, "admin", PASSWORD, roles=("system_administrator",))
    made = {name: app.test_client() for name in ("admin", "wang")}
    for name, client in made.items():
        sign_in(client, name, PASSWORD)
    return made


@pytest.mark.parametrize("day", EXTREMES)
def test_days_at_the_ends_of_the_calendar_are_refused(
    archive: Archive, clients: dict[str, FlaskClient], day: str
) -> None:
    admin = local_reader(archive, "admin")
    unit = units.add_unit(admin, archive, name="甲处")
    with reading(archive.sessions, SYSTEM.key) as session:
        person = session.scalars(select(Person.public_id).where(Person.name == "王登记")).one()
    memberships.join(admin, archive, person, unit)
    catch_up(archive)
    token = clients["admin"].get("/units").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    for path, form in (
        ("/units", {"name": "乙处", "since": day}),
        (f"/units/{unit}/became", {"kind": "split", "into": "丙处、丁处", "at": day}),
        (f"/units/{unit}/end", {"until": day}),
        (f"/people/{person}/places", {"unit": "甲处", "kind": "leads", "since": day}),
        (f"/people/{person}/places/end", {"unit": unit, "kind": "member", "until": day}),
    ):
        answer = clients["admin"].post(path, data=form | {"csrf_token": token})
        assert answer.status_code in (400, 422), (path, answer.status_code)
    for path in ("/deadlines?day=", "/deadlines?month="):
        assert clients["wang"].get(f"{path}{day}").status_code == 200


def test_who_waits_for_names_to_be_looked_for_is_told_so(archive: Archive, clients: dict[str, FlaskClient]) -> None:
    admin = local_reader(archive, "admin")
    with reading(archive.sessions, SYSTEM.key) as session:
        person = session.scalars(select(Person.public_id).where(Person.name == "王登记")).one()
    memberships.join(admin, archive, person, units.add_unit(admin, archive, name="甲处"))
    assert "正在" in clients["wang"].get("/").text
    catch_up(archive)
    assert "正在" not in clients["wang"].get("/").text
