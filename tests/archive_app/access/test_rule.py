"""The door: nothing without a grant, no grant against a veto, and a list and a look-up are one rule."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from archive_app.access.identity import Reader
from archive_app.access.lookups import find_letter, visible_letters
from archive_app.access.rule import visible
from archive_app.access.system import SYSTEM
from archive_app.errors import NotFound
from archive_app.letters import intake
from archive_app.letters import queries as letter_queries
from archive_app.people.sign_in import ROLES, add_account, local_reader
from archive_app.runtime.archive import Archive
from storage.models import Account, AccountRole, Allowance, Case, Concern, Letter
from storage.session import reading, unit_of_work
from tests.records import listing, recusal, say_read

WORKING = {"registrar", "office_head", "deputy_director", "director", "records_manager"}


@pytest.fixture
def letter(archive: Archive, reader: Reader) -> Letter:
    intake.receive(reader, archive, [intake.Upload("a.jpg", io.BytesIO(b"a"))], grouping="one", channel="letter")
    say_read(archive)
    with reading(archive.sessions, SYSTEM.key) as session:
        return session.scalars(select(Letter)).one()


def sees(archive: Archive, who: Reader, letter: Letter) -> bool:
    """Whether the reader sees the letter; the ways to ask must agree."""
    with reading(archive.sessions, SYSTEM.key) as session:
        by_case = letter.case_id in set(session.scalars(visible(who)))
        by_list = letter.id in {each.id for each in session.scalars(visible_letters(who))}
        try:
            find_letter(session, who, letter.public_id)
            by_look_up = True
        except NotFound:
            by_look_up = False
    assert by_case == by_list == by_look_up
    return by_case


def change(archive: Archive, work: Callable[..., object]) -> None:
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        work(session)
        session.commit()


@pytest.mark.parametrize("role", ROLES)
def test_only_roles_that_work_on_cases_see_unrestricted_ones(archive: Archive, letter: Letter, role: str) -> None:
    add_account(archive, f"somebody-{role}", "correct horse", roles=(role,))
    assert sees(archive, local_reader(archive, f"somebody-{role}"), letter) == (role in WORKING)


def test_an_account_without_a_role_sees_nothing(archive: Archive, letter: Letter) -> None:
    add_account(archive, "nobody", "correct horse", roles=())
    assert not sees(archive, local_reader(archive, "nobody"), letter)


def test_a_restricted_case_is_seen_by_its_allow_list_only_and_while_it_lasts(
    archive: Archive, reader: Reader, letter: Letter
) -> None:
    change(archive, lambda s: s.execute(update(Case).values(restricted=True)))
    assert not sees(archive, reader, letter)
    change(archive, lambda s: s.add(listing(reader, letter.case_id)))
    assert sees(archive, reader, letter)
    now = datetime.now(UTC)
    change(archive, lambda s: s.execute(update(Allowance).values(until=now - timedelta(seconds=1))))
    assert not sees(archive, reader, letter)
    change(archive, lambda s: s.execute(update(Allowance).values(until=now + timedelta(hours=1))))
    assert sees(archive, reader, letter)


def test_recusal_beats_every_grant(archive: Archive, reader: Reader, letter: Letter) -> None:
    change(archive, lambda s: s.add(listing(reader, letter.case_id)))
    assert sees(archive, reader, letter)
    change(archive, lambda s: s.add(recusal(reader, letter.case_id)))
    assert not sees(archive, reader, letter)


def test_rights_are_read_when_asked_not_when_signed_in(archive: Archive, reader: Reader, letter: Letter) -> None:
    assert sees(archive, reader, letter)
    change(archive, lambda s: s.execute(delete(AccountRole)))
    assert not sees(archive, reader, letter)
    role = AccountRole(account_id=reader.account_id, role="director", since=datetime.now(UTC))
    change(archive, lambda s: s.add(role))
    assert sees(archive, reader, letter)
    change(archive, lambda s: s.execute(update(Account).values(active=False)))
    assert not sees(archive, reader, letter)


def test_hidden_and_absent_raise_the_same(archive: Archive, reader: Reader, letter: Letter) -> None:
    change(archive, lambda s: s.execute(update(Case).values(restricted=True)))
    with pytest.raises(NotFound) as hidden:
        letter_queries.letter(reader, archive, letter.public_id)
    with pytest.raises(NotFound) as absent:
        letter_queries.letter(reader, archive, "no-such-letter")
    assert (str(hidden.value), hidden.value.values) == (str(absent.value), absent.value.values)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_veto_never_enlarges_what_is_seen(
    archive: Archive, reader: Reader, letter: Letter, data: st.DataObject
) -> None:
    """Whatever the grants: with the veto, a subset of what was seen without."""
    restricted, allowed, role = data.draw(st.booleans()), data.draw(st.booleans()), data.draw(st.sampled_from(ROLES))

    def prepare(session: object) -> None:
        session.execute(delete(Concern))  # type: ignore[attr-defined]
        session.execute(delete(Allowance))  # type: ignore[attr-defined]
        session.execute(update(Case).values(restricted=restricted))  # type: ignore[attr-defined]
        session.execute(update(AccountRole).values(role=role))  # type: ignore[attr-defined]
        if allowed:
            session.add(listing(reader, letter.case_id))  # type: ignore[attr-defined]

    change(archive, prepare)
    assert sees(archive, reader, letter) == (allowed or (not restricted and role in WORKING))
    change(archive, lambda s: s.add(recusal(reader, letter.case_id)))
    assert not sees(archive, reader, letter)


def test_a_stack_s_original_needs_all_letters_made_of_it(archive: Archive, reader: Reader) -> None:
    """Who may not see one letter of a stack may not download the scan that holds it with another."""
    from storage.models import LetterSource, Source

    intake.receive(reader, archive, [intake.Upload("s.pdf", io.BytesIO(b"s"))], grouping="stack", channel="letter")

    def divide(session: object) -> None:
        first = session.scalars(select(Letter)).one()  # type: ignore[attr-defined]
        second = intake.new_letter(session, first.intake, 2, of=2)  # type: ignore[arg-type]
        first.intake.letter_count = 2
        source = session.scalars(select(Source)).one()  # type: ignore[attr-defined]
        session.add(LetterSource(letter_id=second.id, source_id=source.id, position=1))  # type: ignore[attr-defined]

    change(archive, divide)
    say_read(archive)
    with reading(archive.sessions, SYSTEM.key) as session:
        first, second = session.scalars(select(Letter).order_by(Letter.position))
    assert letter_queries.original(reader, archive, first.public_id, 1).name == f"{first.number}-1.pdf"
    change(archive, lambda s: s.add(recusal(reader, second.case_id)))
    assert letter_queries.letter(reader, archive, first.public_id).number == first.number
    with pytest.raises(NotFound):
        letter_queries.original(reader, archive, first.public_id, 1)
