"""New passwords: two codes, of which nobody but the holder has both; everything else of the account ends."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.commands.cli import main
from archive_app.errors import NotFound, SignInFailed, UnknownAccount
from archive_app.people import accounts, at_server, persons, resets, tokens
from archive_app.people import errors as people_errors
from archive_app.people.sign_in import local_reader, reader_of, reader_of_api_token, sign_in
from archive_app.runtime.archive import Archive
from storage.models import Account, AuditEvent, PasswordReset
from storage.session import reading, unit_of_work

OLD, NEW = "my present secret", "my own new secret"
numbers = count(1)


@pytest.fixture
def head(office: Archive, who: Mapping[str, Reader]) -> tuple[str, str]:
    """An account in use, by its public id and its name."""
    name = f"head-{next(numbers)}"
    person = persons.add_person(who["admin"], office, name=f"主任{name}")
    made = accounts.add_account(who["admin"], office, person, name=name, roles=["office_head"])
    code = accounts.confirm(who["shen"], office, made.public_id, reason="属实")
    resets.set_with_codes(office, name, made.code, code, OLD)
    return made.public_id, name


def test_an_account_opens_with_both_codes_and_once(office: Archive, who: Mapping[str, Reader]) -> None:
    person = persons.add_person(who["admin"], office, name="新来者")
    made = accounts.add_account(who["admin"], office, person, name="newcomer", roles=["handler"])
    with pytest.raises(people_errors.CodesWrong):
        resets.set_with_codes(office, "newcomer", made.code, "", NEW)
    second = accounts.confirm(who["shen"], office, made.public_id, reason="属实")
    assert {len(made.code), len(second)} == {19}
    for name, one, other in (
        ("newcomer", made.code, made.code),
        ("newcomer", second, second),
        ("newcomer", second, made.code),
        ("wang", made.code, second),
        ("nobody", made.code, second),
    ):
        with pytest.raises(people_errors.CodesWrong):
            resets.set_with_codes(office, name, one, other, NEW)
    with pytest.raises(people_errors.PasswordTooShort):
        resets.set_with_codes(office, "newcomer", made.code, second, "short")
    with pytest.raises(SignInFailed):
        sign_in(office, "newcomer", "")
    # As it is typed from paper: without hyphens, in capital letters.
    resets.set_with_codes(office, " newcomer ", made.code.replace("-", " ").upper(), second, NEW)
    assert sign_in(office, "newcomer", NEW)[0].name == "newcomer"
    with pytest.raises(people_errors.CodesWrong):
        resets.set_with_codes(office, "newcomer", made.code, second, "another new one")


def test_neither_who_asks_nor_who_confirms_signs_in_as_the_holder(
    office: Archive, who: Mapping[str, Reader], head: tuple[str, str]
) -> None:
    """The accused administrator asks, a reviewer confirms as usual: each has one code, and the old password stays."""
    account, name = head
    first = accounts.ask_reset(who["admin"], office, account)
    second = accounts.confirm(who["shen"], office, account, reason="忘记密码")
    for known in (first, second):
        with pytest.raises(people_errors.CodesWrong):
            resets.set_with_codes(office, name, known, known, NEW)
    assert sign_in(office, name, OLD)
    # Who confirms what is changed later learns no code.
    accounts.give_role(who["second"], office, account, "director")
    assert accounts.confirm(who["mei"], office, account, reason="任命") == ""


def test_sessions_and_tokens_end_when_it_is_asked_for_and_when_it_is_set(
    office: Archive, who: Mapping[str, Reader], head: tuple[str, str]
) -> None:
    account, name = head

    def opened() -> tuple[str, str]:
        reader, session = sign_in(office, name, OLD)
        return session, tokens.make(reader, office, name="portal", scopes=["states:read"], days=1, password=None)

    before = opened()
    first = accounts.ask_reset(who["admin"], office, account)
    second = accounts.confirm(who["shen"], office, account, reason="忘记密码")
    between = opened()
    resets.set_with_codes(office, name, first, second, NEW)
    for session, token in (before, between):
        assert (reader_of(office, session), reader_of_api_token(office, token)) == (None, None)


def test_the_holder_is_told_and_may_refuse(office: Archive, who: Mapping[str, Reader], head: tuple[str, str]) -> None:
    account, name = head
    reader = local_reader(office, name)
    resets.answer(reader, office, resets.notices(reader, office)[0].public_id)
    assert resets.notices(reader, office) == ()
    first = accounts.ask_reset(who["admin"], office, account)
    second = accounts.confirm(who["shen"], office, account, reason="忘记密码")
    (asked,) = resets.notices(reader, office)
    assert (asked.asked_by, asked.confirmed_by, asked.used_at) == ("管一平", "沈从新", None)
    with pytest.raises(NotFound):
        resets.answer(who["admin"], office, asked.public_id)
    resets.answer(reader, office, asked.public_id)
    with pytest.raises(people_errors.CodesWrong):
        resets.set_with_codes(office, name, first, second, NEW)
    assert resets.notices(reader, office) == ()
    assert sign_in(office, name, OLD)


def test_a_later_one_and_a_week_end_an_earlier_one(
    office: Archive, who: Mapping[str, Reader], head: tuple[str, str]
) -> None:
    account, name = head
    old = accounts.ask_reset(who["admin"], office, account)
    new = accounts.ask_reset(who["second"], office, account)
    second = accounts.confirm(who["shen"], office, account, reason="忘记密码")
    with pytest.raises(people_errors.CodesWrong):
        resets.set_with_codes(office, name, old, second, NEW)
    with unit_of_work(office.sessions, SYSTEM.key) as session:
        session.execute(update(PasswordReset).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
        session.commit()
    with pytest.raises(people_errors.CodesWrong):
        resets.set_with_codes(office, name, new, second, NEW)


def test_at_the_server_a_reviewer_has_the_second_code_too(
    office: Archive, who: Mapping[str, Reader], head: tuple[str, str]
) -> None:
    account, name = head
    first, second = at_server.reset_password(office, name)
    assert second == ""
    second = accounts.confirm(who["shen"], office, account, reason="服务器上重设")
    resets.set_with_codes(office, name, first, second, NEW)
    (told,) = (each for each in resets.notices(local_reader(office, name), office) if each.asked_by == "")
    assert told.used_at is not None
    with pytest.raises(UnknownAccount):
        at_server.reset_password(office, "nobody")
    with reading(office.sessions, SYSTEM.key) as session:
        said = session.scalars(select(AuditEvent).where(AuditEvent.action == "password_asked")).all()
    assert said[-1].details == {"at_server": True, "both": False}


def test_the_command_prints_the_first_code(office: Archive, who: Mapping[str, Reader], head: tuple[str, str]) -> None:
    command = ["--archive", str(office.settings.folder), "account", "reset", head[1]]
    done = CliRunner().invoke(main, command)
    assert (done.exit_code, len(re.findall(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", done.output))) == (0, 1)
    assert CliRunner().invoke(main, [*command[:-1], "nobody"]).exit_code == 1


def test_no_password_is_no_password(office: Archive, who: Mapping[str, Reader], head: tuple[str, str]) -> None:
    """An account from before whose password an administrator had set, and its holder not changed, opens nothing."""
    name = head[1]
    with unit_of_work(office.sessions, SYSTEM.key) as session:
        session.execute(update(Account).where(Account.name == name).values(password_hash=""))
        session.commit()
    for tried in ("", OLD):
        with pytest.raises(SignInFailed):
            sign_in(office, name, tried)
    with pytest.raises(people_errors.PasswordWrong):
        accounts.change_password(local_reader(office, name), office, old="", new=NEW)
