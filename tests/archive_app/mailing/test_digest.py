"""The mail digest, against a server that takes what comes, or fails as it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import update

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.commands.status import lines
from archive_app.errors import NotAMailAddress, NotFound
from archive_app.letters.receipts import status
from archive_app.mailing import digest, smtp
from archive_app.people import mailbox
from archive_app.review import restrictions
from storage.models import Mailbox
from storage.session import unit_of_work
from tests.archive_app.cases.test_notifications import browser
from tests.archive_app.views.test_site import token
from tests.case_office import Office, on_both
from tests.mailserver import MailServer, mail_server
from tests.office import public

MORNING = datetime(2026, 4, 28, 1, 0, tzinfo=UTC)
"""Nine o'clock in the office: the digest of that day has gone out at eight."""

NEXT = datetime(2026, 4, 29, 0, 1, tzinfo=UTC)
"""A minute past eight on the next day."""


@pytest.fixture
def server(office: Office) -> Iterator[MailServer]:
    """A mail server, and an office whose archive sends mail to it; Fang wants mail."""
    with mail_server() as listening:
        sends_mail = {
            "mail_host": "127.0.0.1",
            "mail_port": listening.port,
            "mail_tls": "none",
            "mail_from": "archive@office.test",
            "address": "https://archive.test/",
        }
        settings = office.archive.settings.model_copy(update=sends_mail)
        office.archive = replace(office.archive, settings=settings)
        mailbox.set_mailbox(office.staff["fang"], office.archive, "fang@office.test", wanted=True)
        yield listening


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    with time_machine.travel(moment, tick=True):
        yield


def deliver(office: Office) -> None:
    digest.deliver(office.archive, partial(smtp.send, office.archive.settings))


def proposed(office: Office, count: int = 1) -> list[str]:
    with at(MORNING):
        cases = [office.registered() for _ in range(count)]
        for case in cases:
            office.go(case, "propose")
        return cases


def recuse(office: Office, case: str, who: str) -> None:
    (letter,) = office.look("wang", case).letters
    person = public(office.archive, office.staff[who])
    restrictions.recuse(office.staff["zhou"], office.archive, letter.public_id, person=person, reason="有利害关系")


@on_both
def test_once_a_day_a_mail_counts_what_is_new_and_tells_nothing_of_it(office: Office, server: MailServer) -> None:
    proposed(office, 2)
    with at(MORNING + timedelta(hours=1)):
        deliver(office)
        assert server.taken == []
    with at(NEXT):
        deliver(office)
        deliver(office)
    ((to, message),) = server.taken
    assert (to, message["To"], message["From"]) == ("fang@office.test", "fang@office.test", "archive@office.test")
    assert message["Date"] == "Wed, 29 Apr 2026 00:00:00 +0000"
    assert "档案中有 2 件事项等您办理" in server.texts[0]
    assert "https://archive.test/" in server.texts[0]
    assert "XF2026" not in str(message) + server.texts[0]
    with at(NEXT + timedelta(days=1)):
        deliver(office)
    assert len(server.taken) == 1, "what was mailed once is not mailed again"


@on_both
def test_a_veto_that_comes_while_a_mail_waits_withdraws_it(office: Office, server: MailServer) -> None:
    (hidden,) = proposed(office)
    with at(NEXT):
        recuse(office, hidden, "fang")
        deliver(office)
    assert server.taken == []


def test_a_veto_that_comes_after_the_mail_was_taken_up_is_in_time(
    office: Office, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden, _ = proposed(office, 2)
    claim = digest._claim

    def late(reader: Reader, archive: object) -> bool:
        recuse(office, hidden, "fang")
        return claim(reader, archive)  # type: ignore[arg-type]

    monkeypatch.setattr(digest, "_claim", late)
    with at(NEXT):
        deliver(office)
    assert "档案中有 1 件事项等您办理" in server.texts[0]


@pytest.mark.parametrize("refusal", [{"MAIL": "451 later"}, {"RCPT": "550 nobody"}, {"DATA": "451 full"}, {"DATA": ""}])
def test_a_mail_that_is_refused_is_tried_again_and_comes_once(
    office: Office, server: MailServer, refusal: dict[str, str]
) -> None:
    proposed(office)
    server.refuse = refusal
    with at(NEXT):
        deliver(office)
    server.refuse = {}
    with at(NEXT + timedelta(seconds=30)):
        deliver(office)
        assert server.taken == []
    with at(NEXT + timedelta(seconds=90)):
        deliver(office)
        deliver(office)
    assert len(server.taken) == 1


def test_a_mail_that_was_taken_is_not_doubled_by_a_server_that_hangs_up(office: Office, server: MailServer) -> None:
    proposed(office)
    server.refuse = {"QUIT": ""}
    with at(NEXT):
        deliver(office)
    with at(NEXT + timedelta(hours=2)):
        deliver(office)
    assert len(server.taken) == 1


def test_one_that_was_sent_twice_is_known_as_one(office: Office, server: MailServer) -> None:
    """A worker is killed between the server's yes and its note; the lease runs out, another one goes on."""
    proposed(office)
    with at(NEXT), pytest.MonkeyPatch.context() as killed:
        killed.setattr(digest, "_release", lambda *_, **__: None)
        deliver(office)
        deliver(office)
        assert len(server.taken) == 1, "who is at it is not disturbed"
    with at(NEXT + digest.LEASE + timedelta(minutes=1)):
        deliver(office)
    first, second = (message for _, message in server.taken)
    assert (first["Message-ID"], first.as_bytes()) == (second["Message-ID"], second.as_bytes())


def test_clause_2_2_of_a_major_matter_a_mail_goes_out_at_once(office: Office, server: MailServer) -> None:
    (case,) = proposed(office)
    with at(MORNING + timedelta(hours=2)):
        office.do("wang", case, "report_major", words="已电话报告")
        deliver(office)
        deliver(office)
    assert len(server.taken) == 1
    assert "请立即" in str(server.taken[0][1]["Subject"])
    with at(NEXT):
        deliver(office)
    assert len(server.taken) == 2
    assert "档案中有 2 件事项等您办理" in server.texts[1]


def test_who_has_read_it_or_wants_no_mail_gets_none(office: Office, server: MailServer) -> None:
    proposed(office)
    mailbox.set_mailbox(office.staff["he"], office.archive, "he@office.test", wanted=False)
    with at(NEXT):
        mailbox.set_mailbox(office.staff["fang"], office.archive, "", wanted=True)
        deliver(office)
    assert server.taken == []


def test_a_server_that_takes_nothing_is_told_whoever_s_mail_waits(office: Office, server: MailServer) -> None:
    reader = office.staff["wang"]
    digest.check(office.archive)
    assert status(reader, office.archive).mail_failing_since is None
    server.refuse = {"MAIL": "550 not from here"}
    with at(NEXT):
        digest.check(office.archive)
    with at(NEXT + timedelta(hours=1)):
        digest.check(office.archive)
    found = status(reader, office.archive)
    assert found.mail_failing_since is not None
    assert NEXT <= found.mail_failing_since < NEXT + timedelta(minutes=1)
    assert any("2026-04-29 08:01" in line and "SMTPSenderRefused 550" in line for line in lines(found))
    server.refuse = {}
    digest.check(office.archive)
    assert status(reader, office.archive).mail_failing_since is None


def test_a_server_that_is_not_there_is_told_too(office: Office, server: MailServer) -> None:
    settings = office.archive.settings.model_copy(update={"mail_port": 1})
    archive = replace(office.archive, settings=settings)
    digest.check(archive)
    assert status(office.staff["wang"], archive).mail_problem.startswith("ConnectionRefusedError")


@pytest.mark.parametrize(
    "text", ["fang", "fang@", "@office.test", "方@office.test", "a@b.cn\r\nBcc: c@d.cn", "a b@c.cn"]
)
def test_what_is_no_address_is_refused(office: Office, server: MailServer, text: str) -> None:
    with pytest.raises(NotAMailAddress):
        mailbox.set_mailbox(office.staff["he"], office.archive, text, wanted=True)


def test_an_address_is_given_on_the_page_of_one_s_account(office: Office, server: MailServer) -> None:
    with browser(office, "he") as client:
        form = {"csrf_token": token(client, "/account"), "address": "he@office", "wanted": "1"}
        assert client.post("/account/mail", data=form | {"address": "nobody"}).status_code == 400
        assert client.post("/account/mail", data=form).status_code == 303
        assert 'value="he@office"' in client.get("/account").get_data(as_text=True)
        client.post("/account/mail", data={name: value for name, value in form.items() if name != "wanted"})
    assert mailbox.mailbox(office.staff["he"], office.archive) == mailbox.MailboxView("he@office", False)


def test_without_a_server_nobody_is_asked_for_an_address(office: Office) -> None:
    assert mailbox.mailbox(office.staff["he"], office.archive) is None
    with pytest.raises(NotFound):
        mailbox.set_mailbox(office.staff["he"], office.archive, "he@office.test", wanted=True)


@on_both
def test_one_s_own_address_is_one_s_own(office: Office, server: MailServer) -> None:
    assert mailbox.mailbox(office.staff["fang"], office.archive) == mailbox.MailboxView("fang@office.test", True)
    assert mailbox.mailbox(office.staff["he"], office.archive) == mailbox.MailboxView("", True)
    with unit_of_work(office.archive.sessions, office.staff["he"].key) as session:
        others = update(Mailbox).where(Mailbox.account_id == office.staff["fang"].account_id)
        session.execute(others.values(tries=7).execution_options(synchronize_session=False))
        session.commit()
    if office.archive.settings.database_url:
        with unit_of_work(office.archive.sessions, SYSTEM.key) as session:
            assert session.get_one(Mailbox, office.staff["fang"].account_id).tries == 0
