"""Marks on a case: every concern leaves one, on both databases, whoever writes it; and it stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import ColumnElement, Engine, case, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage import schema, veto_bits
from storage.models import Case, Concern, Person, Unit
from storage.session import Sessions, unit_of_work

NOW = datetime(2026, 3, 2, tzinfo=UTC)
MANY = range(1, 1 + 2 * max(veto_bits.PERSON_BITS, veto_bits.UNIT_BITS))
"""Ids of persons and of units, so many that each has to share its bit with another."""


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with unit_of_work(sessions, "system") as session:
        write_office(session)
        yield session


def write_office(session: Session) -> None:
    """Persons, units, and a case for each of them and one more."""
    session.execute(insert(Person), [{"id": key, "name": f"人{key}"} for key in MANY])
    session.execute(insert(Unit), [{"id": key, "name": f"处{key}"} for key in MANY])
    session.execute(insert(Case), [{"id": key, "created_at": NOW} for key in range(1, 2 * len(MANY) + 2)])


def concern(case_id: int, **whom: int) -> Concern:
    return Concern(case_id=case_id, kind="accused", at=NOW, **whom)


def write_all(session: Session) -> None:
    """A case for each person, for each unit, and one where nobody is known yet."""
    session.add_all(concern(key, person_id=key) for key in MANY)
    session.add_all(concern(len(MANY) + key, unit_id=key) for key in MANY)
    session.add(concern(2 * len(MANY) + 1))
    session.flush()


def mark() -> ColumnElement[int]:
    """The mark of a concern, as those ask for it who look for marks."""
    return case(
        (Concern.person_id.is_not(None), veto_bits.of_person(Concern.person_id)),
        (Concern.unit_id.is_not(None), veto_bits.of_unit(Concern.unit_id)),
        else_=veto_bits.of_unknown(),
    )


def unmarked(session: Session) -> list[int]:
    """The concerns whose case lacks their mark."""
    lacks = Case.veto_bits.bitwise_and(mark()) == 0
    return list(session.scalars(select(Concern.id).join(Case, Case.id == Concern.case_id).where(lacks)))


def test_every_concern_leaves_the_mark_that_is_looked_for(session: Session) -> None:
    write_all(session)
    assert unmarked(session) == []
    assert (
        session.scalars(select(Case.id).join(Concern, Concern.case_id == Case.id).where(Case.veto_bits != mark())).all()
        == []
    )
    kinds = len(set(session.scalars(select(Case.veto_bits))))
    assert kinds == veto_bits.PERSON_BITS + veto_bits.UNIT_BITS + 1


def test_a_concern_that_comes_to_name_another_marks_the_case_again(session: Session) -> None:
    session.add(concern(1))
    session.flush()
    before = session.scalar(select(Case.veto_bits).where(Case.id == 1))
    for change in ({"person_id": 3}, {"person_id": None, "unit_id": 4}, {"case_id": 2}):
        session.execute(update(Concern).values(**change))
        assert unmarked(session) == []
    assert before == 1 << (veto_bits.PERSON_BITS + veto_bits.UNIT_BITS)
    after = 1 << 3 | 1 << (veto_bits.PERSON_BITS + 4)
    assert session.scalar(select(Case.veto_bits).where(Case.id == 1)) == before | after


def test_a_mark_stays(session: Session) -> None:
    session.add(concern(1, person_id=3))
    session.flush()
    session.execute(update(Concern).values(ended_at=NOW))
    assert session.scalar(select(Case.veto_bits).where(Case.id == 1)) != 0
    with pytest.raises(DBAPIError, match="a mark on a case stays"):
        session.execute(update(Case).where(Case.id == 1).values(veto_bits=0))


def test_an_upgrade_marks_what_was_not_marked(database: Engine, sessions: Sessions) -> None:
    with unit_of_work(sessions, "system") as session:
        lite = database.dialect.name == "sqlite"
        for name in ("concerns_mark_new", "concerns_mark_changed") if lite else ("concerns_mark ON concerns",):
            session.execute(text(f"DROP TRIGGER {name}"))
        write_office(session)
        write_all(session)
        session.add(concern(1, unit_id=1))
        session.commit()
        assert len(unmarked(session)) == 2 * len(MANY) + 2
    schema.upgrade(database)
    with unit_of_work(sessions, "system") as session:
        assert unmarked(session) == []
        session.add(concern(2, unit_id=1))
        session.flush()
        assert unmarked(session) == []
