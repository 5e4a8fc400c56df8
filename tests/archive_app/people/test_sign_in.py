"""Accounts and sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import select, update

from archive_app.access.system import SYSTEM
from archive_app.errors import ArchiveError, InvalidField, SignInFailed, UnknownAccount
from archive_app.people import accounts, tokens
from archive_app.people.errors import AccountNameTaken, PasswordTooShort
from archive_app.people.sign_in import (
    add_account,
    hashed,
    local_reader,
    reader_of,
    reader_of_api_token,
    sign_in,
    sign_out,
)
from archive_app.runtime.archive import Archive
from storage.models import Account, SignIn
from storage.session import reading, unit_of_work
from tests.said import english

PASSWORD = "correct horse"

pytestmark = pytest.mark.real_hashes


@pytest.fixture
def archive(archive: Archive) -> Archive:
    """The archive that the tests copy has a cheap hash of wang's password."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Account).values(password_hash=hashed(PASSWORD)))
        session.commit()
    return archive


def test_a_password_is_kept_as_argon2id_at_the_strength_that_is_recommended(archive: Archive) -> None:
    add_account(archive, "li", PASSWORD)
    with reading(archive.sessions, SYSTEM.key) as session:
        kept = session.scalars(select(Account.password_hash)).all()
    assert [extract_parameters(each) for each in kept] == [RFC_9106_LOW_MEMORY] * 2
    assert PASSWORD not in "".join(kept)


def test_sign_in_opens_a_session_that_sign_out_ends(archive: Archive) -> None:
    reader, token = sign_in(archive, "wang", PASSWORD)
    assert (reader.name, reader.display_name, reader.roles) == ("wang", "王登记", frozenset({"registrar"}))
    assert reader_of(archive, token) == reader
    sign_out(archive, token)
    assert reader_of(archive, token) is None


@pytest.mark.parametrize(("name", "password"), [("wang", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_the_same(archive: Archive, name: str, password: str) -> None:
    with pytest.raises(SignInFailed) as caught:
        sign_in(archive, name, password)
    assert (english(caught.value), caught.value.values) == ("The name or the password is not right.", {})


def test_an_inactive_account_is_out_at_once(archive: Archive) -> None:
    _, token = sign_in(archive, "wang", PASSWORD)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Account).values(active=False))
        session.commit()
    assert reader_of(archive, token) is None
    with pytest.raises(SignInFailed):
        sign_in(archive, "wang", PASSWORD)
    with pytest.raises(UnknownAccount, match="wang"):
        local_reader(archive, "wang")


def test_an_idle_session_ends(archive: Archive) -> None:
    _, token = sign_in(archive, "wang", PASSWORD)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        entry = session.scalars(select(SignIn)).one()
        entry.seen_at -= timedelta(hours=archive.settings.session_hours, minutes=1)
        session.commit()
    assert reader_of(archive, token) is None


def test_a_session_in_use_ends_after_a_working_day(archive: Archive) -> None:
    _, token = sign_in(archive, "wang", PASSWORD)
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        entry = session.scalars(select(SignIn)).one()
        entry.created_at -= timedelta(hours=archive.settings.session_limit_hours, minutes=1)
        session.commit()
    assert reader_of(archive, token) is None


def test_an_own_new_password_ends_all_tokens(archive: Archive) -> None:
    reader, token = sign_in(archive, "wang", PASSWORD)
    secret = tokens.make(reader, archive, name="portal", scopes=["states:read"], days=1, password=None)
    assert reader_of_api_token(archive, secret) is not None
    accounts.change_password(reader, archive, old=PASSWORD, new="another horse", token=token)
    assert reader_of_api_token(archive, secret) is None


def test_the_token_is_not_kept(archive: Archive) -> None:
    _, token = sign_in(archive, "wang", PASSWORD)
    with reading(archive.sessions, SYSTEM.key) as session:
        entry = session.scalars(select(SignIn)).one()
    assert token not in entry.token_hash
    assert token.encode() not in archive.settings.database.read_bytes()


@pytest.mark.parametrize(
    ("name", "password", "role", "field", "error"),
    [
        ("wang", PASSWORD, "registrar", "name", AccountNameTaken),
        ("li", "short", "registrar", "password", PasswordTooShort),
        ("li", PASSWORD, "king", "role", InvalidField),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    archive: Archive, name: str, password: str, role: str, field: str, error: type[ArchiveError]
) -> None:
    with pytest.raises(error) as caught:
        add_account(archive, name, password, roles=(role,))
    assert caught.value.values["field"] == field
