"""Every read of restricted content leaves its row in the audit trail, in the same transaction; nothing else does."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.exc import DBAPIError

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.domain.registration_form import RegistrationForm
from archive_app.errors import NotFound
from archive_app.people.sign_in import add_account, local_reader
from archive_app.runtime.archive import Archive
from archive_app.search import search
from archive_app.search.results import SearchRequest
from storage.models import (
    Allowance,
    AuditEvent,
    Case,
    CaseClock,
    CasePrint,
    Concern,
    Intake,
    Letter,
    Mailbox,
    Notification,
    Page,
    PageScan,
    Registration,
    RegistrationVersion,
    Source,
)
from storage.session import reading, unit_of_work
from tests import office
from tests.archive_app.audit.functions import CHANGES, OPENS_A_SESSION, TELLS_OF_NO_CASE, service_functions
from tests.archive_app.audit.reads import (
    DUE,
    FILES,
    READS,
    SECRETS,
    SENDER,
    SHA,
    STARTED,
    TITLE,
    WORDS,
    ReaderWithLetter,
)
from tests.archive_app.search.test_search import add_letters
from tests.databases import BEFORE, DATABASES, archive_on
from tests.records import listing

ROOT = Path(__file__).parents[3]
REGISTER_NO = "XZ2026-READS000"
RECORDING = sorted(name for name, read in READS.items() if read.restricted)


@pytest.fixture(scope="module", params=DATABASES)
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReaderWithLetter]:
    with archive_on(request.param, tmp_path_factory.mktemp("reads") / "archive") as archive:
        roles = ("registrar", "office_head", "access_reviewer")
        add_account(archive, "li", "correct horse", display_name="李经手", roles=roles)
        add_account(archive, "fang", "correct horse", display_name="方致远", roles=("deputy_director",))
        reader = local_reader(archive, "li")
        archive.files.put(io.BytesIO(FILES))
        public = office.read_letter(archive, reader, WORDS)
        with unit_of_work(archive.sessions, SYSTEM.key) as session:
            letter = session.scalars(select(Letter).where(Letter.public_id == public)).one()
            letter.title, letter.sender, letter.access_copy = TITLE, SENDER, SHA
            of_page = PageScan.page_id.in_(select(Page.id).where(Page.letter_id == letter.id))
            session.execute(update(PageScan).where(of_page).values(preview=SHA))
            session.execute(update(Source).values(sha256=SHA))
            session.execute(update(Case).values(handed_over_at=datetime.now(UTC)))
            mention = {"kind": "mentioned", "words": "方致远", "letter_id": letter.id, "at": datetime.now(UTC)}
            fang = local_reader(archive, "fang").person_id
            session.add(Concern(case_id=letter.case_id, person_id=fang, contexts=[], **mention))
            intake = session.scalars(select(Intake.public_id).where(Intake.id == letter.intake_id)).one()
            case = session.get_one(Case, letter.case_id)
            case.state = "registered"
            form = RegistrationForm(petitioner=SENDER, main_problem=TITLE, verbatim_statement=WORDS)
            entry = Registration(
                case_id=case.id,
                register_no=REGISTER_NO,
                series="separate",
                year=2026,
                received_at=datetime.now(UTC),
                registered_at=datetime.now(UTC),
                registered_by=reader.account_id,
                **form.content,
            )
            session.add(entry)
            session.flush()
            session.add(
                CasePrint(
                    case_id=case.id,
                    number=1,
                    form="reception_form",
                    at=datetime.now(UTC),
                    account_id=reader.account_id,
                    sha256=SHA,
                    size=len(FILES),
                )
            )
            session.add(
                CaseClock(
                    case_id=case.id,
                    kind="handling",
                    days=15,
                    urgent_days=7,
                    counting="natural",
                    started_at=STARTED,
                    started_urgent=False,
                    first_due=DUE,
                    due=DUE,
                    provisional=True,
                )
            )
            # Told before the day's digest, which is due then.
            session.add(Notification(account_id=reader.account_id, case_id=case.id, kind="propose", at=BEFORE))
            session.add(Mailbox(account_id=reader.account_id, address="li@office.test", wanted=True))
            session.add(
                RegistrationVersion(
                    registration_id=entry.id,
                    number=1,
                    at=datetime.now(UTC),
                    account_id=reader.account_id,
                    content=form.content,
                )
            )
            session.commit()
            yield ReaderWithLetter(archive, reader, public, intake, letter.case_id, case.public_id)


@pytest.fixture
def restricted(desk: ReaderWithLetter) -> Iterator[ReaderWithLetter]:
    """The letter's case is restricted, and the reader on its list."""
    with _restricted(desk, listed=True):
        yield desk


@contextmanager
def _restricted(desk: ReaderWithLetter, *, listed: bool) -> Iterator[None]:
    with unit_of_work(desk.archive.sessions, SYSTEM.key) as session:
        session.execute(update(Case).where(Case.id == desk.case_id).values(restricted=True))
        row = Allowance(case_id=desk.case_id, person_id=desk.reader.person_id, kind="listed", at=datetime.now(UTC))
        row.ended_at = None if listed else datetime.now(UTC)
        session.add(row)
        session.commit()
        key = row.id
    yield
    with unit_of_work(desk.archive.sessions, SYSTEM.key) as session:
        session.execute(update(Case).where(Case.id == desk.case_id).values(restricted=False))
        session.delete(session.get_one(Allowance, key))
        session.commit()


def rows(desk: ReaderWithLetter) -> list[tuple[str, int | None, int | None]]:
    with reading(desk.archive.sessions, SYSTEM.key) as session:
        found = session.execute(
            select(AuditEvent.action, AuditEvent.account_id, AuditEvent.case_id).order_by(AuditEvent.id)
        )
        return [(action, account, case) for action, account, case in found]


def added(desk: ReaderWithLetter, read: Callable[[ReaderWithLetter], Any]) -> tuple[Any, tuple[str, ...]]:
    """What was read, and the actions of the rows that it added: of this reader, on this case."""
    before = rows(desk)
    result = read(desk)
    new = rows(desk)[len(before) :]
    assert all((account, case) == (desk.reader.account_id, desk.case_id) for _, account, case in new)
    return result, tuple(action for action, _, _ in new)


def test_every_function_that_acts_for_a_reader_is_classified() -> None:
    found = dict(service_functions())
    for name, kinds in found.items():
        assert kinds[:2] == ("Reader", "Archive"), f"{name} does not begin with who asks"
    classes = (READS, CHANGES, OPENS_A_SESSION, TELLS_OF_NO_CASE)
    known = [name for each in classes for name in each]
    assert set(found) - set(known) == set(), "in none of the tables of reads.py and functions.py"
    assert set(known) - set(found) == set(), "in a table, but there is no such function"
    assert len(known) == len(set(known)), "in two tables"


@pytest.mark.parametrize(("name", "file"), sorted(CHANGES.items()))
def test_what_changes_something_is_tested_where_the_table_says(name: str, file: str) -> None:
    called = name.rpartition(".")[2]
    if name.startswith("commands."):
        called = name.split(".")[1]
    assert re.search(rf"\b{called}\b", (ROOT / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(READS))
def test_a_read_of_a_restricted_letter_leaves_one_row(restricted: ReaderWithLetter, name: str) -> None:
    result, actions = added(restricted, READS[name].call)
    assert actions == READS[name].restricted
    if not READS[name].restricted:
        assert not any(secret in repr(result) for secret in SECRETS)


@pytest.mark.parametrize("name", sorted(READS))
def test_a_read_of_any_other_letter_leaves_none_but_for_downloads(desk: ReaderWithLetter, name: str) -> None:
    assert added(desk, READS[name].call)[1] == READS[name].plain


@pytest.mark.parametrize("name", sorted(READS))
def test_what_is_hidden_or_absent_leaves_none(desk: ReaderWithLetter, name: str) -> None:
    read = READS[name]
    nowhere = replace(desk, letter="no-such-letter", case="no-such-case")
    with _restricted(desk, listed=False):
        for asked in (desk, nowhere):
            if read.hidden and asked is desk:
                assert added(asked, read.call)[1] == read.hidden
                continue
            if read.is_list:
                result, actions = added(asked, read.call)
                secrets = (*SECRETS, desk.case, REGISTER_NO, *(() if read.names_letter else (desk.letter,)))
                assert not any(secret in repr(result) for secret in secrets)
            else:
                before = rows(desk)
                with pytest.raises(NotFound):
                    read.call(asked)
                actions = tuple(action for action, _, _ in rows(desk)[len(before) :])
            assert actions == ()


@contextmanager
def no_row_can_be_written(archive: Archive) -> Iterator[None]:
    """The table of the audit trail refuses every row."""
    url = archive.settings.database_owner_url
    owner = create_engine(url) if url else archive.database
    refuse, again = (
        (
            "ALTER TABLE audit_events ADD CONSTRAINT refused CHECK (id < 0) NOT VALID",
            "ALTER TABLE audit_events DROP CONSTRAINT refused",
        )
        if url
        else (
            "CREATE TRIGGER refused BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'refused'); END",
            "DROP TRIGGER refused",
        )
    )
    with owner.execution_options(writes=True).begin() as connection:
        connection.execute(text(refuse))
    try:
        yield
    finally:
        with owner.execution_options(writes=True).begin() as connection:
            connection.execute(text(again))
        if url:
            owner.dispose()


@pytest.mark.parametrize("name", RECORDING)
def test_what_cannot_be_written_down_is_not_read(restricted: ReaderWithLetter, name: str) -> None:
    before = rows(restricted)
    result = None
    with no_row_can_be_written(restricted.archive), pytest.raises(DBAPIError, match="refused"):
        result = READS[name].call(restricted)
    assert result is None
    assert rows(restricted) == before
    assert added(restricted, READS[name].call)[1] == READS[name].restricted


def test_a_search_leaves_a_row_for_each_restricted_result_on_the_page(archive: Archive, reader: Reader) -> None:
    (one,) = add_letters(archive, reader, [WORDS])
    (two,) = add_letters(archive, reader, [WORDS], channel="fax")
    add_letters(archive, reader, [WORDS], channel="online")
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Case).where(Case.id.in_((one.case_id, two.case_id))).values(restricted=True))
        session.add_all(listing(reader, each.case_id) for each in (one, two))
        session.commit()
    assert len(search.search(reader, archive, SearchRequest(text=WORDS)).results) == 3
    with reading(archive.sessions, SYSTEM.key) as session:
        of_letters = select(AuditEvent.action, AuditEvent.letter_id).where(AuditEvent.letter_id.is_not(None))
        found = session.execute(of_letters.order_by(AuditEvent.letter_id)).all()
    assert [tuple(row) for row in found] == [("found", one.id), ("found", two.id)]
