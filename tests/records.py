"""What tests do to the records past the services: letters said to be read, people kept out or let in."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select, update

from archive_app.access.identity import Reader
from archive_app.access.system import SYSTEM
from archive_app.runtime.archive import Archive
from storage.models import Allowance, Case, Concern, Letter
from storage.session import unit_of_work


def say_read(archive: Archive) -> None:
    """All letters were read and looked through, as far as the records say."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        session.execute(update(Case).values(read_at=datetime.now(UTC), screened=True))
        session.commit()


def recusal(reader: Reader, case_id: int) -> Concern:
    """A row that keeps the reader out of the case."""
    return Concern(case_id=case_id, kind="recused", person_id=reader.person_id, at=datetime.now(UTC))


def listing(reader: Reader, case_id: int, until: datetime | None = None) -> Allowance:
    """A row that puts the reader on the allow-list of the case."""
    return Allowance(case_id=case_id, person_id=reader.person_id, until=until, at=datetime.now(UTC))


def recuse(archive: Archive, reader: Reader, letter: str) -> None:
    """Keep the reader out of the case of the letter with this public id."""
    with unit_of_work(archive.sessions, SYSTEM.key) as session:
        case_id = session.scalars(select(Letter.case_id).where(Letter.public_id == letter)).one()
        session.add(recusal(reader, case_id))
        session.commit()
