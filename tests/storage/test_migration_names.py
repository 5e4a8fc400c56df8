"""Revision 0017: letters of the past are searched for what people are called, not only new ones."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from storage import schema
from storage.models import Person
from storage.session import open_database, reading
from tests.storage.revisions import at_revision


def test_all_names_are_matched_again(empty: Path | str) -> None:
    engine = open_database(empty)
    with at_revision(engine, "0016") as add:
        add("persons", id=1, name="王登记", public_id="p", matched=True)
    schema.upgrade(engine)
    with reading(sessionmaker(engine), "system") as session:
        assert session.scalars(select(Person.matched)).all() == [False]
    engine.dispose()
