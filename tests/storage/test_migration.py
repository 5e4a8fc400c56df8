"""An archive from before the door: everything it had is there after the upgrade, and its audit trail is a chain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, MetaData, insert, select
from sqlalchemy.orm import Session, sessionmaker

from archive_app.audit.verification import verify
from storage import schema
from storage.models import (
    Account,
    AccountRole,
    Allowance,
    AuditEvent,
    AuditHead,
    Case,
    Concern,
    Intake,
    Person,
    ReceiptEntry,
)
from storage.session import open_database, reading

THEN = datetime(2026, 3, 2, 4, 5, 6, 789, tzinfo=UTC)
LATER = THEN + timedelta(days=30)

PERSONS = [{"id": 1, "name": "王登记"}, {"id": 2, "name": "周正清"}, {"id": 5, "name": "方致远"}]
ACCOUNTS = [
    {"id": 1, "person_id": 1, "name": "wang", "password_hash": "h", "active": True, "created_at": THEN},
    {"id": 4, "person_id": 2, "name": "zhou", "password_hash": "h", "active": False, "created_at": THEN},
]
ROLES = [
    {"account_id": 1, "role": "registrar"},
    {"account_id": 1, "role": "director"},
    {"account_id": 4, "role": "handler"},
]
CASES = [
    {"id": 1, "public_id": "case-one", "state": "received", "restricted": False, "created_at": THEN},
    {"id": 2, "public_id": "case-two", "state": "received", "restricted": True, "created_at": THEN},
]
ALLOWANCES = [{"case_id": 2, "person_id": 1, "until": None}, {"case_id": 2, "person_id": 5, "until": LATER}]
RECUSALS = [{"person_id": 5, "case_id": 1, "at": THEN, "reason": "与信访人是亲属"}]
INTAKES = [
    {
        "id": 1,
        "public_id": "intake",
        "number": "SJ-1",
        "account_id": 1,
        "grouping": "each",
        "channel": "letter",
        "received_at": THEN,
    }
]
LETTERS = [
    {
        "id": number,
        "public_id": f"letter-{number}",
        "number": f"SJ-1-{number}",
        "case_id": number,
        "intake_id": 1,
        "position": number,
        "channel": "letter",
        "received_at": THEN,
        "title": "",
        "heading": "",
        "sender": "",
        "state": state,
        "access_copy_current": False,
    }
    for number, state in ((1, "ready"), (2, "reading"))
]
EVENTS = [
    {
        "id": key,
        "at": THEN + timedelta(minutes=key),
        "account_id": account,
        "action": action,
        "case_id": 1,
        "letter_id": 1,
        "page_number": page,
        "details": details,
    }
    # Rows had no gapless numbers before: what was rolled back left holes.
    for key, account, action, page, details in (
        (1, 1, "received", None, {"files": 2}),
        (2, None, "read", 1, {}),
        (7, 4, "corrected", 1, {"lines": [1, 2], "旧": "信仿", "share": 0.5}),
        (9, 1, "downloaded_original", None, {"sha256": "ab" * 32}),
    )
]


@pytest.fixture
def upgraded(empty: Path | str) -> Iterator[Engine]:
    """A database of the first revision with rows in all tables that change, brought to the newest schema."""
    engine = open_database(empty)
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    with engine.execution_options(writes=True).begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        for name, rows in (
            ("persons", PERSONS),
            ("accounts", ACCOUNTS),
            ("account_roles", ROLES),
            ("cases", CASES),
            ("allowances", ALLOWANCES),
            ("recusals", RECUSALS),
            ("intakes", INTAKES),
            ("letters", LETTERS),
            ("audit_events", EVENTS),
        ):
            connection.execute(insert(tables.tables[name]), rows)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(upgraded: Engine) -> Iterator[Session]:
    with reading(sessionmaker(upgraded), "system") as session:
        yield session


def rows_of(session: Session, model: type[Any], *names: str) -> list[dict[str, Any]]:
    columns = [getattr(model, name) for name in names]
    return [dict(row) for row in session.execute(select(*columns).order_by(*columns)).mappings()]


def test_persons_and_accounts_are_kept_and_may_go_on(session: Session) -> None:
    assert rows_of(session, Person, "id", "name") == PERSONS
    assert len(set(session.scalars(select(Person.public_id)))) == len(PERSONS)
    assert rows_of(session, Account, "id", "person_id", "name", "password_hash", "active", "created_at") == ACCOUNTS
    assert len(set(session.scalars(select(Account.public_id)))) == len(ACCOUNTS)
    assert None not in session.scalars(select(Account.confirmed_at)).all()


def test_roles_are_kept_and_are_held_from_now_on(session: Session) -> None:
    assert rows_of(session, AccountRole, "account_id", "role") == sorted(ROLES, key=lambda row: tuple(row.values()))
    assert session.scalars(select(AccountRole.until)).all() == [None] * 3
    assert all(since <= datetime.now(UTC) for since in session.scalars(select(AccountRole.since)))


def test_who_was_let_in_still_is_and_who_was_recused_still_is_kept_out(session: Session) -> None:
    assert rows_of(session, Allowance, "case_id", "person_id", "until") == ALLOWANCES
    assert set(session.scalars(select(Allowance.kind))) == {"listed"}
    assert session.scalars(select(Allowance.ended_at)).all() == [None, None]
    assert rows_of(session, Concern, "person_id", "case_id", "at", "reason") == RECUSALS
    (concern,) = session.scalars(select(Concern))
    assert (concern.kind, concern.unit_id, concern.ended_at) == ("recused", None, None)


def test_cases_are_open_only_when_they_were_read_and_wait_to_be_looked_through(session: Session) -> None:
    assert rows_of(session, Case, "id", "public_id", "state", "restricted", "created_at") == CASES
    assert session.execute(select(Case.read_at, Case.screened, Case.brought_by).order_by(Case.id)).all() == [
        (THEN, False, 1),
        (None, False, 1),
    ]
    assert session.scalars(select(Intake.letter_count)).all() == [2]


def test_receipts_say_what_they_said(session: Session) -> None:
    said = rows_of(session, ReceiptEntry, "intake_id", "position", "letter", "pages", "outcome")
    names = ("intake_id", "position", "letter", "pages", "outcome")
    assert [tuple(row[name] for name in names) for row in said] == [
        (1, 1, "letter-1", 0, "read"),
        (1, 2, "letter-2", 0, ""),
    ]


def test_the_audit_trail_is_kept_row_by_row_and_is_a_chain(session: Session) -> None:
    names = [name for name in EVENTS[0] if name != "id"]
    kept = session.execute(select(*(getattr(AuditEvent, name) for name in names)).order_by(AuditEvent.id)).mappings()
    assert [dict(row) for row in kept] == [{name: row[name] for name in names} for row in EVENTS]
    assert session.scalars(select(AuditEvent.id).order_by(AuditEvent.id)).all() == [1, 2, 3, 4]
    verdict = verify(session)
    assert (verdict.count, verdict.finding) == (4, None)
    assert session.scalars(select(AuditHead.count)).all() == [4]
