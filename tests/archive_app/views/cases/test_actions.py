"""The forms of a case's actions: what is chosen comes as an id, or as it was typed, and is refused at its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, update
from werkzeug.test import TestResponse

from archive_app.access.system import SYSTEM
from archive_app.cases import case_view
from archive_app.people.sign_in import hashed
from archive_app.site import create_app
from storage.models import Account
from storage.session import unit_of_work
from tests.archive_app.views.test_site import PASSWORD, sign_in, token
from tests.case_office import Office
from tests.office import public

Send = Callable[..., TestResponse]
SUGGESTION = re.compile(r'<option value="([^"]+)" data-id="([^"]+)" data-name="([^"]+)">')


@pytest.fixture
def case(office: Office) -> str:
    """A case that waits for its instruction."""
    made = office.registered()
    office.go(made, "propose")
    return made


@pytest.fixture
def leader(office: Office) -> FlaskClient:
    """The deputy director who instructs, signed in, with the pages in Chinese."""
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        session.execute(update(Account).where(Account.name == "fang").values(password_hash=hashed(PASSWORD)))
        session.commit()
    client = create_app(office.archive).test_client()
    assert sign_in(client, "fang", PASSWORD).status_code == 303
    return client


@pytest.fixture
def send(office: Office, leader: FlaskClient, case: str) -> Send:
    """Send the form of the instruction."""
    csrf, seen = token(leader, f"/cases/{case}"), office.look("fang", case).seen

    def send(**fields: object) -> TestResponse:
        form = {"csrf_token": csrf, "seen": seen, "words": "请综合处办理", **fields}
        return leader.post(f"/cases/{case}/acts/instruct", data=form)

    return send


@contextmanager
def _statements(office: Office) -> Iterator[list[str]]:
    found: list[str] = []

    def note(*call: object) -> None:
        found.append(str(call[2]))

    event.listen(office.archive.database, "before_cursor_execute", note)
    yield found
    event.remove(office.archive.database, "before_cursor_execute", note)


def test_the_page_has_the_id_of_each_suggestion(office: Office, leader: FlaskClient, case: str) -> None:
    page = leader.get(f"/cases/{case}").get_data(as_text=True)
    offered = SUGGESTION.findall(page)
    assert ("综合处", office.unit, "综合处") in offered
    assert public(office.archive, office.staff["han"]) in [found for _, found, _ in offered]
    assert page.count('name="investigators_id"') == 3
    assert "suggested" in page


def test_an_id_is_taken_without_reading_the_page_of_the_case(
    office: Office, send: Send, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    han = public(office.archive, office.staff["han"])
    with monkeypatch.context() as patched, _statements(office) as statements:
        for name in ("case", "field_choices"):
            patched.setattr(case_view, name, None)
        ids = {"unit_id": office.unit, "investigators_id": [han, "", ""]}
        answer = send(unit="综合处", investigators=["韩立群", "", ""], **ids)
    assert answer.status_code == 303
    assert len(statements) < 60
    step = office.look("tang", case).steps[-1]
    assert (step.act, step.unit, step.people) == ("instruct", "综合处", ("韩立群",))


def test_without_the_script_what_was_typed_is_looked_up(office: Office, send: Send, case: str) -> None:
    answer = send(unit=" 综合处 ", unit_id="", investigators=["", "韩立群", ""], investigators_id=["", "", ""])
    assert answer.status_code == 303
    assert office.look("tang", case).steps[-1].people == ("韩立群",)


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("unit", {"unit": "没有的处"}),
        ("unit", {"unit": "没有的处", "unit_id": "never"}),
        ("investigators", {"unit": "综合处", "investigators": "没有的人"}),
    ],
)
def test_what_is_not_offered_is_refused_at_its_field_and_kept(
    office: Office, send: Send, case: str, field: str, fields: dict[str, str]
) -> None:
    answer = send(**fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert f'aria-invalid="true" aria-describedby="instruct-{field}-problem"' in page
    assert f'name="{field}" value="{fields[field]}"' in page
    assert "请综合处办理</textarea>" in page
    assert office.look("fang", case).state != "instructed"


def test_who_may_not_instruct_is_offered_nobody(office: Office, case: str) -> None:
    """So no name that they type is told from another."""
    offered = case_view.field_choices(office.staff["wang"], office.archive, case)
    assert (offered["unit"], offered["investigators"]) == ((), ())
    offered = case_view.field_choices(office.staff["fang"], office.archive, case)
    shown = office.look("fang", case)
    assert offered == {"unit": shown.units, "instructor": shown.instructors, "investigators": shown.investigators}
    assert shown.units
