"""Screening: a name keeps its people out at the moment the text is stored, and a bringer learns nothing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.errors import NotFound
from archive_app.letters import queries as letter_queries
from archive_app.letters import receipts
from archive_app.letters.correction import correct, describe
from archive_app.people import accounts
from archive_app.people.sign_in import add_account, local_reader
from archive_app.review import decisions, restrictions
from archive_app.review.queries import handed_over
from archive_app.review.queries import restrictions as view
from archive_app.runtime.archive import Archive
from archive_app.screening import matching, mentions, reading
from archive_app.site import create_app
from storage.models import Account, Case, Concern, Intake, Letter, Person, Source, TextVersion
from storage.session import unit_of_work
from tests.archive_app.review.test_restrictions import sees
from tests.archive_app.views.test_site import PASSWORD, sign_in, token
from tests.office import on_both, open_office, people, public, read_letter, unit

Office = Mapping[str, Reader]


@pytest.fixture
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    with open_office(getattr(request, "param", "sqlite"), tmp_path / "archive") as opened:
        yield opened


@pytest.fixture
def office(archive: Archive) -> Office:
    return people(archive)


@pytest.fixture
def app(archive: Archive) -> Flask:
    return create_app(archive)


@pytest.fixture
def clerk(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        assert sign_in(client, "wang", PASSWORD).status_code == 303
        yield client


def write_line(archive: Archive, who: Reader, letter: str, text: str) -> None:
    """Correct the only line of a letter's only page."""
    (page,) = letter_queries.letter(who, archive, letter).pages
    correct(who, archive, letter, 1, base_version=page.version, lines=[text])


def read_again(archive: Archive, letter: str, text: str) -> None:
    """The page is read anew, by the system."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        row = session.scalars(select(Letter).where(Letter.public_id == letter)).one()
        version = session.scalars(select(TextVersion).where(TextVersion.page_id == row.pages[0].id)).first()
        assert version is not None
        version.text = text
        version.lines = [{**version.lines[0], "text": text}]
        session.flush()
        mentions.screen(session, row)
        session.commit()


def without_names(answer: str, intake: Intake, source: Source) -> str:
    """A page without what is random in it: its form tokens, its own number, id and file."""
    answer = re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", answer)
    for own in (intake.public_id, intake.number, source.sha256):
        answer = answer.replace(own, "·")
    return answer


def receipt(archive: Archive, letter: str) -> tuple[Intake, Source]:
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        row = session.scalars(select(Letter).where(Letter.public_id == letter)).one()
        return row.intake, session.scalars(select(Source).where(Source.intake_id == row.intake_id)).one()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_letter_about_its_bringer_has_the_receipt_of_an_unreadable_one(
    archive: Archive, office: Office, clerk: FlaskClient, language: str
) -> None:
    about = read_letter(archive, office["wang"], "王登记收信不给回执", channel="fax")
    unread = read_letter(archive, office["wang"], "", channel="visit")
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Intake).values(channel="fax"))
        session.commit()
    clerk.set_cookie("language", language)
    told = []
    for letter in (about, unread):
        intake, source = receipt(archive, letter)
        for address in (f"/intakes/{intake.public_id}", f"/intakes/{intake.public_id}/progress"):
            answer = clerk.get(address)
            assert answer.status_code == 200
            told.append(without_names(answer.get_data(as_text=True), intake, source))
        for address in (f"/letters/{letter}", f"/letters/{letter}/history", f"/letters/{letter}/access"):
            assert clerk.get(address).status_code == 404
    assert told[:2] == told[2:]
    assert "办公室主任" in told[0] or "head of the office" in told[0]
    found = receipts.recent(office["wang"], archive)
    assert [([letter.outcome for letter in each.letters], each.done) for each in found] == [(["handed_over"], True)] * 2
    assert {entry.why for entry in handed_over(office["zhou"], archive)} == {"concerned", "unread"}


@pytest.mark.parametrize("says", ["", "王登记收信不给回执"], ids=["unreadable", "about the bringer"])
def test_a_page_scanned_anew_is_handed_over_whether_it_cannot_be_read_or_keeps_its_bringer_out(
    archive: Archive, office: Office, says: str
) -> None:
    letter = read_letter(archive, office["wang"], "建议改进办事指南", failed=True)
    assert sees(archive, office["wang"], letter)
    read_again(archive, letter, says)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        reading.finish_reading(
            session, session.scalars(select(Letter).where(Letter.public_id == letter)).one(), failed=False
        )
        session.commit()
    assert not sees(archive, office["wang"], letter)
    assert [each.public_id for each in handed_over(office["zhou"], archive)] == [letter]


def test_what_was_read_before_there_was_screening_is_looked_at_once(archive: Archive, office: Office) -> None:
    """Also what cannot be read: the worker would look at it again and again, and at nothing else."""
    read = read_letter(archive, office["wang"], "建议改进办事指南", channel="letter")
    unread = read_letter(archive, office["wang"], "", channel="visit")
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Case).values(screened=False, handed_over_at=None))
        session.commit()
    matching.catch_up(archive)
    assert sees(archive, office["wang"], read)
    assert not sees(archive, office["wang"], unread)
    assert [each.public_id for each in handed_over(office["zhou"], archive)] == [unread]


def test_a_name_keeps_out_its_person_and_a_unit_its_members_when_the_text_is_stored(
    archive: Archive, office: Office
) -> None:
    unit(archive, "夜巡整治科", office["fang"])
    letter = read_letter(archive, office["wang"], "建议改进办事指南")
    assert sees(archive, office["fang"], letter)
    assert sees(archive, office["cui"], letter)
    write_line(archive, office["wang"], letter, "夜巡整治科与崔 档 案改进办事指南")
    assert not sees(archive, office["fang"], letter)
    assert not sees(archive, office["cui"], letter)
    assert sees(archive, office["wang"], letter)
    assert {each.whom for each in view(office["wang"], archive, letter).mentioned} == {"夜巡整治科", "崔档案"}


def test_a_title_is_looked_through_like_the_text(archive: Archive, office: Office) -> None:
    letter = read_letter(archive, office["wang"], "建议改进办事指南")
    describe(office["wang"], archive, letter, title="关于崔档案的来信", sender="", letter_date=None)
    assert not sees(archive, office["cui"], letter)


def test_a_cleared_mention_stays_cleared_until_it_stands_elsewhere(archive: Archive, office: Office) -> None:
    letter = read_letter(archive, office["wang"], "崔档案是本市人，建议改进办事指南")
    (mention,) = decisions.waiting(office["shen"], archive)
    for who in ("shen", "mei"):
        decisions.decide(office[who], archive, mention.concern.public_id, "cleared", reason="同名的市民")
    assert sees(archive, office["cui"], letter)
    read_again(archive, letter, "崔档案是本市人，建议改进办事指南")
    assert sees(archive, office["cui"], letter)
    read_again(archive, letter, "崔档案是本市人，建议改进办事指南。窗口的崔档案态度生硬")
    assert not sees(archive, office["cui"], letter)
    assert len(decisions.waiting(office["shen"], archive)) == 1


def test_a_confirmed_mention_is_not_asked_again(archive: Archive, office: Office) -> None:
    letter = read_letter(archive, office["wang"], "窗口的崔档案态度生硬")
    (mention,) = decisions.waiting(office["shen"], archive)
    for who in ("shen", "mei"):
        decisions.decide(office[who], archive, mention.concern.public_id, "confirmed", reason="确为本局人员")
    read_again(archive, letter, "窗口的崔档案态度生硬，另有崔档案电话")
    assert decisions.waiting(office["shen"], archive) == ()
    assert not sees(archive, office["cui"], letter)


@on_both
def test_who_writes_their_own_name_in_loses_the_letter_like_one_that_never_was(
    archive: Archive, office: Office, clerk: FlaskClient
) -> None:
    letter = read_letter(archive, office["wang"], "建议改进办事指南")
    form = f"/letters/{letter}/pages/1/correction"
    fields = {"csrf_token": token(clerk, form), "base_version": "1", "line": "建议王登记改进办事指南"}
    answer = clerk.post(form, data=fields)
    assert answer.status_code == 303
    # A form's token says the second in which the form was made.
    with time_machine.travel(datetime.now(UTC), tick=False):
        after, never = clerk.get(answer.headers["Location"]), clerk.get("/letters/none")
    assert (after.status_code, after.data) == (never.status_code, never.data) == (404, never.data)
    assert sees(archive, office["zhou"], letter)
    with pytest.raises(NotFound):
        write_line(archive, office["wang"], letter, "建议改进办事指南")


@on_both
def test_who_accuses_their_own_unit_loses_the_letter_to_who_goes_on(
    archive: Archive, office: Office, clerk: FlaskClient
) -> None:
    unit(archive, "来信登记科", office["wang"])
    letter = read_letter(archive, office["wang"], "建议改进办事指南")
    page = f"/letters/{letter}/access"
    fields = {"csrf_token": token(clerk, page), "party": "来信登记科", "reason": "信中所称", "listed": "周正清"}
    answer = clerk.post(f"{page}/accused", data=fields)
    assert answer.status_code == 303
    hidden, absent = clerk.get(answer.headers["Location"]).data, clerk.get("/letters/none").data
    # The token of a form says the second in which the form was made.
    form_token = rb'name="csrf_token" value="[^"]+"'
    assert re.sub(form_token, b"", hidden) == re.sub(form_token, b"", absent)
    assert sees(archive, office["zhou"], letter)


def test_a_new_name_is_matched_against_the_letters_that_are_there(archive: Archive, office: Office) -> None:
    letter = read_letter(archive, office["wang"], "曾用名钱归卷的工作人员")
    assert sees(archive, office["cui"], letter)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        person = session.get_one(Person, office["cui"].person_id)
        person.name, person.matched = "钱归卷", False
        session.commit()
    # Until the letters were looked through, the account opens none at all.
    assert not sees(archive, office["cui"], letter)
    matching.catch_up(archive)
    assert not sees(archive, office["cui"], letter)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        assert session.scalars(select(Concern.words)).all() == ["钱归卷"]
        assert session.get_one(Person, office["cui"].person_id).matched


def test_a_role_given_later_is_what_its_holder_was_called_before(archive: Archive, office: Office) -> None:
    add_account(archive, "chief", PASSWORD, display_name="管系统", roles=("system_administrator",))
    surname = office["cui"].display_name[0]
    letter = read_letter(archive, office["wang"], f"请查{surname}信息员瞒报一事")
    assert sees(archive, office["cui"], letter)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        account = session.get_one(Account, office["cui"].account_id).public_id
    accounts.give_role(local_reader(archive, "chief"), archive, account, "information_officer")
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Account).where(Account.public_id == account).values(confirmed_at=datetime.now(UTC)))
        session.commit()
    assert not sees(archive, office["cui"], letter), "until the letters were searched for what they are called now"
    matching.catch_up(archive)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        assert session.get_one(Person, office["cui"].person_id).matched
        assert session.scalars(select(Concern.person_id)).all() == [office["cui"].person_id]
    assert not sees(archive, office["cui"], letter)


def test_what_is_said_on_a_form_is_answered_at_its_field(archive: Archive, office: Office, clerk: FlaskClient) -> None:
    letter = read_letter(archive, office["wang"], "建议改进办事指南")
    page = f"/letters/{letter}/access"
    csrf = token(clerk, page)

    def say(address: str, **fields: str) -> tuple[int, str]:
        answer = clerk.post(f"{page}/{address}", data={"csrf_token": csrf, **fields})
        return answer.status_code, answer.get_data(as_text=True)

    for address, fields, field in (
        ("accused", {"party": "查无此人", "reason": "信中所称"}, "accuse-party"),
        ("accused", {"party": "崔档案", "reason": ""}, "accuse-reason"),
        ("accused", {"party": "崔档案", "reason": "信中所称", "listed": "查无此人"}, "accuse-listed"),
        ("recused", {"person": "查无此人", "reason": "亲属"}, "recuse-person"),
        ("allowed", {"kind": "listed", "person": "王登记", "reason": "办理"}, "allow-person"),
        ("allowed", {"kind": "listed", "person": "崔档案", "reason": "办理", "until": "2020-01-01"}, "allow-until"),
        ("allowed", {"kind": "listed", "person": "崔档案", "reason": "办理", "until": "明天"}, "allow-until"),
        ("event-date", {"event_date": "9999-12-31", "reason": "信中写明"}, "date-event_date"),
        ("event-date", {"event_date": "去年", "reason": "信中写明"}, "date-event_date"),
    ):
        status, told = say(address, **fields)
        assert status == 400, address
        assert f'<a href="#{field}">' in told
        assert f'id="{field}-problem"' in told
        assert all(value in told for value in fields.values())
    assert say("allowed/end", person=public(archive, office["cui"]), kind="listed", reason="办结")[0] == 404
    for address, fields in (
        ("event-date", {"event_date": "2024-05-06", "reason": "信中写明"}),
        ("recused", {"person": "梅映雪", "reason": "亲属"}),
        ("accused", {"party": "某窗口", "unknown": "1", "reason": "信中所称"}),
        ("allowed", {"kind": "listed", "person": "沈从新", "reason": "审查", "until": "2099-01-01"}),
    ):
        assert say(address, **fields)[0] == 303
    (concern,) = view(office["wang"], archive, letter).accused
    assert say(f"accused/{concern.public_id}", party="查无此人", reason="核实")[0] == 400
    assert say(f"accused/{concern.public_id}", party="崔档案", reason="核实")[0] == 303
    shen = public(archive, office["shen"])
    (entry,) = [each for each in view(office["wang"], archive, letter).allowances if each.person == shen]
    assert entry.until is not None
    assert entry.until.isoformat() == "2099-01-01T15:59:59+00:00"
    assert say("allowed/end", person=shen, kind="listed", reason="办结")[0] == 303
    assert say("allowed/end", person=public(archive, office["wang"]), kind="listed", reason="办结")[0] == 409
    restrictions.allow(office["wang"], archive, letter, person=shen, kind="listed", reason="审查")
    assert say("restricted", restricted="no", reason="不涉密")[0] == 404
