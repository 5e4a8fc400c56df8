"""Every read of restricted content leaves its row in the audit trail, in the same transaction; nothing else does."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import archive_app.reading
import pytest
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.exc import DBAPIError

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.cases import case_view, deadlines, handling_days, inbox, register
from archive_app.domain.deadlines import Chosen
from archive_app.domain.registration_form import RegistrationForm
from archive_app.errors import NotFound
from archive_app.learning import suggestions
from archive_app.letters import queries as letter_queries
from archive_app.letters import read_log, receipts
from archive_app.letters.extracts import queries
from archive_app.people.sign_in import add_account, local_reader
from archive_app.review import queries as review_queries
from archive_app.review import queue
from archive_app.runtime.archive import Archive
from archive_app.search import search
from archive_app.search.results import SearchRequest
from storage.models import (
    Allowance,
    AuditEvent,
    Case,
    CasePrint,
    Concern,
    Intake,
    Letter,
    Notification,
    Page,
    PageScan,
    Registration,
    RegistrationVersion,
    Source,
)
from storage.session import reading, unit_of_work
from tests import office
from tests.archive_app.search.test_search import add_letters
from tests.databases import DATABASES, archive_on
from tests.records import listing

WORDS = "夜间施工噪声扰民"
TITLE, SENDER, FILE = "关于噪声的举报", "陈某某", "a.jpg"
SECRETS = (WORDS, TITLE, SENDER, "方致远")
ASKED = SearchRequest(text="扰民")
FILES = b"a file"
MONTH = Chosen(month=date(2026, 4, 1))
SHA = hashlib.sha256(FILES).hexdigest()


@dataclass(frozen=True, slots=True)
class ReaderWithLetter:
    """A reader who holds every role that reads, and a letter that they brought in themselves."""

    archive: Archive
    reader: Reader
    letter: str
    intake: str
    case_id: int
    case: str


@dataclass(frozen=True, slots=True)
class Read:
    """A function that reads: how it is called, what it records of a restricted letter, what of any other."""

    call: Callable[[ReaderWithLetter], Any]
    restricted: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    is_list: bool = False


def _opened(desk: ReaderWithLetter) -> str:
    with read_log.opened(desk.reader, desk.archive, desk.letter, "opened") as (_, row):
        return row.title


def _opened_case(desk: ReaderWithLetter) -> str:
    with read_log.opened_case(desk.reader, desk.archive, desk.case, "case_opened") as (_, row):
        return row.state


def _to_register(desk: ReaderWithLetter) -> Any:
    """As it is before the letter is registered."""
    _set_state(desk, "received")
    try:
        return register.to_register(desk.reader, desk.archive, desk.letter)
    finally:
        _set_state(desk, "registered")


def _set_state(desk: ReaderWithLetter, state: str) -> None:
    with unit_of_work(desk.archive.sessions, SYSTEM.key) as session:
        session.execute(update(Case).where(Case.id == desk.case_id).values(state=state))
        session.commit()


def _unregistered(desk: ReaderWithLetter) -> Any:
    _set_state(desk, "received")
    try:
        return register.unregistered(desk.reader, desk.archive)
    finally:
        _set_state(desk, "registered")


READS: Mapping[str, Read] = {
    "letters.letter": Read(lambda d: letter_queries.letter(d.reader, d.archive, d.letter, query=WORDS), ("opened",)),
    "letters.page_image": Read(
        lambda d: letter_queries.page_image(d.reader, d.archive, d.letter, 1, "a4"), ("looked_at",)
    ),
    "letters.original": Read(
        lambda d: letter_queries.original(d.reader, d.archive, d.letter, 1),
        ("downloaded_original",),
        ("downloaded_original",),
    ),
    "letters.access_copy": Read(
        lambda d: letter_queries.access_copy(d.reader, d.archive, d.letter),
        ("downloaded_access_copy",),
        ("downloaded_access_copy",),
    ),
    "letters.versions": Read(lambda d: letter_queries.versions(d.reader, d.archive, d.letter, 1), ("read_versions",)),
    "letters.history": Read(lambda d: letter_queries.history(d.reader, d.archive, d.letter), ("read_history",)),
    "opening.opened": Read(_opened, ("opened",)),
    "opening.opened_case": Read(_opened_case, ("case_opened",)),
    "extracts.draft": Read(lambda d: queries.draft(d.reader, d.archive, d.letter), ("opened",)),
    "cases.case": Read(lambda d: case_view.case(d.reader, d.archive, d.case), ("case_opened",)),
    "cases.versions": Read(lambda d: case_view.versions(d.reader, d.archive, d.case), ("form_versions_read",)),
    "cases.printed": Read(
        lambda d: case_view.printed(d.reader, d.archive, d.case, 1), ("downloaded_print",), ("downloaded_print",)
    ),
    "cases.of_letter": Read(lambda d: case_view.of_letter(d.reader, d.archive, d.letter), is_list=True),
    "cases.repeats": Read(
        lambda d: case_view.repeats(d.reader, d.archive, petitioner=SENDER, telephone=""), is_list=True
    ),
    "register.to_register": Read(_to_register, ("opened",)),
    "suggestions.likely": Read(
        lambda d: suggestions.likely(d.reader, d.archive, main_problem=TITLE, verbatim_statement=WORDS), is_list=True
    ),
    "register.unregistered": Read(_unregistered, is_list=True),
    "register.register_page": Read(lambda d: register.register_page(d.reader, d.archive, None), is_list=True),
    "register.whole_register": Read(lambda d: register.whole_register(d.reader, d.archive, 2026), is_list=True),
    "register.work": Read(lambda d: register.work(d.reader, d.archive), is_list=True),
    "deadlines.deadlines": Read(lambda d: deadlines.deadlines(d.reader, d.archive, MONTH), is_list=True),
    "deadlines.whole_list": Read(lambda d: deadlines.whole_list(d.reader, d.archive, MONTH), is_list=True),
    "register.ensure_registrar": Read(lambda d: register.ensure_registrar(d.reader, d.archive), is_list=True),
    "handling_days.handling_days": Read(
        lambda d: handling_days.handling_days(d.reader, d.archive, ("locality", "street", "unit")), is_list=True
    ),
    "notifications.new": Read(lambda d: inbox.new(d.reader, d.archive), is_list=True),
    "notifications.notifications": Read(lambda d: inbox.notifications(d.reader, d.archive), is_list=True),
    "restrictions.restrictions": Read(
        lambda d: review_queries.restrictions(d.reader, d.archive, d.letter), ("read_access",)
    ),
    "restrictions.handed_over": Read(lambda d: review_queries.handed_over(d.reader, d.archive), is_list=True),
    "reviews.waiting": Read(lambda d: queue.waiting(d.reader, d.archive), ("found",), is_list=True),
    "search.search": Read(lambda d: search.search(d.reader, d.archive, ASKED), ("found",), is_list=True),
    "intakes.intake": Read(lambda d: receipts.intake(d.reader, d.archive, d.intake), is_list=True),
    "intakes.recent": Read(lambda d: receipts.recent(d.reader, d.archive), is_list=True),
    "intakes.receipt_with": Read(lambda d: receipts.receipt_with(d.reader, d.archive, FILE, SHA), is_list=True),
    "intakes.status": Read(lambda d: receipts.status(d.reader, d.archive), is_list=True),
}
"""All that reads for a reader. `is_list`: it raises nothing for a letter that is hidden, it leaves it out."""

OF_PEOPLE = ("ensure_administers", "people", "named", "person", "units", "unit", "waiting_accounts")
TELL_OF_NO_CASE = {f"people.{name}" for name in OF_PEOPLE}
"""They read persons, units and accounts. Whatever reads cases belongs into the table instead."""

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
                register_no="XZ2026-READS000",
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
                Notification(account_id=reader.account_id, case_id=case.id, kind="propose", at=datetime.now(UTC))
            )
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


def test_the_table_has_every_function_that_reads_for_a_reader() -> None:
    found = set()
    for module in pkgutil.iter_modules(archive_app.reading.__path__):
        loaded = importlib.import_module(f"archive_app.reading.{module.name}")
        for name, function in vars(loaded).items():
            if name.startswith("_") or not inspect.isfunction(function) or function.__module__ != loaded.__name__:
                continue
            takes = [str(parameter.annotation) for parameter in inspect.signature(function).parameters.values()]
            if "Archive" in takes:
                assert takes[:2] == ["Reader", "Archive"], f"{module.name}.{name} does not begin with who asks"
                found.add(f"{module.name}.{name}")
    assert found - TELL_OF_NO_CASE == set(READS)


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
            if read.is_list:
                result, actions = added(asked, read.call)
                assert not any(secret in repr(result) for secret in (*SECRETS, desk.letter))
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
        found = session.execute(select(AuditEvent.action, AuditEvent.letter_id).order_by(AuditEvent.letter_id)).all()
    assert [tuple(row) for row in found] == [("found", one.id), ("found", two.id)]
