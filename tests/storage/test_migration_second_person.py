"""Revision 0019: what is recorded stays in force, and what one person alone could use does not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from storage import schema
from storage.models import Account, Membership, Unit
from storage.session import open_database, reading
from tests.storage.revisions import THEN, at_revision

DAY = date(2026, 1, 1)


def test_what_is_recorded_stays_in_force(empty: Path | str) -> None:
    engine = open_database(empty)
    with at_revision(engine, "0018") as add:
        add("persons", id=1, name="王登记", public_id="p")
        for number, given in ((1, False), (2, True)):
            add("accounts", id=number, person_id=1, public_id=f"a{number}", name=f"n{number}", password_hash="h",
                password_given=given, created_at=THEN, changes=[])  # fmt: skip
        # 2 and 3 took the place of 1, whose names are looked for; the bureau stays as it is.
        for number, watched in ((1, True), (2, False), (3, False), (4, False)):
            add("units", id=number, public_id=f"u{number}", name=f"处{number}", watched=watched, matched=True)
        for old, new in ((1, 2), (2, 3)):
            add("unit_successions", predecessor_id=old, successor_id=new, kind="renamed", at=DAY)
        add("memberships", id=1, person_id=1, unit_id=1, until=DAY)
    schema.upgrade(engine)
    with reading(sessionmaker(engine), "system") as session:
        assert dict(session.execute(select(Account.name, Account.password_hash)).all()) == {"n1": "h", "n2": ""}
        units = session.execute(select(Unit.watched, Unit.matched).order_by(Unit.id)).all()
        assert [tuple(each) for each in units] == [(True, True), (True, False), (True, False), (False, True)]
        kept = session.scalars(select(Membership)).one()
        assert (kept.until, kept.pending_id, kept.end_pending_id) == (DAY, None, None)
    engine.dispose()
