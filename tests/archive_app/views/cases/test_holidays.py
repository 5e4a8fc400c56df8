"""The pages of how long cases took, and of the days off: what stands there, and what is sent back with a sentence."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
import time_machine
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from archive_app.access.system import SYSTEM
from archive_app.office_time import ZONE
from archive_app.people.sign_in import hashed
from archive_app.site import create_app
from storage.models import Account
from storage.session import unit_of_work
from tests.archive_app.announced import TABLE_2027
from tests.archive_app.views.test_site import PASSWORD, sign_in, token
from tests.case_office import WAY, Office

WORDS = re.compile(r"<[^>]+>")


@pytest.fixture
def head(office: Office) -> FlaskClient:
    """The head of the office, signed in, with the pages in Chinese."""
    with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
        session.execute(update(Account).where(Account.name == "zhou").values(password_hash=hashed(PASSWORD)))
        session.commit()
    client = create_app(office.archive).test_client()
    assert sign_in(client, "zhou", PASSWORD).status_code == 303
    return client


def _instructed(office: Office, *moment: int, until: str = "instruct") -> str:
    with time_machine.travel(datetime(*moment, tzinfo=ZONE), tick=True):  # type: ignore[arg-type,misc]
        case = office.registered()
        for who, code, fields in WAY:
            office.do(who, case, code, **dict(fields))
            if code == until:
                break
    return case


def _read(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def test_the_figures_of_a_year_with_bars_and_as_a_table(office: Office, head: FlaskClient) -> None:
    _instructed(office, 2026, 5, 4, 9, until="close")
    _instructed(office, 2026, 5, 5, 9)
    for by, name in (
        ("place", "滨海新区"),
        ("unit", "综合处"),
        ("month", "2026年5月"),
        ("content_class", "TJ3"),
        ("purpose", "求决"),
        ("none", "滨海新区"),
    ):
        page = _read(head, f"/register/days?by={by}&year=2026")
        table = page[page.index("<table") : page.index("</table>")]
        rows = [WORDS.sub(" ", row).split() for row in re.findall(r"<tr>(.*?)</tr>", table, re.S)]
        (row,) = (row for row in rows if row and row[0].startswith(name))
        assert row[-7:] == ["2", "1", "1", "0", "0", "0", "100%"]
        assert rows[-1][:4] == ["合计", "2", "1", "1"]
    assert page.count('class="bars"') == 1
    answer = head.get("/register/days.xlsx?by=month&year=2026")
    cells = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert cells[0] == ["登记月份", "已登记", "已答复", "尚未答复", "平均天数", "天数中位数", "最长天数", "按期率"]
    assert cells[1] == ["2026年5月", 2, 1, 1, 0, 0, 0, 1]
    assert cells[2] == ["合计", 2, 1, 1, 0, 0, 0, 1]


def test_figures_of_nothing(office: Office, head: FlaskClient) -> None:
    assert "没有您可见的登记件" in _read(head, "/register/days?year=1999")
    answer = head.get("/register/days.xlsx")
    cells = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert [row[:4] for row in cells[1:]] == [["合计", 0, 0, 0]]


def test_a_year_is_imported_by_the_page(office: Office, head: FlaskClient) -> None:
    case = _instructed(office, 2027, 1, 22, 9)
    number = office.look("wang", case).register_no
    assert "尚未导入" in _read(head, "/days-off")
    asked = {"csrf_token": token(head, "/days-off"), "file": (io.BytesIO(TABLE_2027), "2027.csv")}
    shown = head.post("/days-off", data=asked).get_data(as_text=True)
    row = next(WORDS.sub(" ", each) for each in re.findall(r"<tr>(.*?)</tr>", shown, re.S) if number in each)
    assert row.split()[-2:] == ["2027年2月8日", "2027年2月12日"]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown))
    done = head.post("/days-off/apply", data=fields, follow_redirects=True).get_data(as_text=True)
    assert "2027年的放假安排已导入" in done
    assert "周正清" in done
    clock = office.look("wang", case).clock
    assert clock is not None
    assert (str(clock.due), clock.provisional) == ("2027-02-12", False)


def test_what_is_wrong_with_a_table_is_said_beside_the_form(office: Office, head: FlaskClient) -> None:
    csrf = token(head, "/days-off")
    answer = head.post("/days-off", data={"csrf_token": csrf})
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    bad = "日期,安排\n2027-01-01,也许\n".encode()
    answer = head.post("/days-off", data={"csrf_token": csrf, "file": (io.BytesIO(bad), "2027.csv")})
    assert answer.status_code == 400
    assert "也许" in answer.get_data(as_text=True)
    for content in ("no base64", "YQ=="):
        fields = {"csrf_token": csrf, "content": content, "name": "2027.csv", "fingerprint": ""}
        assert head.post("/days-off/apply", data=fields).status_code == 400
