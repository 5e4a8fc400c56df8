"""Accounts: two persons make them what they are, roles have days, passwords are their holders'."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select, update

from archive_app.access.identity import Reader
from archive_app.errors import NotFound, ReasonMissing, SignInFailed
from archive_app.people import accounts, errors, persons
from archive_app.people import queries as people_queries
from archive_app.people.results import AccountView, AccountWaiting
from archive_app.people.sign_in import hashed, local_reader, reader_of, sign_in
from archive_app.runtime.archive import Archive
from archive_app.screening.matching import catch_up
from storage.models import Account, SignIn
from storage.session import reading, unit_of_work

OWN = "my present secret"
numbers = count(1)

pytestmark = pytest.mark.real_hashes


@pytest.fixture
def handler(office: Archive, admin: Reader) -> tuple[str, str, str]:
    """The person, the account and the name of somebody new, whom nobody has confirmed yet."""
    name = f"handler-{next(numbers)}"
    person = persons.add_person(admin, office, name=f"承办{name}")
    account = accounts.add_account(admin, office, person, name=name, roles=["handler"])
    catch_up(office)
    return person, account.public_id, name


def waiting(office: Archive, reader: Reader, name: str) -> AccountWaiting | None:
    return next((each for each in accounts.waiting_accounts(reader, office) if each.name == name), None)


def view(office: Archive, admin: Reader, person: str) -> AccountView:
    (found,) = people_queries.person(admin, office, person).accounts
    return found


def test_an_account_opens_nothing_until_it_is_confirmed(
    office: Archive, who: Mapping[str, Reader], handler: tuple[str, str, str]
) -> None:
    _, account, name = handler
    assert local_reader(office, name).waiting
    entry = waiting(office, who["shen"], name)
    assert entry is not None
    assert (entry.roles, entry.changed_by, entry.mine) == (("handler",), "管一平", False)
    assert [each.code for each in entry.what] == ["account_made"]
    with pytest.raises(ReasonMissing):
        accounts.confirm(who["shen"], office, account, reason=" ")
    accounts.confirm(who["shen"], office, account, reason="人事处已核", seen=entry.changed_at)
    assert not local_reader(office, name).waiting
    assert waiting(office, who["shen"], name) is None
    with pytest.raises(NotFound):
        accounts.confirm(who["mei"], office, account, reason="再核")


@pytest.mark.parametrize("touch", ["role", "password", "open"])
def test_what_an_administrator_does_takes_the_confirmation_away(
    office: Archive, who: Mapping[str, Reader], handler: tuple[str, str, str], touch: str
) -> None:
    admin, (_, account, name) = who["admin"], handler
    accounts.confirm(who["shen"], office, account, reason="属实")
    if touch == "role":
        accounts.give_role(admin, office, account, "director")
    elif touch == "password":
        accounts.ask_reset(admin, office, account)
    else:
        accounts.set_active(admin, office, account, False)
        assert waiting(office, who["shen"], name) is None
        accounts.set_active(admin, office, account, True)
    assert local_reader(office, name).waiting
    entry = waiting(office, who["shen"], name)
    assert entry is not None
    code = {"role": "role_given", "password": "password_asked", "open": "account_opened"}[touch]
    assert [each.code for each in entry.what] == [code]


def test_what_takes_rights_away_needs_no_confirmation(
    office: Archive, who: Mapping[str, Reader], handler: tuple[str, str, str]
) -> None:
    person, account, name = handler
    accounts.confirm(who["shen"], office, account, reason="属实")
    accounts.end_role(who["admin"], office, account, "handler")
    assert not local_reader(office, name).waiting
    assert local_reader(office, name).roles == frozenset()
    (role,) = view(office, who["admin"], person).roles
    assert (role.role, role.is_open) == ("handler", False)


def test_who_changed_an_account_does_not_confirm_it(office: Archive, who: Mapping[str, Reader]) -> None:
    admin, second, shen, mei = (who[name] for name in ("admin", "second", "shen", "mei"))
    by_name = {name: _public_id(office, name) for name in ("admin", "shen")}
    accounts.give_role(second, office, by_name["admin"], "access_reviewer")
    accounts.give_role(second, office, by_name["shen"], "handler")
    catch_up(office)
    accounts.confirm(mei, office, by_name["admin"], reason="兼任")
    # The first one reviews as well, and makes an account; that the second touches it later changes nothing.
    person = persons.add_person(admin, office, name="两头兼")
    account = accounts.add_account(admin, office, person, name="both", roles=["director"]).public_id
    accounts.ask_reset(second, office, account)
    entry = waiting(office, admin, "both")
    assert entry is not None
    assert entry.mine
    assert [each.code for each in entry.what] == ["account_made", "password_asked"]
    with pytest.raises(errors.OwnChange):
        accounts.confirm(admin, office, account, reason="属实")
    accounts.confirm(mei, office, account, reason="属实")
    # Nobody confirms their own account.
    with pytest.raises(NotFound):
        accounts.confirm(shen, office, by_name["shen"], reason="属实")
    accounts.confirm(admin, office, by_name["shen"], reason="属实")
    accounts.end_role(second, office, by_name["admin"], "access_reviewer")


def test_what_was_not_shown_is_not_confirmed(
    office: Archive, who: Mapping[str, Reader], handler: tuple[str, str, str]
) -> None:
    _, account, name = handler
    entry = waiting(office, who["shen"], name)
    assert entry is not None
    accounts.give_role(who["admin"], office, account, "director")
    with pytest.raises(errors.ChangedMeanwhile):
        accounts.confirm(who["shen"], office, account, reason="属实", seen=entry.changed_at)
    assert local_reader(office, name).waiting


def test_roles_have_days(office: Archive, admin: Reader, handler: tuple[str, str, str]) -> None:
    person, account, name = handler
    now = datetime.now(UTC)
    accounts.give_role(admin, office, account, "director", since=now + timedelta(days=1), until=now + timedelta(days=9))
    assert "director" not in local_reader(office, name).roles
    with pytest.raises(errors.RoleHeld):
        accounts.give_role(admin, office, account, "director")
    with pytest.raises(errors.EndBeforeBegin):
        accounts.give_role(admin, office, account, "leader", until=now - timedelta(days=1))
    with pytest.raises(NotFound):
        accounts.give_role(admin, office, account, "king")
    accounts.end_role(admin, office, account, "director")
    with pytest.raises(NotFound):
        accounts.end_role(admin, office, account, "director")
    assert [(each.role, each.is_open) for each in view(office, admin, person).roles] == [
        ("handler", True),
        ("director", False),
    ]


def test_closing_an_account_ends_its_sessions(office: Archive, admin: Reader, handler: tuple[str, str, str]) -> None:
    _, account, name = handler
    with unit_of_work(office.sessions) as session:
        session.execute(update(Account).where(Account.name == name).values(password_hash=hashed(OWN)))
        session.commit()
    _, token = sign_in(office, name, OWN)
    accounts.set_active(admin, office, account, False)
    assert reader_of(office, token) is None
    accounts.set_active(admin, office, account, True)
    assert reader_of(office, token) is None, "the session has ended, not only slept"
    with reading(office.sessions) as session:
        assert all(session.scalars(select(SignIn.ended_at).where(SignIn.account_id == _id(office, name))))


def test_an_own_new_password_ends_the_other_sessions(office: Archive, handler: tuple[str, str, str]) -> None:
    name = handler[2]
    with unit_of_work(office.sessions) as session:
        session.execute(update(Account).where(Account.name == name).values(password_hash=hashed(OWN)))
        session.commit()
    (reader, token), (_, other) = (sign_in(office, name, OWN) for _ in range(2))
    for old, new, error in (
        ("wrong", "my own secret", errors.PasswordWrong),
        (OWN, "short", errors.PasswordTooShort),
        (OWN, OWN, errors.PasswordSame),
        (OWN, "x" * 2_000, errors.TooLong),
    ):
        with pytest.raises(error):
            accounts.change_password(reader, office, old=old, new=new, token=token)
    accounts.change_password(reader, office, old=OWN, new="my own secret", token=token)
    assert (reader_of(office, other), reader_of(office, token)) == (None, reader)
    with pytest.raises(SignInFailed):
        sign_in(office, name, OWN)


def test_the_last_administrator_without_an_end_stays(office: Archive, who: Mapping[str, Reader]) -> None:
    admin, second = who["admin"], who["second"]
    account = _public_id(office, "second")
    # The first one's own role ends one day: then the second one is the last who can administer for good.
    until = datetime.now(UTC) + timedelta(days=30)
    with unit_of_work(office.sessions) as session:
        row = session.scalars(select(Account).where(Account.id == admin.account_id)).one()
        for role in row.roles:
            role.until = role.until or until
        session.commit()
    with pytest.raises(errors.LastAdministrator):
        accounts.set_active(admin, office, account, False)
    with pytest.raises(errors.LastAdministrator):
        accounts.end_role(admin, office, account, "system_administrator")
    with unit_of_work(office.sessions) as session:
        row = session.scalars(select(Account).where(Account.id == admin.account_id)).one()
        for role in row.roles:
            role.until = None if role.until == until else role.until
        session.commit()
    accounts.end_role(admin, office, account, "system_administrator")
    with pytest.raises(NotFound):
        people_queries.people(second, office)


def test_an_account_that_cannot_be_is_refused(office: Archive, admin: Reader) -> None:
    person = persons.add_person(admin, office, name="无账号")
    for name, roles, error in (
        ("wang", (), errors.AccountNameTaken),
        ("", (), errors.FieldMissing),
        ("new", ("king",), NotFound),
    ):
        with pytest.raises(error):
            accounts.add_account(admin, office, person, name=name, roles=roles)
    assert people_queries.person(admin, office, person).accounts == ()


def _public_id(archive: Archive, name: str) -> str:
    with reading(archive.sessions) as session:
        return session.scalars(select(Account.public_id).where(Account.name == name)).one()


def _id(archive: Archive, name: str) -> int:
    with reading(archive.sessions) as session:
        return session.scalars(select(Account.id).where(Account.name == name)).one()
