"""The backends under the door: a statement that forgot the door sees what the door lets see, and no more."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from archive_app.access import row_security
from archive_app.access.identity import ROLES, Reader
from archive_app.access.query_guard import UnguardedQuery
from archive_app.access.rule import rule, visible
from archive_app.access.system import SYSTEM
from archive_app.people.sign_in import add_account, local_reader
from archive_app.runtime.archive import Archive
from storage.models import (
    Account,
    AccountRole,
    Allowance,
    AuditEvent,
    Base,
    Case,
    Concern,
    Intake,
    Letter,
    LetterSource,
    Membership,
    Page,
    PageScan,
    PendingChange,
    Person,
    Post,
    Source,
    TextVersion,
    Unit,
    UnitReach,
)
from storage.session import reading, unit_of_work
from tests.databases import archive_on

NOW = datetime.now(UTC)
CONTENT = (Case, Letter, LetterSource, Source, Intake, Page, PageScan, TextVersion, Concern, Allowance, AuditEvent)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with archive_on("postgresql", tmp_path_factory.mktemp("backend") / "archive") as made:
        add_account(made, "brings", "correct horse")
        yield made


def put_letter(session: Session, account_id: int, **case: object) -> int:
    """A letter that was read, in a case of its own; returns the case's id."""
    number = f"{random.getrandbits(60):x}"
    values = {"created_at": NOW, "read_at": NOW, "screened": True, "brought_by": account_id, **case}
    row = Case(**values)
    intake = Intake(number=number, account_id=account_id, grouping="one", channel="letter", received_at=NOW)
    source = Source(intake=intake, position=1, name="a.jpg", size=1, sha256="0" * 64, page_count=1)
    session.add_all([row, intake, source])
    session.flush()
    letter = Letter(
        number=number, case_id=row.id, intake=intake, position=1, channel="letter", received_at=NOW, state="ready"
    )
    page = Page(letter=letter, number=1)
    scan = PageScan(page=page, number=1, source=source, source_index=0, state="done")
    session.add_all([letter, page, scan])
    session.flush()
    session.add(LetterSource(letter_id=letter.id, source_id=source.id, position=1))
    session.add(TextVersion(page_id=page.id, scan_id=scan.id, number=1, at=NOW, text="拖欠工资", lines=[]))
    session.flush()
    return row.id


def test_every_table_has_its_floor_or_tells_of_no_case(archive: Archive) -> None:
    tables = {name for name in inspect(archive.database).get_table_names() if not name.startswith("huey")}
    tables -= {"queue"} | {name for name in tables if "queue" in name or "kv" in name or "task" in name}
    known = {"cases", *row_security.POLICIES} | row_security.OPEN
    assert tables - known == set(), (
        "give the table a policy in archive_app/access/row_security.py, or say in OPEN that it tells nothing"
    )
    assert set(Base.metadata.tables) <= known
    with archive.database.connect() as connection:
        forced = set(
            connection.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"))
        )
    assert forced >= {name for name in ("cases", *row_security.POLICIES) if name in tables}


def test_who_is_nobody_sees_no_row(archive: Archive) -> None:
    add_account(archive, "nobody-sees", "correct horse")
    reader = local_reader(archive, "nobody-sees")
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        put_letter(session, reader.account_id)
        session.commit()
    for who in ("", "0", "987654321"):
        with reading(archive.sessions, who) as session:
            for model in (*CONTENT,):
                assert session.scalars(select(model).limit(1)).first() is None, (who, model)


@pytest.mark.parametrize("role", ROLES)
def test_a_forgotten_filter_shows_the_accused_nothing(archive: Archive, role: str) -> None:
    """All tables, asked for without the door, by somebody who would see everything but for the veto."""
    add_account(archive, f"accused-{role}", "correct horse", roles=("director", role))
    accused = local_reader(archive, f"accused-{role}")
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        open_case = put_letter(session, accused.account_id)
        hidden = put_letter(session, session.scalars(select(Account.id).where(Account.name == "brings")).one())
        session.add(Concern(case_id=hidden, kind="accused", person_id=accused.person_id, at=NOW))
        session.add(Allowance(case_id=hidden, person_id=accused.person_id, at=NOW))
        session.add(AuditEvent(id=2**30 + hidden, at=NOW, action="opened", case_id=hidden, hash=""))
        session.commit()
        letter = session.scalars(select(Letter).where(Letter.case_id == hidden)).one()
    with reading(archive.sessions, accused.key) as session:
        assert open_case in set(session.scalars(select(Case.id)))
        assert hidden not in set(session.scalars(select(Case.id)))
        assert letter.id not in set(session.scalars(select(Letter.id)))
        assert session.get(Letter, letter.id) is None
        assert session.scalar(text("SELECT count(*) FROM letters WHERE id = :id"), {"id": letter.id}) == 0
        assert letter.intake_id not in set(session.scalars(select(Intake.id)))
        assert letter.intake_id not in set(session.scalars(select(Source.intake_id)))
        for model in (LetterSource, Page):
            assert letter.id not in set(session.scalars(select(model.letter_id)))
        for scan in (PageScan, TextVersion):
            pages = session.scalars(select(scan.page_id))
            assert session.scalar(select(Page.id).where(Page.letter_id == letter.id)) not in set(pages)
        for told in (Concern, Allowance, AuditEvent):
            assert hidden not in set(session.scalars(select(told.case_id)))


def test_a_reader_writes_nothing_into_what_is_hidden(archive: Archive) -> None:
    add_account(archive, "writes", "correct horse")
    reader = local_reader(archive, "writes")
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        hidden = put_letter(session, reader.account_id, restricted=True)
        session.commit()
        letter_id = session.scalar(select(Letter.id).where(Letter.case_id == hidden))
    with unit_of_work(archive.sessions, reader.key) as session:
        changed = session.execute(text("UPDATE letters SET title = 'x' WHERE id = :id"), {"id": letter_id})
        assert changed.rowcount == 0  # type: ignore[attr-defined]
    with unit_of_work(archive.sessions, reader.key) as session, pytest.raises(DBAPIError, match="row-level security"):
        session.execute(
            Concern.__table__.insert(),
            [
                {
                    "public_id": "x",
                    "case_id": hidden,
                    "kind": "recused",
                    "words": "",
                    "contexts": [],
                    "at": NOW,
                    "reason": "",
                }
            ],
        )


@pytest.mark.parametrize("seed", range(12))
def test_the_floor_and_the_door_are_one_rule(archive: Archive, seed: int) -> None:
    """In a drawn office: what every reader sees without the door on the backend is what the door lets them see."""
    draw = random.Random(seed)
    readers = office(archive, draw, seed)
    for reader in readers:
        with reading(archive.sessions, reader.key) as session:
            bare = set(session.scalars(select(Case.id).where(Case.read_at.is_not(None))))
            asked = set(session.scalars(visible(reader)))
        with reading(archive.sessions, SYSTEM.key) as session:
            ruled = set(session.scalars(select(Case.id).where(rule(reader))))
        assert bare == asked == ruled


def pending_change(session: Session, person: Person, seed: int) -> int:
    """A change of staff and units that nobody has confirmed."""
    account = Account(person_id=person.id, name=f"proposes-{seed}", password_hash="", created_at=NOW)
    session.add(account)
    session.flush()
    change = PendingChange(proposed_by=account.id, proposed_at=NOW, changes=[])
    session.add(change)
    session.flush()
    return change.id


def office(archive: Archive, draw: random.Random, seed: int) -> Sequence[Reader]:
    """Units, people with roles and posts, cases of every kind and whom they concern; returns the people."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        units = [Unit(name=f"处{seed}-{number}", matched=draw.random() < 0.95) for number in range(4)]
        session.add_all(units)
        session.flush()
        pairs = {(one.id, other.id) for one in units for other in units if one is other or draw.random() < 0.2}
        people = [Person(name=f"人{seed}-{number}", matched=draw.random() < 0.95) for number in range(8)]
        session.add_all(people)
        session.flush()
        waits = pending_change(session, people[0], seed)
        session.add_all(
            UnitReach(unit_id=one, member_unit_id=other, pending_id=draw.choice([None, None, waits]))
            for one, other in pairs
        )
        days = [date(2024, 1, 1) + timedelta(days=90 * number) for number in range(8)]
        for person in people:
            account = Account(
                person_id=person.id,
                name=f"{seed}-{person.id}",
                password_hash="",
                created_at=NOW,
                active=draw.random() < 0.95,
                confirmed_at=NOW if draw.random() < 0.9 else None,
            )
            account.roles = [
                AccountRole(
                    role=role,
                    since=NOW - timedelta(days=9),
                    until=draw.choice([None, None, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
                )
                for role in draw.sample(ROLES, draw.randint(0, 3))
            ]
            session.add(account)
            if draw.random() < 0.7:
                until = draw.choice([None, *days])
                session.add(
                    Membership(
                        person_id=person.id,
                        unit_id=draw.choice(units).id,
                        until=until,
                        pending_id=draw.choice([None, None, waits]),
                        end_pending_id=draw.choice([None, waits]) if until else None,
                    )
                )
            if draw.random() < 0.4:
                kind = draw.choice(["leads", "oversees"])
                session.add(
                    Post(
                        person_id=person.id, unit_id=draw.choice(units).id, kind=kind, until=draw.choice([None, *days])
                    )
                )
        session.flush()
        accounts = session.scalars(select(Account).where(Account.person_id.in_([each.id for each in people]))).all()
        for _ in range(20):
            case_id = put_letter(
                session,
                draw.choice(accounts).id,
                restricted=draw.random() < 0.3,
                screened=draw.random() < 0.7,
                handed_over_at=draw.choice([None, None, NOW]),
                event_date=draw.choice([None, *days]),
            )
            for _ in range(draw.randint(0, 2)):
                kind = draw.choice(["accused", "recused", "mentioned"])
                whom = draw.choice([{"person_id": draw.choice(people).id}, {"unit_id": draw.choice(units).id}, {}])
                session.add(
                    Concern(
                        case_id=case_id,
                        kind=kind,
                        at=NOW,
                        ended_at=draw.choice([None, None, NOW]),
                        confirmed_at=draw.choice([None, NOW]),
                        **whom,
                    )
                )
            for _ in range(draw.randint(0, 2)):
                session.add(
                    Allowance(
                        case_id=case_id,
                        person_id=draw.choice(people).id,
                        kind=draw.choice(["listed", "granted", "overseer"]),
                        at=NOW,
                        until=draw.choice([None, NOW - timedelta(days=1), NOW + timedelta(days=1)]),
                        ended_at=draw.choice([None, None, NOW]),
                    )
                )
        session.commit()
        names = [(account.id, account.person_id, account.name) for account in accounts]
    return [Reader(account, person, name, name, frozenset()) for account, person, name in names]


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[tuple[Archive, Reader]]:
    with archive_on("sqlite", tmp_path / "archive") as made:
        add_account(made, "wang", "correct horse")
        yield made, local_reader(made, "wang")


@pytest.mark.parametrize(
    "statement",
    [
        select(Letter),
        select(Case.id),
        select(Letter.id).where(Letter.title == "x"),
        select(TextVersion.text),
        select(Page.id).join(Letter),
        select(Concern.id),
        text("SELECT * FROM letters"),
        text("select text from index_texts"),
        text("SELECT count(*) FROM index_words"),
    ],
)
def test_on_sqlite_a_wire_trips(wired: tuple[Archive, Reader], statement: object) -> None:
    archive, reader = wired
    for who in (reader.key, ""):
        with reading(archive.sessions, who) as session, pytest.raises(UnguardedQuery):
            session.execute(statement)  # type: ignore[call-overload]
    with reading(archive.sessions, SYSTEM.key) as session:
        session.execute(statement)  # type: ignore[call-overload]


def test_on_sqlite_a_list_trips_also_after_the_door_was_asked(wired: tuple[Archive, Reader]) -> None:
    archive, reader = wired
    with reading(archive.sessions, reader.key) as session:
        session.scalars(visible(reader)).all()
        session.scalars(select(Page)).all()
        with pytest.raises(UnguardedQuery):
            session.scalars(select(Letter)).all()
